import fc from 'fast-check'
import { expect, test } from 'vitest'
import { availabilityOver, before, covered, likelySpell } from '../../src/core/window.ts'
import { NOW, stillOpen, theOutage } from '../support/desk.ts'

const instant = fc.integer({ min: 0, max: 200 })
const spell = fc
  .tuple(instant, instant)
  .map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) }))

test('what several spells cover counts each moment of the window once', () => {
  fc.assert(
    fc.property(spell, fc.array(spell, { maxLength: 8 }), (window, spells) => {
      const moments = Array.from({ length: window.to - window.from }, (_, index) => window.from + index)
      const within = moments.filter((at) => spells.some(({ from, to }) => from <= at && at < to))
      expect(covered(window, spells)).toBe(within.length)
    }),
  )
})

test('an outage lasts from the middle of its likely beginning to the middle of its likely end', () => {
  const { from, to } = likelySpell(theOutage, NOW)
  expect(to - from).toBe(659_956.5)
  expect(likelySpell(stillOpen, NOW).to).toBe(NOW)
  expect(likelySpell({ ...theOutage, lastPresentAt: null }, NOW).from).toBe(theOutage.firstAbsentAt)
})

test('availability leaves out what was blind and what was retracted', () => {
  const window = { from: NOW - 3_600_000, to: NOW }
  const blind = [{ from: NOW - 600_000, to: NOW }]
  expect(availabilityOver(window, [], [], NOW)).toBe(1)
  expect(availabilityOver(window, [theOutage], blind, NOW)).toBe(1 - 659_956.5 / 3_000_000)
  const remark = { at: NOW, by: 'desk', note: 'our fault' }
  expect(availabilityOver(window, [{ ...theOutage, retracted: remark }], [], NOW)).toBe(1)
  expect(availabilityOver(window, [], [window], NOW)).toBeNull()
})

test('what came before the first look is blind, and all of it where nothing was seen', () => {
  const window = { from: NOW - 3_600_000, to: NOW }
  expect(before(NOW - 15_000, [], []).to).toBe(NOW - 15_000)
  expect(availabilityOver(window, [], [before(NOW - 15_000, [], [])], NOW)).toBe(1)
  expect(availabilityOver(window, [], [before(null, [], [])], NOW)).toBeNull()
  const half = { ...stillOpen, lastPresentAt: null, firstAbsentAt: NOW - 10_000, lastAbsentAt: NOW }
  expect(availabilityOver(window, [half], [before(NOW - 20_000, [half], [])], NOW)).toBe(0.5)
  // What was recorded before the first look was noted.
  expect(before(NOW, [theOutage], []).to).toBe(theOutage.lastPresentAt)
  expect(before(NOW, [theOutage], [{ from: 7, to: 9 }]).to).toBe(7)
})
