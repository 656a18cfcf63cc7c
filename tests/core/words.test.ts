import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { audienceWords, causeWords, cleanName, durationWords, reasonWords, spanWords } from '../../src/core/words.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

describe('a length', () => {
  test.each([
    [0, '0 s'],
    [400, 'under 1 s'],
    [42_000, '42 s'],
    [59_600, '1 m 00 s'],
    [662_000, '11 m 02 s'],
    [59 * MINUTE + 59_700, '1 h 00 m'],
    [2 * HOUR + 5 * MINUTE, '2 h 05 m'],
    [23 * HOUR + 59 * MINUTE + 40_000, '1 d 0 h'],
    [3 * 24 * HOUR + 4 * HOUR, '3 d 4 h'],
    [-5_000, '0 s'],
  ])('%i ms reads %s', (ms, words) => expect(spanWords(ms)).toBe(words))

  test('reads with its bounds, which are rounded outwards', () => {
    const duration = { estimateMs: 662_000, minMs: 658_900, maxMs: 665_100, coverage: 1 }
    expect(durationWords(duration)).toBe('11 m 02 s (10 m 58 s to 11 m 06 s)')
  })

  test('whose start was never seen has only a least', () => {
    const duration = { estimateMs: 700_000, minMs: 662_900, maxMs: null, coverage: 1 }
    expect(durationWords(duration)).toBe('at least 11 m 02 s')
  })

  test('that is known exactly needs no bounds', () => {
    expect(durationWords({ estimateMs: 5_000, minMs: 5_000, maxMs: 5_000, coverage: 1 })).toBe('5 s')
  })
})

describe('a reason', () => {
  const now = { id: '7', handle: '@new\u202Ename' }

  test.each([
    [['not_found', 'deactivated'], 'gone: not found or deactivated'],
    [['not_found'], 'gone: not found'],
    [['not_found', 'deactivated', 'deleted'], 'gone: not found, deactivated or deleted'],
    [['suspended'], 'suspended'],
    [['deactivated'], 'deactivated'],
    [['renamed'], 'renamed to @newname'],
    [['taken_over'], 'the handle now belongs to another account'],
    [['suspended', 'renamed'], 'gone: suspended or renamed to @newname'],
    [[], 'gone'],
  ] as const)('%j reads %s', (because, words) => expect(reasonWords(because, now)).toBe(words))

  test('renamed without a new handle is just that', () => expect(reasonWords(['renamed'])).toBe('renamed'))
})

test('causes are told together, each once', () => {
  expect(causeWords(['network', 'rate_limited'])).toBe('rate limited, network trouble')
  expect(causeWords([])).toBe('no conclusive answer')
})

test.each([
  [1, '1 follower'],
  [12_345, '12,345 followers'],
  [41_700_000, '41.7 million followers'],
  [31_000_000, '31 million followers'],
])('an audience of %i is %s', (followers, words) => expect(audienceWords(followers)).toBe(words))

describe('a name', () => {
  test.each([
    ['controls and line breaks', 'a\u0000b\r\n\tc\u0085d', 'ab c d'],
    ['what reverses its neighbours', 'abc\u202Egnp.exe\u2069', 'abcgnp.exe'],
    ['what takes no room', 'a\u200Bb\u200Dc\uFEFFd\u00ADe\u3164f', 'abcdef'],
    ['half a pair', 'a\uD83Db', 'ab'],
    ['space around and between', '  a \u2003 b  ', 'a b'],
    ['nothing at all', '\u200B \u202E', ''],
  ])('loses %s', (_, text, clean) => expect(cleanName(text, 40)).toBe(clean))

  test('is cut by characters, not through them', () => expect(cleanName('👩👩👩👩', 3)).toBe('👩👩…'))

  test('holds its length and is clean, whatever it was', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (text, max) => {
        const clean = cleanName(text, max)
        expect(Array.from(clean).length).toBeLessThanOrEqual(max)
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u)
        expect(cleanName(clean, max)).toBe(clean)
      }),
    ))
})
