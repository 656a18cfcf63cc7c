import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Delivery } from '../../src/core/delivery.ts'
import type { Store } from '../../src/core/store.ts'
import { createOutboxModel } from '../support/store-outbox-model.ts'
import { changeOf, deliveryOf, nothing, outageOf, settlement, T0 } from '../support/store-samples.ts'
import { everyPage, tempStore } from '../support/store-temp.ts'

const LEASE = 30

const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('owe' as const), account: fc.nat(2), dueIn: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('claim' as const), after: fc.nat(25) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      pick: fc.nat(99),
      state: fc.constantFrom('due' as const, 'delivered' as const, 'refused' as const, 'expired' as const),
      dueIn: fc.nat(40),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retry' as const), pick: fc.nat(99) }) },
)
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

/** Plays one run against the store and the model; subscribers of its own keep runs apart in one database. */
async function play(store: Store, run: number, acts: readonly Act[]): Promise<void> {
  const model = createOutboxModel()
  const subscribers = [`desk${run}`, `pager${run}`]
  const perSubscriber = Object.fromEntries(subscribers.map((name) => [name, 99]))
  const owed: Delivery[] = []
  let now = T0
  let made = 0

  const claim = async (): Promise<readonly string[]> => {
    const claimed = await store.claim({ now, leaseMs: LEASE, limit: 99, perSubscriber })
    const groups = claimed.map((one) => [one, ...one.following].map(({ delivery }) => delivery.id))
    expect(sorted(groups)).toEqual(sorted(model.claim(now, LEASE)))
    return groups.flat()
  }

  async function owe(account: number, dueIn: number): Promise<void> {
    const change = changeOf(outageOf(`x:${run}-${account}`), 'outage.changed', T0 + ++made)
    const deliveries = subscribers.map((subscriber) => deliveryOf(change, subscriber, { dueAt: now + dueIn }))
    await store.record({ ...nothing, changes: [change], deliveries })
    for (const delivery of deliveries) model.owe(delivery)
    owed.push(...deliveries)
  }

  for (const one of acts) {
    const delivery = 'pick' in one ? owed[one.pick % Math.max(1, owed.length)] : undefined
    if (one.kind === 'owe') await owe(one.account, one.dueIn)
    if (one.kind === 'claim') {
      now += one.after
      await claim()
    }
    if (one.kind === 'settle' && delivery !== undefined) {
      await store.settle([settlement(delivery, { state: one.state, dueAt: now + one.dueIn })])
      model.settle(delivery.id, one.state, now + one.dueIn)
    }
    if (one.kind === 'retry' && delivery !== undefined)
      expect((await store.retry(delivery.id, now)).kind).toBe(model.retry(delivery.id, now))
    expect(await store.nextDueAt(subscribers)).toBe(model.nextDueAt())
  }

  // Whatever is still owed can be told, and is told in order: the model says what comes first.
  while (model.nextDueAt() !== null) {
    now = Math.max(now, model.nextDueAt() ?? now)
    for (const id of await claim()) {
      await store.settle([settlement(owed.find((one) => one.id === id)!)])
      model.settle(id, 'delivered', T0)
    }
  }
  const all = await everyPage((cursor) => store.deliveries({ limit: 500, ...cursor }))
  const mine = all.filter(({ subscriber }) => subscribers.includes(subscriber))
  expect(Object.fromEntries(mine.map(({ id, state }) => [id, state]))).toEqual(model.states())
}

const sorted = (groups: readonly (readonly string[])[]): readonly string[] => groups.map((ids) => ids.join(' ')).sort()

test('whatever happens, order is kept, leases are honoured and nothing is lost', async () => {
  const store = await tempStore()
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 60 }), (acts) => play(store, run++, acts)),
    { numRuns: 60, endOnFailure: false },
  )
})
