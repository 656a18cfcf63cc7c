import { expect, test } from 'vitest'
import type { Outcome, Subscriber } from '../../src/core/channel.ts'
import { hearerOf, owedFor } from '../../src/core/owed.ts'
import type { Store } from '../../src/core/store.ts'
import type { Change } from '../../src/core/transition.ts'
import { createReach } from '../../src/run/reach.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { silentLog } from '../support/platform.ts'
import { delivered, outageChange, postponed, record, subscriberWith, tempStore } from '../support/outbox.ts'

const T0 = Date.UTC(2026, 5, 1, 12)
const MINUTE = 60_000
const gone: Outcome = { kind: 'refused', reason: 'answered 404' }

async function watched(shape: Partial<Subscriber> = { fallback: 'wall' }) {
  const open = tempStore()
  let store: Store = await open()
  const clock = createManualClock(T0)
  const changes: Change[] = []
  let subscribers: readonly Subscriber[] = [
    { ...subscriberWith('desk', () => delivered), ...shape },
    subscriberWith('wall', () => delivered),
  ]
  const disk = { refuses: false }
  const writeNote: Store['writeNote'] = (key, value) =>
    disk.refuses ? Promise.reject(new Error('disk full')) : store.writeNote(key, value)
  const begin = () =>
    createReach({
      store: { ...store, writeNote },
      ledger: {
        record: (draft) => {
          changes.push(...draft.changes)
          return store.record({ ...draft, deliveries: [], notes: draft.notes ?? {} })
        },
      },
      subscribers: () => subscribers,
      clock,
      log: silentLog,
    })
  let reach = begin()
  await reach.start()
  async function pass(minutes: number): Promise<void> {
    for (let turn = 0; turn < minutes * 4; turn++) {
      await clock.advance(15_000)
      for (let call = 0; call < 4; call++) {
        await store.lastSeq()
        await clock.advance(0)
      }
    }
  }
  return {
    changes,
    disk,
    pass,
    tried: (outcome: Outcome) => reach.tried('desk', outcome),
    owe: () => record(store, [outageChange('outage.opened', 'x:a', T0)], [subscriberWith('desk', () => delivered)]),
    without: (name: string) => (subscribers = subscribers.filter((one) => one.name !== name)),
    async restart(): Promise<void> {
      await reach.stop()
      store = await open()
      reach = begin()
      await reach.start()
    },
    stop: () => reach.stop(),
  }
}

test('who fails for ten minutes is told about once, with what waits for it, and once when it is back', async () => {
  const { changes, owe, pass, tried, stop } = await watched()
  await owe()
  tried(postponed)
  await pass(9)
  tried({ kind: 'retry', reason: 'answered 503', retryAt: null })
  expect(changes).toEqual([])
  await pass(20)
  expect(changes).toMatchObject([
    { name: 'subscriber.lost', subscriber: 'desk', since: T0, reason: 'answered 503', owed: 1, fallback: 'wall' },
  ])
  tried(delivered)
  tried(postponed)
  await pass(1)
  expect(changes).toHaveLength(1)
  tried(delivered)
  await pass(30)
  expect(changes.slice(1)).toMatchObject([{ name: 'subscriber.regained', subscriber: 'desk', since: T0 }])
  await stop()
})

test('neither the trouble nor that it was told is forgotten over a restart', async () => {
  const { changes, pass, restart, tried, stop } = await watched()
  tried(postponed)
  await pass(8)
  await restart()
  await pass(3)
  expect(changes).toMatchObject([{ name: 'subscriber.lost', since: T0 }])
  await restart()
  await pass(20)
  expect(changes).toHaveLength(1)
  tried(delivered)
  await pass(1)
  expect(changes).toHaveLength(2)
  await stop()
})

test('nor is it where the disk refused to note it at first', async () => {
  const { changes, disk, pass, restart, tried, stop } = await watched()
  disk.refuses = true
  tried(postponed)
  await pass(2)
  disk.refuses = false
  await pass(6)
  await restart()
  await pass(3)
  expect(changes).toMatchObject([{ name: 'subscriber.lost', since: T0 }])
  await stop()
})

test('a refusal is told about at once', async () => {
  const { changes, pass, tried, stop } = await watched()
  tried(gone)
  await pass(1)
  expect(changes).toMatchObject([{ name: 'subscriber.lost', reason: 'answered 404', at: T0 + MINUTE / 4 }])
  await stop()
})

test('where nobody would hear of it, and of who has left, there is nothing to tell', async () => {
  const alone = await watched({})
  alone.tried(gone)
  await alone.pass(20)
  expect(alone.changes).toEqual([])
  await alone.stop()
  const left = await watched()
  left.tried(gone)
  left.without('desk')
  await left.pass(20)
  expect(left.changes).toEqual([])
  await left.stop()
})

test('it is owed to whoever stands in and to those who ask for it by name, at any hour', () => {
  const hold = { kind: 'quiet', from: 0, to: 1_439, zone: 'UTC', days: [] } as const
  const change: Change = {
    name: 'subscriber.lost',
    at: T0,
    subscriber: 'desk',
    since: T0 - 600_000,
    reason: 'answered 404',
    owed: 3,
    fallback: 'wall',
  }
  const asking = (name: string, types: readonly string[], more: Partial<Subscriber> = {}): Subscriber => ({
    ...subscriberWith(name, () => delivered),
    ...more,
    tell: { types, tags: ['press'], platforms: [], accounts: [] },
  })
  const hearers = [
    asking('desk', ['subscriber.*']),
    asking('wall', ['outage.opened'], { hold }),
    asking('ops', ['subscriber.*']),
    asking('news', []),
    asking('press', ['outage.*']),
  ].map(hearerOf)
  const owed = owedFor([change], hearers, { account: () => null, some: () => true }, () => false)
  expect(owed.map(({ subscriber, dueAt, form }) => [subscriber, dueAt, form])).toEqual([
    ['wall', T0, 'urgent'],
    ['ops', T0, 'plain'],
  ])
})
