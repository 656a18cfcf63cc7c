import { expect, test } from 'vitest'
import type { Wish } from '../../src/core/tell.ts'
import { timingOf } from '../../src/core/timing.ts'
import type { PlatformChange } from '../../src/core/transition.ts'
import { fakeAccount } from '../support/platform.ts'

const T0 = Date.UTC(2026, 5, 1, 12)
const MORNING = { kind: 'quiet', from: 0, to: 1_439, zone: 'UTC', days: [] } as const

const all = [fakeAccount('king', { important: true, tags: ['crown'] }), fakeAccount('clerk', { tags: ['office'] })]
const roll = {
  account: (address: string) => all.find(({ account }) => account === address) ?? null,
  some: (test: (account: (typeof all)[number]) => boolean) => all.some(test),
}
const storm: PlatformChange = {
  name: 'platform.troubled',
  at: T0,
  platform: 'fake',
  since: T0,
  accounts: all.map(({ account }) => account),
}
const formOf = (change: PlatformChange, wish: Partial<Wish>) => {
  const tell: Wish = { types: [], tags: [], platforms: [], accounts: [], ...wish }
  return timingOf({ hold: MORNING, tell }, change, roll).form
}

test('a storm breaks into quiet hours only for an important account that the subscriber hears of', () => {
  expect(formOf(storm, {})).toBe('urgent')
  expect(formOf(storm, { tags: ['crown'] })).toBe('urgent')
  expect(formOf(storm, { tags: ['office'] })).toBe('held')
  expect(formOf({ ...storm, accounts: ['fake:clerk'] }, {})).toBe('held')
  expect(formOf({ ...storm, accounts: ['fake:left-the-roll'] }, {})).toBe('held')
})
