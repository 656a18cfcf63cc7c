import type { Change, PlatformChange } from './transition.ts'

/** Rule 8: so many accounts, and such a share of the platform's, within such a time. */
export type StormPolicy = { readonly accounts: number; readonly share: number; readonly withinMs: number }

/**
 * What happens on one platform. `falls` are outages opened lately; `held` is when the notices of those that fell from
 * `since` on are told, unless a storm tells them; `troubled` stands while a storm lasts.
 */
export type Storm = {
  readonly falls: readonly Fall[]
  readonly held: Held
  readonly troubled: Trouble | null
}

export type Fall = { readonly account: string; readonly outage: string; readonly at: number }
type Held = { readonly since: number; readonly until: number }
/** `told` of its accounts were listed when it was last told, at `toldAt`. */
type Trouble = {
  readonly since: number
  readonly accounts: readonly string[]
  readonly told: number
  readonly toldAt: number
}

const FREE: Held = { since: 0, until: 0 }
export const calm: Storm = { falls: [], held: FREE, troubled: null }

type Next = { readonly storm: Storm; readonly change: PlatformChange | null }

/** So long the first ones that fall wait for others, ms: short enough for one that falls alone. */
const GATHER = 300
/** Where enough fell for a storm but not the share, their notices wait while falls are no further apart than this. */
const lullOf = ({ withinMs }: StormPolicy): number => Math.max(gatherOf(withinMs), withinMs / 12)
const gatherOf = (withinMs: number): number => Math.min(GATHER, withinMs)

/**
 * An outage opened.
 *
 * @param total accounts watched on the platform
 */
export function fell(storm: Storm, platform: string, fall: Fall, total: number, policy: StormPolicy): Next {
  const falls = withFall(storm.falls, fall, policy)
  if (storm.troubled !== null)
    return { storm: { ...storm, falls, troubled: joined(storm.troubled, fall) }, change: null }
  if (falls.length < policy.accounts || falls.length < policy.share * total) {
    return {
      storm: { falls, held: heldFor(storm.held, fall.at, falls.length, total, policy), troubled: null },
      change: null,
    }
  }
  const accounts = falls.map(({ account }) => account)
  const since = falls[0]?.at ?? fall.at
  const change: PlatformChange = { name: 'platform.troubled', at: fall.at, platform, since, accounts }
  return { storm: { falls, held: FREE, troubled: { since, accounts, told: accounts.length, toldAt: fall.at } }, change }
}

const withFall = (falls: readonly Fall[], fall: Fall, { withinMs }: StormPolicy): readonly Fall[] => [
  ...falls.filter(({ at, account }) => fall.at - at <= withinMs && account !== fall.account),
  fall,
]

const joined = (trouble: Trouble, { account }: Fall): Trouble =>
  trouble.accounts.includes(account) ? trouble : { ...trouble, accounts: [...trouble.accounts, account] }

/**
 * Nobody waits longer than `withinMs`, and on a platform too small for a storm nobody waits. The end moves on in steps
 * of half a lull and more: every step is a write.
 */
function heldFor({ since, until }: Held, at: number, fallen: number, total: number, policy: StormPolicy): Held {
  if (total < policy.accounts) return FREE
  const from = at < until ? since : at
  const last = from + policy.withinMs
  if (fallen < policy.accounts) return { since: from, until: Math.min(last, at + gatherOf(policy.withinMs)) }
  const lull = lullOf(policy)
  return { since: from, until: until - at >= lull / 2 ? until : Math.min(last, at + lull) }
}

/**
 * A fall from before the restart, as far as it is not known already. It decides nothing: what it decided was written
 * together with it.
 */
export function recalled(storm: Storm, fall: Fall, policy: StormPolicy): Storm {
  const { troubled } = storm
  const falls = withFall(storm.falls, fall, policy)
  return {
    ...storm,
    falls,
    troubled: troubled !== null && fall.at >= troubled.since ? joined(troubled, fall) : troubled,
  }
}

/** More have fallen than were listed: the list again, for those who can keep theirs current. */
export function outgrown(storm: Storm, platform: string, now: number, policy: StormPolicy): Next {
  const { troubled } = storm
  if (troubled === null || troubled.accounts.length === troubled.told || now - troubled.toldAt < lullOf(policy)) {
    return { storm, change: null }
  }
  const { since, accounts } = troubled
  return {
    storm: { ...storm, troubled: { ...troubled, told: accounts.length, toldAt: now } },
    change: { name: 'platform.troubled', at: now, platform, since, accounts, again: true },
  }
}

/**
 * A storm has settled when nothing fell for `withinMs` and fewer of its accounts are still down than make a storm.
 *
 * @param isDown whether an account's outage is still open
 */
export function calmed(
  storm: Storm,
  platform: string,
  now: number,
  isDown: (account: string) => boolean,
  policy: StormPolicy,
): Next {
  const { troubled } = storm
  if (troubled === null) return { storm, change: null }
  const lastFall = storm.falls.reduce((last, { at }) => Math.max(last, at), troubled.since)
  const gone = troubled.accounts.filter(isDown)
  if (now - lastFall <= policy.withinMs || gone.length >= policy.accounts) return { storm, change: null }
  const { since, accounts } = troubled
  return { storm: calm, change: { name: 'platform.settled', at: now, platform, since, accounts, gone } }
}

/** Whether a change is told by its platform's storm instead of by itself. What people did is always told. */
export const folds = (storm: Storm, change: Change): boolean =>
  storm.troubled !== null &&
  (change.name === 'outage.opened' || change.name === 'outage.changed' || change.name === 'outage.closed') &&
  storm.troubled.accounts.includes(change.outage.account)
