import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  formatBudget,
  formatDuration,
  parseBudget,
  parseDuration,
  parsePercent,
  parseSpend,
} from '../../src/core/durations.ts'

test.each([
  ['500ms', 500],
  ['1s', 1_000],
  ['1.5m', 90_000],
  ['24h', 86_400_000],
  ['1d', 86_400_000],
])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms))

test.each(['', '5', 's', '-1s', '1 s', '1S', '0s', '0.1ms', '1m30s', '1e3s', '9999999999999d'])(
  '"%s" is no duration',
  (text) => {
    expect(parseDuration(text)).toBeNull()
  },
)

test('a duration printed reads as itself', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 10 ** 12 }), (ms) => parseDuration(formatDuration(ms)) === ms))
})

test('a budget printed reads as itself', () => {
  const number = fc.integer({ min: 1, max: 10 ** 9 })
  fc.assert(
    fc.property(number, number, (requests, windowMs) => {
      expect(parseBudget(formatBudget({ requests, windowMs }))).toEqual({ requests, windowMs })
    }),
  )
})

test.each(['0/15m', '300', '300/15', '300/m', '-1/1m', '3.5/1m', '300/15m/2'])('"%s" is no budget', (text) => {
  expect(parseBudget(text)).toBeNull()
})

test('money is USD a day and nothing else', () => {
  expect(['40/day', '0.5/day', '40', '40/month', '$40/day'].map(parseSpend)).toEqual([40, 0.5, null, null, null])
})

test('a share is above zero and at most the whole', () => {
  expect(['30%', '30 %', '100%', '0%', '101%', '30'].map(parsePercent)).toEqual([0.3, 0.3, 1, null, null, null])
})
