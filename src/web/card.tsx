import type { AccountView, OutageJson } from '../client/index.ts'
import { cleanName, trustWords } from '../core/words.ts'
import { Accept } from './accept.tsx'
import { Acknowledge } from './acknowledge.tsx'
import { Facts } from './facts.tsx'
import { groupOf } from './groups.ts'
import { Looks } from './looks.tsx'
import { TITLES } from './summary.tsx'
import { Age, Counting } from './time.tsx'
import { whyWords } from './words.ts'

type Props = { readonly account: AccountView; readonly outage: OutageJson | undefined; readonly quiet: boolean }

/** An account that wants attention: everything there is to know about it. */
export function Card({ account, outage, quiet }: Props) {
  const group = groupOf(account)
  const why = whyWords(account, outage)
  return (
    <article class={`card ${group} ${outage?.acknowledged ? 'acknowledged' : ''}`} aria-label={account.account}>
      <header>
        <Who account={account} />
        <p class={`belief ${group}`}>{TITLES[group]}</p>
        {quiet && <Quieted />}
      </header>
      {outage !== undefined && <Counting outage={outage} />}
      {why !== '' && <p class="why">{why}</p>}
      {outage !== undefined && <Caveats outage={outage} blind={account.blind} />}
      <Facts account={account} outage={outage} />
      {outage !== undefined && <Acknowledge outage={outage} />}
      {outage !== undefined && <Accept outage={outage} />}
      <Looks account={account} />
    </article>
  )
}

/** An account that nothing is to be done about, in a line or two; the rest on demand. */
export function Row({ account, quiet }: { readonly account: AccountView; readonly quiet: boolean }) {
  const why = whyWords(account, undefined)
  return (
    <li class={`row ${groupOf(account)}`}>
      <Who account={account} />
      {quiet && <Quieted />}
      <p class="seen">{account.lastSightingAt === null ? 'not seen yet' : <Age at={account.lastSightingAt} />}</p>
      {why !== '' && <p class="why">{why}</p>}
      <Looks account={account} facts />
    </li>
  )
}

const Quieted = () => (
  <p class="quieted" title="Notices about it are held">
    quiet
  </p>
)

/** Names are other people's text: they are isolated, so that no letter of theirs reorders ours. */
function Who({ account: { account, name, important } }: { readonly account: AccountView }) {
  return (
    <div class="who">
      <h3>
        {important && (
          <span class="star" title="Important">
            <span aria-hidden="true">★</span>
            <span class="unseen">Important:</span>
          </span>
        )}
        <bdi>{cleanName(name, 120) || account}</bdi>
      </h3>
      <p class="address">
        <bdi>{account}</bdi>
      </p>
    </div>
  )
}

function Caveats({ outage, blind }: { readonly outage: OutageJson; readonly blind: boolean }) {
  const said = [
    ...(blind ? ['cannot be seen now, so the end may be missed'] : []),
    ...(outage.trust === 'high' ? [] : [trustWords(outage).replace(/^; /, '')]),
    ...(outage.disputed.length > 0 ? [disputeWords(outage.disputed)] : []),
    ...(outage.unseen ? ['never seen present, so the beginning is not known'] : []),
    ...(outage.duration.coverage < 1 ? [`seen for ${Math.floor(outage.duration.coverage * 100)} % of the time`] : []),
    ...(outage.retracted === null ? [] : [`retracted by ${cleanName(outage.retracted.by, 60)}`]),
  ]
  if (said.length === 0) return null
  return (
    <ul class="caveats">
      {said.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  )
}

const disputeWords = (looks: readonly string[]): string =>
  `disputed: ${looks.join(' and ')} ${looks.length === 1 ? 'says' : 'say'} present`
