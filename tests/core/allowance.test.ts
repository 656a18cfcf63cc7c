import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allowanceOf, retryAfter } from '../../src/core/allowance.ts'
import { hasRecorded, recorded } from '../support/recorded.ts'

const NOW = Date.parse('2026-11-21T02:50:00Z')
const DAY = 86_400_000
const seconds = (count: number): number => NOW + count * 1000
const unix = (count: number): string => String(seconds(count) / 1000)

describe('what is left until when is read in every dialect', () => {
  test.each([
    ['X', { 'x-rate-limit-limit': '300', 'x-rate-limit-remaining': '12', 'x-rate-limit-reset': unix(600) }, 12, 600],
    [
      'GitHub',
      {
        'x-ratelimit-limit': '60',
        'x-ratelimit-remaining': '57',
        'x-ratelimit-used': '3',
        'x-ratelimit-reset': unix(3_000),
        'x-ratelimit-resource': 'core',
      },
      57,
      3_000,
    ],
    [
      'Mastodon',
      {
        'x-ratelimit-limit': '300',
        'x-ratelimit-remaining': '299',
        'x-ratelimit-reset': '2026-11-21T02:55:00.000000Z',
      },
      299,
      300,
    ],
    ['Reddit', { 'x-ratelimit-used': '4', 'x-ratelimit-remaining': '95.5', 'x-ratelimit-reset': '431' }, 95.5, 431],
    [
      'atproto',
      {
        'ratelimit-limit': '3000',
        'ratelimit-remaining': '2999',
        'ratelimit-reset': unix(300),
        'ratelimit-policy': '3000;w=300',
      },
      2_999,
      300,
    ],
    ['Twitch', { 'ratelimit-limit': '800', 'ratelimit-remaining': '799', 'ratelimit-reset': unix(1) }, 799, 1],
    ['the IETF draft', { 'ratelimit-policy': '"default";q=100;w=60', ratelimit: '"default";r=50;t=30' }, 50, 30],
    ['the IETF draft without a time', { ratelimit: '"default"; r=50' }, 50, null],
  ] as const)('%s', (_, headers, remaining, reset) =>
    expect(allowanceOf(200, headers, NOW)).toEqual({
      retryAt: null,
      remaining,
      resetAt: reset === null ? null : seconds(reset),
    }),
  )

  test('and nothing is read where nothing is said', () =>
    expect(allowanceOf(200, { date: 'Sat, 21 Nov 2026 02:50:00 GMT' }, NOW)).toEqual({
      retryAt: null,
      remaining: null,
      resetAt: null,
    }))
})

describe('nothing more may be asked', () => {
  const spent = { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': unix(600) }

  test('before the reset once nothing is left, though this answer was good', () =>
    expect(allowanceOf(200, spent, NOW).retryAt).toBe(seconds(600)))

  // So GitHub says that its limit is reached.
  test('before the reset after a 403 that leaves nothing, but not after one that leaves something', () => {
    expect(allowanceOf(403, spent, NOW).retryAt).toBe(seconds(600))
    expect(allowanceOf(403, { ...spent, 'x-rate-limit-remaining': '1' }, NOW).retryAt).toBeNull()
  })

  test('before the reset when less than one is left', () =>
    expect(allowanceOf(200, { 'x-ratelimit-remaining': '0.4', 'x-ratelimit-reset': '9' }, NOW).retryAt).toBe(
      seconds(9),
    ))

  test('before the reset after a 429, whatever is said to be left', () =>
    expect(allowanceOf(429, { ...spent, 'x-rate-limit-remaining': '7' }, NOW).retryAt).toBe(seconds(600)))

  test('before Retry-After, which goes before the reset', () =>
    expect(allowanceOf(429, { ...spent, 'retry-after': '30' }, NOW).retryAt).toBe(seconds(30)))

  test.each([429, 503, 403])('before Retry-After with %i', (status) =>
    expect(allowanceOf(status, { 'retry-after': '30' }, NOW).retryAt).toBe(seconds(30)),
  )

  test('is not said by a 429 without a hint, a 5xx without Retry-After, or Retry-After on a good answer', () => {
    expect(allowanceOf(429, {}, NOW).retryAt).toBeNull()
    expect(allowanceOf(500, spent, NOW).retryAt).toBeNull()
    expect(allowanceOf(200, { 'retry-after': '30' }, NOW).retryAt).toBeNull()
  })
})

describe('Retry-After', () => {
  test.each([
    ['120', 120],
    [' 120 ', 120],
    ['1.5', 1.5],
    ['Sat, 21 Nov 2026 02:51:00 GMT', 60],
    ['Saturday, 21-Nov-26 02:51:00 GMT', 60],
  ])('"%s" is understood', (value, wait) => expect(retryAfter(value, NOW)).toBe(seconds(wait)))

  test.each(['', '0', '-5', 'soon', '1e9', '12 apples', 'Sat, 21 Nov 2026 02:49:59 GMT', 'Sat, 99 Nov 2026', '5, 5'])(
    '"%s" is as if absent',
    (value) => expect(retryAfter(value, NOW)).toBeNull(),
  )

  test.each(['86401', '99999999999', 'Sun, 21 Nov 2027 02:50:00 GMT'])('"%s" silences us for a day at most', (value) =>
    expect(retryAfter(value, NOW)).toBe(NOW + DAY),
  )
})

test('garbage in any header is as if absent', () => {
  for (const junk of ['', ' ', 'NaN', '-1', 'never', 'Infinity', '0x', '2020-01-01T00:00:00Z']) {
    const headers = { 'x-ratelimit-remaining': junk, 'x-ratelimit-reset': junk, 'retry-after': junk, ratelimit: junk }
    expect(allowanceOf(429, headers, NOW)).toEqual({ retryAt: null, remaining: null, resetAt: null })
  }
})

test('no header whatever silences us for longer than a day, or in the past', () => {
  const junk = fc.oneof(
    fc.string(),
    fc.nat().map(String),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map(String),
  )
  const names = ['retry-after', 'ratelimit', 'ratelimit-reset', 'ratelimit-remaining', 'x-ratelimit-reset']
  const headers = fc.dictionary(fc.constantFrom(...names), junk)
  fc.assert(
    fc.property(fc.constantFrom(200, 403, 429, 500, 503), headers, (status, headers) => {
      const { retryAt, resetAt, remaining } = allowanceOf(status, headers, NOW)
      for (const at of [retryAt, resetAt]) {
        expect(at ?? NOW + 1).toBeGreaterThan(NOW)
        expect(at ?? NOW + 1).toBeLessThanOrEqual(NOW + DAY)
      }
      expect(remaining ?? 0).toBeGreaterThanOrEqual(0)
    }),
  )
})

describe.skipIf(!hasRecorded)('the refusal of a real server is understood', () => {
  test('of a Bluesky host: Retry-After in seconds, the reset as a Unix time', () => {
    const { status, headers } = recorded('bluesky/pds-a/com.atproto.identity.resolveHandle/rate-limited.refused')
    const at = Date.parse(headers['date']!)
    expect(status).toBe(429)
    expect(allowanceOf(status, headers, at)).toEqual({
      retryAt: at + 296_000,
      remaining: 0,
      resetAt: 1_795_229_700_000,
    })
  })

  test('of GoToSocial: the reset as an ISO time, no Retry-After', () => {
    const { status, headers } = recorded('gotosocial/webfinger/rate-limited.refused')
    const at = Date.parse(headers['date']!)
    const resetAt = Date.parse('2026-11-21T03:00:21Z')
    expect(status).toBe(429)
    expect(allowanceOf(status, headers, at)).toEqual({ retryAt: resetAt, remaining: 0, resetAt })
  })
})
