import type { Doubted, Held, Policy } from './belief.ts'
import { quiet, type Next } from './next.ts'
import { outageId, type Outage } from './outage.ts'
import { TRUSTS, type Trust } from './platform.ts'
import type { Sighting } from './sighting.ts'
import { isExplicit, possibleReasons, type Absent } from './verdict.ts'
import { absentSets, answersIn, disputing, instead, saysAbsent, type Word, type Words } from './word.ts'

/**
 * Absences that may become an outage. Times are epoch ms; `vantages` are the places that saw any of them, and `blindMs` is
 * the time since the first in which we could not see.
 */
export type Doubt = {
  readonly firstLook: string
  readonly firstAskedAt: number
  readonly firstAbsentAt: number
  readonly lastAbsentAt: number
  readonly sightings: number
  readonly vantages: readonly string[]
  readonly blindMs: number
  readonly words: Words
}

/** The doubt that an absence raises. */
export const firstDoubt = (seen: Sighting, verdict: Absent): Doubt => ({
  firstLook: seen.look,
  firstAskedAt: seen.askedAt,
  firstAbsentAt: seen.answeredAt,
  lastAbsentAt: seen.askedAt,
  sightings: 1,
  vantages: [seen.vantage],
  blindMs: 0,
  words: saysAbsent({}, seen, verdict),
})

/** The doubt after one more absence; `blindMs` passed before it in which we could not see. */
export const moreDoubt = (doubt: Doubt, seen: Sighting, verdict: Absent, blindMs: number): Doubt => ({
  ...doubt,
  lastAbsentAt: Math.max(doubt.lastAbsentAt, seen.askedAt),
  sightings: doubt.sightings + 1,
  vantages: doubt.vantages.includes(seen.vantage) ? doubt.vantages : [...doubt.vantages, seen.vantage],
  blindMs: doubt.blindMs + blindMs,
  words: saysAbsent(doubt.words, seen, verdict),
})

/** Rule 3: only a look that had said absent takes it back; another one disputes, and clears nothing by itself. */
export function clearsDoubt({ doubt }: Doubted, held: Held, seen: Sighting, blindMs: number): Next {
  const word = doubt.words[seen.look]
  if (word?.says === 'absent') return quiet({ kind: 'up', ...held })
  // It does not date the absence: when this look saw the account present says nothing of when the doubting one did.
  const words: Words = { ...doubt.words, [seen.look]: { says: 'present', saidAbsent: false } }
  return quiet({ kind: 'doubted', ...held, doubt: { ...doubt, blindMs: doubt.blindMs + blindMs, words } })
}

/** The doubt goes on, or it is sure enough to open an outage. */
export function doubtOrOutage(held: Held, doubt: Doubt, seen: Sighting, policy: Policy): Next {
  if (!isSure(doubt, policy)) return quiet({ kind: 'doubted', ...held, doubt })
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
    answers: answersIn(doubt.words),
    identity: held.identity,
    now: instead(doubt.words),
    trust: trustIn(doubt.words, policy),
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
 * A look that has disputed goes on disputing until it says otherwise, even where it cannot speak any more: its last
 * word on this absence was that there is none.
 *
 * A look whose controls have not answered right since the first absence is not counted: it cannot speak either. Where
 * only looks of low trust say absent, it takes twice as many sightings in each case; and where the platform offers a
 * better look, no number of them is enough.
 */
function isSure({ words, vantages, firstAskedAt }: Doubt, policy: Policy): boolean {
  const { confirm } = policy
  const vouched = sayingAbsent(words).filter((look) => (policy.controlsRightAt[look] ?? -Infinity) >= firstAskedAt)
  if (vouched.length === 0) return false
  const offered = Object.values(policy.looks)
  const isWeak = bestTrust(vouched, policy) === 'low'
  if (isWeak && offered.some((trust) => trust !== 'low')) return false
  const sightings = vouched.reduce((sum, look) => sum + countOf(words[look]), 0)
  const needed = isWeak ? 2 * confirm.sightings : confirm.sightings
  if (sightings < needed || vantages.length < confirm.vantages) return false
  const twice = sightings >= 2 * needed
  const disputed = disputing(words).length > 0
  if (disputed && !isExplicit(possibleReasons(absentSets(words)))) return false
  if (vouched.length >= Math.min(confirm.looks, offered.length)) return true
  if (!disputed) return twice
  const visitors = words[policy.publicLook]
  return twice && vouched.includes(policy.publicLook) && visitors?.says === 'absent' && isExplicit(visitors.because)
}

const countOf = (word: Word | undefined): number => (word?.says === 'absent' ? word.count : 0)

/** The looks that say absent. */
const sayingAbsent = (words: Words): readonly string[] =>
  Object.keys(words).filter((look) => words[look]?.says === 'absent')

/** The best trust of those that say absent. */
export const trustIn = (words: Words, policy: Policy): Trust => bestTrust(sayingAbsent(words), policy)

/** A look that cannot say "absent" by itself has named who stands there instead: that it has seen, and is trusted. */
function bestTrust(names: readonly string[], { looks }: Policy): Trust {
  const given = names.map((look) => looks[look] ?? 'high')
  return TRUSTS.find((trust) => given.includes(trust)) ?? 'low'
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
