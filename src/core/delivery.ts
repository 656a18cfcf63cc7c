import type { Outcome } from './channel.ts'
import { stableId } from './id.ts'

/** `due` also while it is tried; the others are final, unless somebody asks for another try by hand. */
export type DeliveryState = 'due' | 'delivered' | 'refused' | 'expired'

/**
 * How it is told: `plain` when it happens; `urgent` as well, to somebody for whom the rest is held; `held` at a later
 * hour, in one message with everything else that is held until then; `escalation` to somebody who hears of an outage
 * only when nobody has acknowledged it in time.
 */
export type Form = 'plain' | 'urgent' | 'held' | 'escalation'

/** One notice owed to one subscriber. Its `id` is the notice's and stays the same on every try. Times are epoch ms. */
export type Delivery = {
  readonly id: string
  readonly subscriber: string
  /** Order is kept within one subscriber and subject. */
  readonly subject: string
  /** The transition it tells. */
  readonly transition: string
  readonly outage: string | null
  readonly form: Form
  /** 0, or which reminder of an opening this is: 1, 2, 3 … */
  readonly reminder: number
  readonly state: DeliveryState
  /** When it was to be told at first; what is told later than that is late. */
  readonly plannedAt: number
  /** When it can be tried next. */
  readonly dueAt: number
  readonly expiresAt: number
  readonly tries: number
  readonly lastError: string | null
  readonly deliveredAt: number | null
  /** The delivery that carried this one's news, when an opening was told together with its closing. */
  readonly mergedInto: string | null
}

/** What is true of every delivery that nobody has tried yet. */
export const BEFORE_ANY_TRY = {
  state: 'due',
  tries: 0,
  lastError: null,
  deliveredAt: null,
  mergedInto: null,
} as const satisfies Partial<Delivery>

/** What became of a claimed delivery. */
export type Settlement = {
  readonly id: string
  readonly state: DeliveryState
  readonly dueAt: number
  readonly tries: number
  readonly lastError: string | null
  readonly deliveredAt: number | null
  readonly mergedInto: string | null
  /** What the target called it. */
  readonly handle: string | null
  /** Where it is worth telling for longer than before. */
  readonly expiresAt?: number
  /** What is owed from now on because of it, written together with it. */
  readonly then?: Delivery
}

/** The same for the same transition and subscriber, however often it is decided; `at` is the transition's, epoch ms. */
export const noticeId = (transition: string, subscriber: string, at: number): string =>
  stableId('ntc', at, `${transition} ${subscriber}`)

/** The delivery, due no sooner than `at` (epoch ms); once due it is worth telling for as long as before. */
export const notBefore = (delivery: Delivery, at: number): Delivery =>
  at <= delivery.dueAt ? delivery : { ...delivery, dueAt: at, expiresAt: delivery.expiresAt + at - delivery.dueAt }

const FIRST_DELAY = 5_000
const LONGEST_DELAY = 15 * 60_000

/**
 * How long to wait before the next try, ms: doubling from 5 s to 15 min, between half and the whole of it (jitter).
 *
 * @param tries how many there were, at least 1
 * @param chance in [0, 1)
 */
export function retryDelay(tries: number, chance: number): number {
  const full = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(tries - 1, 20))
  return Math.round(full / 2 + (full / 2) * chance)
}

/** Turns a try's outcome into what is to be written. */
export function settlementOf(delivery: Delivery, outcome: Outcome, now: number, chance: number): Settlement {
  const { id } = delivery
  const tries = delivery.tries + 1
  const written = { id, tries, dueAt: delivery.dueAt, mergedInto: null, deliveredAt: null, handle: null }
  if (outcome.kind === 'delivered')
    return { ...written, state: 'delivered', lastError: null, deliveredAt: now, handle: outcome.handle ?? null }
  if (outcome.kind === 'refused') return { ...written, state: 'refused', lastError: outcome.reason }
  const dueAt = nextTryAt(delivery, Math.max(now + retryDelay(tries, chance), outcome.retryAt ?? 0), now)
  const state = dueAt >= delivery.expiresAt ? 'expired' : 'due'
  return { ...written, state, dueAt, lastError: outcome.reason }
}

/** Room for one try before a notice expires. */
const LAST_CALL = 60_000

/**
 * A receiver may want to be left alone for longer than the notice is worth telling. It is asked once more shortly before
 * the notice expires, since one failed try must not be the end of an alert.
 */
function nextTryAt({ expiresAt }: Delivery, wanted: number, now: number): number {
  const lastCall = expiresAt - Math.min(LAST_CALL, (expiresAt - now) / 2)
  return wanted >= expiresAt && lastCall - now > FIRST_DELAY ? Math.round(lastCall) : wanted
}

/** How long a target is left alone, ms, that asks for silence even at a notice's last call. */
const SHORT_SILENCE = LAST_CALL / 2

/**
 * Until when the target wants to hear nothing at all (epoch ms), where it named a time. Never later than the next try of
 * the notice that it answered so: that try would find it silenced.
 */
export function silenceOf(settled: Settlement, outcome: Outcome, now: number): number | null {
  if (outcome.kind !== 'retry' || outcome.retryAt === null) return null
  return Math.min(outcome.retryAt, settled.state === 'due' ? settled.dueAt : now + SHORT_SILENCE)
}
