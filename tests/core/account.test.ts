import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressKey, hash32, splitAddress, stableFraction } from '../../src/core/account.ts'

describe('an address', () => {
  test.each([
    ['x:realDonaldTrump', ['x', 'realDonaldTrump']],
    ['mastodon:Gargron@mastodon.social', ['mastodon', 'Gargron@mastodon.social']],
    ['bluesky:did:plc:z72i7', ['bluesky', 'did:plc:z72i7']],
  ])('%s names a platform and a handle', (address, parts) => expect(splitAddress(address)).toEqual(parts))

  test.each(['', ':', 'x', 'x:', ':alice'])('"%s" is none', (address) => expect(splitAddress(address)).toBeNull())

  test('is the same account in any letter case', () =>
    expect(addressKey('X:RealDonaldTrump')).toBe(addressKey('x:realdonaldtrump')))
})

describe('the place of an account within its slot', () => {
  test('is a share of it, and always the same', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const fraction = stableFraction(text)
        expect(fraction).toBeGreaterThanOrEqual(0)
        expect(fraction).toBeLessThan(1)
        expect(stableFraction(text)).toBe(fraction)
      }),
    )
  })

  test('does not change from one version to the next', () =>
    expect([hash32('x:alice', 0x811c9dc5), hash32('', 0), hash32('é', 1)]).toEqual([4_100_811_070, 0, 334_620_575]))

  test('spreads alike names evenly', () => {
    const tenths = new Array<number>(10).fill(0)
    for (let index = 0; index < 10_000; index++) tenths[Math.floor(stableFraction(`x:user${index}`) * 10)]!++
    for (const count of tenths) {
      expect(count).toBeGreaterThan(850)
      expect(count).toBeLessThan(1_150)
    }
  })
})
