import { expect, test } from 'vitest'
import { planJson, printPlan } from '../../src/cli/plan.ts'
import type { PlatformPlan } from '../../src/core/plan.ts'

const bluesky: PlatformPlan = {
  platform: 'bluesky',
  title: 'Bluesky',
  accounts: 12,
  budget: { requests: 3000, windowMs: 300_000 },
  requests: 412,
  parts: { roll: 300, otherLooks: 60, doubt: 52, recovery: 0 },
  share: 412 / 3000,
  fits: true,
  stretch: 1,
  money: null,
  worstNoticeMs: 43_000,
  tellsAbsence: true,
  worst: { importantMs: null, ordinaryMs: 43_000 },
  apart: { importantMs: null, ordinaryMs: 10_000 },
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
  apart: { importantMs: 90_000, ordinaryMs: 7_200_000 },
}

function printed(plan: readonly PlatformPlan[]): string[] {
  let text = ''
  printPlan(plan, [], [], { write: (part) => (text += part) })
  return text.trimEnd().split('\n')
}

test('the plan is a table that lines up', () => {
  expect(printed([bluesky, x]).slice(0, 3)).toEqual([
    'platform  accounts  requests   budget  share  headroom        USD a day  important told within  others told within',
    'bluesky         12       412  3000/5m   14 %      2588                -                      -                43 s',
    'x                1       412  300/15m  138 %      -112  172.80 of 40.00                    3 m                 3 h',
  ])
})

test('a rule pack is shown with its licence, its source and what became of it', () => {
  const pack = {
    name: 'Names',
    licence: 'CC BY-SA 4.0',
    source: 'https://names.example',
    file: './names.json',
    path: '/etc/names.json',
    taken: 680,
    refused: 36,
    clashing: ['GitHub', 'X'],
  }
  let text = ''
  printPlan([], [pack], [], { write: (part) => (text += part) })
  expect(text).toContain(
    './names.json: Names, CC BY-SA 4.0 (https://names.example): 680 sites, 36 rules refused, 2 give way to other platforms;',
  )
  expect(planJson([], [pack], []).packs).toMatchObject([{ taken: 680, clashing: ['GitHub', 'X'] }])
})

test('whatever will not go as configured is said in a sentence', () => {
  expect(printed([x]).slice(2)).toEqual([
    '! X does not fit: the roll will go 4.4 times slower than configured; important accounts at least every 90 s.',
    '! X wants 138 % of its requests: raise platforms.x.budget or slow down the schedule.',
    '! X would cost about 172.80 USD a day, above its limit of 40.00.',
  ])
  expect(printed([bluesky])).toHaveLength(2)
})

test('many platforms that want too much are told of at once', () => {
  const sites = Array.from({ length: 9 }, (_, n) => ({ ...x, platform: `s${n}`, title: `Site ${n}`, money: null }))
  expect(printed([bluesky, ...sites]).filter((line) => line.startsWith('!'))).toEqual([
    '! Site 0, Site 1, Site 2, Site 3, Site 4 and 4 more want more than their requests: the roll will go up to 4.4 times ' +
      'slower than configured. Raise their budgets or slow down the schedules of their accounts.',
  ])
  expect(planJson(sites, [], []).platforms[8]?.warnings).toHaveLength(2)
})

test('a platform that never says "gone" is pointed out, and nothing is promised', () => {
  const silent = { ...bluesky, tellsAbsence: false }
  expect(planJson([silent], [], []).platforms[0]?.warnings).toEqual([
    'Bluesky never says that an account is gone: an absence there shows as lost sight only.',
  ])
  expect(printed([silent])[1]).toMatch(/never$/)
})

test('money without a limit and a platform without accounts are pointed out', () => {
  const spending = { ...x, fits: true, stretch: 1, share: 0.1, money: { perDay: 12, limitPerDay: null } }
  expect(planJson([spending, { ...bluesky, accounts: 0 }], [], []).platforms.map(({ warnings }) => warnings)).toEqual([
    ['X would cost about 12.00 USD a day without a limit: set platforms.x.spend.'],
    ['Bluesky is configured but no account is on it.'],
  ])
})

test('a limit that is nearly reached does not leave open why the roll stretches', () => {
  const near = { ...x, fits: false, stretch: 1.125, share: 0.1, money: { perDay: 36, limitPerDay: 40 } }
  expect(planJson([near], [], []).platforms[0]?.warnings).toContain(
    'X would cost about 36.00 USD a day, and of its limit of 40.00 a fifth is kept for bursts.',
  )
  const far = { ...near, fits: true, stretch: 1, money: { perDay: 30, limitPerDay: 40 } }
  expect(planJson([far], [], []).platforms[0]?.warnings).toEqual([])
})
