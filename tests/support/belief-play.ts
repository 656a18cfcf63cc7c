import { step, unknown, type Belief, type Policy, type Spell } from '../../src/core/belief.ts'
import type { Sighting } from '../../src/core/sighting.ts'
import type { OutageChange } from '../../src/core/transition.ts'
import { absent, inconclusive, present, type Reason, type Verdict } from '../../src/core/verdict.ts'

export const ACCOUNT = 'x:alice'
export const ALICE = { id: '7', handle: 'alice' } as const
/** When the first second of a play begins, epoch ms. */
export const START = Date.UTC(2017, 10, 2, 22, 50)
/** How long an answer takes. */
export const LATENCY = 100

/** One look at one second. */
export type Moment = { readonly look: string; readonly verdict: Verdict; readonly vantage: string }

const moment = (verdict: Verdict, look = 'app', vantage = 'home'): Moment => ({ look, verdict, vantage })

export const here = (look?: string, vantage?: string): Moment => moment(present(ALICE), look, vantage)
export const blind = (look?: string): Moment => moment(inconclusive('network'), look)
export const gone = (look?: string, ...because: Reason[]): Moment => {
  const [first = 'not_found', ...others] = because
  return moment(absent(first, ...others), look)
}
export const from = (vantage: string, { look, verdict }: Moment): Moment => ({ look, verdict, vantage })
/** Somebody answers: with another id, or under another handle. */
export const somebody = (id: string | null, handle: string, look?: string): Moment =>
  moment(present({ id, handle }), look)

/** Two looks, both with controls that are always right. */
export const POLICY: Policy = {
  confirm: { sightings: 3, looks: 2, vantages: 1, clears: 2 },
  looks: { app: 'high', host: 'high' },
  publicLook: 'app',
  controlsRightAt: { app: Infinity, host: Infinity },
  blindAfterMs: 60_000,
}
export const ONE_LOOK: Policy = { ...POLICY, looks: { app: 'high' } }

export const withConfirm = (confirm: Partial<Policy['confirm']>, policy: Policy = POLICY): Policy => ({
  ...policy,
  confirm: { ...policy.confirm, ...confirm },
})

/** The n-th look is asked at the n-th second; a number instead of a moment lets so many seconds pass unseen. */
export type Script = readonly (Moment | number)[]

export type Played = {
  readonly belief: Belief
  readonly transitions: readonly OutageChange[]
  readonly spells: readonly Spell[]
  /** `outage.opened at 3`: the name and the second of each transition. */
  readonly told: readonly string[]
}

export function play(script: Script, policy: Policy = POLICY, start: Belief = unknown()): Played {
  let belief = start
  let second = 0
  const transitions: OutageChange[] = []
  const spells: Spell[] = []
  for (const one of script) {
    second += typeof one === 'number' ? one : 1
    if (typeof one === 'number') continue
    const next = step(belief, sightingAt(second, one), policy)
    belief = next.belief
    transitions.push(...next.transitions)
    if (next.spell !== null) spells.push(next.spell)
  }
  const told = transitions.map(({ name, at }) => `${name} at ${(at - LATENCY - START) / 1000}`)
  return { belief, transitions, spells, told }
}

export function sightingAt(second: number, { look, verdict, vantage }: Moment): Sighting {
  const askedAt = START + second * 1000
  return { account: ACCOUNT, look, vantage, verdict, askedAt, answeredAt: askedAt + LATENCY, evidence: null }
}

/** The second at which a look was asked, and the one at which it was answered, as instants. */
export const asked = (second: number): number => START + second * 1000
export const answered = (second: number): number => asked(second) + LATENCY
