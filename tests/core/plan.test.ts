import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Account } from '../../src/core/account.ts'
import type { Look, Platform } from '../../src/core/platform.ts'
import { planOf, type PlatformPlan } from '../../src/core/plan.ts'

const look = (name: string, takes = 1, requests = 1): Look => ({
  name,
  words: name,
  takes,
  trust: 'high',
  says: [['not_found']],
  requests,
  usually: requests,
  needsId: false,
  ask: () => Promise.resolve([]),
})

const platform = (changes: Partial<Platform> = {}): Platform => ({
  id: 'x',
  title: 'X',
  source: null,
  looks: [look('only')],
  publicLook: 'only',
  homeOf: () => '',
  controls: { known: ['known'], nobody: () => 'nobody' },
  budget: { requests: 1000, windowMs: 60_000 },
  concurrency: 2,
  timeoutMs: 3_000,
  pricePerAccount: 0,
  spendPerDay: null,
  origins: [],
  hints: [],
  profileUrl: (handle) => handle,
  ...changes,
})

/** The schedule is its own gap in seconds. */
const accounts = (count: number, changes: Partial<Account> = {}): Account[] =>
  Array.from({ length: count }, (_, index) => ({
    account: `x:${changes.schedule ?? '10'}-${index}`,
    platform: 'x',
    handle: String(index),
    name: String(index),
    id: null,
    important: false,
    tags: [],
    schedule: '10',
    ...changes,
  }))

const confirm = { sightings: 3, looks: 2, vantages: 1, clears: 2, everyMs: 1_000 }

function plan(changes: Partial<Platform>, roll: readonly Account[]): PlatformPlan {
  const [first] = planOf({
    platforms: [platform(changes)],
    accounts: roll,
    gapMs: (pattern) => Number(pattern) * 1000,
    confirm,
  })
  return first!
}

test('ten accounts every ten seconds are sixty requests a minute, and a little for doubt', () => {
  const planned = plan({}, accounts(10))
  expect(planned.parts).toEqual({ roll: 60, otherLooks: 0, doubt: 6 + 2, recovery: 2 })
  expect(planned).toMatchObject({ accounts: 10, requests: 70, share: 0.07, fits: true, stretch: 1 })
})

test('a look that takes a hundred asks for eighty at once and no more often', () => {
  expect(plan({ looks: [look('many', 100)] }, accounts(80)).parts.roll).toBe(6)
  expect(plan({ looks: [look('many', 100)] }, accounts(81)).parts.roll).toBe(12)
})

test('every sixth turn goes to another look, whatever that one costs', () => {
  const looks = [look('first'), look('second', 1, 3), look('third', 1, 1)]
  const { roll, otherLooks } = plan({ looks }, accounts(10)).parts
  expect([roll, otherLooks]).toEqual([50, expect.closeTo(20)])
})

test('doubt reserves the dearest look twice over for one account in a hundred, and each look’s controls', () => {
  const looks = [look('first', 100), look('second', 1, 3)]
  expect(plan({ looks }, accounts(150)).parts.doubt).toBe(2 * 2 * 3 * 3 + 1 + 2 * 3)
})

test('what the budget cannot let through stretches the roll, and the promise with it', () => {
  const budget = { requests: 100, windowMs: 60_000 }
  const planned = plan({ budget }, accounts(40))
  expect(planned).toMatchObject({ requests: 250, share: 2.5, fits: false })
  expect(planned.stretch).toBeCloseTo(240 / (80 - 8 - 2))
  // What one slot asks for beyond the burst of ten waits for the budget, too.
  const pileUp = (40 - 10) / (80 / 60_000) - 10_000 + 1_000 + 8 / (80 / 60_000)
  expect(planned.worstNoticeMs).toBeCloseTo(10_000 * (planned.stretch + 1) + pileUp + 3 * 4_000, -1)
})

test('the worst time to notice is told for the important and for the rest', () => {
  const roll = [...accounts(1, { important: true, schedule: '5' }), ...accounts(1, { schedule: '60' })]
  expect(plan({}, roll)).toMatchObject({
    // A second for the answer before it, and what a doubt may have taken from the burst.
    worst: { importantMs: 6_600 + 12_000, ordinaryMs: 61_600 + 12_000 },
    worstNoticeMs: 73_600,
  })
  expect(plan({}, accounts(1)).worst.importantMs).toBeNull()
})

test('important accounts keep their pace while ordinary ones stretch, and take almost all in the end', () => {
  const budget = { requests: 100, windowMs: 60_000 }
  const mixed = plan({ budget }, [...accounts(5, { important: true }), ...accounts(40)])
  expect(mixed.apart.importantMs!).toBeLessThan(mixed.apart.ordinaryMs! / 3)
  const all = plan({ budget }, [...accounts(60, { important: true }), ...accounts(2)])
  expect(all.fits).toBe(false)
  // Ordinary ones keep an eighth of what doubt leaves.
  expect(all.apart.ordinaryMs!).toBeLessThan(all.apart.importantMs!)
})

test('accounts of many homes share requests at home only', () => {
  const many = { looks: [look('many', 50)], homeOf: (handle: string) => `host${Number(handle) % 10}` }
  expect(plan(many, accounts(40)).parts.roll).toBe(10 * 6)
  expect(plan({ looks: [look('many', 50)] }, accounts(40)).parts.roll).toBe(6)
})

test('what a look usually costs is planned; what it may cost is kept for the controls, which come without an id', () => {
  const dear = { ...look('app', 1, 3), usually: 1 }
  expect(plan({ looks: [dear] }, accounts(10)).parts).toMatchObject({ roll: 60, doubt: 6 + 6, recovery: 6 })
})

test('where every look is of low trust it takes twice as many sightings to notice', () => {
  const weak = { ...look('page'), trust: 'low' } as const
  expect(plan({ looks: [weak] }, accounts(1)).worstNoticeMs - plan({}, accounts(1)).worstNoticeMs).toBe(3 * 4_000)
})

test('money is every account at every turn, and a limit stretches the roll', () => {
  const roll = accounts(2, { schedule: '60' })
  const free = plan({ pricePerAccount: 0.01 }, roll)
  expect(free.money).toEqual({ perDay: expect.closeTo(28.8) as number, limitPerDay: null })
  expect(free.fits).toBe(true)
  const capped = plan({ pricePerAccount: 0.01, spendPerDay: 14.4 }, roll)
  expect(capped.fits).toBe(false)
  // A fifth of it is kept for bursts, as it is of requests.
  expect(capped.stretch).toBeCloseTo(2 / 0.8)
})

test('thousands of accounts on one pattern ask for its gap no more often than a few', () => {
  const asked = (count: number): number => {
    let gaps = 0
    const gapMs = (pattern: string): number => {
      gaps++
      return Number(pattern) * 1000
    }
    planOf({ platforms: [platform({ pricePerAccount: 0.01 })], accounts: accounts(count), gapMs, confirm })
    return gaps
  }
  expect(asked(5_000)).toBe(asked(1))
})

test('a platform without accounts asks for nothing', () => {
  expect(plan({}, [])).toMatchObject({ accounts: 0, requests: 0, share: 0, fits: true, worstNoticeMs: 0 })
})

test('more accounts never cost less and never are noticed sooner', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 100 }), (count, takes) => {
      const looks = [look('first', takes), look('second')]
      const few = plan({ looks }, accounts(count))
      const more = plan({ looks }, accounts(count + 1))
      expect(more.requests).toBeGreaterThanOrEqual(few.requests)
      expect(more.worstNoticeMs).toBeGreaterThanOrEqual(few.worstNoticeMs)
    }),
    { numRuns: 50 },
  )
})

test('each pattern’s gap is looked for once, however many platforms share it', () => {
  const ids = Array.from({ length: 50 }, (_, index) => `site${index}`)
  const looked: string[] = []
  const plans = planOf({
    platforms: ids.map((id) => platform({ id })),
    accounts: ids.flatMap((id) => accounts(1).map((account) => ({ ...account, platform: id }))),
    gapMs(pattern) {
      looked.push(pattern)
      return Number(pattern) * 1000
    },
    confirm,
  })
  expect(plans).toHaveLength(50)
  expect(looked).toEqual(['10'])
})
