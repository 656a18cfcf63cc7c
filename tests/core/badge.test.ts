import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unknown, type Belief } from '../../src/core/belief.ts'
import { badgeOf } from '../../src/core/badge.ts'
import { accountAt, downFor, NOW, stillOpen, upSince } from '../support/desk.ts'
import { readMarkup } from '../support/markup.ts'

const badge = (belief: Belief, { blind = false, name = 'NASA', at = NOW } = {}): string =>
  badgeOf({ account: accountAt('x:NASA', { name }), belief, blind, sightings: [] }, at)

const said = (svg: string): string => /<title>(.*)<\/title>/.exec(svg)?.[1] ?? ''

const goneFor = (ms: number): Belief =>
  downFor({ ...stillOpen, lastPresentAt: NOW - ms, firstAbsentAt: NOW - ms, lastAbsentAt: NOW })

describe('a badge', () => {
  test.each<readonly [string, string]>([
    ['up', said(badge(upSince(NOW)))],
    ['cannot see', said(badge(upSince(NOW), { blind: true }))],
    ['cannot see', said(badge(unknown(), { blind: true }))],
    ['not seen yet', said(badge(unknown()))],
    ['gone 42 s', said(badge(goneFor(42_000)))],
    ['gone 1 m', said(badge(goneFor(59_700)))],
    ['gone 11 m', said(badge(goneFor(659_957)))],
    ['gone 1 h', said(badge(goneFor(3_590_000)))],
    ['gone 3 d', said(badge(goneFor(3 * 86_400_000)))],
    ['gone 11 m', said(badge(goneFor(660_000), { blind: true }))],
    ['gone over 11 m', said(badge(downFor({ ...stillOpen, firstAbsentAt: NOW - 660_000, lastPresentAt: null })))],
    ['taken over 18 m', said(badge(downFor({ ...stillOpen, because: ['taken_over'] })))],
    ['retracted', said(badge(downFor({ ...stillOpen, retracted: { at: NOW, by: 'ops', note: '' } })))],
  ])('says %s', (words, title) => expect(title).toBe(`NASA (x:NASA): ${words}`))

  test('says aloud what it shows', () => {
    const svg = badge(goneFor(660_000))
    expect(svg).toContain('role="img" aria-label="NASA (x:NASA): gone 11 m"')
    expect(readMarkup(svg).elements).toEqual(['svg', 'title', 'rect', 'path', 'g', 'text', 'text'])
  })

  test('has room for what it says, whoever it is about', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (odd) => {
        const svg = badge(goneFor(660_000), { name: `${odd}</text><script>"'&${odd}` })
        expect(readMarkup(svg).elements).toEqual(['svg', 'title', 'rect', 'path', 'g', 'text', 'text'])
        const width = Number(/ width="(\d+)"/.exec(svg)?.[1])
        const ends = [...svg.matchAll(/ x="(\d+)" .*? textLength="(\d+)"/g)].map(
          ([, x, length]) => Number(x) + Number(length),
        )
        expect(ends).toHaveLength(2)
        expect([Math.max(...ends) + 7, width]).toEqual([width, Math.min(width, 500)])
      }),
      { numRuns: 100 },
    )
  })
})
