import { expect, test } from 'vitest'
import type { Decision, Store } from '../../src/core/store.ts'
import { meddle, tempFile, tempStore } from '../support/store-temp.ts'
import { changeOf, deliveryOf, keptOf, nothing, opening, outageOf, sightingAt, T0 } from '../support/store-samples.ts'

/** Everything a decision can write. */
async function contents(store: Store): Promise<unknown> {
  const outages = (await store.outages({ limit: 99 })).items
  return {
    transitions: await store.transitionsAfter(0, 99),
    kept: await store.kept(),
    outages,
    sightings: await Promise.all(outages.map(({ id }) => store.sightingsOf(id))),
    deliveries: await store.deliveries({ limit: 99 }),
    spells: await store.spells('x:a', 0, T0 * 2),
    notes: [await store.note('storms'), await store.note('poison')],
  }
}

const whole = (account: string, at: number): Decision => ({
  ...opening(account, at, ['desk']),
  spell: { from: at - 9, to: at },
  notes: { storms: String(at) },
})

const poisons: readonly (readonly [string, (decision: Decision) => Decision])[] = [
  [
    'a delivery of an unknown transition',
    (one) => ({ ...one, deliveries: [deliveryOf(changeOf(outageOf('x:z')), 'd')] }),
  ],
  [
    'a sighting of an unknown outage',
    (one) => ({ ...one, sightings: [{ outage: 'out_', sighting: sightingAt('x:a', 1) }] }),
  ],
  ['a delivery in no known state', (one) => withDelivery(one, { state: 'lost' })],
  ['something no thread can take', (one) => withDelivery(one, { lastError: () => 'no' })],
  [
    'a number JSON cannot write',
    (one) => ({ ...one, changes: [changeOf({ ...outageOf('x:a'), blindMs: 1n as never })] }),
  ],
  ['a statement the disk refuses', (one) => ({ ...one, notes: { ...one.notes, poison: 'abort' } })],
  ['a statement that ends the whole transaction', (one) => ({ ...one, notes: { ...one.notes, poison: 'rollback' } })],
]

const withDelivery = (decision: Decision, fault: object): Decision => ({
  ...decision,
  deliveries: decision.deliveries.map((delivery) => ({ ...delivery, ...fault })),
})

const TRAPS = ['abort', 'rollback']
  .map(
    (way) => `create trigger ${way}_it before insert on notes when new.key = 'poison' and new.value = '${way}'
    begin select raise(${way}, 'the disk is full'); end;`,
  )
  .join('\n')

async function trapped(): Promise<Store> {
  const path = tempFile()
  const store = await tempStore(path)
  await store.record(whole('x:before', T0))
  meddle(path, TRAPS)
  return store
}

test.each(poisons)('nothing of a decision is written when it holds %s', async (_name, poison) => {
  const store = await trapped()
  const before = await contents(store)
  await expect(store.record(poison(whole('x:a', T0 + 1)))).rejects.toThrow(
    /^The store (refused to|cannot take this) record/,
  )
  expect(await contents(store)).toEqual(before)
  expect((await store.record(whole('x:a', T0 + 1))).map(({ seq }) => seq)).toEqual([2])
})

test.each(poisons)('decisions that wait together fail alone when one holds %s', async (_name, poison) => {
  const store = await trapped()
  const decisions = [1, 2, 3, 4, 5].map((ms) => whole(`x:${ms}`, T0 + ms))
  const endings = await Promise.allSettled(
    decisions.map((decision, index) => store.record(index === 2 ? poison(decision) : decision)),
  )
  expect(endings.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  const seqs = endings.flatMap((ending) => (ending.status === 'fulfilled' ? ending.value : [])).map(({ seq }) => seq)
  expect(seqs).toEqual([2, 3, 4, 5])
  expect((await store.transitionsAfter(0, 9)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
  expect((await store.deliveries({ limit: 9 })).items).toHaveLength(5)
})

test('a blind spell without its account is refused', async () => {
  const store = await tempStore()
  await expect(store.record({ ...nothing, spell: { from: 1, to: 2 } })).rejects.toThrow('without the account')
})

test('settling is all or nothing', async () => {
  const store = await tempStore()
  const decision = opening('x:a', T0, ['desk'])
  await store.record(decision)
  const { id, dueAt } = decision.deliveries[0]!
  const done = {
    id,
    dueAt,
    state: 'delivered',
    tries: 1,
    lastError: null,
    deliveredAt: T0,
    mergedInto: null,
    handle: null,
  } as const
  await expect(store.settle([done, { ...done, id: 'ntc_none' }])).rejects.toThrow('ntc_none')
  expect((await store.deliveries({ limit: 9 })).items).toEqual(decision.deliveries)
})

test('a checkpoint that cannot be written leaves the one before', async () => {
  const store = await tempStore()
  await store.checkpoint([keptOf('x:a')])
  const bad = { ...keptOf('x:b'), sightings: 1n as never }
  await expect(store.checkpoint([keptOf('x:c'), bad])).rejects.toThrow('BigInt')
  expect(await store.kept()).toEqual([keptOf('x:a')])
})

test('calls are answered in the order they were made, reads among them', async () => {
  const store = await tempStore()
  const order: string[] = []
  const said = (name: string) => (value: unknown) => void order.push(`${name} ${JSON.stringify(value)}`)
  await Promise.all([
    store.lastSeq().then(said('seq')),
    store.record(opening('x:a', T0, [])).then(() => said('recorded')(1)),
    store.lastSeq().then(said('seq')),
    store.record(opening('x:b', T0, [])).then(() => said('recorded')(2)),
    store.record(opening('x:c', T0, [])).then(() => said('recorded')(3)),
    store.lastSeq().then(said('seq')),
  ])
  expect(order).toEqual(['seq 0', 'recorded 1', 'seq 1', 'recorded 2', 'recorded 3', 'seq 3'])
})
