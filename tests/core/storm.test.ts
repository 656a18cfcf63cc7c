import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calm, calmed, fell, folds, recalled, relisted, type Storm } from '../../src/core/storm.ts'
import type { Change } from '../../src/core/transition.ts'

const policy = { accounts: 5, share: 0.3, withinMs: 60_000 }

/** Accounts a0, a1, … fall at these seconds on a platform of `total`. */
function fall(seconds: readonly number[], total: number): { storm: Storm; told: readonly string[] } {
  let storm = calm
  const told = seconds.flatMap((second, index) => {
    const next = fell(storm, 'x', { account: `x:a${index}`, outage: `out_${index}`, at: second * 1000 }, total, policy)
    storm = next.storm
    return next.change === null ? [] : [`${next.change.name} at ${second}: ${next.change.accounts.length}`]
  })
  return { storm, told }
}

test('five accounts within a minute that are a third of the platform make a storm, told once', () => {
  expect(fall([0, 1, 2, 3, 4, 5, 6], 10).told).toEqual(['platform.troubled at 4: 5'])
})

test('exactly so many accounts, exactly such a share and exactly within the time make a storm', () => {
  expect(fall([0, 15, 30, 45, 60], 16).told).toEqual(['platform.troubled at 60: 5'])
  expect(fall([0, 15, 30, 45, 60], 17).told).toEqual([])
  expect(fall([0, 15, 30, 45, 60.001], 16).told).toEqual([])
  expect(fall([0, 1, 2, 3, 4, 5], 20).told).toEqual(['platform.troubled at 5: 6'])
})

test('five of a hundred are five outages', () => expect(fall([0, 1, 2, 3, 4], 100).told).toEqual([]))

test('five that fall over ten minutes are five outages', () =>
  expect(fall([0, 120, 240, 360, 480], 10).told).toEqual([]))

test('those who fall later join it', () =>
  expect(fall([0, 1, 2, 3, 4, 50], 10).storm.troubled?.accounts).toHaveLength(6))

test('it settles when nothing fell for a minute and fewer are down than make a storm', () => {
  const { storm } = fall([0, 1, 2, 3, 4], 10)
  const settled = (now: number, down: number) =>
    calmed(storm, 'x', now, (account) => Number(account.slice(3)) < down, policy).change?.name
  expect(settled(30_000, 0)).toBeUndefined()
  expect(settled(90_000, 5)).toBeUndefined()
  expect(settled(90_000, 4)).toBe('platform.settled')
})

test('while it lasts it tells for its accounts, but what people say is told by itself', () => {
  const { storm } = fall([0, 1, 2, 3, 4], 10)
  const change = (name: string, account: string) => ({ name, at: 0, outage: { account } }) as unknown as Change
  expect(folds(storm, change('outage.opened', 'x:a1'))).toBe(true)
  expect(folds(storm, change('outage.closed', 'x:a1'))).toBe(true)
  expect(folds(storm, change('outage.acknowledged', 'x:a1'))).toBe(false)
  expect(folds(storm, change('outage.opened', 'x:other'))).toBe(false)
  expect(folds(calm, change('outage.opened', 'x:a1'))).toBe(false)
})

test('its end names who is still gone', () => {
  const { storm } = fall([0, 1, 2, 3, 4], 10)
  const { change } = calmed(storm, 'x', 90_000, (account) => account === 'x:a3', policy)
  expect(change).toMatchObject({ accounts: ['x:a0', 'x:a1', 'x:a2', 'x:a3', 'x:a4'], gone: ['x:a3'] })
})

test('a list that has grown is told again, after a moment and once', () => {
  const { storm } = fall([0, 1, 2, 3, 4, 5, 6], 10)
  const all = () => true
  expect(relisted(storm, 'x', 8_999, all, policy).change).toBeNull()
  const next = relisted(storm, 'x', 9_000, all, policy)
  expect(next.change).toMatchObject({ name: 'platform.troubled', since: 0, again: true })
  expect(next.change?.accounts).toHaveLength(7)
  expect(relisted(next.storm, 'x', 60_000, all, policy).change).toBeNull()
})

test('so is one of whom some are back, the more seldom the longer it lasts', () => {
  const { storm } = fall([0, 1, 2, 3, 4, 5, 6], 10)
  const next = relisted(storm, 'x', 9_000, (account) => account !== 'x:a3', policy)
  expect(next.change?.gone).toEqual(['x:a0', 'x:a1', 'x:a2', 'x:a4', 'x:a5', 'x:a6'])
  let told = 0
  let now = next.storm
  for (let second = 10; second <= 3_600; second++) {
    const again = relisted(now, 'x', second * 1_000, (account) => account !== `x:a${second % 7}`, policy)
    if (again.change !== null) told++
    now = {
      ...again.storm,
      troubled: again.storm.troubled && { ...again.storm.troubled, told: { accounts: 0, gone: 0 } },
    }
  }
  expect(told).toBeGreaterThan(50)
  expect(told).toBeLessThan(120)
})

test('who falls long after the others falls by itself, also when it is listed already', () => {
  const { storm, told } = fall([0, 1, 2, 3, 4, 100, 130], 10)
  expect(told).toEqual(['platform.troubled at 4: 5'])
  expect(storm.troubled?.accounts).toHaveLength(5)
  const change = (name: string, account: string, id: string) =>
    ({ name, at: 0, outage: { account, id } }) as unknown as Change
  expect(folds(storm, change('outage.opened', 'x:a5', 'out_5'))).toBe(false)
  const again = fell(storm, 'x', { account: 'x:a1', outage: 'out_again', at: 150_000 }, 10, policy)
  expect(again.change).toBeNull()
  expect(folds(again.storm, change('outage.opened', 'x:a1', 'out_again'))).toBe(false)
  expect(folds(again.storm, change('outage.closed', 'x:a1', 'out_1'))).toBe(true)
})

test('many who fall anew are told anew, with those before them', () => {
  const { storm, told } = fall([0, 1, 2, 3, 4, 100, 101, 102, 103, 104, 105], 10)
  expect(told).toEqual(['platform.troubled at 4: 5', 'platform.troubled at 104: 10'])
  expect(storm.troubled).toMatchObject({ since: 0, apart: [] })
  expect(storm.troubled?.accounts).toHaveLength(11)
})

test.each([
  { seconds: [0, 1, 2, 3, 4, 50, 160, 170, 180], from: 5 },
  { seconds: [0, 1, 2, 3, 4, 100, 101, 102, 103, 104, 105, 300], from: 10 },
])('after a restart a fall is what it was before: $seconds', ({ seconds, from }) => {
  const whole = fall(seconds, 10).storm
  // An outbreak is noted together with its fall: there is no note from before one that does not know of it.
  for (let noted = from; noted <= seconds.length; noted++) {
    const again = seconds.reduce(
      (storm, second, index) => {
        const one = { account: `x:a${index}`, outage: `out_${index}`, at: second * 1000 }
        return recalled(storm, one, policy)
      },
      fall(seconds.slice(0, noted), 10).storm,
    )
    expect(again.troubled).toEqual(whole.troubled)
  }
})

/** When the notices of accounts that fall at these instants (ms, in order) are told, as each fall is decided. */
function waits(falls: readonly number[], total: number): { at: number; since: number; until: number }[] {
  let storm = calm
  return falls.map((at, index) => {
    storm = fell(storm, 'x', { account: `x:a${index}`, outage: `out_${index}`, at }, total, policy).storm
    return { at, ...storm.held }
  })
}

test('one that falls alone waits less than half a second for others', () =>
  expect(waits([1_000], 1_000)).toEqual([{ at: 1_000, since: 1_000, until: 1_300 }]))

test('where there are too few for a storm nobody waits', () =>
  expect(waits([1_000, 1_100], 4).map(({ until }) => until)).toEqual([0, 0]))

test('five that fall together on a large platform wait for the share for a few seconds', () =>
  expect(waits([0, 10, 20, 30, 40], 1_000).at(-1)).toEqual({ at: 40, since: 0, until: 5_040 }))

const falls = fc
  .array(fc.nat(20_000), { minLength: 1, maxLength: 60 })
  .map((gaps) => gaps.map((_, index) => gaps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0)))

test('nobody ever waits longer than the time in which a storm would have to break out', () => {
  fc.assert(
    fc.property(falls, fc.integer({ min: 5, max: 5_000 }), (instants, total) => {
      for (const { at, since, until } of waits(instants, total)) {
        expect(until === 0 || (since <= at && at <= until && until <= since + policy.withinMs)).toBe(true)
      }
    }),
  )
})

test('those who wait are told no sooner for it, and the end moves seldom', () => {
  const steady = waits(
    Array.from({ length: 2_000 }, (_, index) => index * 10),
    100_000,
  )
  const moves = steady.filter(({ until }, index) => until !== (steady[index - 1]?.until ?? 0))
  expect(steady.every(({ until }, index) => until >= (steady[index - 1]?.until ?? 0))).toBe(true)
  expect(moves.length).toBeLessThan(15)
})
