import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isReadable, isUnreadable, NO_READINGS, withReading } from '../../src/core/drift.ts'
import { absent, inconclusive, present, type Verdict } from '../../src/core/verdict.ts'

const read = present({ id: '1', handle: 'a' })
const unreadable = inconclusive('unreadable')

const after = (...verdicts: Verdict[]) =>
  verdicts.reduce((readings, verdict) => withReading(readings, verdict) ?? readings, NO_READINGS)

const times = (count: number, verdict: Verdict): Verdict[] => Array.from({ length: count }, () => verdict)

test('one odd answer is no change of the page', () => expect(isUnreadable(after(unreadable))).toBe(false))

test('five in a row are', () => {
  expect(isUnreadable(after(...times(4, unreadable)))).toBe(false)
  expect(isUnreadable(after(...times(5, unreadable)))).toBe(true)
})

test('every second one of twenty is', () => {
  const alternating = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? unreadable : absent('not_found')))
  expect(isUnreadable(after(...alternating))).toBe(true)
})

test('it can be read again after five that could be', () => {
  const broken = times(20, unreadable)
  expect(isReadable(after(...broken, ...times(4, read)))).toBe(false)
  expect(isReadable(after(...broken, ...times(5, read)))).toBe(true)
})

test('answers that never came to be read count for nothing', () => {
  const silent = fc.constantFrom('rate_limited', 'blocked', 'network', 'platform_error', 'over_budget' as const)
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.array(silent, { maxLength: 3 })), { maxLength: 60 }), (script) => {
      const bare = script.map(([isRead]) => (isRead ? read : unreadable))
      const noisy = script.flatMap(([isRead, causes]) => [isRead ? read : unreadable, ...causes.map(inconclusive)])
      expect(after(...noisy)).toBe(after(...bare))
    }),
  )
})

test('it never is both', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 100 }), (script) => {
      const readings = after(...script.map((isRead) => (isRead ? read : unreadable)))
      const lastFive = script.slice(-5)
      expect(isReadable(readings)).toBe(lastFive.every(Boolean))
      if (script.slice(-20).filter((isRead) => !isRead).length >= 10) expect(isUnreadable(readings)).toBe(true)
    }),
  )
})
