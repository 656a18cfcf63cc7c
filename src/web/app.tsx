import { useEffect } from 'preact/hooks'
import { Banners } from './banners.tsx'
import type { Desk, DeskState } from './desk.ts'
import { DeskContext, useDeskState } from './hooks.ts'
import { Masthead } from './masthead.tsx'
import { Recent } from './recent.tsx'
import { Roll } from './roll.tsx'
import { TokenForm } from './token-form.tsx'

/** The whole page. */
export function App({ desk }: { readonly desk: Desk }) {
  const state = useDeskState(desk)
  const title = titleOf(state)
  useEffect(() => {
    document.title = title
  }, [title])
  const { connection, loaded, news } = state
  return (
    <DeskContext.Provider value={desk}>
      <Masthead connection={connection} loaded={loaded} />
      <main class={loaded && connection.state !== 'live' ? 'adrift' : ''}>
        <Content state={state} />
      </main>
      <p class="unseen" role="log" aria-live="assertive">
        {news}
      </p>
    </DeskContext.Provider>
  )
}

function Content({ state }: { readonly state: DeskState }) {
  const { view, locked, loaded, connection } = state
  if (locked) return <TokenForm reason={reasonOf(state)} />
  if (!loaded) return <Waiting lost={connection.state === 'lost'} />
  return (
    <>
      <Banners state={state} />
      {view.accounts.size === 0 && view.open.length === 0 ? <EmptyRoll /> : <Roll view={view} />}
      <Recent outages={view.recent} />
    </>
  )
}

const reasonOf = ({ connection }: DeskState): string =>
  connection.state === 'refused' && connection.reason !== ''
    ? `The server says: ${connection.reason}.`
    : 'It was started with tokens, and this tab has none that it takes.'

const Waiting = ({ lost }: { readonly lost: boolean }) => (
  <p class="notice" role="status">
    {lost ? 'The server does not answer. Trying again.' : 'Connecting.'}
  </p>
)

const EmptyRoll = () => (
  <section class="notice" aria-label="No accounts yet">
    <h2>Nobody is on the roll yet</h2>
    <p>Name the accounts that matter in the configuration; a running Rollcall takes them up as soon as it is saved.</p>
    <pre>
      <code>
        {'accounts:\n  - bluesky:bsky.app\n  - account: mastodon:Gargron@mastodon.social\n    important: true'}
      </code>
    </pre>
  </section>
)

function titleOf({ view, connection, loaded }: DeskState): string {
  if (loaded && connection.state !== 'live') return '(?) Rollcall'
  return view.open.length > 0 ? `(${view.open.length} down) Rollcall` : 'Rollcall'
}
