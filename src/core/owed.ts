import { BEFORE_ANY_TRY, noticeId, type Delivery } from './delivery.ts'
import type { Subscriber } from './channel.ts'
import { wants, wantsType, type Roll, type Wish } from './tell.ts'
import { timingOf, type Manners } from './timing.ts'
import { subjectOf, transitionId, type Change, type PlatformChange, type SubscriberChange } from './transition.ts'

/** A subscriber as far as owing goes. `expiresMs` is how long a notice is worth telling. */
export type Hearer = Manners & {
  readonly name: string
  readonly expiresMs: number
  readonly tell: Wish
  /** Its channel keeps a storm's list current where it was told. */
  readonly updates?: boolean
  /** Its target keeps an alert open for each matter. */
  readonly alerts?: boolean
}

export const hearerOf = ({ channel: { expiresMs, updates, alerts }, ...subscriber }: Subscriber): Hearer => ({
  ...subscriber,
  expiresMs,
  updates: updates === true,
  alerts: alerts === true,
})

/**
 * What is owed for these changes: one delivery for each change and subscriber that wants it.
 *
 * Pure, and the same for the same change however often it is decided: ids come from the change and the name.
 *
 * @param folded whether a change is told by its platform's storm. It then owes nothing of its own: whoever would have
 *   heard of it hears of the storm
 * @param corrects whether a change corrects what the subscriber was told: it hears of that, whatever else it wants
 */
export const owedFor = (
  changes: readonly Change[],
  subscribers: readonly Hearer[],
  roll: Roll,
  folded: (change: Change) => boolean,
  corrects: (change: Change, hearer: Hearer) => boolean = () => false,
): readonly Delivery[] =>
  changes
    .filter((change) => !folded(change))
    .flatMap((change) =>
      subscribers
        .filter((hearer) => hears(hearer, change, roll) || corrects(change, hearer))
        .map((subscriber) => delivery(change, subscriber, roll)),
    )

/** A storm's list told again is news only where it takes the place of the one told before. */
const hears = ({ name, tell, updates }: Hearer, change: Change, roll: Roll): boolean =>
  'subscriber' in change
    ? hearsOfTrouble(name, tell, change)
    : (wants(tell, change, roll) || ('platform' in change && hearsInstead(tell, change, roll))) &&
      (!('again' in change) || updates === true)

/** Nobody can be told that they cannot be reached. Their fallback is told, and whoever has asked for it by name. */
const hearsOfTrouble = (
  name: string,
  { types }: Wish,
  { subscriber, fallback, ...change }: SubscriberChange,
): boolean => name !== subscriber && (name === fallback || (types.length > 0 && wantsType(types, change.name)))

/** What a storm's beginning and end tell in place of its outages, which then tell nothing of their own. */
const INSTEAD_OF = {
  'platform.troubled': ['outage.opened', 'outage.changed'],
  'platform.settled': ['outage.closed'],
} as const

/** Whether somebody hears of a storm: whoever asked for outages only does as well, in place of a thousand notices. */
export const hearsOfStorm = ({ types }: Pick<Wish, 'types'>, name: PlatformChange['name']): boolean =>
  [name, ...INSTEAD_OF[name]].some((one) => wantsType(types, one))

const hearsInstead = (tell: Wish, change: PlatformChange, roll: Roll): boolean =>
  hearsOfStorm(tell, change.name) && wants({ ...tell, types: [] }, change, roll)

/** The end of a matter: an alert for it must not stay open, whatever else its subscriber hears of. */
export const isEnd = ({ name }: Change): boolean =>
  name === 'outage.closed' || name === 'sight.regained' || name === 'platform.settled' || name === 'subscriber.regained'

/** Rule 9: it is told to whoever was told before. */
export const isCorrection = ({ name }: Change): boolean => name === 'outage.annotated' || name === 'outage.retracted'

function delivery(change: Change, hearer: Hearer, roll: Roll): Delivery {
  const { name, expiresMs } = hearer
  const { form, at } = timingOf(hearer, change, roll)
  const transition = transitionId(change)
  return {
    id: noticeId(transition, name, change.at),
    subscriber: name,
    subject: subjectOf(change),
    transition,
    outage: 'outage' in change ? change.outage.id : null,
    form,
    reminder: 0,
    plannedAt: at,
    dueAt: at,
    expiresAt: at + expiresMs,
    ...BEFORE_ANY_TRY,
  }
}
