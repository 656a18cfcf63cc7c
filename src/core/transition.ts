import { stableId } from './id.ts'
import type { Outage } from './outage.ts'
import type { Evidence } from './sighting.ts'
import type { Cause } from './verdict.ts'

export const TRANSITION_NAMES = [
  'outage.opened',
  'outage.changed',
  'outage.closed',
  'outage.acknowledged',
  'outage.annotated',
  'outage.retracted',
  'sight.lost',
  'sight.regained',
  'platform.troubled',
  'platform.settled',
  'subscriber.lost',
  'subscriber.regained',
] as const
export type TransitionName = (typeof TRANSITION_NAMES)[number]

export type OutageChangeName = Extract<TransitionName, `outage.${string}`>

/** Whom we cannot see: one account, one platform, or everything. */
export type Extent =
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'platform'; readonly platform: string }
  | { readonly kind: 'everything' }

/**
 * What our sight was lost for: accounts; or one look, whose answers we cannot read any more whoever they are about.
 * `home` is the server that gives them, where the platform has many.
 */
export type Scope =
  Extent | { readonly kind: 'look'; readonly platform: string; readonly look: string; readonly home: string }

/** The moment a belief, an outage or our sight changed, before it has a number. `at` is epoch ms. */
export type Change = OutageChange | SightChange | PlatformChange | SubscriberChange

/** What became of one outage; `outage` is how it stands after it. */
export type OutageChange = { readonly name: OutageChangeName; readonly at: number; readonly outage: Outage }

/** Our sight was lost or has returned. */
export type SightChange = {
  readonly name: 'sight.lost' | 'sight.regained'
  readonly at: number
  readonly scope: Scope
  /** Since when nothing conclusive had been seen. */
  readonly since: number
  readonly because: readonly Cause[]
  /** Of a look that cannot be read: the newest of its answers. */
  readonly evidence?: Evidence | null
  /** Of a loss: the narrower ones told before that are part of it from now on; none of them is told as regained. */
  readonly replaces?: readonly Loss[]
  /** Of the end of such a narrower one, which is told where it has an alert of its own: what it is part of now. */
  readonly partOf?: Extent
}

/** `since` is epoch ms. */
export type Loss = { readonly scope: Extent; readonly since: number }

/** A storm began, was listed anew, or has settled. */
export type PlatformChange = {
  readonly name: 'platform.troubled' | 'platform.settled'
  readonly at: number
  readonly platform: string
  readonly since: number
  /** Addresses of those that fell. */
  readonly accounts: readonly string[]
  /** Of a storm that has settled, or is told again: those who are still gone. */
  readonly gone?: readonly string[]
  /** As it stands now: news to those only who keep current what they were told. */
  readonly again?: true
}

/** A subscriber cannot be reached, or can be again. */
export type SubscriberChange = {
  readonly name: 'subscriber.lost' | 'subscriber.regained'
  readonly at: number
  /** Its name. */
  readonly subscriber: string
  /** When the first try failed of those that nobody has taken since. */
  readonly since: number
  /** What the last of them said; fit to be shown. */
  readonly reason: string
  /** Notices that wait for it. */
  readonly owed: number
  /** The subscriber that is told instead. */
  readonly fallback: string | null
}

/** A change with its place in the append-only list: `seq` counts 1, 2, 3 … without holes; `id` never changes. */
export type Transition = Change & { readonly seq: number; readonly id: string }

/** What a transition is about; order is kept within one subject. */
export function subjectOf(change: Change): string {
  if ('outage' in change) return change.outage.account
  if ('platform' in change) return `platform ${change.platform}`
  if ('subscriber' in change) return `subscriber ${change.subscriber}`
  const { scope } = change
  return scope.kind === 'account' || scope.kind === 'everything' ? scopeName(scope) : `platform ${scopeName(scope)}`
}

/** `x:jack`, `x`, `x by username`, `everything`. */
export function scopeName(scope: Scope): string {
  switch (scope.kind) {
    case 'account':
      return scope.account
    case 'platform':
      return scope.platform
    case 'look':
      return `${scope.platform} by ${scope.look}${scope.home === '' ? '' : ` at ${scope.home}`}`
    case 'everything':
      return 'everything'
  }
}

/** The same change always has the same id, however often it is decided; two changes at one instant have two. */
export function transitionId(change: Change): string {
  return stableId(
    'trn',
    change.at,
    `${change.name} ${'outage' in change ? outageDetail(change.outage) : subjectOf(change)}`,
  )
}

const outageDetail = ({ id, because, disputed, now, acknowledged, retracted, notes }: Outage): string =>
  JSON.stringify([id, because, disputed, now?.id, now?.handle, acknowledged, retracted, notes.length])

/** The account a transition is about, or null when it is about a platform or everything. */
export const accountOf = (change: Change): string | null =>
  'outage' in change
    ? change.outage.account
    : 'scope' in change && change.scope.kind === 'account'
      ? change.scope.account
      : null

/** The platform a transition is about, or null when it is about everything. */
export function platformOf(change: Change): string | null {
  if ('platform' in change) return change.platform
  if ('scope' in change && 'platform' in change.scope) return change.scope.platform
  return accountOf(change)?.split(':', 1)[0] ?? null
}
