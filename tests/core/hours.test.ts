import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatTime, heldUntil, parseTime, type Hold } from '../../src/core/hours.ts'
import { instantOf, offsetAt } from '../../src/core/zone.ts'

const BERLIN = 'Europe/Berlin'
const HOUR = 3_600_000

const quiet = (from: string, to: string, zone = BERLIN, days: Extract<Hold, { kind: 'quiet' }>['days'] = []): Hold => ({
  kind: 'quiet',
  from: parseTime(from) ?? NaN,
  to: parseTime(to) ?? NaN,
  zone,
  days,
})
const digest = (at: string, zone = BERLIN): Hold => ({ kind: 'digest', at: parseTime(at) ?? NaN, zone })

/** When something of `at` (UTC) is told; `now` when it is not held. */
function told(hold: Hold, at: string): string {
  const until = heldUntil(hold, Date.parse(`${at}Z`))
  return until === null ? 'now' : new Date(until).toISOString().slice(0, 16)
}

describe('quiet hours', () => {
  const night = quiet('22:00', '07:00')

  test.each([
    ['2026-06-01T19:59', 'now'],
    ['2026-06-01T20:00', '2026-06-02T05:00'],
    ['2026-06-01T22:30', '2026-06-02T05:00'],
    ['2026-06-02T04:59', '2026-06-02T05:00'],
    ['2026-06-02T05:00', 'now'],
    ['2026-12-01T20:59', 'now'],
    ['2026-12-01T21:00', '2026-12-02T06:00'],
  ])('of a night over midnight, at %s: %s', (at, until) => expect(told(night, at)).toBe(until))

  test.each([
    // The clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25 October.
    ['the night is an hour shorter in spring', night, '2026-03-28T23:00', '2026-03-29T05:00'],
    ['the night is an hour longer in autumn', night, '2026-10-24T22:00', '2026-10-25T06:00'],
    ['an end that is skipped comes as much later', quiet('22:00', '02:30'), '2026-03-29T00:59', '2026-03-29T01:30'],
    ['an end that comes twice is the first', quiet('22:00', '02:30'), '2026-10-25T00:15', '2026-10-25T00:30'],
    ['and the second time is not quiet', quiet('22:00', '02:30'), '2026-10-25T01:15', 'now'],
    ['a beginning that is skipped comes as much later', quiet('02:30', '05:00'), '2026-03-29T01:15', 'now'],
    [
      'where it is skipped, until the end all the same',
      quiet('02:30', '05:00'),
      '2026-03-29T01:45',
      '2026-03-29T03:00',
    ],
    [
      'south of the line it is the other way round',
      quiet('22:00', '07:00', 'Australia/Lord_Howe'),
      '2026-04-04T14:00',
      '2026-04-04T20:30',
    ],
  ] as const)('%s', (_, hold, at, until) => expect(told(hold, at)).toBe(until))

  test('begin on the days they are for, and last into the next', () => {
    const weekends = quiet('22:00', '07:00', BERLIN, ['fri', 'sat'])
    expect(told(weekends, '2026-06-04T22:00')).toBe('now')
    expect(told(weekends, '2026-06-05T22:00')).toBe('2026-06-06T05:00')
    expect(told(weekends, '2026-06-07T04:00')).toBe('2026-06-07T05:00')
    expect(told(weekends, '2026-06-07T22:00')).toBe('now')
  })

  test('within one day', () => {
    const lunch = quiet('12:00', '13:30', 'UTC')
    expect(told(lunch, '2026-06-01T12:15')).toBe('2026-06-01T13:30')
    expect(told(lunch, '2026-06-01T13:30')).toBe('now')
  })
})

describe('a daily digest', () => {
  test.each([
    ['2026-06-01T05:59', '2026-06-01T06:00'],
    ['2026-06-01T06:00', '2026-06-02T06:00'],
    ['2026-10-24T12:00', '2026-10-25T07:00'],
    ['2026-03-28T12:00', '2026-03-29T06:00'],
  ])('of what happens at %s comes at %s', (at, until) => expect(told(digest('08:00'), at)).toBe(until))
})

const instant = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) })
const minutes = fc.integer({ min: 0, max: 1_439 })
const zone = fc.constantFrom('UTC', BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia')

test('whatever the hours and the zone, what is held is told within a day, and not held again then', () => {
  fc.assert(
    fc.property(instant, minutes, minutes, zone, (at, from, to, where) => {
      fc.pre(from !== to)
      const hold: Hold = { kind: 'quiet', from, to, zone: where, days: [] }
      const until = heldUntil(hold, at)
      if (until === null) return
      expect(until).toBeGreaterThan(at)
      expect(until - at).toBeLessThanOrEqual(25 * HOUR)
      const next = heldUntil(hold, until)
      // A beginning that the clocks skip may move past the end.
      if (next !== null) expect(next - until).toBeLessThanOrEqual(25 * HOUR)
    }),
  )
})

test('whatever the hour and the zone, a digest comes within a day, at that hour', () => {
  fc.assert(
    fc.property(instant, minutes, zone, (at, time, where) => {
      const until = heldUntil({ kind: 'digest', at: time, zone: where }, at) ?? NaN
      expect(until).toBeGreaterThan(at)
      expect(until - at).toBeLessThanOrEqual(26 * HOUR)
    }),
  )
})

test('an hour that the clocks show is found again', () => {
  fc.assert(
    fc.property(instant, zone, (instantMs, where) => {
      const at = Math.floor(instantMs / 60_000) * 60_000
      const shown = at + offsetAt(where, at)
      const date = Math.floor(shown / (24 * HOUR)) * 24 * HOUR
      const found = instantOf(where, date, (shown - date) / 60_000)
      // Shown twice: the first.
      expect(found).toBeLessThanOrEqual(at)
      expect(found + offsetAt(where, found)).toBe(shown)
    }),
  )
})

test('a time is written with two digits each', () => {
  expect(['07:30', '00:00', '23:59'].map(parseTime)).toEqual([450, 0, 1_439])
  expect(['7:30', '24:00', '12:60', 'noon', '-1:00'].map(parseTime)).toEqual([null, null, null, null, null])
  expect(formatTime(450)).toBe('07:30')
})
