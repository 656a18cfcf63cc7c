import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accept, aimOf, seenAs, strangerOf, whoAnswers, type Acceptance, type Found } from '../../src/core/accept.ts'
import type { Account } from '../../src/core/account.ts'
import { unknown, type Belief } from '../../src/core/belief.ts'
import { durationOf } from '../../src/core/outage.ts'
import type { LastSighting } from '../../src/core/store.ts'
import { absent, inconclusive, present, type Identity } from '../../src/core/verdict.ts'
import { live, world } from '../support/belief-history.ts'
import {
  ACCOUNT,
  ALICE,
  answered,
  asked,
  blind,
  gone,
  here,
  play,
  POLICY,
  somebody,
  type Moment,
} from '../support/belief-play.ts'

const account: Account = {
  account: ACCOUNT,
  platform: 'x',
  handle: 'alice',
  name: 'Alice',
  id: null,
  important: false,
  tags: [],
  schedule: '*/10 * * * * *',
}
const STRANGER = { id: '8', handle: 'alice' }
const MOVED = { id: '7', handle: 'alice2' }
const ann: Acceptance = { by: 'ann', note: '', id: null }
const noHome = (): string => ''

const twice = (...script: Parameters<typeof play>[0]) => play([here(), ...script, ...script]).belief
const takenOver = (): Belief => twice(somebody('8', 'alice'), gone('host', 'deleted'))
const renamed = (): Belief => twice(gone('app', 'not_found', 'renamed'), somebody('7', 'alice2', 'host'))

const seenBy = (look: string, second: number, identity: Identity): LastSighting => ({
  look,
  vantage: 'home',
  askedAt: asked(second),
  answeredAt: answered(second),
  verdict: present(identity),
})
const foundAs = (identity: Identity): Found => ({ identity, sightings: [seenBy('app', 9, identity)] })

const accepted = (belief: Belief, identity: Identity, said = ann, whom = account, second = 10) =>
  accept(belief, whom, foundAs(identity), said, { at: asked(second), blindAfterMs: POLICY.blindAfterMs })

function done(...args: Parameters<typeof accepted>) {
  const next = accepted(...args)
  if (!next.ok) throw new Error(next.detail)
  return next.value
}
const refusal = (...args: Parameters<typeof accepted>): string => {
  const next = accepted(...args)
  return next.ok ? 'accepted' : `${next.refusal}: ${next.detail}`
}

describe('whom to accept', () => {
  test('is the stranger where one stands on the handle, and has to be looked for elsewhere', () => {
    expect(strangerOf(takenOver())).toEqual(STRANGER)
    for (const belief of [unknown(), play([here()]).belief, renamed(), twice(gone(), gone('host'))]) {
      expect(strangerOf(belief)).toBeNull()
    }
  })

  test('is looked for at the handle we hold, at first that of the address', () => {
    expect(aimOf(unknown(), account, noHome)).toEqual({ handle: 'alice', id: null })
    expect(aimOf(unknown({ id: '7', handle: 'held' }), account, noHome)).toEqual({ handle: 'held', id: null })
    expect(aimOf(twice(gone(), gone('host')), account, noHome)).toEqual({ handle: 'alice', id: null })
  })

  test('is the pinned id at the new name once renamed, and anybody there at another home', () => {
    expect(aimOf(renamed(), account, noHome)).toEqual({ handle: 'alice2', id: '7' })
    expect(aimOf(renamed(), account, (handle) => handle)).toEqual({ handle: 'alice2', id: null })
  })

  test('is the account they have moved to, where the one we hold names its id', () => {
    const now = { id: '70', handle: 'alice2' }
    const moved = (look: string): Moment => ({ ...gone(look), verdict: { kind: 'absent', because: ['renamed'], now } })
    for (const homeOf of [noHome, (handle: string) => handle]) {
      expect(aimOf(twice(moved('app'), moved('host')), account, homeOf)).toEqual(now)
    }
  })

  test('is whoever all looks agree on', () => {
    const aim = { handle: 'alice', id: null }
    const who = (...verdicts: Parameters<typeof whoAnswers>[0]) => whoAnswers(verdicts, aim)
    expect(who(present({ id: null, handle: 'alice' }), present(STRANGER))).toEqual({ ok: true, value: STRANGER })
    expect(who(present(STRANGER), inconclusive('network'))).toEqual({ ok: true, value: STRANGER })
  })

  test.each([
    [[absent('not_found', 'deleted')], 'Nobody is at @alice now: not found or deleted.'],
    [[absent('suspended'), inconclusive('network')], 'Nobody is at @alice now: suspended.'],
    [[inconclusive('rate_limited')], 'We cannot see now who is at @alice: rate limited. Try again later.'],
    [[], 'We cannot see now who is at @alice: no conclusive answer. Try again later.'],
    [[present(STRANGER), absent('not_found')], 'The looks disagree on who is at @alice now. Try again later.'],
    [[present(STRANGER), present(ALICE)], 'The looks disagree on who is at @alice now. Try again later.'],
  ])('is nobody where nothing clear answers: %j', (verdicts, detail) =>
    expect(whoAnswers(verdicts, { handle: 'alice', id: null })).toEqual({ ok: false, refusal: 'conflict', detail }),
  )

  test('is nobody where somebody else has the new name', () =>
    expect(whoAnswers([present({ id: '9', handle: 'alice2' })], { handle: 'alice2', id: '7' })).toMatchObject({
      detail: 'At @alice2 is now @alice2 (id 9), and not the id 7.',
    }))
})

describe('accepting', () => {
  test('a stranger closes the outage by that decision, and pins the stranger', () => {
    const before = takenOver()
    const { belief, transitions } = done(before, STRANGER, { ...ann, note: 'their new account' })
    expect(belief).toMatchObject({ kind: 'up', identity: STRANGER, presentAt: { app: asked(9) } })
    expect(transitions).toMatchObject([
      {
        name: 'outage.closed',
        at: asked(10),
        outage: {
          because: ['taken_over'],
          identity: ALICE,
          lastPresentAt: asked(1),
          firstAbsentAt: answered(2),
          lastAbsentAt: asked(5),
          firstPresentAt: asked(10),
          closedAt: asked(10),
          accepted: { at: asked(10), by: 'ann', identity: STRANGER },
          notes: [
            { at: asked(10), by: 'ann', note: "accepted @alice (id 8) as the account's identity: their new account" },
          ],
        },
      },
    ])
  })

  test('a new name keeps the id, and what is known of the account', () => {
    const { belief, transitions } = done(renamed(), MOVED)
    expect(belief.identity).toEqual(MOVED)
    expect(transitions[0]?.outage).toMatchObject({
      because: ['renamed'],
      accepted: { identity: MOVED },
      notes: [{ note: "accepted @alice2 (id 7) as the account's identity" }],
    })
  })

  test('without an outage tells nothing, and a doubt about the one before is over', () => {
    for (const script of [[], [here()], [here(), gone()]]) {
      const { belief, transitions } = done(play(script).belief, STRANGER)
      expect([belief.kind, belief.identity, transitions]).toEqual(['up', STRANGER, []])
    }
  })

  test('from then on looks are judged by whom was accepted', () => {
    const { belief } = done(renamed(), MOVED)
    const after = (...script: Parameters<typeof play>[0]) => play([20, ...script], POLICY, belief)
    expect(after(somebody('7', 'alice2'), somebody('7', 'Alice2', 'host'))).toMatchObject({ told: [] })
    expect(after(somebody('7', 'alice2')).belief.kind).toBe('up')
    const back = after(...Array.from({ length: 2 }, () => [here(), here('host')]).flat())
    expect(back.belief).toMatchObject({ kind: 'down', outage: { because: ['renamed'], now: ALICE } })
  })

  test('the next outage begins with what was seen of the accepted one, not of the one before', () => {
    const { belief } = done(takenOver(), STRANGER)
    const { transitions } = play([20, gone(), gone('host'), gone()], POLICY, belief)
    expect(transitions[0]?.outage).toMatchObject({ lastPresentAt: asked(9), identity: STRANGER })
  })

  test('counts a time in which nothing was seen, up to the decision', () => {
    const [outage] = done(takenOver(), STRANGER, ann, account, 300).transitions.map((one) => one.outage)
    expect(outage?.blindMs).toBe(asked(300) - answered(5))
    expect(done(takenOver(), STRANGER).transitions[0]?.outage.blindMs).toBe(0)
  })

  test('survives a restart', () => {
    const { belief } = done(renamed(), MOVED)
    expect(JSON.parse(JSON.stringify(belief))).toEqual(belief)
  })
})

describe('refused is', () => {
  test('whoever is pinned already', () => {
    const detail = 'conflict: x:alice leads to @alice (id 7), who is pinned already. There is nothing to accept.'
    expect(refusal(play([here()]).belief, ALICE)).toBe(detail)
    expect(refusal(twice(gone(), gone('host')), { ...ALICE, displayName: 'Alice' })).toBe(detail)
    expect(refusal(unknown({ id: null, handle: 'alice' }), { id: null, handle: 'Alice' })).toContain(
      'nothing to accept',
    )
  })

  test('another id than the one the configuration pins, with what to do', () => {
    const pinned = { ...account, id: '7' }
    expect(refusal(takenOver(), STRANGER, ann, pinned)).toBe(
      'conflict: The configuration pins the id 7 for x:alice, and this is @alice (id 8). Change the id in the configuration.',
    )
    expect(done(renamed(), MOVED, ann, pinned).belief.identity).toEqual(MOVED)
  })

  test('somebody else than who was shown to the person', () => {
    expect(refusal(takenOver(), STRANGER, { ...ann, id: '9' })).toBe(
      'conflict: @alice (id 8) is there now, and not the id 9 that was meant.',
    )
    expect(done(takenOver(), STRANGER, { ...ann, id: '8' }).belief.kind).toBe('up')
  })

  test('somebody without an id in place of one who has one', () =>
    expect(refusal(play([here()]).belief, { id: null, handle: 'other' })).toContain('No id can be seen at @other'))
})

test('what the looks last said becomes sightings of the accepted one, where it was seen', () => {
  const said = (look: string, verdict: LastSighting['verdict']) => ({ ...seenBy(look, 3, ALICE), verdict })
  const sightings = [
    said('app', { kind: 'absent', because: ['taken_over'], now: { ...STRANGER, followers: 3 } }),
    said('host', absent('deleted')),
    said('page', { kind: 'absent', because: ['taken_over'], now: { id: '9', handle: 'alice' } }),
    said('feed', present({ id: null, handle: 'Alice' })),
    said('list', inconclusive('network')),
  ]
  expect(seenAs(sightings, STRANGER)).toEqual([seenBy('app', 3, STRANGER), seenBy('feed', 3, STRANGER)])
})

test('whenever it is accepted, the bounds hold and the blind time lies within', () => {
  let closed = 0
  const lives = world(fc.constantFrom('truthful', 'loyal'))
  fc.assert(
    fc.property(lives, fc.nat(300_000), (life, waitMs) => {
      for (const { after, sighting, policy } of live(life)) {
        const at = sighting.answeredAt + waitMs
        const next = accept(after, account, foundAs(STRANGER), ann, { at, blindAfterMs: policy.blindAfterMs })
        expect(next.ok).toBe(true)
        for (const { outage } of next.ok ? next.value.transitions : []) {
          const { minMs, estimateMs, maxMs, coverage } = durationOf(outage, at)
          expect(minMs).toBeLessThanOrEqual(estimateMs)
          expect(estimateMs).toBeLessThanOrEqual(maxMs ?? Infinity)
          expect(outage.blindMs).toBeLessThanOrEqual(at - outage.firstAbsentAt)
          expect(coverage).toBeGreaterThanOrEqual(0)
          closed++
        }
      }
    }),
    { numRuns: 300 },
  )
  expect(closed).toBeGreaterThan(100)
})

describe('an id that the configuration names while the account is gone', () => {
  const other = (belief: Belief): Belief => ({ ...belief, identity: STRANGER, presentAt: {} })

  test('ends the outage as the decision that it is, once that one answers', () => {
    const { transitions } = play(
      [20, somebody('8', 'alice'), blind(), somebody('8', 'alice')],
      POLICY,
      other(takenOver()),
    )
    expect(transitions).toMatchObject([
      {
        name: 'outage.closed',
        outage: {
          identity: ALICE,
          accepted: { by: 'the configuration', identity: STRANGER },
          notes: [{ by: 'the configuration', note: "accepted @alice (id 8) as the account's identity" }],
        },
      },
    ])
  })

  test('and whoever comes back by themselves is accepted by nobody', () => {
    const { transitions } = play([20, here(), here('host'), here()], POLICY, takenOver())
    expect(transitions.map(({ name, outage }) => [name, outage.accepted])).toEqual([['outage.closed', undefined]])
  })
})
