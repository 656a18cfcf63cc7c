import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { availability, durationOf, isExplicitOutage, isUnseen, outageId, type Outage } from '../../src/core/outage.ts'

const at = (time: string): number => Date.parse(`2017-11-02T${time}Z`)

const eleven: Outage = {
  id: 'out_1',
  account: 'x:realDonaldTrump',
  because: ['not_found', 'deactivated'],
  trust: 'high',
  disputed: [],
  lastPresentAt: at('22:51:58.120'),
  firstAbsentAt: at('22:52:03.101'),
  lastAbsentAt: at('23:02:58.044'),
  firstPresentAt: at('23:03:03.090'),
  openedAt: at('22:52:05.300'),
  closedAt: at('23:03:04.410'),
  blindMs: 0,
  sightings: 132,
  identity: null,
  now: null,
  acknowledged: null,
  retracted: null,
  notes: [],
}
const open: Outage = { ...eleven, firstPresentAt: null, closedAt: null }
const unseen: Outage = { ...eleven, lastPresentAt: null }

describe('the length of an outage', () => {
  test('of eleven minutes is an estimate between two bounds', () =>
    expect(durationOf(eleven, at('23:59:00'))).toEqual({
      estimateMs: 659_957,
      minMs: 654_943,
      maxMs: 664_970,
      coverage: 1,
    }))

  test('counts up while it is open, and may end this instant', () => {
    const minute = durationOf(open, at('23:03:00'))
    const later = durationOf(open, at('23:04:00'))
    expect(later.estimateMs - minute.estimateMs).toBe(60_000)
    expect(later.maxMs).toBe(at('23:04:00') - at('22:51:58.120'))
    expect(later.minMs).toBe(minute.minMs)
  })

  test('of one sighting is at least nothing', () =>
    expect(durationOf({ ...open, lastAbsentAt: open.firstAbsentAt - 100 }, open.firstAbsentAt).minMs).toBe(0))

  test('has no upper bound where its start was never seen', () => {
    expect(durationOf(unseen, at('23:59:00'))).toMatchObject({ maxMs: null, minMs: 654_943 })
    expect(isUnseen(unseen)).toBe(true)
    expect(isUnseen(eleven)).toBe(false)
  })

  test('tells how much of it we saw', () => {
    const span = at('23:03:03.090') - at('22:52:03.101')
    expect(durationOf({ ...eleven, blindMs: span / 4 }, 0).coverage).toBe(0.75)
    expect(durationOf({ ...eleven, blindMs: span * 2 }, 0).coverage).toBe(0)
    expect(durationOf(open, open.firstAbsentAt).coverage).toBe(1)
    const atOnce = { ...open, lastAbsentAt: open.firstAbsentAt }
    expect(durationOf(atOnce, open.firstAbsentAt)).toMatchObject({ minMs: 0, coverage: 1 })
  })

  test('is the same at any time once it is closed', () =>
    expect(durationOf(eleven, 0)).toEqual(durationOf(eleven, at('23:59:59'))))

  test('has its estimate between its bounds, wherever the four instants lie', () => {
    const gaps = fc.tuple(fc.nat(100_000), fc.nat(100_000), fc.nat(100_000), fc.nat(100_000), fc.boolean())
    fc.assert(
      fc.property(gaps, ([before, during, after, blindMs, isClosed]) => {
        const firstAbsentAt = eleven.openedAt
        const lastAbsentAt = firstAbsentAt + during - 3_000
        const firstPresentAt = Math.max(firstAbsentAt, lastAbsentAt) + after
        const instants = { lastPresentAt: firstAbsentAt - before, firstAbsentAt, lastAbsentAt, blindMs }
        const outage = { ...eleven, ...instants, firstPresentAt: isClosed ? firstPresentAt : null }
        const { minMs, maxMs, estimateMs, coverage } = durationOf(outage, firstPresentAt)
        expect(minMs).toBeGreaterThanOrEqual(0)
        expect(estimateMs).toBeGreaterThanOrEqual(minMs)
        expect(estimateMs).toBeLessThanOrEqual(maxMs!)
        expect(coverage).toBeGreaterThanOrEqual(0)
        expect(coverage).toBeLessThanOrEqual(1)
      }),
    )
  })
})

test('an outage is explicit when "not found" is not among its possible reasons', () => {
  expect(isExplicitOutage(eleven)).toBe(false)
  expect(isExplicitOutage({ ...eleven, because: ['suspended'] })).toBe(true)
})

test('an outage’s id comes from the account and its first absence, and sorts by time', () => {
  const id = outageId('x:a', at('22:52:03'))
  expect(id).toMatch(/^out_[0-9A-HJKMNP-TV-Z]{26}$/)
  expect(outageId('x:a', at('22:52:03'))).toBe(id)
  expect(outageId('x:b', at('22:52:03'))).not.toBe(id)
  expect(outageId('x:a', at('22:52:03.001')) > id).toBe(true)
})

describe('availability', () => {
  test.each([
    ['of a day with six hours away', [24, 6, 0], 0.75],
    ['leaves out what we could not see', [24, 6, 12], 0.5],
    ['is nothing rather than less', [24, 20, 12], 0],
    ['is unknown where we saw nothing', [24, 0, 24], null],
  ] as const)('%s', (_, [window, away, blind], share) => expect(availability(window, away, blind)).toBe(share))
})
