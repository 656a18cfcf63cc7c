import { durationOf, isExplicitOutage, isUnseen, type Outage, type Remark } from './outage.ts'
import type { Sighting } from './sighting.ts'
import type { LastSighting, Watched } from './store.ts'
import { accountOf, scopeName, type Loss, type Transition } from './transition.ts'
import type { Identity, Verdict } from './verdict.ts'

/** Epoch ms as the contract writes instants: `2017-11-02T22:51:58.120Z`. */
export const iso = (at: number): string => new Date(at).toISOString()
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))

const acceptedJson = ({ accepted }: Outage) => (accepted ? { ...accepted, at: iso(accepted.at) } : null)

const remarkJson = (remark: Remark | null) => (remark === null ? null : { ...remark, at: iso(remark.at) })

/** An outage as the contract shows it everywhere (design 5.3): API, socket, webhook, report. */
export function outageJson(outage: Outage, name: string, now: number) {
  return {
    id: outage.id,
    account: outage.account,
    name,
    state: outage.closedAt === null ? ('open' as const) : ('closed' as const),
    because: outage.because,
    explicit: isExplicitOutage(outage),
    trust: outage.trust,
    answers: outage.answers ?? [],
    disputed: outage.disputed,
    unseen: isUnseen(outage),
    lastPresentAt: isoOrNull(outage.lastPresentAt),
    firstAbsentAt: iso(outage.firstAbsentAt),
    lastAbsentAt: iso(outage.lastAbsentAt),
    firstPresentAt: isoOrNull(outage.firstPresentAt),
    openedAt: iso(outage.openedAt),
    closedAt: isoOrNull(outage.closedAt),
    duration: durationOf(outage, now),
    acknowledged: remarkJson(outage.acknowledged),
    retracted: remarkJson(outage.retracted),
    notes: outage.notes.map(remarkJson),
    accepted: acceptedJson(outage),
    identity: outage.identity,
    now: outage.now,
  }
}
export type OutageJson = ReturnType<typeof outageJson>

/** A transition as the socket sends it; the webhook wears the same fields. */
export function transitionJson(transition: Transition, nameOf: (address: string) => string, now: number) {
  const { seq, id, name } = transition
  const head = { seq, id, at: iso(transition.at), name, account: accountOf(transition) }
  if ('outage' in transition) {
    return { ...head, outage: outageJson(transition.outage, nameOf(transition.outage.account), now) }
  }
  if ('platform' in transition) {
    const { platform, since, accounts, gone, again } = transition
    return { ...head, platform, since: iso(since), accounts, ...(gone && { gone }), ...(again && { again }) }
  }
  if ('subscriber' in transition) {
    const { subscriber, since, reason, owed, fallback } = transition
    return { ...head, subscriber, since: iso(since), reason, owed, fallback }
  }
  const { scope } = transition
  return {
    ...head,
    scope: scope.kind,
    ...('platform' in scope ? { platform: scope.platform } : {}),
    ...(scope.kind === 'look' ? { look: scope.look, home: scope.home, evidence: transition.evidence ?? null } : {}),
    since: iso(transition.since),
    because: transition.because,
    ...(transition.replaces && { replaces: namesOf(transition.replaces) }),
  }
}
const namesOf = (losses: readonly Loss[]): readonly string[] => losses.map(({ scope }) => scopeName(scope))

export type TransitionJson = ReturnType<typeof transitionJson>

/** What one look last said. */
const lookJson = (seen: LastSighting) => ({
  look: seen.look,
  vantage: seen.vantage,
  verdict: seen.verdict.kind,
  because: becauseOf(seen.verdict),
  askedAt: iso(seen.askedAt),
  answeredAt: iso(seen.answeredAt),
})

/** A whole sighting with its evidence, as an outage shows it. */
export const sightingJson = (sighting: Sighting) => ({
  ...lookJson(sighting),
  account: sighting.account,
  identity: sighting.verdict.kind === 'present' ? sighting.verdict.identity : null,
  now: sighting.verdict.kind === 'absent' ? (sighting.verdict.now ?? null) : null,
  evidence: sighting.evidence,
})

export const becauseOf = (verdict: Verdict): readonly string[] =>
  verdict.kind === 'present' ? [] : verdict.kind === 'absent' ? verdict.because : [verdict.because]

/** An account as the contract shows it (design 5.3). */
export function accountJson({ account, belief, blind, sightings }: Watched) {
  const answered = sightings.map((sighting) => sighting.answeredAt)
  const presentAt = Object.values(belief.presentAt)
  return {
    account: account.account,
    platform: account.platform,
    handle: account.handle,
    name: account.name,
    important: account.important,
    tags: account.tags,
    belief: belief.kind,
    blind,
    because: belief.kind === 'down' ? belief.outage.because : [],
    outage: belief.kind === 'down' ? belief.outage.id : null,
    identity: belief.identity satisfies Identity | null,
    lastSightingAt: answered.length === 0 ? null : iso(Math.max(...answered)),
    lastPresentAt: presentAt.length === 0 ? null : iso(Math.max(...presentAt)),
    looks: sightings.map(lookJson),
  }
}
export type AccountJson = ReturnType<typeof accountJson>
