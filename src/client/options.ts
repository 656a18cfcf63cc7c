import type { AccountPulse, Filter, Position, Snapshot, TransitionFrame } from './frames.ts'
import type { Socket, Timers } from './line.ts'

/**
 * How it stands with the connection.
 *
 * - `connecting`: on its way, the `attempt`-th time in a row (1, 2, …)
 * - `live`: what is shown is what is; `resumed` says whether nothing had to be loaded anew
 * - `stale`: nothing was heard for two and a half heartbeats; a new connection is on its way
 * - `lost`: it ended; the next try comes in `retryInMs`
 * - `refused`: the token (4401) or the filter is not taken; the client has stopped
 */
export type Connection =
  | { readonly state: 'connecting'; readonly attempt: number }
  | { readonly state: 'live'; readonly resumed: boolean }
  | { readonly state: 'stale'; readonly silentMs: number }
  | { readonly state: 'lost'; readonly code: number; readonly reason: string; readonly retryInMs: number }
  | { readonly state: 'refused'; readonly code: number; readonly reason: string }

/** Where to connect, what to hear of, and whom to tell it. */
export type ClientOptions = {
  /** The app's address or its socket's: `https://rollcall.example.org`, `ws://127.0.0.1:8787/live`. */
  readonly url: string | URL
  readonly token?: string | undefined
  readonly filter?: Filter
  /** Where to go on, kept from an earlier `position()`. Without it a snapshot comes first. */
  readonly after?: Position | null
  /** Everything up to its position; replaces whatever was known. */
  onSnapshot?(snapshot: Snapshot): void
  /** Each transition once, in order. `position()` already counts it in. */
  onTransition?(transition: TransitionFrame): void
  onPulse?(pulses: readonly AccountPulse[]): void
  onConnection?(connection: Connection): void
  /** The server's time just now, epoch ms: with each hello and beat. */
  onTime?(at: number): void
  /** The server answered with an error that does not end the connection. */
  onFault?(fault: { readonly code: string; readonly detail: string }): void
  /** In place of the global one, which browsers have, and Node from 22 on. */
  readonly WebSocket?: new (url: string, protocols: string[]) => Socket
  /** In [0, 1), for the jitter. */
  readonly random?: () => number
  /** Epoch ms or any other clock that only goes forward. */
  readonly now?: () => number
  readonly timers?: Timers
}

/** A client that is under way. */
export type Client = {
  /** The newest transition that was handed over (or covered by a snapshot); null before the first snapshot. */
  readonly position: () => Position | null
  /** Ends it for good; nothing is called afterwards. */
  readonly close: () => void
}
