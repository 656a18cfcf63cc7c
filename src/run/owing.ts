import type { Subscriber } from '../core/channel.ts'
import { notBefore, type Delivery } from '../core/delivery.ts'
import type { Outage } from '../core/outage.ts'
import { hearerOf, hearsOfStorm, isCorrection, isEnd, owedFor, type Hearer } from '../core/owed.ts'
import { retellings } from '../core/retell.ts'
import type { Shift, Store } from '../core/store.ts'
import { wants, type Roll } from '../core/tell.ts'
import { accountOf, type Change, type OutageChange } from '../core/transition.ts'
import type { Storms } from './storms.ts'

/** Decides who must hear of a change, and when. */
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
  /** What is owed of outages that outlast their storm, as the storm ends. */
  beyondStorm(outages: readonly Outage[], now: number): readonly Shift[]
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
    hearsOfStorm(tell, 'platform.troubled') &&
    wants({ ...tell, types: [] }, change, roll)

  /**
   * What is owed if the beginning was told by itself: an alert for it is open, or a message says that it lasts. Whether
   * it was, the store knows: a storm may have broken out in between.
   */
  function follows(change: Change, { tell, alerts }: Hearer): boolean {
    if (alerts === true && isEnd(change)) return true
    return change.name !== 'outage.opened' && storms.folds(change) && wants(tell, change, roll)
  }

  function owedBy(change: Change, hearers: readonly Hearer[], told: Told): Owed {
    const corrects = (hearer: Hearer): boolean =>
      'outage' in change &&
      isCorrection(change) &&
      (told.get(change.outage.id)?.has(hearer.name) === true || heardByStorm(hearer, change))
    const owed = owedFor([change], hearers, roll, storms.folds, (_, hearer) => corrects(hearer))
    const others = hearers.filter(({ name }) => !owed.some(({ subscriber }) => subscriber === name))
    const following = others.filter((hearer) => follows(change, hearer))
    return { change, owed, ifTold: owedFor([change], following, roll, NEVER, ALWAYS) }
  }

  function of(changes: readonly Change[], told: Told): { deliveries: readonly Delivery[]; shifts: readonly Shift[] } {
    const hearers = subscribers().map(hearerOf)
    const ofStorms = hearers.filter(({ tell }) => hearsOfStorm(tell, 'platform.troubled')).map(({ name }) => name)
    const inTime =
      (change: Change) =>
      (delivery: Delivery): Delivery => {
        const quiet = quietUntil(accountOf(change) ?? '', change.at)
        return notBefore(
          delivery,
          Math.max(quiet, ofStorms.includes(delivery.subscriber) ? storms.heldUntil(change) : 0),
        )
      }
    const each = changes.map((change) => owedBy(change, hearers, told))
    const ifTold = each.flatMap((one) => one.ifTold.map(inTime(one.change)))
    const shifts = each.flatMap(({ change, owed }) =>
      storms.shiftsFor(change, { ofStorms, told: new Map(owed.map(({ subscriber, id }) => [subscriber, id])) }),
    )
    return {
      deliveries: each.flatMap(({ change, owed }) => owed.map(inTime(change))),
      shifts: ifTold.length === 0 ? shifts : [...shifts, { kind: 'follow', deliveries: ifTold }],
    }
  }

  function beyondStorm(outages: readonly Outage[], now: number): readonly Shift[] {
    const hearers = subscribers().map(hearerOf)
    const all = outages.flatMap((outage) => retellings(outage, hearers, roll, now, quietUntil(outage.account, now)))
    return all.length === 0 ? [] : [{ kind: 'retell', retellings: all }]
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
    beyondStorm,
  }
}

type Owed = { readonly change: Change; readonly owed: readonly Delivery[]; readonly ifTold: readonly Delivery[] }

const NEVER = (): boolean => false
const ALWAYS = (): boolean => true
