import {
  createClient,
  createServerClock,
  createStateView,
  type AccountPulse,
  type Client,
  type Connection,
  type StateView,
} from '../client/index.ts'
import { createApi, type Got } from './api.ts'
import { createLoader } from './loader.ts'
import { newsOf } from './news.ts'
import { newestOf, unexplained } from './pulses.ts'

/** All that the page shows beside the time. */
export type DeskState = {
  readonly view: StateView
  readonly connection: Connection
  /** Whether there was ever anything to show. */
  readonly loaded: boolean
  /** The server's time when the connection was lost: what is shown is as of then. Null while it is live. */
  readonly asOf: number | null
  /** The token is missing or not taken. */
  readonly locked: boolean
  /** False once the server said that this token may only look. */
  readonly mayAct: boolean
  /** The newest thing worth saying aloud. */
  readonly news: string
}

/** What the page shows and does; its parts know nothing else of the server. */
export type Desk = {
  state(): DeskState
  /** Answers with a way to stop listening. */
  listen(listener: () => void): () => void
  /** The server's time, epoch ms; stands while the connection is lost. */
  now(): number
  /** Keeps the token for this tab and connects with it. */
  unlock(token: string): void
  /** Answers with what to tell the person, or null when it is done. */
  acknowledge(outage: string, note: string): Promise<string | null>
  /** Answers likewise. @param id who was shown: nobody else is accepted */
  accept(account: string, id: string | null): Promise<string | null>
  /** Brings one account's looks up to date. */
  refresh(account: string): Promise<void>
}

const TOKEN = 'rollcall.token'
/** How long an open outage has lasted at least, and what cannot be seen, changes without a transition. */
const REFRESH_EVERY = 5_000

/** Follows the server this page came from. */
export function createDesk(base: string): Desk {
  const holder = createStateView()
  const clock = createServerClock(Date.now)
  const api = createApi(base, token)
  const loader = createLoader({ api, holder, lock })
  const listeners = new Set<() => void>()
  let client: Client | null = null
  let state: DeskState = {
    view: holder.view(),
    connection: { state: 'connecting', attempt: 1 },
    loaded: false,
    asOf: null,
    locked: false,
    mayAct: true,
    news: '',
  }

  function set(change: Partial<DeskState>): void {
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }

  function connect(): void {
    client?.close()
    client = createClient({
      url: base,
      token: token(),
      onSnapshot: holder.callbacks.onSnapshot,
      onTransition(transition) {
        clock.atLeast(Date.parse(transition.at))
        holder.callbacks.onTransition(transition)
        set({ news: newsOf(transition) ?? state.news })
      },
      onPulse: pulsed,
      onTime: clock.hear,
      onConnection: connected,
    })
  }

  function connected(connection: Connection): void {
    if (connection.state === 'live') {
      set({ connection, loaded: true, asOf: null, locked: false })
      void loader.load()
      return
    }
    if (connection.state === 'lost' && !state.loaded) void lockIfRefused()
    set({ connection, asOf: state.asOf ?? clock.now(), locked: connection.state === 'refused' })
  }

  /** A page does not learn why its socket could not be opened (a proxy may refuse it, too); a request tells it. */
  async function lockIfRefused(): Promise<void> {
    const got = await api.platforms()
    if (got.kind === 'unauthorized') lock()
  }

  function lock(): void {
    client?.close()
    set({ locked: true })
  }

  function pulsed(pulses: readonly AccountPulse[]): void {
    clock.atLeast(newestOf(pulses))
    const before = holder.view().accounts
    holder.callbacks.onPulse(pulses)
    for (const account of unexplained(pulses, before)) void loader.refresh(account)
  }

  async function acknowledge(outage: string, note: string): Promise<string | null> {
    const got = await api.acknowledge(outage, note)
    if (got.kind === 'ok') holder.apply({ type: 'outages', outages: [got.body] })
    return problemOf(got, 'Acknowledging')
  }

  async function accept(account: string, id: string | null): Promise<string | null> {
    const got = await api.accept(account, id)
    if (got.kind === 'ok') holder.apply({ type: 'accounts', accounts: [got.body] })
    return problemOf(got, 'Accepting')
  }

  function problemOf(got: Got<unknown>, deed: string): string | null {
    if (got.kind === 'unauthorized') lock()
    if (got.kind === 'forbidden') set({ mayAct: false })
    return got.kind === 'ok'
      ? null
      : got.kind === 'failed'
        ? got.detail
        : `${NOT_ALLOWED} ${deed} takes an operator's token.`
  }

  holder.listen((view) => set({ view }))
  setInterval(() => {
    if (state.connection.state === 'live' && !document.hidden) void loader.freshen()
  }, REFRESH_EVERY)
  connect()

  return {
    state: () => state,
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    now: () => state.asOf ?? clock.now(),
    unlock(given) {
      sessionStorage.setItem(TOKEN, given)
      set({ locked: false, mayAct: true, connection: { state: 'connecting', attempt: 1 } })
      connect()
    },
    acknowledge,
    accept,
    refresh: loader.refresh,
  }
}

const NOT_ALLOWED = 'This token may look but not act.'

const token = (): string | undefined => sessionStorage.getItem(TOKEN) ?? undefined
