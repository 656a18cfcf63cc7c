import { acceptedAs } from './accept.ts'
import type { Down, Held, Policy } from './belief.ts'
import { trustIn } from './doubt.ts'
import { quiet, type Next } from './next.ts'
import type { Outage } from './outage.ts'
import type { Sighting } from './sighting.ts'
import { possibleReasons, type Absent, type Identity } from './verdict.ts'
import { absentSets, answersIn, disputing, instead, saysAbsent, type Words } from './word.ts'

/** Present sightings that may end an outage; `blindMs` is the time since the first of them in which we could not see. */
export type Clear = { readonly count: number; readonly firstPresentAt: number; readonly blindMs: number }

/** An outage goes on. */
export function stillDown(
  belief: Down,
  held: Held,
  seen: Sighting,
  verdict: Absent,
  policy: Policy,
  blindMs: number,
): Next {
  const words = saysAbsent(belief.words, seen, verdict)
  const outage: Outage = {
    ...belief.outage,
    because: possibleReasons(absentSets(words)),
    lastAbsentAt: Math.max(belief.outage.lastAbsentAt, seen.askedAt),
    sightings: belief.outage.sightings + 1,
    answers: answersIn(words),
    blindMs: belief.outage.blindMs + (belief.clear?.blindMs ?? 0) + blindMs,
    now: instead(words),
    trust: trustIn(words, policy),
  }
  return changed(belief, { kind: 'down', ...held, outage, words, clear: null }, seen, false)
}

/** Rule 6, and the dispute half of rule 5. */
export function clearsOutage(belief: Down, held: Held, seen: Sighting, policy: Policy, blindMs: number): Next {
  const before = belief.words[seen.look]
  const saidAbsent = before?.says === 'absent' || before?.saidAbsent === true
  const words: Words = { ...belief.words, [seen.look]: { says: 'present', saidAbsent } }
  // What we missed after the first present is the outage's only if it goes on.
  const outage: Outage = {
    ...belief.outage,
    identity: isOther(belief.outage.identity, held.identity) ? belief.outage.identity : held.identity,
    blindMs: belief.outage.blindMs + (belief.clear === null ? blindMs : 0),
  }
  const waiting = belief.clear === null ? null : { ...belief.clear, blindMs: belief.clear.blindMs + blindMs }
  if (!saidAbsent) return changed(belief, { kind: 'down', ...held, outage, words, clear: waiting }, seen, true)
  const first: Clear = waiting ?? { count: 0, firstPresentAt: seen.answeredAt, blindMs: 0 }
  const clear: Clear = { ...first, count: first.count + 1 }
  if (clear.count < policy.confirm.clears) return quiet({ kind: 'down', ...held, outage, words, clear })
  const at = seen.answeredAt
  const closed: Outage = { ...outage, firstPresentAt: clear.firstPresentAt, closedAt: at }
  // Nobody came back: the configuration names another id than the one that was gone.
  const decided =
    held.identity !== null && isOther(outage.identity, held.identity)
      ? acceptedAs(closed, held.identity, { at, by: 'the configuration', note: '' })
      : closed
  return { belief: { kind: 'up', ...held }, transitions: [{ name: 'outage.closed', at, outage: decided }] }
}

function isOther(one: Identity | null, other: Identity | null): boolean {
  const [before, after] = [one?.id ?? null, other?.id ?? null]
  return before !== null && after !== null && before !== after
}

/** Rule 5: tells when the reasons, the dispute or who stands there instead are other than before. */
function changed(before: Down, after: Down, seen: Sighting, keepsClear: boolean): Next {
  // A look that is on its way to clearing the outage does not dispute it; it does once another one contradicts it.
  const disputed = disputing(after.words).filter(
    (look) => !keepsClear || before.outage.disputed.includes(look) || look === seen.look,
  )
  const outage: Outage = { ...after.outage, disputed }
  const belief: Down = { ...after, outage }
  const same =
    sameList(before.outage.because, outage.because) &&
    sameList(before.outage.disputed, disputed) &&
    sameOne(before.outage.now, outage.now)
  return same ? quiet(belief) : { belief, transitions: [{ name: 'outage.changed', at: seen.answeredAt, outage }] }
}

const sameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((item, index) => item === other[index])

/** Strangers on a handle differ by their ids only; a look that knows none says nothing new. */
const sameOne = (one: Identity | null, other: Identity | null): boolean =>
  one?.handle === other?.handle && (one?.id ?? other?.id) === (other?.id ?? one?.id)
