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

/** One account's outage opened; `at` is epoch ms. */
export type Fall = { readonly account: string; readonly outage: string; readonly at: number }
type Held = { readonly since: number; readonly until: number }
type Trouble = {
  readonly since: number
  readonly accounts: readonly string[]
  /** When the last of them fell. */
  readonly lastAt: number
  /** Outages that began when that was long ago: whoever falls then falls by itself, also one that is listed. */
  readonly apart: readonly string[]
  /** What its list said when it was last told. */
  readonly told: Listed
  readonly toldAt: number
}
type Listed = { readonly accounts: number; readonly gone: number }

const FREE: Held = { since: 0, until: 0 }
/** Nothing has happened on the platform. */
export const calm: Storm = { falls: [], held: FREE, troubled: null }

type Next = { readonly storm: Storm; readonly change: PlatformChange | null }

/** So long the first ones that fall wait for others, ms: short enough for one that falls alone. */
const GATHER = 300
/** Where enough fell for a storm but not the share, their notices wait while falls are no further apart than this. */
const lullOf = ({ withinMs }: StormPolicy): number => Math.max(gatherOf(withinMs), withinMs / 12)
const gatherOf = (withinMs: number): number => Math.min(GATHER, withinMs)

/**
 * An outage opened. It joins a storm that stands only while falls follow one another: what lasts must not take in
 * whatever happens on its platform until it is over. Where many fall anew, the storm breaks out once more.
 *
 * @param total accounts watched on the platform
 */
export function fell(storm: Storm, platform: string, fall: Fall, total: number, policy: StormPolicy): Next {
  const falls = withFall(storm.falls, fall, policy)
  const { troubled } = storm
  if (troubled !== null && isNear(troubled, fall, policy))
    return { storm: { ...storm, falls, troubled: joined(troubled, fall) }, change: null }
  if (falls.length < policy.accounts || falls.length < policy.share * total) {
    const held = heldFor(storm.held, fall.at, falls.length, total, policy)
    return { storm: { falls, held, troubled: troubled && setApart(troubled, fall) }, change: null }
  }
  const next = brokenOut(troubled, falls, fall)
  const { since, accounts } = next
  const change: PlatformChange = { name: 'platform.troubled', at: fall.at, platform, since, accounts }
  return { storm: { falls, held: FREE, troubled: next }, change }
}

function brokenOut(before: Trouble | null, falls: readonly Fall[], { at }: Fall): Trouble {
  const fallen = falls.map(({ account }) => account)
  const accounts = [...new Set([...(before?.accounts ?? []), ...fallen])]
  const apart = (before?.apart ?? []).filter((outage) => !falls.some((fall) => fall.outage === outage))
  const since = before?.since ?? falls[0]?.at ?? at
  return { since, accounts, lastAt: at, apart, told: { accounts: accounts.length, gone: accounts.length }, toldAt: at }
}

const isNear = ({ lastAt }: Trouble, { at }: Fall, { withinMs }: StormPolicy): boolean => at - lastAt <= withinMs

const withFall = (falls: readonly Fall[], fall: Fall, { withinMs }: StormPolicy): readonly Fall[] => [
  ...falls.filter(({ at, account }) => fall.at - at <= withinMs && account !== fall.account),
  fall,
]

const joined = (trouble: Trouble, { account, at }: Fall): Trouble => ({
  ...trouble,
  accounts: trouble.accounts.includes(account) ? trouble.accounts : [...trouble.accounts, account],
  lastAt: Math.max(trouble.lastAt, at),
})

const setApart = (trouble: Trouble, { outage }: Fall): Trouble =>
  trouble.apart.includes(outage) ? trouble : { ...trouble, apart: [...trouble.apart, outage] }

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
  const falls = withFall(storm.falls, fall, policy)
  const { troubled } = storm
  if (troubled === null || fall.at < troubled.since || troubled.apart.includes(fall.outage)) return { ...storm, falls }
  const next = isNear(troubled, fall, policy) ? joined(troubled, fall) : setApart(troubled, fall)
  return { ...storm, falls, troubled: next }
}

/**
 * More have fallen than were listed, or some are back: the list again, for those who can keep theirs current. The longer
 * it lasts the more seldom: every list is a transition.
 *
 * @param isDown whether an account's outage is still open
 */
export function relisted(
  storm: Storm,
  platform: string,
  now: number,
  isDown: (account: string) => boolean,
  policy: StormPolicy,
): Next {
  const { troubled } = storm
  if (troubled === null) return { storm, change: null }
  const { since, accounts, told, toldAt } = troubled
  if (now - toldAt < Math.max(lullOf(policy), (now - since) / 20)) return { storm, change: null }
  const gone = accounts.filter(isDown)
  if (accounts.length === told.accounts && gone.length === told.gone) return { storm, change: null }
  const next = { ...troubled, told: { accounts: accounts.length, gone: gone.length }, toldAt: now }
  const change: PlatformChange = { name: 'platform.troubled', at: now, platform, since, accounts, gone, again: true }
  return { storm: { ...storm, troubled: next }, change }
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
  const { since, accounts, lastAt } = troubled
  const gone = accounts.filter(isDown)
  if (now - lastAt <= policy.withinMs || gone.length >= policy.accounts) return { storm, change: null }
  const change: PlatformChange = { name: 'platform.settled', at: now, platform, since, accounts, gone }
  return { storm: { ...storm, troubled: null }, change }
}

/** Whether a change is told by its platform's storm instead of by itself. What people did is always told. */
export const folds = (storm: Storm, change: Change): boolean =>
  storm.troubled !== null &&
  (change.name === 'outage.opened' || change.name === 'outage.changed' || change.name === 'outage.closed') &&
  storm.troubled.accounts.includes(change.outage.account) &&
  !storm.troubled.apart.includes(change.outage.id)
