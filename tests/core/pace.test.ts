import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slotAt, slotsLeft, tried, unhurried } from '../../src/core/pace.ts'

test('whatever is tried and however long it takes, no window hears more than the target takes', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.tuple(fc.nat({ max: 900 }), fc.nat({ max: 3_000 })), { minLength: 1, maxLength: 60 }),
      (requests, tries) => {
        const budget = { requests, windowMs: 1_000 }
        const heard: number[] = []
        const underWay: { from: number; until: number }[] = []
        let pace = unhurried
        let now = 0
        const settle = (until: number) => {
          for (const one of underWay.filter((each) => each.until <= until).sort((a, b) => a.until - b.until)) {
            pace = tried(pace, budget, one.until)
            underWay.splice(underWay.indexOf(one), 1)
          }
        }
        for (const [pause, lasts] of tries) {
          now += pause
          settle(now)
          if (slotsLeft(pace, budget, underWay.length, now) === 0) continue
          underWay.push({ from: now, until: now + lasts })
          heard.push(now + Math.floor(lasts / 2))
        }
        heard.sort((a, b) => a - b)
        for (const [index, at] of heard.entries()) {
          const next = heard[index + requests]
          if (next !== undefined) expect(next - at).toBeGreaterThanOrEqual(1_000)
        }
      },
    ),
  ))

test('two a second are two a second, and the next slot is told', () => {
  const budget = { requests: 2, windowMs: 1_000 }
  const pace = tried(tried(unhurried, budget, 0), budget, 100)
  expect(slotsLeft(pace, budget, 0, 500)).toBe(0)
  expect(slotAt(pace, budget, 500)).toBe(1_000)
  expect(slotsLeft(pace, budget, 0, 1_000)).toBe(1)
  expect(slotsLeft(pace, budget, 1, 1_000)).toBe(0)
  expect(slotAt(unhurried, budget, 0)).toBeNull()
})

test('a clock that is put back keeps nobody waiting until it is as late again', () => {
  const budget = { requests: 1, windowMs: 1_000 }
  const before = tried(unhurried, budget, 3_600_000)
  expect(slotsLeft(before, budget, 0, 5_000)).toBe(1)
  expect(slotAt(before, budget, 5_000)).toBeNull()
})
