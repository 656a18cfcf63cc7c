import { allowanceOf, type Allowance } from '../core/allowance.ts'
import type { Answer, Ask, AskRequest } from '../core/answer.ts'
import type { Clock } from '../core/clock.ts'

/** First pause after a 429 that does not say how long; doubles while they go on. */
const FIRST_PAUSE = 5_000
const LONGEST_PAUSE = 10 * 60_000

/** Thrown instead of asking an origin that told us to wait. */
export class Paused extends Error {
  override readonly name = 'Paused'
  readonly until: number
  constructor(until: number) {
    super('the server asked us to wait')
    this.until = until
  }
}

/** Asks for one platform, as often as its servers let us. */
export type Polite = {
  /** Answers like `ask`, or throws {@link Paused} without asking; tells of each request that is really sent. */
  asking(onSent: () => void): Ask
  /** The newest word of any server about its limits. */
  allowance(): Allowance | null
  /** Requests really sent within the budget's window. */
  used(): number
  /** Until when this origin must not be asked, or null. */
  pausedUntil(origin: string): number | null
  /** What the next one of this platform has to know after a reload. */
  readonly memory: Memory
}

type Memory = { readonly pauses: Map<string, Pause>; readonly used: Tally }
type Pause = { readonly until: number; readonly refusals: number }

/**
 * Obeys what servers say of their limits, each origin by itself: one host of an account that wants to be left alone
 * must not silence a whole platform.
 */
export function createPolite(ask: Ask, clock: Clock, windowMs: number, before?: Polite): Polite {
  const memory: Memory = {
    pauses: before?.memory.pauses ?? new Map<string, Pause>(),
    used: createTally(windowMs, before?.memory.used),
  }
  const { pauses, used } = memory
  let newest: Allowance | null = null

  const asking = (onSent: () => void): Ask => {
    return async (request: AskRequest) => {
      const origin = originOf(request.url)
      const pause = pauses.get(origin)
      if (pause !== undefined && pause.until > clock.now()) throw new Paused(pause.until)
      onSent()
      used.add(clock.now())
      const answer = await ask(request)
      heed(origin, answer)
      return answer
    }
  }

  function heed(origin: string, answer: Answer): void {
    const now = clock.now()
    const allowance = allowanceOf(answer.status, answer.headers, now)
    if (allowance.remaining !== null || allowance.retryAt !== null) newest = allowance
    const pause = pauses.get(origin)
    // Nothing is asked in a pause, so this was asked before it: it may lengthen the pause, but not end or double it.
    if (pause !== undefined && pause.until > now) {
      pauses.set(origin, { ...pause, until: Math.max(pause.until, allowance.retryAt ?? 0) })
      return
    }
    if (answer.status !== 429 && allowance.retryAt === null) {
      pauses.delete(origin)
      return
    }
    const refusals = (pause?.refusals ?? 0) + (answer.status === 429 ? 1 : 0)
    const own = now + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(refusals - 1, 20))
    pauses.set(origin, { until: allowance.retryAt ?? own, refusals })
  }

  return {
    memory,
    asking,
    allowance: () => newest,
    used: () => used.count(clock.now()),
    pausedUntil: (origin) => {
      const until = pauses.get(origin)?.until
      return until !== undefined && until > clock.now() ? until : null
    },
  }
}

const SLICES = 30

type Tally = {
  add(now: number): void
  count(now: number): number
  readonly windowMs: number
  /** How many in each slice since 1970. */
  readonly slices: ReadonlyMap<number, number>
}

/** Counts within a sliding window, in slices of a thirtieth of it. @param before counted until now, in a window of its own */
function createTally(windowMs: number, before?: Tally): Tally {
  if (before?.windowMs === windowMs) return before
  const slices = new Map<number, number>()
  const sliceOf = (at: number) => Math.floor((at / windowMs) * SLICES)
  function forget(now: number): void {
    for (const slice of slices.keys()) if (slice <= sliceOf(now) - SLICES) slices.delete(slice)
  }
  for (const [slice, count] of before?.slices ?? []) {
    const same = sliceOf((slice / SLICES) * (before?.windowMs ?? windowMs))
    slices.set(same, (slices.get(same) ?? 0) + count)
  }
  return {
    windowMs,
    slices,
    add(now: number): void {
      const slice = sliceOf(now)
      const count = slices.get(slice)
      if (count === undefined) forget(now)
      slices.set(slice, (count ?? 0) + 1)
    },
    count(now: number): number {
      forget(now)
      return [...slices.values()].reduce((sum, count) => sum + count, 0)
    },
  }
}

function originOf(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? url : parsed.origin
}
