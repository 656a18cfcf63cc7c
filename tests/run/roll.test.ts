import { expect, test } from 'vitest'
import { createRoll, spread, type Cron } from '../../src/run/roll.ts'
import type { Entry } from '../../src/run/entry.ts'
import { unknown } from '../../src/core/belief.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { fakeEntry, fakeLook, fakePlatform, here } from '../support/platform.ts'

const look = fakeLook('one', ({ handle }) => here(handle))
const platform = fakePlatform([look])

/** A slot every ten seconds on the manual clock. */
function setUp() {
  const clock = createManualClock(0)
  let tasks = 0
  const cron: Cron = {
    next: (_pattern, at) => Math.floor(at / 10_000) * 10_000 + 10_000,
    gapAfter: () => 10_000,
    plan(_pattern, onSlot) {
      tasks++
      let stopped = false
      const next = (): void => {
        clock.after(10_000 - (clock.now() % 10_000), () => {
          if (stopped) return
          onSlot(clock.now(), 10_000)
          next()
        })
      }
      next()
      return () => {
        stopped = true
      }
    },
  }
  const turns: { handle: string; at: number; late: number }[] = []
  const roll = createRoll({
    clock,
    cron,
    turn: (entry, dueAt) => turns.push({ handle: entry.account.handle, at: clock.now(), late: clock.now() - dueAt }),
  })
  return { clock, roll, turns, tasks: () => tasks }
}

const entries = (count: number): Entry[] =>
  Array.from({ length: count }, (_, index) => fakeEntry(platform, `a${index}`))

test('one task serves all accounts of a pattern, each once a slot, spread over it at its own stable place', async () => {
  const { clock, roll, turns, tasks } = setUp()
  const all = entries(200)
  roll.call(all, all)
  await clock.advance(29_999)
  expect(tasks()).toBe(1)
  const first = turns.filter(({ at }) => at >= 10_000 && at < 20_000)
  const second = turns.filter(({ at }) => at >= 20_000)
  expect([first.length, second.length]).toEqual([200, 200])
  expect(second.map(({ handle }) => handle)).toEqual(first.map(({ handle }) => handle))
  const firstHalf = first.filter(({ at }) => at < 15_000).length
  expect(firstHalf).toBeGreaterThan(70)
  expect(firstHalf).toBeLessThan(130)
  expect(Math.max(...turns.map(({ late }) => late))).toBeLessThanOrEqual(10)
})

test('nobody loses a turn for being due in the last moment of a slot', async () => {
  const { clock, roll, turns } = setUp()
  const last = entries(60_000).filter((entry) => (spread([entry]).offsets[0] ?? 0) > 0.998)
  expect(last.length).toBeGreaterThan(50)
  roll.call(last, [])
  await clock.advance(40_010)
  const counts = [...Map.groupBy(turns, ({ handle }) => handle).values()].map((some) => some.length)
  expect(counts).toHaveLength(last.length)
  expect(new Set(counts)).toEqual(new Set([4]))
})

test('accounts that share a request fall due together', () => {
  const batched = fakePlatform([fakeLook('batch', ({ handle }) => here(handle), { takes: 100 })])
  const { offsets } = spread(Array.from({ length: 400 }, (_, index) => fakeEntry(batched, `a${index}`)))
  const sizes = [...Map.groupBy(offsets, (offset) => offset).values()].map((group) => group.length)
  expect(sizes).toHaveLength(5)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(100)
})

test('after a start the important and the longest unseen come first, all within one period', async () => {
  const { clock, roll, turns } = setUp()
  const seenAt = (conclusiveAt: number) => ({ belief: { ...unknown(), conclusiveAt } })
  const fresh = [
    fakeEntry(platform, 'lately', seenAt(900)),
    fakeEntry(platform, 'never'),
    fakeEntry(platform, 'long-ago', seenAt(100)),
    { ...fakeEntry(platform, 'important', seenAt(950)) },
  ]
  const last = fresh[3]!
  last.account = { ...last.account, important: true }
  roll.call(fresh, fresh)
  await clock.advance(1_000)
  expect(turns.map(({ handle }) => handle)).toEqual(['important', 'never', 'long-ago', 'lately'])
})

test('a great many first looks are spread over the period', async () => {
  const { clock, roll, turns } = setUp()
  const fresh = entries(5_000)
  roll.call(fresh, fresh)
  await clock.advance(5_000)
  expect(turns.length).toBeGreaterThan(2_000)
  expect(turns.length).toBeLessThan(3_000)
})

test('a reload in the middle of a slot costs nobody a turn', async () => {
  const { clock, roll, turns } = setUp()
  const all = entries(50)
  roll.call(all, all)
  await clock.advance(13_000)
  roll.call(all, [])
  await clock.advance(6_999)
  const second = turns.filter(({ at }) => at >= 10_000).map(({ handle }) => handle)
  expect(second.toSorted()).toEqual(all.map(({ account }) => account.handle).toSorted())
})

test('a new roll replaces the old one', async () => {
  const { clock, roll, turns } = setUp()
  roll.call(entries(10), [])
  roll.call(entries(3), [])
  await clock.advance(9_999)
  expect(turns).toHaveLength(3)
  roll.stop()
  await clock.advance(20_000)
  expect(turns).toHaveLength(3)
})
