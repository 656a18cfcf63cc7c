import type { OutageJson } from '../client/index.ts'
import { cleanName, faceWords, reasonWords } from '../core/words.ts'
import { Instant, Length } from './time.tsx'

const SHOWN = 20

/** What is over, newest first. */
export function Recent({ outages }: { readonly outages: readonly OutageJson[] }) {
  return (
    <section class="recent" aria-labelledby="recent">
      <h2 id="recent">Recent outages</h2>
      {outages.length === 0 ? <p class="quiet">None on record.</p> : <Table outages={outages.slice(0, SHOWN)} />}
    </section>
  )
}

const Table = ({ outages }: { readonly outages: readonly OutageJson[] }) => (
  <table>
    <thead>
      <tr>
        <th scope="col">Account</th>
        <th scope="col">Why</th>
        <th scope="col">Gone for</th>
        <th scope="col">Back</th>
      </tr>
    </thead>
    <tbody>
      {outages.map((outage) => (
        <tr key={outage.id} class={outage.retracted === null ? '' : 'retracted'}>
          <th scope="row">
            <bdi>{cleanName(outage.name, 120) || outage.account}</bdi>
            <bdi class="address">{outage.account}</bdi>
          </th>
          <td data-label="Why">
            {reasonWords(outage.because, outage.now)}
            {outage.retracted !== null && ' (retracted)'}
          </td>
          <td data-label="Gone for">
            <Length outage={outage} />
          </td>
          <td data-label="Back">
            {outage.closedAt !== null && <Instant at={outage.firstPresentAt ?? outage.closedAt} />}
            {outage.accepted && (
              <>
                {' '}
                (accepted: <bdi>{faceWords(outage.accepted.identity)}</bdi>)
              </>
            )}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)
