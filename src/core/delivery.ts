import type { Outcome } from './channel.ts'
import { stableId } from './id.ts'

export type DeliveryState = 'due' | 'delivered' | 'refused' | 'expired'

/** One notice owed to one subscriber. Its `id` is the notice's and stays the same on every try. Times are epoch ms. */
export type Delivery = {
  readonly id: string
  readonly subscriber: string
  /** Order is kept within one subscriber and subject. */
  readonly subject: string
  /** The transition it tells. */
  readonly transition: string
  readonly outage: string | null
  readonly state: DeliveryState
  readonly dueAt: number
  readonly expiresAt: number
  readonly tries: number
  readonly lastError: string | null
  readonly deliveredAt: number | null
  /** The delivery that carried this one's news, when an opening was told together with its closing. */
  readonly mergedInto: string | null
}

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
}

export const noticeId = (transition: string, subscriber: string, at: number): string =>
  stableId('ntc', at, `${transition} ${subscriber}`)

const FIRST_DELAY = 5_000
const LONGEST_DELAY = 15 * 60_000

/**
 * How long to wait before the next try: doubling from 5 s to 15 min, between half and the whole of it (jitter), and
 * never before the receiver said.
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
  const dueAt = Math.max(now + retryDelay(tries, chance), outcome.retryAt ?? 0)
  const state = dueAt >= delivery.expiresAt ? 'expired' : 'due'
  return { ...written, state, dueAt, lastError: outcome.reason }
}
