import fc from 'fast-check'
import { expect, test } from 'vitest'
import { settlementsOf, turnOf, type Parcel } from '../../src/core/parcel.ts'
import type { Store } from '../../src/core/store.ts'
import { matterOf } from '../../src/core/matter.ts'
import type { Change, Transition } from '../../src/core/transition.ts'
import { changeOf, closed, deliveryOf, nothing, outageOf, T0 } from '../support/store-samples.ts'
import { tempStore } from '../support/store-temp.ts'

type Told = { readonly name: string; readonly transition: Transition; readonly merged: readonly string[] }
/** A pager: what it was told, and how it takes the next. */
type Pager = { readonly name: string; readonly told: Told[]; takes: (parcel: Parcel) => boolean }

let pagers = 0
const pagerThat = (takes: Pager['takes']): Pager => ({ name: `pager${pagers++}`, told: [], takes })

/** Tells all that is due now. */
async function drain(store: Store, pager: Pager, now: number): Promise<void> {
  for (;;) {
    const perSubscriber = { [pager.name]: 9 }
    const claimed = await store.claim({ now, leaseMs: 30_000, limit: 9, perSubscriber })
    if (claimed.length === 0) return
    for (const one of claimed) {
      const turn = turnOf(one, now, () => 0)
      if (turn.kind !== 'tell') throw new Error(`a turn to ${turn.kind}`)
      const { carrier, merged } = turn.parcel
      const isTaken = pager.takes(turn.parcel)
      const outcome = isTaken
        ? ({ kind: 'delivered' } as const)
        : ({ kind: 'refused', reason: 'answered 400' } as const)
      await store.settle(settlementsOf(turn.parcel, outcome, now, 0))
      const { transition } = carrier
      if (isTaken)
        pager.told.push({ name: transition.name, transition, merged: merged.map((told) => told.transition.name) })
    }
  }
}

async function happen(store: Store, pager: Pager, change: Change): Promise<string> {
  const delivery = deliveryOf(change, pager.name)
  await store.record({ ...nothing, changes: [change], deliveries: [delivery] })
  await drain(store, pager, change.at)
  return delivery.id
}

/** Two outages of one account, one after the other. */
function story(account: string): readonly Change[] {
  const [one, two] = [outageOf(account, T0), outageOf(account, T0 + 100_000)]
  return [
    changeOf(one),
    changeOf(one, 'outage.changed', T0 + 10_000),
    changeOf(one, 'outage.acknowledged', T0 + 20_000),
    changeOf(closed(one, T0 + 60_000), 'outage.closed', T0 + 60_000),
    changeOf(two),
    changeOf(closed(two, T0 + 160_000), 'outage.closed', T0 + 160_000),
  ]
}

const NOW = T0 + 600_000
const brief = ({ told }: Pager): readonly string[] => told.map(({ name, merged }) => [name, ...merged].join(' with '))

test('an opening whose closing was told is not told after it, and the answer says what was', async () => {
  const store = await tempStore()
  const pager = pagerThat(({ carrier }) => carrier.transition.name === 'outage.closed')
  const [opened, , , end] = story('x:a') as [Change, Change, Change, Change]
  const [opening, closing] = [await happen(store, pager, opened), await happen(store, pager, end)]
  const again = await store.retry(opening, NOW)
  expect(again).toMatchObject({ kind: 'overtaken', by: closing, transition: { name: 'outage.closed', at: end.at } })
  pager.takes = () => true
  await drain(store, pager, NOW)
  expect(brief(pager)).toEqual(['outage.closed'])
})

test.each([
  ['the newest first, as they are listed', [1, 0]],
  ['the oldest first', [0, 1]],
])('what was refused from opening to closing is one late notice: %s', async (_, order) => {
  const store = await tempStore()
  const pager = pagerThat(() => false)
  const [opened, , , end] = story('x:a') as [Change, Change, Change, Change]
  const ids = [await happen(store, pager, opened), await happen(store, pager, end)]
  pager.takes = () => true
  const kinds: string[] = []
  for (const index of order) {
    kinds.push((await store.retry(ids[index]!, NOW)).kind)
    await drain(store, pager, NOW)
  }
  expect(kinds).toEqual(['due', 'told'])
  expect(brief(pager)).toEqual(['outage.closed with outage.opened'])
  expect((await store.deliveries({ limit: 9 })).items.map(({ state }) => state)).toEqual(['delivered', 'delivered'])
})

test('what lasts is told from its opening on, whichever of it somebody wants told', async () => {
  const store = await tempStore()
  const pager = pagerThat(() => false)
  const ids: string[] = []
  for (const change of story('x:a').slice(0, 3)) ids.push(await happen(store, pager, change))
  pager.takes = () => true
  expect(await store.retry(ids[2]!, NOW)).toEqual({ kind: 'due', ids })
  await drain(store, pager, NOW)
  expect(brief(pager)).toEqual(['outage.opened', 'outage.changed', 'outage.acknowledged'])
})

test('the end of what was told can be told however late it is', async () => {
  const store = await tempStore()
  const pager = pagerThat(({ carrier }) => carrier.transition.name !== 'outage.closed')
  const ids: string[] = []
  for (const change of story('x:a').slice(0, 5)) ids.push(await happen(store, pager, change))
  pager.takes = () => true
  expect(await store.retry(ids[3]!, NOW)).toEqual({ kind: 'due', ids: [ids[3]] })
})

test('however it is refused and retried, nothing is told out of order and nothing stays open', async () => {
  const store = await tempStore()
  let run = 0
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6, maxLength: 6 })
  const taken = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(taken, taken, order, async (first, second, retried) => {
      let tries = 0
      const pager = pagerThat(() => first[tries++] ?? true)
      const ids: string[] = []
      for (const change of story(`x:run${run++}`)) ids.push(await happen(store, pager, change))
      pager.takes = () => second[tries++ % 6] ?? true
      for (const index of retried) {
        await store.retry(ids[index]!, NOW)
        await drain(store, pager, NOW)
      }
      pager.takes = () => true
      for (const id of ids) await store.retry(id, NOW).then(() => drain(store, pager, NOW))
      holdsOrder(pager.told)
    }),
    { numRuns: 80 },
  )
})

function holdsOrder(told: readonly Told[]): void {
  const isOpen = new Map<string, boolean>()
  let newest = 0
  for (const { transition } of told) {
    const { id, endedAt } = matterOf(transition)
    if (endedAt === null) expect(transition.seq).toBeGreaterThan(newest)
    else expect(isOpen.get(id)).not.toBe(false)
    isOpen.set(id, endedAt === null)
    newest = Math.max(newest, transition.seq)
  }
  expect([...isOpen.values()]).not.toContain(true)
}
