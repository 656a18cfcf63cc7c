import fc from 'fast-check'
import { judged, step, unknown, type Belief, type Policy } from '../../src/core/belief.ts'
import { TRUSTS, type Trust } from '../../src/core/platform.ts'
import type { Sighting } from '../../src/core/sighting.ts'
import type { OutageChange } from '../../src/core/transition.ts'
import { absent, inconclusive, present, REASONS, type Reason, type Verdict } from '../../src/core/verdict.ts'
import { ACCOUNT, ALICE, START } from './belief-play.ts'

const LOOKS = ['app', 'host', 'page'] as const

/** What happens to one account: it is away once, and is looked at by some looks, one after the other. */
export type World = {
  /** `truthful` looks see what is so at some moment while they are asked; `loyal` ones always say present. */
  readonly looks: readonly {
    readonly honesty: 'truthful' | 'loyal'
    readonly because: readonly Reason[]
    readonly trust: Trust
  }[]
  readonly confirm: Policy['confirm']
  /** Away from the first, until before the second; epoch ms. */
  readonly away: readonly [from: number, to: number]
  readonly turns: readonly Turn[]
}

type Turn = {
  readonly look: number
  readonly gapMs: number
  readonly latencyMs: number
  /** Where between asked and answered the account is seen. */
  readonly fraction: number
  readonly isBlind: boolean
  readonly vantage: string
  /** The look's controls answered right when it was asked. */
  readonly controlsRight: boolean
}

const reasons = fc
  .uniqueArray(fc.constantFrom(...REASONS.slice(0, 4)), { minLength: 1, maxLength: 3 })
  .map((because) => REASONS.filter((reason) => because.includes(reason)))

const turn: fc.Arbitrary<Turn> = fc.record({
  look: fc.nat(2),
  gapMs: fc.oneof({ weight: 14, arbitrary: fc.nat(5_000) }, { weight: 1, arbitrary: fc.nat(200_000) }),
  latencyMs: fc.nat(3_000),
  fraction: fc.double({ min: 0, max: 1, noNaN: true }),
  isBlind: fc.boolean().chain((maybe) => (maybe ? fc.boolean() : fc.constant(false))),
  vantage: fc.constantFrom('home', 'tokyo'),
  controlsRight: fc.nat(3).map((one) => one > 0),
})

export const world = (honesty: fc.Arbitrary<'truthful' | 'loyal'>): fc.Arbitrary<World> =>
  fc.record({
    looks: fc.array(fc.record({ honesty, because: reasons, trust: fc.constantFrom(...TRUSTS, 'high' as const) }), {
      minLength: 1,
      maxLength: 3,
    }),
    confirm: fc.record({
      sightings: fc.integer({ min: 1, max: 3 }),
      looks: fc.integer({ min: 1, max: 3 }),
      vantages: fc.integer({ min: 1, max: 2 }),
      clears: fc.integer({ min: 1, max: 3 }),
    }),
    away: fc
      .tuple(fc.nat(60_000), fc.nat(200_000))
      .map(([after, length]) => [START + after, START + after + length] as const),
    turns: fc.array(turn, { minLength: 1, maxLength: 60, size: 'max' }),
  })

/** One turn as it was lived: what was seen, under which policy, and what came of it. */
export type Lived = {
  readonly before: Belief
  readonly after: Belief
  readonly sighting: Sighting
  readonly verdict: Verdict
  readonly policy: Policy
  readonly transitions: readonly OutageChange[]
}

/**
 * Lives through a world.
 * @param keep what becomes of a belief between two turns: a restart, for example
 */
export function live({ looks, confirm, away, turns }: World, keep = (belief: Belief): Belief => belief): Lived[] {
  const names = LOOKS.slice(0, looks.length)
  const trusts = Object.fromEntries(names.map((name, index) => [name, looks[index]!.trust]))
  let belief: Belief = unknown()
  let now = START
  let controlsRightAt: Record<string, number> = {}
  return turns.map(({ look, gapMs, latencyMs, fraction, isBlind, vantage, controlsRight }) => {
    const index = look % looks.length
    const name = names[index]!
    const askedAt = now + gapMs
    const answeredAt = askedAt + latencyMs
    const moment = askedAt + fraction * latencyMs
    const isAway = moment >= away[0] && moment < away[1] && looks[index]!.honesty === 'truthful'
    const [reason, ...others] = looks[index]!.because as [Reason, ...Reason[]]
    const verdict = isBlind ? inconclusive('network') : isAway ? absent(reason, ...others) : present(ALICE)
    const sighting: Sighting = { account: ACCOUNT, look: name, vantage, askedAt, answeredAt, verdict, evidence: null }
    if (controlsRight) controlsRightAt = { ...controlsRightAt, [name]: askedAt }
    const policy: Policy = { confirm, looks: trusts, publicLook: 'app', controlsRightAt, blindAfterMs: 60_000 }
    const before = keep(belief)
    const { belief: after, transitions } = step(before, sighting, policy)
    belief = after
    now = answeredAt
    return { before, after, sighting, verdict: judged(verdict, before.identity, ACCOUNT), policy, transitions }
  })
}
