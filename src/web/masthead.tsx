import type { Connection } from '../client/index.ts'
import { useNow } from './hooks.ts'

const STATES: Readonly<Record<Connection['state'], string>> = {
  connecting: 'Connecting',
  live: 'Live',
  stale: 'No sign of life',
  lost: 'Connection lost',
  refused: 'Not let in',
}

/** The head of the page: how the connection stands, and the server's time. */
export function Masthead({ connection, loaded }: { readonly connection: Connection; readonly loaded: boolean }) {
  return (
    <header class="masthead">
      <h1 class="mark">Rollcall</h1>
      <p class={`link ${connection.state}`}>
        <span class="dot" aria-hidden="true" />
        {STATES[connection.state]}
      </p>
      {loaded && <ServerTime />}
    </header>
  )
}

function ServerTime() {
  const text = new Date(useNow()).toISOString()
  return (
    <time class="clock num" dateTime={text} title="The server's time">
      <span class="day">{text.slice(0, 10)}</span> {text.slice(11, 19)}{' '}
      <abbr title="Coordinated universal time">UTC</abbr>
    </time>
  )
}
