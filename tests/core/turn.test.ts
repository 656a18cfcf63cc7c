import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Belief } from '../../src/core/belief.ts'
import { clearingLook, doubtDelay, nextLook, scheduledLook } from '../../src/core/turn.ts'
import type { Words } from '../../src/core/word.ts'
import { fakeOutage } from '../support/notices.ts'

const HELD = { identity: null, presentAt: {}, conclusiveAt: 0, seenFrom: 0 }
const UP: Belief = { ...HELD, kind: 'up' }
const down = (words: Words): Belief => ({ ...HELD, kind: 'down', outage: fakeOutage(), words, clear: null })
const gone = { says: 'absent', because: ['not_found'], since: 0, count: 1 } as const
const back = { says: 'present', saidAbsent: true } as const
const disputes = { says: 'present', saidAbsent: false } as const

const turns = (belief: Belief, looks: readonly string[], count: number): string =>
  Array.from({ length: count }, (_, turn) => scheduledLook(belief, looks, turn)).join('')

describe('on the roll', () => {
  test('every sixth turn goes to another look, each of them in turn', () =>
    expect(turns(UP, ['a', 'b', 'c'], 24)).toBe('aaaaabaaaaacaaaaabaaaaac'))

  test('where there is one look it has all turns, and where there is none nobody is asked', () => {
    expect(turns(UP, ['a'], 12)).toBe('aaaaaaaaaaaa')
    expect(scheduledLook(UP, [], 0)).toBeUndefined()
  })

  test('of an account that is down all looks are asked in turn', () =>
    expect(turns(down({}), ['a', 'b', 'c'], 7)).toBe('abcabca'))
})

describe('beside the roll', () => {
  test('a doubt asks another look each time, where there is another', () => {
    expect([null, 'a', 'b', 'c', 'no longer there'].map((last) => nextLook(['a', 'b', 'c'], last)).join('')).toBe(
      'abcaa',
    )
    expect(nextLook(['a'], 'a')).toBe('a')
  })

  test('an outage is cleared by those looks that had said absent, and by no other', () => {
    const belief = down({ a: gone, b: disputes, c: back })
    expect([null, 'a', 'c', 'b'].map((last) => clearingLook(belief, ['a', 'b', 'c'], last)).join('')).toBe('acaa')
    expect(clearingLook(down({ b: disputes }), ['a', 'b'], 'a')).toBe('b')
    expect(clearingLook(UP, ['a', 'b'], 'a')).toBe('b')
  })

  test('a doubt that cannot be settled is looked at ever more seldom, up to once a period', () => {
    const delays = [1, 18, 19, 20, 21, 22, 40].map((attempts) => doubtDelay(attempts, 3, 1_000, 10_000))
    expect(delays).toEqual([1_000, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
  })

  test('whatever the configuration, never sooner than the pause and never less often than before', () => {
    const ms = fc.integer({ min: 1, max: 1_000_000 })
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 20 }), ms, ms, (attempts, sightings, everyMs, periodMs) => {
        const delay = doubtDelay(attempts, sightings, everyMs, periodMs)
        expect(delay).toBeGreaterThanOrEqual(everyMs)
        expect(delay).toBeLessThanOrEqual(Math.max(everyMs, periodMs))
        expect(doubtDelay(attempts + 1, sightings, everyMs, periodMs)).toBeGreaterThanOrEqual(delay)
      }),
    )
  })
})
