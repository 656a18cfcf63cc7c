import { expect, test } from 'vitest'
import { planJson, printPlan } from '../../src/cli/plan.ts'
import type { PlatformPlan } from '../../src/core/plan.ts'

const bluesky: PlatformPlan = {
  platform: 'bluesky',
  title: 'Bluesky',
  accounts: 12,
  budget: { requests: 3000, windowMs: 300_000 },
  requests: 412,
  parts: { roll: 300, otherLooks: 60, doubt: 52 },
  share: 412 / 3000,
  fits: true,
  stretch: 1,
  money: null,
  worstNoticeMs: 43_000,
  worst: { importantMs: null, ordinaryMs: 43_000 },
}

const x: PlatformPlan = {
  ...bluesky,
  platform: 'x',
  title: 'X',
  accounts: 1,
  budget: { requests: 300, windowMs: 900_000 },
  share: 412 / 300,
  fits: false,
  stretch: 4.32,
  money: { perDay: 172.8, limitPerDay: 40 },
  worst: { importantMs: 130_000, ordinaryMs: 7_300_000 },
}

function printed(plan: readonly PlatformPlan[]): string[] {
  let text = ''
  printPlan(plan, { write: (part) => (text += part) })
  return text.trimEnd().split('\n')
}

test('the plan is a table that lines up', () => {
  expect(printed([bluesky, x]).slice(0, 3)).toEqual([
    'platform  accounts  requests   budget  share        USD a day  important told within  others told within',
    'bluesky         12       412  3000/5m   14 %                -                      -                43 s',
    'x                1       412  300/15m  138 %  172.80 of 40.00                    3 m                 3 h',
  ])
})

test('whatever will not go as configured is said in a sentence', () => {
  expect(printed([x]).slice(2)).toEqual([
    '! X does not fit: the roll will go 4.4 times slower than configured.',
    '! X wants 138 % of its requests: raise platforms.x.budget or slow down the schedule.',
    '! X would cost about 172.80 USD a day, above its limit of 40.00.',
  ])
  expect(printed([bluesky])).toHaveLength(2)
})

test('money without a limit and a platform without accounts are pointed out', () => {
  const spending = { ...x, fits: true, stretch: 1, share: 0.1, money: { perDay: 12, limitPerDay: null } }
  expect(planJson([spending, { ...bluesky, accounts: 0 }]).platforms.map(({ warnings }) => warnings)).toEqual([
    ['X would cost about 12.00 USD a day without a limit: set platforms.x.spend.'],
    ['Bluesky is configured but no account is on it.'],
  ])
})
