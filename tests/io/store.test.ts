import { expect, test } from 'vitest'
import { unknown } from '../../src/core/belief.ts'
import { outageId } from '../../src/core/outage.ts'
import { BadCursor } from '../../src/core/store.ts'
import { transitionId } from '../../src/core/transition.ts'
import { everyPage, tempFile, tempStore } from '../support/store-temp.ts'
import * as sample from '../support/store-samples.ts'
import { changeOf, closed, downBelief, keptOf, nothing, opening, outageOf, T0 } from '../support/store-samples.ts'

test('a new database is empty', async () => {
  const store = await tempStore()
  expect(store.epoch).toMatch(/^[0-9a-f-]{36}$/)
  expect(await store.lastSeq()).toBe(0)
  expect(await store.transitionsAfter(0, 10)).toEqual([])
  expect(await store.kept()).toEqual([])
  expect(await store.outages({ limit: 10 })).toEqual({ items: [], next: null })
  expect(await store.outage('out_none')).toBeNull()
  expect(await store.nextDueAt()).toBeNull()
  expect(await store.subscriberHealth()).toEqual([])
  expect(await store.note('storms')).toBeNull()
})

test('a decision is read back whole', async () => {
  const store = await tempStore()
  const decision = { ...opening('x:realDonaldTrump', T0, ['desk']), notes: { storms: '[]' }, spell: { from: 1, to: 2 } }
  const [transition] = await store.record(decision)
  const change = decision.changes[0]!
  expect(transition).toEqual({ ...change, seq: 1, id: transitionId(change) })
  expect(await store.transitionsAfter(0, 10)).toEqual([transition])
  expect(await store.kept()).toEqual([decision.kept])
  expect(await store.outage(outageId('x:realDonaldTrump', T0))).toEqual(outageOf('x:realDonaldTrump'))
  expect(await store.spells('x:realDonaldTrump', 0, 10)).toEqual([{ from: 1, to: 2 }])
  expect(await store.note('storms')).toBe('[]')
  expect((await store.deliveries({ limit: 9 })).items).toEqual(decision.deliveries)
})

test('numbers count on without holes, over restarts too, and the epoch stays', async () => {
  const path = tempFile()
  const before = await tempStore(path)
  await before.record(opening('x:a', T0, []))
  const decisions = [1, 2, 3].map((ms) => before.record(opening('x:b', T0 + ms, [])))
  expect((await Promise.all(decisions)).flat().map(({ seq }) => seq)).toEqual([2, 3, 4])
  await before.close()
  const after = await tempStore(path)
  const two = [changeOf(outageOf('x:c')), changeOf(outageOf('x:d'))]
  expect((await after.record({ ...nothing, changes: two })).map(({ seq }) => seq)).toEqual([5, 6])
  expect(await after.lastSeq()).toBe(6)
  expect((await after.transitionsAfter(2, 3)).map(({ seq }) => seq)).toEqual([3, 4, 5])
  expect(after.epoch).toBe(before.epoch)
})

test('another database is another epoch', async () => {
  const [one, other] = [await tempStore(), await tempStore()]
  expect(one.epoch).not.toBe(other.epoch)
})

test('a change that is decided again keeps its number and is owed once', async () => {
  const store = await tempStore()
  const decision = opening('x:a', T0, ['desk'])
  const first = await store.record(decision)
  await store.record(opening('x:b', T0, ['desk']))
  expect(await store.record(decision)).toEqual(first)
  expect(await store.lastSeq()).toBe(2)
  expect((await store.deliveries({ limit: 9 })).items).toHaveLength(2)
  expect(await store.sightingsOf(outageId('x:a', T0))).toHaveLength(1)
})

test('changes about a platform or our sight are kept like any other', async () => {
  const store = await tempStore()
  const changes = [
    { name: 'platform.troubled', at: T0, platform: 'x', since: T0 - 9, accounts: ['x:a', 'x:b'] },
    { name: 'sight.lost', at: T0, scope: { kind: 'everything' }, since: T0 - 9, because: ['network'] },
  ] as const
  const transitions = await store.record({ ...nothing, changes })
  expect(transitions).toMatchObject(changes)
  expect(await store.transitionsAfter(0, 9)).toEqual(transitions)
})

test("an open outage's row follows what its belief has seen since", async () => {
  const store = await tempStore()
  const outage = outageOf('x:a')
  await store.record(opening('x:a', T0, []))
  const grown = { ...outage, lastAbsentAt: T0 + 60_000, sightings: 9 }
  await store.checkpoint([keptOf('x:a', downBelief(grown))])
  expect(await store.outage(outage.id)).toEqual(grown)
  const more = { ...grown, lastAbsentAt: T0 + 70_000, sightings: 10 }
  await store.record({ ...nothing, kept: keptOf('x:a', downBelief(more)) })
  expect(await store.outage(outage.id)).toEqual(more)
})

test('a closed outage never opens again', async () => {
  const store = await tempStore()
  const outage = outageOf('x:a')
  const over = closed(outage, T0 + 90_000)
  await store.record(opening('x:a', T0, []))
  await store.record({ ...nothing, changes: [changeOf(over, 'outage.closed', T0 + 90_000)] })
  await store.checkpoint([keptOf('x:a', downBelief(outage))])
  await store.record(opening('x:a', T0, []))
  expect(await store.outage(outage.id)).toEqual(over)
  const noted = { ...over, notes: [{ at: T0, by: 'desk', note: 'was us' }] }
  await store.record({ ...nothing, changes: [changeOf(noted, 'outage.annotated', T0 + 99_000)] })
  expect(await store.outage(outage.id)).toEqual(noted)
})

test('a checkpoint replaces what was kept, whatever the case of its address', async () => {
  const store = await tempStore()
  await store.checkpoint([keptOf('x:Abc'), keptOf('x:other')])
  const renewed = keptOf('x:abC', unknown())
  await store.checkpoint([renewed])
  expect(await store.kept()).toEqual([renewed, keptOf('x:other')])
})

test('ten thousand accounts come back in as many pieces as it takes', async () => {
  const store = await tempStore()
  const accounts = Array.from({ length: 10_000 }, (_, index) => `x:account${String(index).padStart(5, '0')}`)
  await store.checkpoint(accounts.map((account) => keptOf(account)))
  expect((await store.kept()).map(({ account }) => account)).toEqual(accounts)
})

test('outages come newest first, page by page', async () => {
  const store = await tempStore()
  const accounts = ['x:a', 'x:b', 'x:c', 'x:d', 'x:e']
  for (const [index, account] of accounts.entries()) await store.record(opening(account, T0 + (index >> 1), []))
  const all = await store.outages({ limit: 9 })
  expect(all.next).toBeNull()
  expect(all.items.map(({ openedAt }) => openedAt - T0)).toEqual([1502, 1501, 1501, 1500, 1500])
  const paged = await everyPage((cursor) => store.outages({ limit: 2, ...cursor }))
  expect(paged).toEqual(all.items)
})

test('outages are found by account, by state and by what they touch', async () => {
  const store = await tempStore()
  const [over, open] = [closed(outageOf('x:Over'), T0 + 10_000), outageOf('x:open', T0 + 60_000)]
  await store.record({ ...nothing, changes: [changeOf(over, 'outage.closed'), changeOf(open)] })
  const found = async (query: object) => (await store.outages({ limit: 9, ...query })).items.map((one) => one.account)
  expect(await found({ account: 'x:over' })).toEqual(['x:Over'])
  expect(await found({ state: 'open' })).toEqual(['x:open'])
  expect(await found({ state: 'closed' })).toEqual(['x:Over'])
  expect(await found({ from: T0 + 9_000, to: T0 + 20_000 })).toEqual(['x:Over'])
  expect(await found({ from: T0 + 20_000 })).toEqual(['x:open'])
  expect(await found({ to: T0 })).toEqual(['x:Over'])
  expect(await found({ to: T0 - 6_000 })).toEqual([])
})

test('a cursor that is none of ours is refused', async () => {
  const store = await tempStore()
  for (const cursor of ['', 'x', '!!', 'bnVsbA', Buffer.from('["a",1]').toString('base64url')]) {
    await expect(store.outages({ limit: 2, cursor })).rejects.toThrow(BadCursor)
    await expect(store.deliveries({ limit: 2, cursor })).rejects.toThrow(BadCursor)
  }
})

test('blind spells are found by what they touch', async () => {
  const store = await tempStore()
  const kept = keptOf('x:a')
  for (const spell of [
    { from: 10, to: 20 },
    { from: 30, to: 40 },
    { from: 30, to: 35 },
  ])
    await store.record({ ...nothing, kept, spell })
  expect(await store.spells('X:a', 0, 100)).toEqual([
    { from: 10, to: 20 },
    { from: 30, to: 40 },
  ])
  expect(await store.spells('x:a', 20, 29)).toEqual([{ from: 10, to: 20 }])
  expect(await store.spells('x:a', 21, 29)).toEqual([])
  expect(await store.spells('x:b', 0, 100)).toEqual([])
})

test('the newest note stands', async () => {
  const store = await tempStore()
  await store.writeNote('cursor', '1')
  await store.writeNote('cursor', '2')
  expect(await store.note('cursor')).toBe('2')
})

test('names in any script come back as they were', async () => {
  const store = await tempStore()
  const account = 'mastodon:Ünï@例え.jp'
  await store.record(opening(account, T0, []))
  const outage = outageOf(account)
  expect(await store.outage(outage.id)).toEqual(outage)
  expect((await store.sightingsOf(outage.id)).map((link) => link.sighting)).toEqual([sample.sightingAt(account, T0)])
})
