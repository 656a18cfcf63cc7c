import { clearsDoubt, doubtOrOutage, firstDoubt, moreDoubt, type Doubt } from './doubt.ts'
import { clearsOutage, stillDown, type Clear } from './down.ts'
import { quiet, type Next } from './next.ts'
import type { Outage } from './outage.ts'
import type { Trust } from './platform.ts'
import type { Sighting } from './sighting.ts'
import type { Absent, Identity, Reason, Verdict } from './verdict.ts'
import type { Words } from './word.ts'

/** What it takes to be sure. Counts, as `confirm` in the configuration. */
export type Confirm = {
  readonly sightings: number
  readonly looks: number
  readonly vantages: number
  readonly clears: number
}

/** What a sighting of one account is judged by. */
export type Policy = {
  readonly confirm: Confirm
  /** The looks that can be asked about this account and can say "absent", with how far that can be trusted. */
  readonly looks: Readonly<Record<string, Trust>>
  /** The one of them that shows what visitors see. */
  readonly publicLook: string
  /** For each look, when the platform's controls were last asked by it and answered right (`askedAt`, epoch ms). */
  readonly controlsRightAt: Readonly<Record<string, number>>
  /** Longer than this between two conclusive sightings is a blind spell. */
  readonly blindAfterMs: number
}

/** What is held of an account whatever is believed of it. Times are epoch ms. */
export type Held = {
  /**
   * Whom we hold for this account; its id is pinned, and its handle is the one that leads there. Null until first seen,
   * unless the configuration pins it.
   */
  readonly identity: Identity | null
  /** For each look, when it was last asked and said present. */
  readonly presentAt: Readonly<Record<string, number>>
  /** When the newest conclusive sighting was answered. */
  readonly conclusiveAt: number | null
  /** When the first one was; what was kept before this was noted has it from then on. */
  readonly seenFrom: number | null
}

/** What we hold of one account. Exactly one of these, by construction. */
export type Belief = Held &
  (
    | { readonly kind: 'unknown' }
    | { readonly kind: 'up' }
    | { readonly kind: 'doubted'; readonly doubt: Doubt }
    | { readonly kind: 'down'; readonly outage: Outage; readonly words: Words; readonly clear: Clear | null }
  )

export type Doubted = Extract<Belief, { kind: 'doubted' }>
export type Down = Extract<Belief, { kind: 'down' }>

/** A time in which we could not see; epoch ms. */
export type Spell = { readonly from: number; readonly to: number }

/** What one sighting has done. */
export type Step = Next & {
  /** The blind spell that this sighting ended. */
  readonly spell: Spell | null
}

/** What we hold of an account that was never looked at. */
export const unknown = (identity: Identity | null = null): Belief => ({
  kind: 'unknown',
  identity,
  presentAt: {},
  conclusiveAt: null,
  seenFrom: null,
})

/**
 * What one sighting does to what we believe (design, section 3).
 *
 * Time comes from the sighting, never from a clock. An inconclusive verdict moves nothing, not even a field: our own
 * blindness is not their outage. Sightings of one account must come one after the other: the bounds hold because no
 * look is asked before the one before it was answered.
 */
export const step = (belief: Belief, seen: Sighting, policy: Policy): Step =>
  stepOn(belief, seen, judged(seen.verdict, belief.identity, seen.account), policy)

/** The same for whoever has {@link judged} the verdict already. */
export function stepOn(belief: Belief, seen: Sighting, verdict: Verdict, policy: Policy): Step {
  if (verdict.kind === 'inconclusive') return { ...quiet(belief), spell: null }
  const spell = blindSpell(belief, seen, policy)
  const blindMs = spell === null ? 0 : spell.to - spell.from
  const next =
    verdict.kind === 'present'
      ? onPresent(belief, seen, verdict.identity, policy, blindMs)
      : onAbsent(belief, seen, verdict, policy, blindMs)
  return { belief: next.belief, transitions: next.transitions, spell }
}

/**
 * Rule 7: an account is its id. A present answer with another id is a stranger on the handle; the pinned id under
 * another handle has moved. The handle is the one we hold: where a person has accepted another, the address only names
 * the account. Letter case is no difference in a handle.
 */
export function judged(verdict: Verdict, pinned: Identity | null, address: string): Verdict {
  if (verdict.kind !== 'present') return verdict
  const { id, handle } = verdict.identity
  if (pinned !== null && pinned.id !== null && id !== null && id !== pinned.id)
    return instead('taken_over', verdict.identity)
  const watched = pinned?.handle ?? address.slice(address.indexOf(':') + 1)
  const leadsThere = handle === watched || handle.toLowerCase() === watched.toLowerCase()
  return leadsThere ? verdict : instead('renamed', verdict.identity)
}

const instead = (reason: Reason, now: Identity): Absent => ({ kind: 'absent', because: [reason], now })

function blindSpell({ conclusiveAt }: Belief, seen: Sighting, policy: Policy): Spell | null {
  if (conclusiveAt === null || seen.answeredAt - conclusiveAt <= policy.blindAfterMs) return null
  return { from: conclusiveAt, to: seen.answeredAt }
}

function onPresent(belief: Belief, seen: Sighting, identity: Identity, policy: Policy, blindMs: number): Next {
  const face = sameFace(belief.identity, identity)
  const presentAt = presentBy(belief.presentAt, seen)
  const conclusiveAt = later(belief.conclusiveAt, seen.answeredAt)
  const seenFrom = firstSeen(belief, seen)
  // Written out: what is spread into an object takes twice the memory, and nearly all beliefs are this one.
  if (belief.kind === 'unknown' || belief.kind === 'up') {
    return quiet({ kind: 'up', identity: face, presentAt, conclusiveAt, seenFrom })
  }
  const held: Held = { identity: face, presentAt, conclusiveAt, seenFrom }
  return belief.kind === 'doubted'
    ? clearsDoubt(belief, held, seen, blindMs)
    : clearsOutage(belief, held, seen, policy, blindMs)
}

const firstSeen = ({ seenFrom, conclusiveAt }: Held, { answeredAt }: Sighting): number =>
  seenFrom ?? conclusiveAt ?? answeredAt

/** Nearly all accounts were seen present by one look only; those of one answer, at the same instant, share an object. */
function presentBy(presentAt: Held['presentAt'], { look, askedAt }: Sighting): Held['presentAt'] {
  if (presentAt[look] === askedAt) return presentAt
  for (const known in presentAt) if (known !== look) return { ...presentAt, [look]: askedAt }
  if (lastWord[look] !== askedAt) lastWord = { [look]: askedAt }
  return lastWord
}

/** The newest such object. Only memory depends on it, never what {@link step} answers. */
let lastWord: Held['presentAt'] = {}

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

function onAbsent(belief: Belief, seen: Sighting, verdict: Absent, policy: Policy, blindMs: number): Next {
  const { identity, presentAt } = belief
  const conclusiveAt = later(belief.conclusiveAt, seen.answeredAt)
  const held: Held = { identity, presentAt, conclusiveAt, seenFrom: firstSeen(belief, seen) }
  switch (belief.kind) {
    case 'unknown':
    case 'up':
      return doubtOrOutage(held, firstDoubt(seen, verdict), seen, policy)
    case 'doubted':
      return doubtOrOutage(held, moreDoubt(belief.doubt, seen, verdict, blindMs), seen, policy)
    case 'down':
      return stillDown(belief, held, seen, verdict, policy, blindMs)
  }
}

const later = (one: number | null, other: number): number => (one === null ? other : Math.max(one, other))
