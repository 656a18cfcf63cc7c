import type { Spell } from './belief.ts'
import type { Delivery } from './delivery.ts'
import type { Blindness, PlatformView, SubscriberView } from './desk.ts'
import { iso, isoOrNull, sightingJson } from './json.ts'
import type { Quiet } from './quiet.ts'
import type { Evidence } from './sighting.ts'
import type { ChainedSighting } from './store.ts'

/** A delivery as the contract shows it. */
export const deliveryJson = (delivery: Delivery) => ({
  id: delivery.id,
  subscriber: delivery.subscriber,
  about: delivery.subject,
  transition: delivery.transition,
  outage: delivery.outage,
  form: delivery.form,
  reminder: delivery.reminder,
  state: delivery.state,
  plannedAt: iso(delivery.plannedAt),
  dueAt: iso(delivery.dueAt),
  expiresAt: iso(delivery.expiresAt),
  tries: delivery.tries,
  lastError: delivery.lastError,
  deliveredAt: isoOrNull(delivery.deliveredAt),
  mergedInto: delivery.mergedInto,
})
export type DeliveryJson = ReturnType<typeof deliveryJson>

/** A time in which we could not see; `to` is null while it lasts. */
export const spellJson = (spell: Spell | { readonly from: number; readonly to: null }) => ({
  from: iso(spell.from),
  to: isoOrNull(spell.to),
})
export type SpellJson = ReturnType<typeof spellJson>

/** A sighting with its place in the chain of evidence. */
export const chainedJson = ({ sighting, hash, previous }: ChainedSighting) => ({
  ...sightingJson(sighting),
  hash,
  previous,
})
export type ChainedJson = ReturnType<typeof chainedJson>

/** A platform as it goes now. `blindness` is what lasts, of any scope. */
export function platformJson(view: PlatformView, blindness: readonly Blindness[]) {
  const { platform, budget, allowance } = view
  const lost = blindness.find(
    ({ scope }) => scope.kind === 'everything' || (scope.kind === 'platform' && scope.platform === platform.id),
  )
  return {
    platform: platform.id,
    title: platform.title,
    source: platform.source,
    accounts: view.accounts,
    queued: view.queued,
    underWay: view.underWay,
    budget: { ...budget, used: view.used, planned: view.planned, headroom: budget.requests - view.planned },
    worstNoticeMs: view.worstNoticeMs,
    money: view.money,
    warnings: view.warnings,
    allowance: allowance && {
      remaining: allowance.remaining,
      resetAt: isoOrNull(allowance.resetAt),
      retryAt: isoOrNull(allowance.retryAt),
    },
    controls: view.controls.map((control) => ({ ...control, askedAt: isoOrNull(control.askedAt) })),
    looks: platform.looks.map(({ name, words, trust, takes, says }) => ({
      look: name,
      words,
      trust,
      takes,
      tells: says,
      public: name === platform.publicLook,
    })),
    sight: lost === undefined ? null : { lostSince: iso(lost.since), because: lost.because },
    unreadable: unreadableWords(view),
    troubledSince: isoOrNull(view.troubledSince),
  }
}
/** Why nothing on it counts now, or part of it, for people: "by its name: a name that cannot exist answers as present". */
const unreadableWords = ({ platform, controls, unreadable }: PlatformView): readonly UnreadableJson[] => {
  const wordsOf = (look: string): string => platform.looks.find(({ name }) => name === look)?.words ?? look
  return [
    ...controls.flatMap(({ look, home, verdict, askedAt, detail }) =>
      verdict === 'wrong'
        ? [{ look, words: wordsOf(look), home, since: isoOrNull(askedAt), because: detail ?? '', evidence: null }]
        : [],
    ),
    ...unreadable.map(({ look, home, since, evidence }) => ({
      look,
      words: wordsOf(look),
      home,
      since: iso(since),
      because: 'its answers are of no shape that we know; the page or the interface has changed',
      evidence,
    })),
  ]
}

type UnreadableJson = {
  readonly look: string
  readonly words: string
  readonly home: string
  readonly since: string | null
  readonly because: string
  readonly evidence: Evidence | null
}

export type PlatformJson = ReturnType<typeof platformJson>

/** A time in which notices are held; `accounts` of those on the roll are meant. */
export const quietJson = ({ id, kind, of, from, until, because, by }: Quiet, accounts: number) => ({
  id,
  kind,
  of,
  accounts,
  from: iso(from),
  until: iso(until),
  because,
  by,
})
export type QuietJson = ReturnType<typeof quietJson>

/** A subscriber's health. */
export const subscriberJson = (view: SubscriberView) => ({
  name: view.subscriber,
  channel: view.channel,
  types: view.types,
  state: view.condition.kind,
  failingSince: view.condition.kind === 'failing' ? iso(view.condition.since) : null,
  silentUntil: isoOrNull(view.condition.silentUntil),
  owed: view.owed,
  refused: view.refused,
  expired: view.expired,
  lastDeliveredAt: isoOrNull(view.lastDeliveredAt),
  lastError: view.lastError,
})
export type SubscriberJson = ReturnType<typeof subscriberJson>
