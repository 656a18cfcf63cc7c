import { heldHandle, type Account } from './account.ts'
import type { Belief, Down } from './belief.ts'
import type { Done } from './desk.ts'
import type { Next } from './next.ts'
import type { Outage, Remark } from './outage.ts'
import type { LastSighting } from './store.ts'
import { isTakeover, possibleReasons, present, type Identity, type Verdict } from './verdict.ts'
import { causeWords, faceWords, handleWords, reasonWords } from './words.ts'

/** What a person says who accepts whoever a handle leads to now. */
export type Acceptance = {
  readonly by: string
  readonly note: string
  /** The id they were shown, where they were: nobody else is accepted then. */
  readonly id: string | null
}

/** At which handle to look for whom to accept, and the id that has to answer there; null is anybody. */
export type Aim = { readonly handle: string; readonly id: string | null }

/** Whom to accept, and the newest sighting of them by each look. */
export type Found = { readonly identity: Identity; readonly sightings: readonly LastSighting[] }

/** The stranger on the handle whom an outage has seen; null where a look has to say who is there. */
export function strangerOf(belief: Belief): Identity | null {
  if (belief.kind !== 'down' || !isTakeover(belief.outage.because)) return null
  const { now } = belief.outage
  return now === null || now.id === null ? null : now
}

/**
 * The handle we hold or, once renamed, the new one. From then on that is what is asked by, so it has to lead to the
 * account: a by-name look finds out, also where the account only has a name that does not work.
 *
 * @param homeOf ids are a server's own: who has moved to another home does not have the pinned one there
 */
export function aimOf(belief: Belief, account: Account, homeOf: (handle: string) => string): Aim {
  const held = heldHandle(belief.identity, account)
  const moved = belief.kind === 'down' && belief.outage.because.includes('renamed') ? belief.outage.now : null
  if (moved === null) return { handle: held, id: null }
  const pinned = belief.identity?.id ?? null
  const id = moved.id ?? pinned
  const stayed = homeOf(moved.handle) === homeOf(held)
  return { handle: moved.handle, id: stayed || id !== pinned ? id : null }
}

/** Who answers at a handle, out of what all looks that ask by name said at one time. */
export function whoAnswers(verdicts: readonly Verdict[], { handle, id }: Aim): Done<Identity> {
  const there = verdicts.flatMap((verdict) => (verdict.kind === 'present' ? [verdict.identity] : []))
  const absences = verdicts.flatMap((verdict) => (verdict.kind === 'absent' ? [verdict.because] : []))
  const causes = verdicts.flatMap((verdict) => (verdict.kind === 'inconclusive' ? [verdict.because] : []))
  const ids = new Set(there.flatMap((one) => one.id ?? []))
  const at = handleWords(handle)
  const first = there.find((one) => one.id !== null) ?? there[0]
  if (first === undefined) {
    return conflict(
      absences.length > 0
        ? `Nobody is at ${at} now: ${reasonWords(possibleReasons(absences)).replace(/^gone: /, '')}.`
        : `We cannot see now who is at ${at}: ${causeWords(causes)}. Try again later.`,
    )
  }
  if (absences.length > 0 || ids.size > 1)
    return conflict(`The looks disagree on who is at ${at} now. Try again later.`)
  if (id !== null && first.id !== id) return conflict(`At ${at} is now ${faceWords(first)}, and not the id ${id}.`)
  return { ok: true, value: first }
}

/** The sightings of this identity among those of one account, whatever they meant before it was accepted. */
export const seenAs = (sightings: readonly LastSighting[], identity: Identity): readonly LastSighting[] =>
  sightings.flatMap(({ look, vantage, askedAt, answeredAt, verdict }) => {
    const who = facedIn(verdict)
    const isThem = who !== null && (who.id ?? identity.id) === identity.id && sameHandle(who, identity)
    return isThem ? [{ look, vantage, askedAt, answeredAt, verdict: present(identity) }] : []
  })

const facedIn = (verdict: Verdict): Identity | null =>
  verdict.kind === 'present' ? verdict.identity : verdict.kind === 'absent' ? (verdict.now ?? null) : null

const sameHandle = (one: Identity, other: Identity): boolean => one.handle.toLowerCase() === other.handle.toLowerCase()

/**
 * A person's decision that somebody is the account from now on (rule 7). It ends an outage and a doubt, which were about
 * whom we held before; what was seen of that one says nothing of this one.
 *
 * @param at when it is decided, epoch ms
 */
export function accept(
  belief: Belief,
  account: Account,
  { identity, sightings }: Found,
  said: Acceptance,
  { at, blindAfterMs }: { readonly at: number; readonly blindAfterMs: number },
): Done<Next> {
  const refusal = refusalOf(belief.identity, account, identity, said)
  if (refusal !== null) return conflict(refusal)
  const face = belief.identity?.id === identity.id ? { ...belief.identity, ...identity } : identity
  const presentAt = Object.fromEntries(sightings.map(({ look, askedAt }) => [look, askedAt]))
  const { conclusiveAt, seenFrom } = belief
  const up: Belief = { kind: 'up', identity: face, presentAt, conclusiveAt, seenFrom }
  if (belief.kind !== 'down') return { ok: true, value: { belief: up, transitions: [] } }
  const outage = acceptedAs(endedAt(belief, at, blindAfterMs), face, { ...said, at })
  return { ok: true, value: { belief: up, transitions: [{ name: 'outage.closed', at, outage }] } }
}

function refusalOf(held: Identity | null, account: Account, found: Identity, said: Acceptance): string | null {
  const { id, account: address } = account
  const who = faceWords(found)
  if (said.id !== null && found.id !== said.id) return `${who} is there now, and not the id ${said.id} that was meant.`
  if (id !== null && found.id !== id) {
    return `The configuration pins the id ${id} for ${address}, and this is ${who}. Change the id in the configuration.`
  }
  if (held === null) return null
  if (found.id === null && held.id !== null)
    return `No id can be seen at ${who}, and ${address} is pinned to ${held.id}.`
  const isHeld = found.id === held.id && sameHandle(found, held)
  return isHeld ? `${address} leads to ${who}, who is pinned already. There is nothing to accept.` : null
}

/**
 * The account was last absent when that was last asked, and by decision it is not from `at` on: between the two lies the
 * end, as if it had been seen.
 */
function endedAt({ outage, clear, conclusiveAt }: Down, at: number, blindAfterMs: number): Outage {
  const dark = at - (conclusiveAt ?? at)
  const blindMs = outage.blindMs + (clear?.blindMs ?? 0) + (dark > blindAfterMs ? dark : 0)
  const length = Math.max(0, at - outage.firstAbsentAt)
  return { ...outage, firstPresentAt: at, closedAt: at, blindMs: Math.min(blindMs, length) }
}

/** An outage that a decision has ended, with who made it and why. */
export const acceptedAs = (outage: Outage, identity: Identity, { at, by, note }: Remark): Outage => ({
  ...outage,
  accepted: { at, by, identity },
  notes: [
    ...outage.notes,
    { at, by, note: `accepted ${faceWords(identity)} as the account's identity${note === '' ? '' : `: ${note}`}` },
  ],
})

const conflict = (detail: string): Done<never> => ({ ok: false, refusal: 'conflict', detail })
