import { expect, test } from 'vitest'
import type { Store } from '../../src/core/store.ts'
import type { Change, SightChange } from '../../src/core/transition.ts'
import { changeOf, closed, deliveryOf, nothing, opening, outageOf, settlement, T0 } from '../support/store-samples.ts'
import { tempStore } from '../support/store-temp.ts'

const LATE = T0 + 86_400_000

/** Something happens, and each of these is told at that instant. */
async function happen(store: Store, change: Change, subscribers: readonly string[] = ['desk'], mergedInto?: string) {
  const deliveries = subscribers.map((subscriber) => deliveryOf(change, subscriber))
  await store.record({ ...nothing, changes: [change], deliveries })
  const more = { deliveredAt: change.at, mergedInto: mergedInto ?? null }
  await store.settle(deliveries.map((delivery) => settlement(delivery, more)))
}

const told = async (store: Store, subscribers = ['desk'], since = LATE): Promise<readonly unknown[]> =>
  (await store.told(subscribers, since)).map(({ delivery, transition }) => [
    delivery.subscriber,
    delivery.subject,
    transition.name,
  ])

const sight = (name: SightChange['name'], at: number, platform = 'x'): SightChange => ({
  name,
  at,
  scope: { kind: 'platform', platform },
  since: at - 90_000,
  because: ['network'],
})

test('of an open outage it is what was told last, to each who was told', async () => {
  const store = await tempStore()
  const outage = outageOf('x:a')
  await happen(store, changeOf(outage), ['desk', 'wall'])
  await happen(store, changeOf(outage, 'outage.changed', T0 + 9_000))
  expect(await told(store)).toEqual([['desk', 'x:a', 'outage.changed']])
  expect(await told(store, ['wall'])).toEqual([['wall', 'x:a', 'outage.opened']])
  expect(await told(store, ['nobody'])).toEqual([])
})

test('what is owed, refused or told by another delivery was not told', async () => {
  const store = await tempStore()
  await store.record(opening('x:owed', T0, ['desk']))
  const refused = opening('x:refused', T0 + 1, ['desk'])
  await store.record(refused)
  await store.settle([settlement(refused.deliveries[0]!, { state: 'refused', deliveredAt: null })])
  await happen(store, changeOf(outageOf('x:folded', T0 + 2)), ['desk'], 'ntc_storm')
  expect(await told(store, ['desk'], T0)).toEqual([])
})

test('what was held was told, although together with others', async () => {
  const store = await tempStore()
  const change = changeOf(outageOf('x:a'))
  const delivery = deliveryOf(change, 'desk', { form: 'held' })
  await store.record({ ...nothing, changes: [change], deliveries: [delivery] })
  await store.settle([settlement(delivery, { mergedInto: 'ntc_newest' })])
  expect(await told(store)).toEqual([['desk', 'x:a', 'outage.opened']])
})

test('of outages that are over it is what was told since', async () => {
  const store = await tempStore()
  const outage = outageOf('x:a')
  await happen(store, changeOf(outage))
  await happen(store, changeOf(closed(outage, T0 + 60_000), 'outage.closed', T0 + 60_000))
  expect(await told(store, ['desk'], T0 + 30_000)).toEqual([['desk', 'x:a', 'outage.closed']])
  expect(await told(store, ['desk'], T0 + 60_001)).toEqual([])
})

test('of sight and storms it is what was told last of each scope and platform, however long ago', async () => {
  const store = await tempStore()
  await happen(store, sight('sight.lost', T0))
  await happen(store, { name: 'platform.troubled', at: T0 + 1, platform: 'x', since: T0, accounts: ['x:a'] })
  await happen(store, { ...sight('sight.lost', T0 + 2), scope: { kind: 'account', account: 'y:a' } })
  await happen(store, sight('sight.lost', T0 + 3, 'y'))
  await happen(store, sight('sight.regained', T0 + 4, 'y'))
  const all = await told(store)
  expect(all).toHaveLength(4)
  expect(all).toEqual(
    expect.arrayContaining([
      ['desk', 'platform x', 'sight.lost'],
      ['desk', 'platform x', 'platform.troubled'],
      ['desk', 'y:a', 'sight.lost'],
      ['desk', 'platform y', 'sight.regained'],
    ]),
  )
})
