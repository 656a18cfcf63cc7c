import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createServerClock, lengthAt } from '../../src/client/index.ts'
import { durationOf } from '../../src/core/outage.ts'
import { failuresAfter, retryDelay } from '../../src/client/backoff.ts'
import { at, closedOf, outageOf, T0 } from '../support/live-json.ts'

describe("the server's clock", () => {
  /** A clock of ours that a test moves, beside one at the server that runs at `pace`. */
  function pair(pace: number, offset: number) {
    const state = { here: 1_000_000 }
    const clock = createServerClock(() => state.here)
    const there = () => state.here * pace + offset
    return { clock, there, pass: (ms: number) => (state.here += ms) }
  }

  test('is ours until it has been heard', () => {
    expect(pair(1, 5000).clock.now()).toBe(1_000_000)
  })

  test('runs on between beats, however far it is from ours', () => {
    const { clock, there, pass } = pair(1, -86_400_000)
    clock.hear(there())
    pass(14_000)
    expect(clock.now()).toBe(there())
  })

  test('takes up the pace of a replay', () => {
    const { clock, there, pass } = pair(60, -500)
    clock.hear(there())
    for (let beat = 0; beat < 3; beat++) {
      pass(1_000)
      clock.atLeast(there() - 200)
    }
    pass(10_000)
    expect(Math.abs(clock.now() - there())).toBeLessThan(2_000)
  })

  test('is not made fast by a message that was late', () => {
    const { clock, there, pass } = pair(1, 0)
    clock.hear(there() - 900)
    pass(1_600)
    clock.hear(there())
    pass(60_000)
    expect(clock.now()).toBe(there())
  })

  test('goes back when it was wrong by much', () => {
    const { clock, there, pass } = pair(1, 0)
    clock.hear(there() + 3_600_000)
    clock.now()
    pass(1_000)
    clock.hear(there())
    expect(clock.now()).toBe(there())
  })

  test('never goes back for a little', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ms: fc.nat(20_000), late: fc.nat(1_500), beats: fc.boolean() }), { maxLength: 40 }),
        (steps) => {
          const { clock, there, pass } = pair(1, 777)
          clock.hear(there())
          let shown = clock.now()
          for (const { ms, late, beats } of steps) {
            pass(ms)
            if (beats) clock.hear(there() - late)
            expect(clock.now()).toBeGreaterThanOrEqual(shown)
            shown = clock.now()
            expect(Math.abs(shown - there())).toBeLessThan(2_000)
          }
        },
      ),
    )
  })
})

describe('the length of an outage', () => {
  test('of an open one counts up from the middle of its beginning', () => {
    expect(lengthAt(outageOf('x:who'), T0 + 65_000)).toEqual({ estimateMs: 62_500, minMs: 2000, maxMs: 65_000 })
  })

  test('of one whose start was never seen has no most', () => {
    expect(lengthAt(outageOf('x:who', { lastPresentAt: null }), T0 + 65_000)).toEqual({
      estimateMs: 60_000,
      minMs: 2000,
      maxMs: null,
    })
  })

  test('of a closed one stands', () => {
    const closed = closedOf(outageOf('x:who'), 11)
    expect(lengthAt(closed, T0 + 9_999_999)).toEqual({ estimateMs: 660_000, minMs: 655_000, maxMs: 665_000 })
  })

  test('is what the server reckons', () => {
    fc.assert(
      fc.property(fc.option(fc.nat(60_000)), fc.nat(60_000), fc.nat(60_000), (present, absent, after) => {
        const instants = {
          lastPresentAt: present === null ? null : T0 - present,
          firstAbsentAt: T0,
          lastAbsentAt: T0 + absent,
          firstPresentAt: null,
          blindMs: 0,
        }
        const now = T0 + absent + after
        const server = durationOf(instants as Parameters<typeof durationOf>[0], now)
        const json = outageOf('x:who', {
          lastPresentAt: present === null ? null : at(-present / 1000),
          firstAbsentAt: at(0),
          lastAbsentAt: at(absent / 1000),
          duration: durationOf(instants as Parameters<typeof durationOf>[0], T0 + absent),
        })
        const { minMs, maxMs, estimateMs } = lengthAt(json, now)
        expect([minMs, maxMs]).toEqual([server.minMs, server.maxMs])
        expect(Math.abs(estimateMs - server.estimateMs)).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('coming back', () => {
  test('waits at random under a bound that doubles to half a minute', () => {
    const bounds = [0, 1, 2, 3, 6, 7, 50].map((failures) => retryDelay(1006, failures, 1))
    expect(bounds).toEqual([500, 1000, 2000, 4000, 30_000, 30_000, 30_000])
    expect(retryDelay(1006, 50, 0)).toBe(0)
  })

  test('is soon after a restart, but not every time', () => {
    expect([1001, 1012, 1013].map((code) => retryDelay(code, 0, 1))).toEqual([1000, 1000, 1000])
    expect(retryDelay(1012, 6, 1)).toBe(30_000)
  })

  test('is late when there were too many of us', () => {
    expect([retryDelay(4429, 0, 0), retryDelay(4429, 0, 1)]).toEqual([30_000, 60_000])
  })

  test('counts failures in a row; having been live forgives all but a fault of ours', () => {
    expect(failuresAfter(3, 1006, true)).toBe(0)
    expect(failuresAfter(3, 1006, false)).toBe(4)
    expect(failuresAfter(3, 4400, true)).toBe(4)
    expect(failuresAfter(3, 4408, false)).toBe(4)
  })
})
