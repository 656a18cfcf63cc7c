import { expect, test } from 'vitest'
import type { Delivery } from '../../src/core/delivery.ts'
import type { Claim, Store } from '../../src/core/store.ts'
import type { Change } from '../../src/core/transition.ts'
import { everyPage, tempFile, tempStore } from '../support/store-temp.ts'
import { changeOf, deliveryOf, nothing, opening, outageOf, settlement, T0 } from '../support/store-samples.ts'

const LATER = T0 + 60_000

const claim = (more: Partial<Claim> = {}): Claim => ({
  now: LATER,
  leaseMs: 30_000,
  limit: 10,
  perSubscriber: { desk: 10, pager: 10 },
  ...more,
})

/** Each change of the account's outage is owed to the desk; they come back as they are owed, oldest first. */
async function owe(
  store: Store,
  account: string,
  changes = 1,
  more: Partial<Delivery> = {},
): Promise<readonly Delivery[]> {
  const outage = outageOf(account)
  const told = Array.from({ length: changes }, (_, index) =>
    changeOf(outage, 'outage.changed', outage.openedAt + index),
  )
  const deliveries = told.map((change) => deliveryOf(change, 'desk', more))
  await store.record({ ...nothing, changes: told, deliveries })
  return deliveries
}

const claimedIds = async (store: Store, more: Partial<Claim> = {}) =>
  (await store.claim(claim(more))).map(({ delivery }) => delivery.id)

test('what is due is claimed with its transition, once', async () => {
  const store = await tempStore()
  const decision = opening('x:a', T0, ['desk'])
  const [transition] = await store.record(decision)
  expect(await store.claim(claim())).toEqual([
    { delivery: decision.deliveries[0], transition, following: [], thread: null },
  ])
  expect(await store.claim(claim())).toEqual([])
})

test('what the target called the first message about an outage comes with every later one, to that subscriber only', async () => {
  const store = await tempStore()
  const decision = opening('x:a', T0, ['desk', 'wall'])
  await store.record(decision)
  const handles: Record<string, string> = { desk: '1503435956.000247', wall: '42' }
  const both = { perSubscriber: { desk: 8, wall: 8 } }
  for (const { delivery } of await store.claim(claim(both))) {
    await store.settle([settlement(delivery, { handle: handles[delivery.subscriber]! })])
  }
  const later = changeOf(outageOf('x:a'), 'outage.acknowledged', T0 + 1_000)
  const deliveries = ['desk', 'wall'].map((subscriber) => deliveryOf(later, subscriber))
  await store.record({ ...nothing, changes: [later], deliveries })
  const claimed = await store.claim(claim({ ...both, now: LATER }))
  expect(Object.fromEntries(claimed.map(({ delivery, thread }) => [delivery.subscriber, thread]))).toEqual(handles)
})

test('a storm and a loss of sight that begin in the same answer are told apart', async () => {
  const store = await tempStore()
  const storm = { platform: 'x', since: T0, accounts: ['x:a'] }
  const sight = { scope: { kind: 'platform', platform: 'x' }, since: T0, because: ['network'] } as const
  const threads: [string, string | null][] = []
  const changes: Change[] = [
    { name: 'platform.troubled', at: T0, ...storm },
    { name: 'sight.lost', at: T0 + 1, ...sight },
    { name: 'platform.settled', at: T0 + 2, ...storm },
    { name: 'sight.regained', at: T0 + 3, ...sight },
  ]
  for (const change of changes) {
    // The pager is told of storms only; the end of anything goes to whoever was told of the beginning.
    const pager = deliveryOf(change, 'pager')
    const deliveries = [deliveryOf(change, 'desk'), ...(change.name === 'platform.troubled' ? [pager] : [])]
    const shifts = /settled|regained/.test(change.name) ? [{ kind: 'follow', deliveries: [pager] } as const] : []
    await store.record({ ...nothing, changes: [change], deliveries, shifts })
    for (const { delivery, thread } of await store.claim(claim())) {
      threads.push([`${delivery.subscriber} ${change.name}`, thread])
      await store.settle([settlement(delivery, { handle: `${delivery.subscriber} ${change.name}` })])
    }
  }
  expect(threads).toEqual([
    ['desk platform.troubled', null],
    ['pager platform.troubled', null],
    ['desk sight.lost', null],
    ['desk platform.settled', 'desk platform.troubled'],
    ['pager platform.settled', 'pager platform.troubled'],
    ['desk sight.regained', 'desk sight.lost'],
  ])
})

test('what is not due yet is not claimed', async () => {
  const store = await tempStore()
  const [delivery] = await owe(store, 'x:a', 1, { dueAt: LATER + 1 })
  expect(await claimedIds(store)).toEqual([])
  expect(await store.nextDueAt()).toBe(LATER + 1)
  expect(await claimedIds(store, { now: LATER + 1 })).toEqual([delivery?.id])
})

test('of one subject only the oldest is claimed, the others follow it', async () => {
  const store = await tempStore()
  const [first, second, third] = await owe(store, 'x:a', 3)
  const [claimed, ...others] = await store.claim(claim())
  expect(others).toEqual([])
  expect(claimed?.delivery).toEqual(first)
  expect(claimed?.following.map(({ delivery }) => delivery)).toEqual([second, third])
  expect(claimed?.following.map(({ transition }) => transition.seq)).toEqual([2, 3])
})

test('the oldest holds back those behind it until its next try', async () => {
  const store = await tempStore()
  const [first, second] = await owe(store, 'x:a', 2)
  await store.claim(claim())
  const again = { state: 'due', dueAt: LATER + 5_000, deliveredAt: null, lastError: 'timed out' } as const
  await store.settle([settlement(first!, again)])
  expect(await claimedIds(store, { now: LATER + 4_999 })).toEqual([])
  expect(await store.nextDueAt()).toBe(LATER + 5_000)
  const [claimed] = await store.claim(claim({ now: LATER + 5_000 }))
  expect(claimed?.delivery).toMatchObject({ id: first?.id, tries: 1, lastError: 'timed out' })
  await store.settle([settlement(claimed!.delivery)])
  expect(await claimedIds(store, { now: LATER + 5_000 })).toEqual([second?.id])
})

test('at most fifty follow, and the rest stays in its place', async () => {
  const store = await tempStore()
  const deliveries = await owe(store, 'x:a', 60)
  const [claimed] = await store.claim(claim())
  expect(claimed?.following).toHaveLength(50)
  await store.settle(
    [claimed!.delivery, ...claimed!.following.map(({ delivery }) => delivery)].map((one) => settlement(one)),
  )
  expect(await claimedIds(store)).toEqual([deliveries[51]?.id])
})

test('a lease that runs out is due again', async () => {
  const store = await tempStore()
  const [first, second] = await owe(store, 'x:a', 2)
  await store.claim(claim())
  expect(await store.nextDueAt()).toBe(LATER + 30_000)
  expect(await claimedIds(store, { now: LATER + 29_999 })).toEqual([])
  const [claimed] = await store.claim(claim({ now: LATER + 30_000 }))
  expect([claimed?.delivery.id, claimed?.following[0]?.delivery.id]).toEqual([first?.id, second?.id])
})

test('a fresh start owns everything that was leased', async () => {
  const path = tempFile()
  const before = await tempStore(path)
  const [first] = await owe(before, 'x:a', 2)
  await before.claim(claim())
  await before.close()
  const after = await tempStore(path)
  expect(await claimedIds(after)).toEqual([first?.id])
})

test('what a late hand settles after somebody else has changes nothing', async () => {
  const store = await tempStore()
  const [delivery] = await owe(store, 'x:a')
  await store.settle([settlement(delivery!)])
  await store.settle([settlement(delivery!, { state: 'due', deliveredAt: null, lastError: 'timed out' })])
  expect((await store.deliveries({ limit: 9 })).items).toMatchObject([
    { state: 'delivered', deliveredAt: T0, lastError: null },
  ])
})

test('merged deliveries are settled with the one that told them', async () => {
  const store = await tempStore()
  const [first, second] = await owe(store, 'x:a', 2)
  await store.claim(claim())
  await store.settle([settlement(first!, { mergedInto: second!.id }), settlement(second!)])
  expect(await store.nextDueAt()).toBeNull()
  expect((await store.deliveries({ limit: 9 })).items.map((one) => one.mergedInto)).toEqual([null, second?.id])
})

test('no subscriber gets more new leases than it may have, and who is not named gets none', async () => {
  const store = await tempStore()
  for (const account of ['x:a', 'x:b', 'x:c']) await store.record(opening(account, T0, ['desk', 'pager', 'gone']))
  const claimed = await store.claim(claim({ perSubscriber: { desk: 2, pager: 1 } }))
  expect(claimed.map(({ delivery }) => delivery.subscriber).sort()).toEqual(['desk', 'desk', 'pager'])
  expect(await store.claim(claim({ perSubscriber: { desk: 0 } }))).toEqual([])
  expect(await store.claim(claim({ limit: 2 }))).toHaveLength(2)
})

test('who has left the configuration is not waited for', async () => {
  const store = await tempStore()
  await store.record(opening('x:a', T0, ['gone']))
  await store.record(opening('x:b', T0 + 5, ['desk']))
  expect(await store.nextDueAt()).toBe(T0 + 1_500)
  expect(await store.nextDueAt(['desk'])).toBe(T0 + 1_505)
  expect(await store.nextDueAt([])).toBeNull()
})

test('a refused or expired delivery is due again when somebody asks for it', async () => {
  const store = await tempStore()
  const [refused, owed] = await owe(store, 'x:a', 2)
  await store.settle([settlement(refused!, { state: 'refused', deliveredAt: null, lastError: '410 Gone' })])
  expect(await store.retry('ntc_none', LATER)).toEqual({ kind: 'unknown' })
  expect(await store.retry(refused!.id, LATER)).toEqual({ kind: 'due', ids: [refused!.id] })
  expect(await store.retry(refused!.id, LATER)).toEqual({ kind: 'due', ids: [refused!.id] })
  const [claimed] = await store.claim(claim())
  expect(claimed?.delivery).toMatchObject({ id: refused?.id, state: 'due', tries: 1, dueAt: LATER })
  expect(claimed?.delivery.expiresAt).toBe(LATER + refused!.expiresAt - refused!.dueAt)
  expect(claimed?.following.map(({ delivery }) => delivery.id)).toEqual([owed?.id])
})

test('one is not retried while a later one is under way, nor after that was told', async () => {
  const store = await tempStore()
  const [refused, owed] = await owe(store, 'x:a', 2)
  await store.settle([settlement(refused!, { state: 'refused', deliveredAt: null })])
  expect(await claimedIds(store)).toEqual([owed?.id])
  expect(await store.retry(refused!.id, LATER)).toEqual({ kind: 'busy', by: owed?.id })
  await store.settle([settlement(owed!)])
  expect(await store.retry(refused!.id, LATER)).toMatchObject({ kind: 'overtaken', by: owed?.id })
  expect(await claimedIds(store)).toEqual([])
})

test('deliveries come newest first, page by page, by state and by outage', async () => {
  const store = await tempStore()
  const [a, b] = [await owe(store, 'x:a', 3), await owe(store, 'x:b', 2)]
  await store.settle([settlement(a[0]!, { state: 'expired', deliveredAt: null })])
  const ids = (list: readonly Delivery[]) => list.map(({ id }) => id)
  const all = await everyPage((cursor) => store.deliveries({ limit: 2, ...cursor }))
  expect(ids(all)).toEqual(ids([...a, ...b].reverse()))
  const due = await everyPage((cursor) => store.deliveries({ limit: 2, state: 'due', ...cursor }))
  expect(ids(due)).toEqual(ids([...a.slice(1), ...b].reverse()))
  expect(ids((await store.deliveries({ limit: 9, outage: b[0]!.outage! })).items)).toEqual(ids([...b].reverse()))
})

test('the health of each subscriber tells what is owed, refused and expired', async () => {
  const store = await tempStore()
  const names = ['desk', 'pager']
  const owed = await Promise.all(['x:a', 'x:b', 'x:c'].map((account) => store.record(opening(account, T0, names))))
  expect(owed).toHaveLength(3)
  const desk = (await store.deliveries({ limit: 9 })).items.filter(({ subscriber }) => subscriber === 'desk')
  await store.settle([
    settlement(desk[2]!, { deliveredAt: T0 + 7 }),
    settlement(desk[1]!, { state: 'expired', deliveredAt: null, lastError: 'timed out' }),
    settlement(desk[0]!, { state: 'refused', deliveredAt: null, lastError: '410 Gone' }),
  ])
  await store.record(opening('x:d', T0 + 1, ['desk']))
  const [calledOff] = (await store.deliveries({ limit: 1 })).items
  const over = { tries: 0, deliveredAt: null, lastError: 'over before it was due' }
  await store.settle([settlement(calledOff!, { state: 'expired', ...over })])
  expect(await store.subscriberHealth()).toEqual([
    { subscriber: 'desk', owed: 0, refused: 1, expired: 1, lastDeliveredAt: T0 + 7, lastError: '410 Gone' },
    { subscriber: 'pager', owed: 3, refused: 0, expired: 0, lastDeliveredAt: null, lastError: null },
  ])
})
