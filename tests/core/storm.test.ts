import { expect, test } from 'vitest'
import { calm, calmed, fell, folds, type Storm } from '../../src/core/storm.ts'
import type { Change } from '../../src/core/transition.ts'

const policy = { accounts: 5, share: 0.3, withinMs: 60_000 }

/** Accounts a0, a1, … fall at these seconds on a platform of `total`. */
function fall(seconds: readonly number[], total: number): { storm: Storm; told: readonly string[] } {
  let storm = calm
  const told = seconds.flatMap((second, index) => {
    const next = fell(storm, 'x', { account: `x:a${index}`, at: second * 1000 }, total, policy)
    storm = next.storm
    return next.change === null ? [] : [`${next.change.name} at ${second}: ${next.change.accounts.length}`]
  })
  return { storm, told }
}

test('five accounts within a minute that are a third of the platform make a storm, told once', () => {
  expect(fall([0, 1, 2, 3, 4, 5, 6], 10).told).toEqual(['platform.troubled at 4: 5'])
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
