import type { Sighting } from '../core/sighting.ts'
import type { LastSighting } from '../core/store.ts'
import { present, type Identity, type Verdict } from '../core/verdict.ts'
import type { Entry } from './entry.ts'

/** Whom we see for the first time we keep for long: the answer's copy of the handle is not to be kept beside ours. */
export function firstSeen(
  verdict: Verdict,
  { account: { handle }, belief }: Pick<Entry, 'account' | 'belief'>,
): Verdict {
  if (verdict.kind !== 'present' || belief.identity !== null || verdict.identity.handle !== handle) return verdict
  return present({ ...verdict.identity, handle })
}

/** Of each look; its holder's own, since it is overwritten. */
export type Newest = { -readonly [Field in keyof LastSighting]: LastSighting[Field] }[]

/** A copy that may be overwritten. */
export const newestOf = (sightings: readonly LastSighting[]): Newest => sightings.map((one) => ({ ...one }))

/**
 * Takes down one more sighting. A hundred thousand a second come by, so nothing is made anew: what a present answer says
 * is the same all day, and its verdict is the belief's identity or the object of the time before.
 */
export function noteNewest(newest: Newest, sighting: Sighting, identity: Identity | null): void {
  const { look, vantage, askedAt, answeredAt, verdict } = sighting
  const before = newest.find((one) => one.look === look && one.vantage === vantage)
  if (before === undefined) {
    newest.push({ look, vantage, askedAt, answeredAt, verdict: shared(verdict, null, identity) })
  } else {
    before.verdict = shared(verdict, before.verdict, identity)
    before.askedAt = askedAt
    before.answeredAt = answeredAt
  }
}

/**
 * When an account was last answered for, epoch ms, whatever that meant; -Infinity where it never was. An account that
 * waits for the budget was not even asked, though that is noted in place of the answer before it.
 */
export const lastAnsweredAt = ({ belief, sightings }: Pick<Entry, 'belief' | 'sightings'>): number =>
  sightings.reduce(
    (last, { answeredAt, verdict }) => (wasAsked(verdict) ? Math.max(last, answeredAt) : last),
    belief.conclusiveAt ?? -Infinity,
  )

const wasAsked = (verdict: Verdict): boolean => verdict.kind !== 'inconclusive' || verdict.because !== 'over_budget'

function shared(verdict: Verdict, before: Verdict | null, identity: Identity | null): Verdict {
  if (verdict.kind !== 'present' || identity === null) return verdict
  return before?.kind === 'present' && before.identity === identity ? before : present(identity)
}
