import { BEFORE_ANY_TRY, noticeId, type Delivery, type Settlement } from './delivery.ts'
import { heldUntil } from './hours.ts'
import { stableId } from './id.ts'
import { isDealtWith } from './outage.ts'
import { isSummary, type Parcel, type Told } from './parcel.ts'
import type { Manners } from './timing.ts'

/** Who is to be reminded, as the configuration has it now. */
export type Reminded = Manners & { readonly isImportant: (account: string) => boolean }

/**
 * What is written of a try, with the reminders that follow it. There is one of an outage at a time: it is made when the
 * opening, or the reminder before it, is over, so that they never pile up for somebody who cannot be reached.
 */
export function withReminders(
  settlements: readonly Settlement[],
  parcel: Parcel,
  reminded: Reminded,
  now: number,
): readonly Settlement[] {
  const all = isSummary(parcel) ? [...parcel.merged, parcel.carrier] : [parcel.carrier]
  return settlements.map((settlement) => {
    const told = all.find(({ delivery }) => delivery.id === settlement.id)
    const then = told === undefined ? null : reminderAfter(told, settlement, reminded, now)
    return then === null ? settlement : { ...settlement, then }
  })
}

/** Due at the first multiple of `remindMs` that lies ahead, and worth telling until the one after it. */
function reminderAfter(told: Told, { state }: Settlement, reminded: Reminded, now: number): Delivery | null {
  const { delivery, transition, standing } = told
  const { remindMs } = reminded
  if (remindMs === undefined || transition.name !== 'outage.opened') return null
  if (standing !== undefined && isDealtWith(standing.outage)) return null
  // A reminder that could not be told in its time is skipped; an opening that was not told has nothing to remind of.
  if (state !== 'delivered' && !(state === 'expired' && delivery.reminder > 0)) return null
  const from = delivery.reminder === 0 ? now : delivery.plannedAt
  const slot = from + remindMs * (Math.floor(Math.max(0, now - from) / remindMs) + 1)
  return reminderAt(awake(slot, transition.outage.account, reminded), delivery, transition.at, remindMs)
}

/** Nobody is reminded of what would not have been told them at that hour. */
const awake = (at: number, account: string, { hold, isImportant }: Reminded): number =>
  hold === undefined || isImportant(account) ? at : (heldUntil(hold, at) ?? at)

function reminderAt(dueAt: number, before: Delivery, openedAt: number, remindMs: number): Delivery {
  const { subscriber, transition } = before
  const reminder = before.reminder + 1
  const opening = noticeId(transition, subscriber, openedAt)
  return {
    ...before,
    id: stableId('ntc', openedAt, `${opening} reminder ${reminder}`),
    form: 'plain',
    reminder,
    plannedAt: dueAt,
    dueAt,
    expiresAt: dueAt + remindMs,
    ...BEFORE_ANY_TRY,
  }
}
