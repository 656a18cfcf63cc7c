import type { Subscriber } from '../core/channel.ts'
import { notBefore, type Delivery } from '../core/delivery.ts'
import { hearerOf, hearsOfStorm, isCorrection, owedFor, type Hearer } from '../core/owed.ts'
import type { Shift, Store } from '../core/store.ts'
import { wants, type Roll } from '../core/tell.ts'
import { accountOf, type Change, type OutageChange } from '../core/transition.ts'
import type { Storms } from './storms.ts'

export type OwingParts = {
  readonly store: Store
  readonly roll: Roll
  readonly subscribers: () => readonly Subscriber[]
  readonly storms: Storms
  /** Until when notices about an account are held, epoch ms; 0 when they are not. */
  readonly quietUntil: (account: string, at: number) => number
}

/** Who was told of the outages that are corrected, by outage. */
export type Told = ReadonlyMap<string, ReadonlySet<string>>

export type Owing = {
  /** Null when nothing is corrected. */
  toldBefore(changes: readonly Change[]): Promise<Told> | null
  /** What is owed for these changes, when, and what becomes of what was owed before. */
  of(
    changes: readonly Change[],
    told: Told,
  ): { readonly deliveries: readonly Delivery[]; readonly shifts: readonly Shift[] }
}

/** Who must hear of a decision, and when. */
export function createOwing({ store, roll, subscribers, storms, quietUntil }: OwingParts): Owing {
  async function toldOf({ id }: OutageChange['outage']): Promise<ReadonlySet<string>> {
    const names = new Set<string>()
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await store.deliveries({ outage: id, limit: 500, ...(cursor !== undefined && { cursor }) })
      // What is still owed will be told.
      for (const { subscriber, state } of page.items) {
        if (state === 'delivered' || state === 'due') names.add(subscriber)
      }
      cursor = page.next
    }
    return names
  }

  /** Of an outage that fell into a storm, the storm tells; it leaves no delivery of the outage's own. */
  const heardByStorm = ({ tell }: Hearer, change: OutageChange): boolean =>
    storms.folds({ ...change, name: 'outage.opened' }) &&
    hearsOfStorm(tell, change) &&
    wants({ ...tell, types: [] }, change, roll)

  function of(changes: readonly Change[], told: Told): { deliveries: readonly Delivery[]; shifts: readonly Shift[] } {
    const hearers = subscribers().map(hearerOf)
    const ofStorms = hearers.filter(({ tell }) => hearsOfStorm(tell, { name: 'outage.opened' })).map(({ name }) => name)
    const corrects = (change: Change, hearer: Hearer): boolean =>
      'outage' in change &&
      isCorrection(change) &&
      (told.get(change.outage.id)?.has(hearer.name) === true || heardByStorm(hearer, change))
    const each = changes.map((change) => {
      const waits = (subscriber: string): number =>
        Math.max(
          quietUntil(accountOf(change) ?? '', change.at),
          ofStorms.includes(subscriber) ? storms.heldUntil(change) : 0,
        )
      const owed = owedFor([change], hearers, roll, storms.folds, corrects)
      return { change, owed: owed.map((delivery) => notBefore(delivery, waits(delivery.subscriber))) }
    })
    const shifts = each.flatMap(({ change, owed }) =>
      storms.shiftsFor(change, { ofStorms, told: new Map(owed.map(({ subscriber, id }) => [subscriber, id])) }),
    )
    return { deliveries: each.flatMap(({ owed }) => owed), shifts }
  }

  return {
    toldBefore(changes) {
      const corrected = changes.flatMap((change) => ('outage' in change && isCorrection(change) ? [change.outage] : []))
      if (corrected.length === 0) return null
      return Promise.all(corrected.map(async (outage) => [outage.id, await toldOf(outage)] as const)).then(
        (pairs) => new Map(pairs),
      )
    },
    of,
  }
}
