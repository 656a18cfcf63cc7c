import { BEFORE_ANY_TRY, noticeId, type Delivery } from './delivery.ts'
import { stableId } from './id.ts'
import { isDealtWith, type Outage } from './outage.ts'
import type { Hearer } from './owed.ts'
import { wants, type Roll } from './tell.ts'
import { timingOf } from './timing.ts'
import type { OutageChange, Transition } from './transition.ts'

/** An opening that a storm has told and that is to be told by itself, before it is known which transition that was. */
export type Retelling = Omit<Delivery, 'id' | 'transition'>

/**
 * What is owed of an outage that outlasts its storm. To those whose alert for the storm is resolved by its end, it is
 * told at once; those who want to be reminded hear of it when a reminder would be due. As with an escalation, it is
 * called off where somebody has taken it on by then, or it is over.
 *
 * @param quietUntil until when notices about the account are held, epoch ms; 0 when they are not
 */
export function retellings(
  outage: Outage,
  hearers: readonly Hearer[],
  roll: Roll,
  now: number,
  quietUntil: number,
): readonly Retelling[] {
  if (isDealtWith(outage)) return []
  const opening: OutageChange = { name: 'outage.opened', at: now, outage }
  return hearers
    .filter(({ alerts, remindMs }) => alerts === true || remindMs !== undefined)
    .filter(({ tell }) => wants(tell, opening, roll))
    .map((hearer) => retelling(hearer, opening, roll, quietUntil))
}

function retelling(hearer: Hearer, opening: OutageChange, roll: Roll, quietUntil: number): Retelling {
  const { name, expiresMs, alerts, remindMs = 0, afterMs = 0 } = hearer
  const { outage, at: now } = opening
  const wait = alerts === true ? Math.max(0, outage.openedAt + afterMs - now) : remindMs
  const { form, at } = timingOf({ ...hearer, afterMs: wait }, opening, roll)
  const dueAt = Math.max(at, quietUntil)
  return {
    subscriber: name,
    subject: outage.account,
    outage: outage.id,
    form,
    reminder: 0,
    plannedAt: at,
    dueAt,
    expiresAt: dueAt + expiresMs,
    ...BEFORE_ANY_TRY,
  }
}

/** Its id is none of the opening's own, which a storm may have told under that. */
export const retold = ({ id, at }: Transition, retelling: Retelling): Delivery => ({
  ...retelling,
  id: stableId('ntc', at, `${noticeId(id, retelling.subscriber, at)} beyond its storm`),
  transition: id,
})
