import { noticeId, type Delivery } from './delivery.ts'
import { wants, wantsType, type Roll, type Wish } from './tell.ts'
import { subjectOf, transitionId, type Change } from './transition.ts'

/** A subscriber as far as owing goes. `expiresMs` is how long a notice is worth telling. */
export type Hearer = { readonly name: string; readonly expiresMs: number; readonly tell: Wish }

/**
 * What is owed for these changes: one delivery for each change and subscriber that wants it.
 *
 * Pure, and the same for the same change however often it is decided: ids come from the change and the name.
 *
 * @param folded whether a change is told by its platform's storm. It then owes nothing of its own, except to those
 *   who asked not to hear of storms: a storm must not take an outage away from them
 */
export const owedFor = (
  changes: readonly Change[],
  subscribers: readonly Hearer[],
  roll: Roll,
  folded: (change: Change) => boolean,
): readonly Delivery[] =>
  changes.flatMap((change) => {
    const isFolded = folded(change)
    return subscribers
      .filter(({ tell }) => wants(tell, change, roll) && !(isFolded && hearsOfStorm(tell, change)))
      .map((subscriber) => delivery(change, subscriber))
  })

/** A storm's beginning lists who fell, its end who is back. */
const hearsOfStorm = ({ types }: Wish, { name }: Change): boolean =>
  wantsType(types, name === 'outage.closed' ? 'platform.settled' : 'platform.troubled')

function delivery(change: Change, { name, expiresMs }: Hearer): Delivery {
  const transition = transitionId(change)
  return {
    id: noticeId(transition, name, change.at),
    subscriber: name,
    subject: subjectOf(change),
    transition,
    outage: 'outage' in change ? change.outage.id : null,
    state: 'due',
    dueAt: change.at,
    expiresAt: change.at + expiresMs,
    tries: 0,
    lastError: null,
    deliveredAt: null,
    mergedInto: null,
  }
}
