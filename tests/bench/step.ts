import { step, unknown, type Belief, type Policy } from '../../src/core/belief.ts'
import type { Sighting } from '../../src/core/sighting.ts'
import { absent, inconclusive, present, type Verdict } from '../../src/core/verdict.ts'
import { inPairs } from './pairs.ts'
import { blueskyHandle, did, followers } from './people.ts'
import type { Row } from './row.ts'

const PEOPLE = 1_000
const SLICE_ROUNDS = 500
const PAIRS = 15

const policy: Policy = {
  confirm: { sightings: 3, looks: 2, vantages: 1, clears: 2 },
  looks: { appview: 'high', host: 'high' },
  publicLook: 'appview',
  controlsRightAt: {},
  blindAfterMs: 60_000,
}

/** Of a hundred people 92 are there, five cannot be seen, three were gone for one look: they are doubted, then back. */
function verdictOf(n: number, round: number): Verdict {
  const kind = n % 100
  if (kind < 5) return inconclusive('network')
  if (kind < 8 && round % 2 === 0) return absent('not_found', 'deactivated')
  return present({ id: did(n), handle: blueskyHandle(n), displayName: `Person ${n}`, followers: followers(n) })
}

const sightingOf = (n: number, round: number): Sighting => ({
  account: `bluesky:${blueskyHandle(n)}`,
  look: 'appview',
  vantage: 'home',
  askedAt: 1_509_663_000_000 + round * 10_000,
  answeredAt: 1_509_663_000_084 + round * 10_000,
  verdict: verdictOf(n, round),
  evidence: null,
})

type Step = (belief: Belief, seen: Sighting, policy: Policy) => { readonly belief: Belief }

/**
 * Every person's next sighting, again and again; answers with millions of calls a second. It is the processor's time
 * that counts: nothing is waited for here, and what other programs take of it says nothing about ours.
 */
function millionsASecond(call: Step, sightings: readonly (readonly Sighting[])[]): number {
  const beliefs = Array.from({ length: PEOPLE }, () => unknown())
  const begin = process.cpuUsage()
  for (let round = 0; round < SLICE_ROUNDS; round++) {
    const seen = sightings[round % sightings.length] ?? []
    for (let n = 0; n < PEOPLE; n++) beliefs[n] = call(beliefs[n] as Belief, seen[n] as Sighting, policy).belief
  }
  const { user, system } = process.cpuUsage(begin)
  if (beliefs.some(({ kind }) => kind === 'down')) throw new Error('nobody was to go down')
  return (PEOPLE * SLICE_ROUNDS) / (user + system)
}

/** Design, section 7: the pure decision. */
export const stepping: Row = {
  name: 'step',
  async run(say) {
    const sightings = [0, 1].map((round) => Array.from({ length: PEOPLE }, (_, n) => sightingOf(n, round)))
    const nothing: { readonly belief: Belief } = { belief: unknown() }
    const empty: Step = () => nothing
    const { subject, reference, ratio } = await inPairs({
      count: PAIRS,
      subject: () => Promise.resolve(millionsASecond(step, sightings)),
      reference: () => Promise.resolve(millionsASecond(empty, sightings)),
      say,
    })
    return [
      {
        what: 'step(), 92 % up and present',
        subject: { value: subject, unit: 'million/s' },
        reference: { name: 'an empty function', value: reference, unit: 'million/s' },
        figure: { value: subject, unit: 'million/s' },
        mark: { is: 'over', value: 2 },
        note: `${(ratio * 100).toFixed(1)} % of the empty function's pace, by processor time; 5 % cannot be seen, 3 % in doubt`,
      },
    ]
  },
}
