import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Belief, Policy } from '../../src/core/belief.ts'
import { durationOf } from '../../src/core/outage.ts'
import { transitionId } from '../../src/core/transition.ts'
import type { Reason } from '../../src/core/verdict.ts'
import { live, world, type Lived } from '../support/belief-history.ts'

const honest = world(fc.constant('truthful' as const))
const mixed = world(fc.constantFrom('truthful', 'truthful', 'loyal'))
const runs = { numRuns: 1_000 }

const transitionsOf = (lived: readonly Lived[]) => lived.flatMap(({ transitions }) => transitions)

/** The sightings of one doubt, read from the history alone. */
function doubtOf(past: readonly Lived[]): readonly Lived[] {
  let doubt: Lived[] = []
  for (const one of past) {
    const newest = doubt.findLast(({ sighting }) => sighting.look === one.sighting.look)
    if (one.verdict.kind === 'inconclusive') continue
    if (one.verdict.kind === 'present' && newest?.verdict.kind === 'absent') doubt = []
    else if (one.verdict.kind === 'absent' || doubt.length > 0) doubt = [...doubt, one]
  }
  return doubt
}

/** Rule 4 as the design words it, reckoned from a doubt's sightings. */
function isOwed(doubt: readonly Lived[], { confirm, looks, controlsRightAt, publicLook }: Policy): boolean {
  const absences = doubt.filter(({ verdict }) => verdict.kind === 'absent')
  const newest = Map.groupBy(doubt, ({ sighting }) => sighting.look)
    .entries()
    .map(([look, all]) => ({ look, verdict: all.at(-1)!.verdict }))
    .toArray()
  const saying = newest.filter(({ verdict }) => verdict.kind === 'absent')
  const isDisputed = newest.some(({ verdict }) => verdict.kind === 'present')
  const since = absences[0]!.sighting.askedAt
  const agreeing = saying.filter(({ look }) => (controlsRightAt[look] ?? 0) >= since)
  if (agreeing.length === 0) return false
  const isWeak = agreeing.every(({ look }) => looks[look] === 'low')
  if (isWeak && Object.values(looks).some((trust) => trust !== 'low')) return false
  const needed = isWeak ? 2 * confirm.sightings : confirm.sightings
  const counted = absences.filter(({ sighting }) => agreeing.some(({ look }) => look === sighting.look)).length
  if (counted < needed) return false
  if (new Set(absences.map(({ sighting }) => sighting.vantage)).size < confirm.vantages) return false
  const sets = saying.map(({ verdict }) => (verdict.kind === 'absent' ? verdict.because : []))
  if (isDisputed && isBare(sets)) return false
  if (agreeing.length >= Math.min(confirm.looks, Object.keys(looks).length)) return true
  if (counted < 2 * needed) return false
  const shown = agreeing.find(({ look }) => look === publicLook)?.verdict
  return !isDisputed || (shown?.kind === 'absent' && !isBare([shown.because]))
}

/** "Not found" remains possible: in what all looks hold possible, or, where they share nothing, in any. */
function isBare(sets: readonly (readonly Reason[])[]): boolean {
  const shared = sets[0]!.filter((reason) => sets.every((set) => set.includes(reason)))
  return (shared.length > 0 ? shared : sets.flat()).includes('not_found')
}

describe('whatever happens', () => {
  test('an outage opens exactly when rule 4 asks for it', () => {
    let opened = 0
    fc.assert(
      fc.property(mixed, (life) => {
        const lived = live(life)
        let since = 0
        for (const [index, { before, transitions, verdict, policy }] of lived.entries()) {
          if (before.kind === 'down') since = index + 1
          if (before.kind === 'down' || verdict.kind !== 'absent') continue
          const opens = transitions.some(({ name }) => name === 'outage.opened')
          expect(opens).toBe(isOwed(doubtOf(lived.slice(since, index + 1)), policy))
          if (opens) opened++
        }
      }),
      runs,
    )
    expect(opened).toBeGreaterThan(100)
  })

  test('an inconclusive sighting changes nothing', () => {
    fc.assert(
      fc.property(mixed, (life) => {
        for (const { verdict, before, after, transitions } of live(life)) {
          if (verdict.kind !== 'inconclusive') continue
          expect(after).toBe(before)
          expect(transitions).toEqual([])
        }
      }),
      runs,
    )
  })

  test('openings and closings alternate, and changes lie between them', () => {
    fc.assert(
      fc.property(mixed, (life) => {
        let open: string | null = null
        for (const { name, outage } of transitionsOf(live(life))) {
          if (name === 'outage.opened') expect(open).toBeNull()
          else expect(outage.id).toBe(open)
          open = name === 'outage.closed' ? null : outage.id
        }
      }),
      runs,
    )
  })

  test('the same sightings give the same transitions with the same ids, also across restarts', () => {
    const restart = (belief: Belief): Belief => JSON.parse(JSON.stringify(belief)) as Belief
    fc.assert(
      fc.property(mixed, (life) => {
        const once = transitionsOf(live(life))
        const again = transitionsOf(live(life, restart))
        expect(again).toEqual(once)
        expect(again.map(transitionId)).toEqual(once.map(transitionId))
      }),
      runs,
    )
  })

  test('the time we could not see lies within the outage', () => {
    fc.assert(
      fc.property(mixed, (life) => {
        for (const { outage, at } of transitionsOf(live(life))) {
          expect(outage.blindMs).toBeLessThanOrEqual((outage.firstPresentAt ?? at) - outage.firstAbsentAt)
        }
      }),
      runs,
    )
  })
})

describe('the length of an outage', () => {
  test('is between its bounds, and so is its estimate', () => {
    let measured = 0
    fc.assert(
      fc.property(honest, (life) => {
        for (const { transitions } of live(life)) {
          for (const { outage, at } of transitions) {
            const { minMs, maxMs, estimateMs, coverage } = durationOf(outage, at)
            const trueMs = (outage.closedAt === null ? Math.min(at, life.away[1]) : life.away[1]) - life.away[0]
            expect(minMs).toBeLessThanOrEqual(Math.min(trueMs, estimateMs))
            expect(maxMs ?? Infinity).toBeGreaterThanOrEqual(Math.max(trueMs, estimateMs))
            expect(coverage).toBeGreaterThanOrEqual(0)
            expect(coverage).toBeLessThanOrEqual(1)
            if (outage.closedAt !== null) measured++
          }
        }
      }),
      runs,
    )
    expect(measured).toBeGreaterThan(100)
  })

  test('is so too where some look never admits an absence, as long as the first to fall had seen it present', () => {
    fc.assert(
      fc.property(mixed, (life) => {
        const lived = live(life)
        for (const { outage } of transitionsOf(lived)) {
          const first = lived.find(({ sighting }) => sighting.answeredAt === outage.firstAbsentAt)?.sighting.look
          const saw = lived.some(
            ({ sighting: { look, askedAt } }) => look === first && askedAt === outage.lastPresentAt,
          )
          if (outage.closedAt === null || !saw) continue
          const { minMs, maxMs } = durationOf(outage, outage.closedAt)
          expect(minMs).toBeLessThanOrEqual(life.away[1] - life.away[0])
          expect(maxMs).toBeGreaterThanOrEqual(life.away[1] - life.away[0])
        }
      }),
      runs,
    )
  })
})
