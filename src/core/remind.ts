import type { Subscriber } from './channel.ts'
import { noticeId, type Delivery, type Settlement } from './delivery.ts'
import { stableId } from './id.ts'
import type { Told } from './parcel.ts'
import type { Transition } from './transition.ts'

/**
 * What is written of a try, with the reminder that follows it. There is one at a time: it is made when the opening, or
 * the reminder before it, is over, so that they never pile up for somebody who cannot be reached.
 *
 * @param settlements the last of them is `told`'s
 * @param subscriber undefined when it has left the configuration
 */
export function withReminder(
  settlements: readonly Settlement[],
  told: Told,
  subscriber: Subscriber | undefined,
  now: number,
): readonly Settlement[] {
  const last = settlements.at(-1)
  const { delivery, transition } = told
  if (last === undefined || subscriber?.remindMs === undefined || transition.name !== 'outage.opened')
    return settlements
  // A reminder that could not be told in its time is skipped; an opening that was not told has nothing to remind of.
  const isOver = last.state === 'delivered' || (last.state === 'expired' && delivery.reminder > 0)
  if (!isOver) return settlements
  return [...settlements.slice(0, -1), { ...last, then: reminderAfter(delivery, transition, subscriber.remindMs, now) }]
}

/** Due at the first multiple of `remindMs` that lies ahead, and worth telling until the one after it. */
function reminderAfter(before: Delivery, { at }: Transition, remindMs: number, now: number): Delivery {
  const { subscriber, transition } = before
  const reminder = before.reminder + 1
  const from = before.reminder === 0 ? now : before.plannedAt
  const dueAt = from + remindMs * (Math.floor(Math.max(0, now - from) / remindMs) + 1)
  return {
    ...before,
    id: stableId('ntc', at, `${noticeId(transition, subscriber, at)} reminder ${reminder}`),
    form: 'plain',
    reminder,
    state: 'due',
    plannedAt: dueAt,
    dueAt,
    expiresAt: dueAt + remindMs,
    tries: 0,
    lastError: null,
    deliveredAt: null,
    mergedInto: null,
  }
}
