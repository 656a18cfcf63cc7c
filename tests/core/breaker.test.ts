import { expect, test } from 'vitest'
import { accepted, conditionOf, failed, lanesOpen, quietUntil, silenced, untried } from '../../src/core/breaker.ts'

const NOW = 1_000_000
const after = (failures: number, chance = 1) => {
  let breaker = accepted(untried)
  for (let count = 0; count < failures; count++) breaker = failed(breaker, Math.max(NOW, quietUntil(breaker)), chance)
  return breaker
}

test('of what has taken nothing yet one is tried at a time, without a pause', () => {
  expect(lanesOpen(untried, 8, NOW)).toBe(1)
  expect(lanesOpen(failed(untried, NOW, 1), 8, NOW)).toBe(1)
  expect(lanesOpen(accepted(failed(untried, NOW, 1)), 8, NOW)).toBe(8)
  expect(conditionOf(untried, NOW)).toEqual({ kind: 'ok', silentUntil: null })
})

test('a few failures leave all lanes open', () => {
  expect(lanesOpen(after(4), 8, NOW)).toBe(8)
  expect(conditionOf(after(4), NOW)).toEqual({ kind: 'ok', silentUntil: null })
})

test('after that nothing is tried for a while, and then one at a time', () => {
  const failing = after(5)
  expect(lanesOpen(failing, 8, NOW)).toBe(0)
  expect(lanesOpen(failing, 8, quietUntil(failing))).toBe(1)
  expect(conditionOf(failing, NOW)).toEqual({ kind: 'failing', since: NOW, silentUntil: null })
})

test('pauses double up to a minute, and jitter takes up to half', () => {
  const pauses = [5, 6, 7, 8, 9, 40].map((failures) => quietUntil(after(failures)) - quietUntil(after(failures - 1)))
  expect(pauses.slice(1)).toEqual([10_000, 20_000, 40_000, 60_000, 60_000])
  expect(quietUntil(after(5)) - NOW).toBe(5_000)
  expect(quietUntil(after(5, 0)) - NOW).toBe(2_500)
})

test('what was under way when the pause began does not lengthen it', () => {
  const failing = after(5)
  expect(failed(failing, NOW + 1, 1)).toEqual(failing)
})

test('a clock that is put back ends the pause', () => {
  const failing = after(5)
  expect(lanesOpen(failing, 8, NOW / 2)).toBe(1)
  expect(failed(failing, NOW / 2, 1).probeAt).toBe(NOW / 2 + 10_000)
})

test('the first that is taken opens all lanes, but not before the target wants to hear again', () => {
  expect(lanesOpen(accepted(after(9)), 8, NOW)).toBe(8)
  const silent = accepted(silenced(after(9), NOW + 300_000))
  expect(lanesOpen(silent, 8, NOW + 299_999)).toBe(0)
  expect(lanesOpen(silent, 8, NOW + 300_000)).toBe(8)
  expect(conditionOf(silent, NOW)).toEqual({ kind: 'ok', silentUntil: NOW + 300_000 })
})
