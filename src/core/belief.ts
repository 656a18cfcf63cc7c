import { outageId, type Outage } from './outage.ts'
import type { Sighting } from './sighting.ts'
import type { OutageChange } from './transition.ts'
import { isExplicit, possibleReasons, type Absent, type Identity, type Reason, type Verdict } from './verdict.ts'

/** What it takes to be sure. Counts, as `confirm` in the configuration. */
export type Confirm = {
  readonly sightings: number
  readonly looks: number
  readonly vantages: number
  readonly clears: number
}

export type Policy = {
  readonly confirm: Confirm
  /** The looks that can be asked about this account. */
  readonly looks: readonly string[]
  /** The one of them that shows what visitors see. */
  readonly publicLook: string
  /** For each look, when the platform's controls were last asked by it and answered right (`askedAt`, epoch ms). */
  readonly controlsRightAt: Readonly<Record<string, number>>
  /** Longer than this between two conclusive sightings is a blind spell. */
  readonly blindAfterMs: number
}

/**
 * The newest conclusive word of one look since the doubt began. `since` is when the first of its absences in a row was
 * answered, `at` when its present was.
 */
type Word =
  | { readonly says: 'absent'; readonly because: readonly Reason[]; readonly since: number }
  | { readonly says: 'present'; readonly saidAbsent: boolean; readonly at: number }

type Words = Readonly<Record<string, Word>>

type Held = {
  /** Whom we hold for this account; its id is pinned. Null until first seen, unless the configuration pins it. */
  readonly identity: Identity | null
  /** For each look, when it was last asked and said present. */
  readonly presentAt: Readonly<Record<string, number>>
  /** When the newest conclusive sighting was answered. */
  readonly conclusiveAt: number | null
}

/** Absences that may become an outage. */
type Doubt = {
  readonly firstLook: string
  readonly firstAskedAt: number
  readonly firstAbsentAt: number
  readonly lastAbsentAt: number
  readonly sightings: number
  readonly vantages: readonly string[]
  readonly blindMs: number
  readonly now: Identity | null
  readonly words: Words
}

/** Present sightings that may end an outage; `blindMs` is the time since the first of them in which we could not see. */
type Clear = { readonly count: number; readonly firstPresentAt: number; readonly blindMs: number }

/** What we hold of one account. Exactly one of these, by construction. */
export type Belief = Held &
  (
    | { readonly kind: 'unknown' }
    | { readonly kind: 'up' }
    | { readonly kind: 'doubted'; readonly doubt: Doubt }
    | { readonly kind: 'down'; readonly outage: Outage; readonly words: Words; readonly clear: Clear | null }
  )

export type Up = Extract<Belief, { kind: 'up' }>
export type Doubted = Extract<Belief, { kind: 'doubted' }>
export type Down = Extract<Belief, { kind: 'down' }>

/** A time in which we could not see; epoch ms. */
export type Spell = { readonly from: number; readonly to: number }

export type Step = {
  readonly belief: Belief
  readonly transitions: readonly OutageChange[]
  /** The blind spell that this sighting ended. */
  readonly spell: Spell | null
}

const NONE: readonly OutageChange[] = Object.freeze([])

/** What we hold of an account that was never looked at. */
export const unknown = (identity: Identity | null = null): Belief => ({
  kind: 'unknown',
  identity,
  presentAt: {},
  conclusiveAt: null,
})

/**
 * What one sighting does to what we believe (design, section 3).
 *
 * Time comes from the sighting, never from a clock. An inconclusive verdict moves nothing, not even a field: our own
 * blindness is not their outage. Sightings of one account must come one after the other: the bounds hold because no
 * look is asked before the one before it was answered.
 */
export function step(belief: Belief, seen: Sighting, policy: Policy): Step {
  const verdict = judged(seen.verdict, belief.identity, seen.account)
  if (verdict.kind === 'inconclusive') return { belief, transitions: NONE, spell: null }
  const spell = blindSpell(belief, seen, policy)
  const blindMs = spell === null ? 0 : spell.to - spell.from
  const next =
    verdict.kind === 'present'
      ? onPresent(belief, seen, verdict.identity, policy, blindMs)
      : onAbsent(belief, seen, verdict, policy, blindMs)
  return { ...next, spell }
}

type Next = Omit<Step, 'spell'>

const quiet = (belief: Belief): Next => ({ belief, transitions: NONE })

/**
 * Rule 7: an account is its id. A present answer with another id is a stranger on the handle; the pinned id under
 * another handle has moved. Letter case is no difference in a handle.
 */
export function judged(verdict: Verdict, pinned: Identity | null, address: string): Verdict {
  if (verdict.kind !== 'present') return verdict
  const { id, handle } = verdict.identity
  if (pinned !== null && pinned.id !== null && id !== null && id !== pinned.id)
    return instead('taken_over', verdict.identity)
  const watched = address.slice(address.indexOf(':') + 1)
  const leadsThere = handle === watched || handle.toLowerCase() === watched.toLowerCase()
  return leadsThere ? verdict : instead('renamed', verdict.identity)
}

const instead = (reason: Reason, now: Identity): Absent => ({ kind: 'absent', because: [reason], now })

function blindSpell({ conclusiveAt }: Belief, seen: Sighting, policy: Policy): Spell | null {
  if (conclusiveAt === null || seen.answeredAt - conclusiveAt <= policy.blindAfterMs) return null
  return { from: conclusiveAt, to: seen.answeredAt }
}

// ---------------------------------------------------------------- present

function onPresent(belief: Belief, seen: Sighting, identity: Identity, policy: Policy, blindMs: number): Next {
  const held: Held = {
    identity: sameFace(belief.identity, identity),
    presentAt:
      belief.presentAt[seen.look] === seen.askedAt
        ? belief.presentAt
        : { ...belief.presentAt, [seen.look]: seen.askedAt },
    conclusiveAt: later(belief.conclusiveAt, seen.answeredAt),
  }
  switch (belief.kind) {
    case 'unknown':
    case 'up':
      return quiet({ kind: 'up', ...held })
    case 'doubted':
      return quiet(clearsDoubt(belief, held, seen, blindMs))
    case 'down':
      return clearsOutage(belief, held, seen, policy, blindMs)
  }
}

/** Rule 3: only a look that had said absent takes it back; another one disputes, and clears nothing by itself. */
function clearsDoubt({ doubt }: Doubted, held: Held, seen: Sighting, blindMs: number): Belief {
  const word = doubt.words[seen.look]
  if (word?.says === 'absent') return { kind: 'up', ...held }
  // A dispute dates nothing: what another look says of the time before is not this look's last present.
  const words: Words = { ...doubt.words, [seen.look]: { says: 'present', saidAbsent: false, at: seen.answeredAt } }
  return { kind: 'doubted', ...held, doubt: { ...doubt, blindMs: doubt.blindMs + blindMs, words } }
}

/** Rule 6, and the dispute half of rule 5. */
function clearsOutage(belief: Down, held: Held, seen: Sighting, policy: Policy, blindMs: number): Next {
  const before = belief.words[seen.look]
  const saidAbsent = before?.says === 'absent' || before?.saidAbsent === true
  const words: Words = { ...belief.words, [seen.look]: { says: 'present', saidAbsent, at: seen.answeredAt } }
  // What we missed after the first present is the outage's only if it goes on.
  const outage: Outage = {
    ...belief.outage,
    identity: held.identity,
    blindMs: belief.outage.blindMs + (belief.clear === null ? blindMs : 0),
  }
  const waiting = belief.clear === null ? null : { ...belief.clear, blindMs: belief.clear.blindMs + blindMs }
  if (!saidAbsent) return changed(belief, { kind: 'down', ...held, outage, words, clear: waiting }, seen, true)
  const first: Clear = waiting ?? { count: 0, firstPresentAt: seen.answeredAt, blindMs: 0 }
  const clear: Clear = { ...first, count: first.count + 1 }
  if (clear.count < policy.confirm.clears) return quiet({ kind: 'down', ...held, outage, words, clear })
  const closed: Outage = { ...outage, firstPresentAt: clear.firstPresentAt, closedAt: seen.answeredAt }
  return {
    belief: { kind: 'up', ...held },
    transitions: [{ name: 'outage.closed', at: seen.answeredAt, outage: closed }],
  }
}

/** Keeps the object when nothing about the account is new: a hundred thousand of them are looked at all day. */
function sameFace(known: Identity | null, seen: Identity): Identity {
  if (known === null) return seen
  const news =
    (known.id ?? seen.id) !== known.id ||
    seen.handle !== known.handle ||
    (seen.displayName !== undefined && seen.displayName !== known.displayName) ||
    (seen.followers !== undefined && seen.followers !== known.followers)
  return news ? { ...known, ...seen, id: known.id ?? seen.id } : known
}

// ---------------------------------------------------------------- absent

function onAbsent(belief: Belief, seen: Sighting, verdict: Absent, policy: Policy, blindMs: number): Next {
  const conclusiveAt = later(belief.conclusiveAt, seen.answeredAt)
  switch (belief.kind) {
    case 'unknown':
    case 'up':
      return settle(belief, conclusiveAt, firstDoubt(seen, verdict), seen, policy)
    case 'doubted':
      return settle(belief, conclusiveAt, moreDoubt(belief.doubt, seen, verdict, blindMs), seen, policy)
    case 'down':
      return stillDown(belief, conclusiveAt, seen, verdict, blindMs)
  }
}

const firstDoubt = (seen: Sighting, verdict: Absent): Doubt => ({
  firstLook: seen.look,
  firstAskedAt: seen.askedAt,
  firstAbsentAt: seen.answeredAt,
  lastAbsentAt: seen.askedAt,
  sightings: 1,
  vantages: [seen.vantage],
  blindMs: 0,
  now: verdict.now ?? null,
  words: { [seen.look]: { says: 'absent', because: verdict.because, since: seen.answeredAt } },
})

const moreDoubt = (doubt: Doubt, seen: Sighting, verdict: Absent, blindMs: number): Doubt => ({
  ...doubt,
  lastAbsentAt: Math.max(doubt.lastAbsentAt, seen.askedAt),
  sightings: doubt.sightings + 1,
  vantages: doubt.vantages.includes(seen.vantage) ? doubt.vantages : [...doubt.vantages, seen.vantage],
  blindMs: doubt.blindMs + blindMs,
  now: verdict.now ?? doubt.now,
  words: saysAbsent(doubt.words, seen, verdict),
})

function saysAbsent(words: Words, { look, answeredAt }: Sighting, { because }: Absent): Words {
  const before = words[look]
  return { ...words, [look]: { says: 'absent', because, since: before?.says === 'absent' ? before.since : answeredAt } }
}

function settle(belief: Belief, conclusiveAt: number, doubt: Doubt, seen: Sighting, policy: Policy): Next {
  const { identity, presentAt } = belief
  const held: Held = { identity, presentAt, conclusiveAt }
  if (!isSure(doubt, policy, seen.answeredAt)) return quiet({ kind: 'doubted', ...held, doubt })
  const { lastPresentAt, firstAbsentAt } = startOf(held, doubt)
  const outage: Outage = {
    id: outageId(seen.account, doubt.firstAbsentAt),
    account: seen.account,
    because: possibleReasons(absentSets(doubt.words)),
    disputed: disputing(doubt.words),
    lastPresentAt,
    firstAbsentAt,
    lastAbsentAt: doubt.lastAbsentAt,
    firstPresentAt: null,
    openedAt: seen.answeredAt,
    closedAt: null,
    blindMs: Math.min(doubt.blindMs, seen.answeredAt - firstAbsentAt),
    sightings: doubt.sightings,
    identity,
    now: doubt.now,
    acknowledged: null,
    retracted: null,
    notes: [],
  }
  return {
    belief: { kind: 'down', ...held, outage, words: doubt.words, clear: null },
    transitions: [{ name: 'outage.opened', at: seen.answeredAt, outage }],
  }
}

/**
 * Rule 4.
 *
 * A look that disputed and has not been able to speak for `blindAfterMs` since no longer disputes: like any other look
 * that cannot speak it then asks for twice as many sightings, instead of holding an outage back for ever.
 */
export function isSure({ words, sightings, vantages, firstAskedAt }: Doubt, policy: Policy, now: number): boolean {
  const { confirm } = policy
  const sayAbsent = Object.keys(words).filter((look) => words[look]?.says === 'absent')
  if (sightings < confirm.sightings || vantages.length < confirm.vantages) return false
  if (!sayAbsent.every((look) => (policy.controlsRightAt[look] ?? -Infinity) >= firstAskedAt)) return false
  const twice = sightings >= 2 * confirm.sightings
  const disputed = Object.values(words).some((word) => word.says === 'present' && now - word.at <= policy.blindAfterMs)
  if (disputed && !isExplicit(possibleReasons(absentSets(words)))) return false
  if (sayAbsent.length >= Math.min(confirm.looks, policy.looks.length)) return true
  if (!disputed) return twice
  const visitors = words[policy.publicLook]
  return twice && visitors?.says === 'absent' && isExplicit(visitors.because)
}

type Start = Pick<Outage, 'lastPresentAt' | 'firstAbsentAt'>

/**
 * Between which two instants the absence began, as one look saw it: of those that say absent the one that knows it
 * best. Looks may lag behind each other, so one's last present and another's first absent bound nothing together. Only
 * where none of them ever saw it present does another look's word count.
 */
function startOf({ presentAt }: Held, { words, firstAskedAt, firstAbsentAt }: Doubt): Start {
  const seenByOne = Object.entries(words).flatMap(([look, word]): (Start & { readonly width: number })[] => {
    const lastPresentAt = presentAt[look]
    const isBefore = lastPresentAt !== undefined && lastPresentAt <= firstAskedAt
    if (word.says !== 'absent' || !isBefore) return []
    return [{ lastPresentAt, firstAbsentAt: word.since, width: word.since - lastPresentAt }]
  })
  const best = seenByOne.sort((one, other) => one.width - other.width || one.firstAbsentAt - other.firstAbsentAt)[0]
  if (best !== undefined) return best
  const others = Object.values(presentAt).filter((at) => at <= firstAskedAt)
  return { lastPresentAt: others.length > 0 ? Math.max(...others) : null, firstAbsentAt }
}

function stillDown(belief: Down, conclusiveAt: number, seen: Sighting, verdict: Absent, blindMs: number): Next {
  const words = saysAbsent(belief.words, seen, verdict)
  const because = possibleReasons(absentSets(words))
  const isElsewhere = because.includes('renamed') || because.includes('taken_over')
  const outage: Outage = {
    ...belief.outage,
    because,
    lastAbsentAt: Math.max(belief.outage.lastAbsentAt, seen.askedAt),
    sightings: belief.outage.sightings + 1,
    blindMs: belief.outage.blindMs + (belief.clear?.blindMs ?? 0) + blindMs,
    now: verdict.now ?? (isElsewhere ? belief.outage.now : null),
  }
  return changed(belief, { ...belief, conclusiveAt, outage, words, clear: null }, seen, false)
}

/** Rule 5: tells when the reasons, the dispute or who stands there instead are other than before. */
function changed(before: Down, after: Down, seen: Sighting, keepsClear: boolean): Next {
  // A look that is on its way to clearing the outage does not dispute it; it does once another one contradicts it.
  const disputed = disputing(after.words).filter(
    (look) => !keepsClear || before.outage.disputed.includes(look) || look === seen.look,
  )
  const outage: Outage = { ...after.outage, disputed }
  const belief: Belief = { ...after, outage }
  const same =
    sameList(before.outage.because, outage.because) &&
    sameList(before.outage.disputed, disputed) &&
    sameOne(before.outage.now, outage.now)
  return same ? quiet(belief) : { belief, transitions: [{ name: 'outage.changed', at: seen.answeredAt, outage }] }
}

const absentSets = (words: Words): (readonly Reason[])[] =>
  Object.values(words).flatMap((word) => (word.says === 'absent' ? [word.because] : []))

const disputing = (words: Words): readonly string[] =>
  Object.keys(words)
    .filter((look) => words[look]?.says === 'present')
    .sort()

const sameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((item, index) => item === other[index])

/** Strangers on a handle differ by their ids only; a look that knows none says nothing new. */
const sameOne = (one: Identity | null, other: Identity | null): boolean =>
  one?.handle === other?.handle && (one?.id ?? other?.id) === (other?.id ?? one?.id)

const later = (one: number | null, other: number): number => (one === null ? other : Math.max(one, other))
