import type { Connection, StateView } from '../client/index.ts'
import { cleanName } from '../core/words.ts'
import type { DeskState } from './desk.ts'
import { Instant } from './time.tsx'
import { accountWords, blindWords } from './words.ts'

/** What makes everything below it less than certain. */
export function Banners({ state }: { readonly state: DeskState }) {
  const { view, connection, asOf, loaded } = state
  return (
    <>
      {loaded && connection.state !== 'live' && (
        <p class="banner lost" role="alert">
          <strong>{LOST[connection.state]}</strong> What you see is as of{' '}
          {asOf !== null && <Instant at={new Date(asOf).toISOString()} />}; it may have changed since.
        </p>
      )}
      <Sight view={view} />
      {view.unreadable.map(({ platform, words, home, because }) => (
        <p class="banner blind" role="alert" key={`${platform} ${words} ${home}`}>
          <strong>
            What {platform} says {words}
            {home === '' ? '' : ` at ${home}`} does not count:
          </strong>{' '}
          {because}.
        </p>
      ))}
      {view.troubled.map(({ platform, since, accounts }) => (
        <p class="banner storm" key={platform}>
          <strong>{platform} is troubled.</strong>{' '}
          {accounts.length > 0
            ? `${accounts.length} of its accounts fell together, `
            : 'Many of its accounts fell together, '}
          since <Instant at={since} />.
        </p>
      ))}
      {view.quiets.map(({ id, kind, of, accounts, until, because, by }) => (
        <p class="banner quieted" key={id}>
          <strong>
            Notices about <bdi>{kind === 'account' ? of : `${accountWords(accounts)} tagged ${of}`}</bdi> are held
          </strong>{' '}
          until <Instant at={until} />, says <bdi>{cleanName(by, 60)}</bdi>: <bdi>{cleanName(because, 200)}</bdi>
        </p>
      ))}
    </>
  )
}

/** Lost sight of single accounts is told where they stand; here only what covers many. */
function Sight({ view }: { readonly view: StateView }) {
  return view.blindness
    .filter(({ scope }) => scope !== 'account')
    .map((spell) => (
      <p class="banner blind" role="alert" key={`${spell.scope} ${spell.of ?? ''}`}>
        <strong>{blindWords(spell)}.</strong>{' '}
        {spell.since !== null && (
          <>
            Nothing certain since <Instant at={spell.since} />.
          </>
        )}{' '}
        An outage would go unnoticed.
      </p>
    ))
}

const LOST: Readonly<Record<Exclude<Connection['state'], 'live'>, string>> = {
  // Each try again would be read aloud if it had words of its own.
  connecting: 'The connection to the server is lost.',
  stale: 'Nothing was heard from the server for a while.',
  lost: 'The connection to the server is lost.',
  refused: 'The server does not let this page in.',
}
