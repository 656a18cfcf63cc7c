import { liveAddress, subprotocols } from './address.ts'
import { CLOSED, failuresAfter, retryDelay } from './backoff.ts'
import type { ErrorFrame, Filter, Frame, Hello } from './frames.ts'
import { openLine, type Ending, type Line, type Timers } from './line.ts'
import type { Client, ClientOptions, Connection } from './options.ts'
import { createPlace } from './place.ts'

/** For the handshake and the hello. */
const HELLO_WITHIN = 15_000
/** A snapshot of a large roll over a thin line takes its time. */
const ANSWER_WITHIN = 60_000
const HEARTBEATS = 2.5
const USUAL_HEARTBEAT = 15_000

const realTimers: Timers = {
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

function ownSocket(): NonNullable<ClientOptions['WebSocket']> {
  const { WebSocket: own } = globalThis as { readonly WebSocket?: NonNullable<ClientOptions['WebSocket']> }
  if (own === undefined) throw new TypeError('expected a browser, Node 22 or later, or the option WebSocket')
  return own
}

/**
 * Follows the live socket for as long as it is not closed, through every loss of the connection: each transition is
 * handed over once, in order. Connects at once; callbacks come later, never from within this call.
 *
 * @throws {TypeError} when `url` is no address, or there is no WebSocket to connect with
 */
export function createClient(options: ClientOptions): Client {
  const { now = Date.now, random = Math.random, timers = realTimers, filter = {} } = options
  const address = liveAddress(options.url)
  const protocols = subprotocols(options.token)
  const Socket = options.WebSocket ?? ownSocket()
  const place = createPlace({ after: options.after ?? null, filtered: isFiltered(filter) })
  let line: Line | null = null
  let heartbeatMs = USUAL_HEARTBEAT
  let live = false
  let failures = 0
  let cancel = timers.after(0, connect)
  let stopped = false

  const tell = (connection: Connection): void => {
    if (!stopped) options.onConnection?.(connection)
  }

  function connect(): void {
    live = false
    tell({ state: 'connecting', attempt: failures + 1 })
    if (stopped) return
    line = openLine({ open: () => new Socket(address, protocols), now, timers, frame, ended }, HELLO_WITHIN)
  }

  function ended(ending: Ending): void {
    line = null
    failures = failuresAfter(failures, ending.code, live)
    if (ending.code === CLOSED.token) {
      refuse(ending.code, ending.reason)
      return
    }
    const retryInMs = retryDelay(ending.code, failures, random())
    cancel = timers.after(retryInMs, connect)
    if (ending.how === 'silent' && live) tell({ state: 'stale', silentMs: heartbeatMs * HEARTBEATS })
    else tell({ state: 'lost', code: ending.code, reason: ending.reason, retryInMs })
  }

  function refuse(code: number, reason: string): void {
    tell({ state: 'refused', code, reason })
    stop()
  }

  function stop(): void {
    stopped = true
    cancel()
    line?.hangUp()
    line = null
  }

  function frame(heard: Frame): void {
    if (heard.type === 'hello') greet(heard)
    else if (heard.type === 'error') fault(heard)
    else if (heard.type === 'snapshot' || heard.type === 'resumed') answered(heard)
    else if (live) follow(heard)
  }

  function greet(hello: Hello): void {
    const { heartbeatMs: told } = hello
    heartbeatMs = Number.isFinite(told) && told > 0 ? told : USUAL_HEARTBEAT
    time(hello.at)
    const after = place.now()
    line?.expect(ANSWER_WITHIN)
    line?.send({ type: 'watch', id: 1, filter, ...(after === null ? {} : { after }) })
  }

  function answered(answer: Extract<Frame, { type: 'snapshot' | 'resumed' }>): void {
    if (answer.type === 'snapshot') {
      place.set(answer)
      options.onSnapshot?.(answer)
    } else if (!place.resumes(answer)) return line?.giveUp('resumed somewhere else')
    live = true
    line?.expect(heartbeatMs * HEARTBEATS)
    tell({ state: 'live', resumed: answer.type === 'resumed' })
  }

  function follow(heard: Extract<Frame, { type: 'transition' | 'pulse' | 'beat' }>): void {
    if (heard.type === 'pulse') return options.onPulse?.(heard.accounts)
    if (heard.type === 'beat') time(heard.at)
    const step = heard.type === 'beat' ? place.beat(heard.seq) : place.transition(heard.seq)
    if (step === 'hole') line?.giveUp('a transition is missing')
    else if (step === 'next' && heard.type === 'transition') options.onTransition?.(heard)
  }

  function fault({ code, detail = '' }: ErrorFrame): void {
    // The same filter will be as bad the next time.
    if (code === 'bad_filter') refuse(CLOSED.badMessage, detail === '' ? code : detail)
    else options.onFault?.({ code, detail })
  }

  function time(at: string): void {
    const ms = Date.parse(at)
    if (!Number.isNaN(ms)) options.onTime?.(ms)
  }

  return { position: place.now, close: stop }
}

const isFiltered = ({ important = false, ...lists }: Filter): boolean =>
  important || Object.values(lists).some((list) => list.length > 0)
