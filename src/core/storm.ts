import type { Change, PlatformChange } from './transition.ts'

/** Rule 8: so many accounts, and such a share of the platform's, within such a time. */
export type StormPolicy = { readonly accounts: number; readonly share: number; readonly withinMs: number }

/** What happens on one platform. `falls` are outages opened lately; `troubled` stands while a storm lasts. */
export type Storm = {
  readonly falls: readonly Fall[]
  readonly troubled: { readonly since: number; readonly accounts: readonly string[] } | null
}

type Fall = { readonly account: string; readonly at: number }

export const calm: Storm = { falls: [], troubled: null }

type Next = { readonly storm: Storm; readonly change: PlatformChange | null }

/**
 * An outage opened.
 *
 * @param total accounts watched on the platform
 */
export function fell(storm: Storm, platform: string, fall: Fall, total: number, policy: StormPolicy): Next {
  const falls = [
    ...storm.falls.filter(({ at, account }) => fall.at - at <= policy.withinMs && account !== fall.account),
    fall,
  ]
  if (storm.troubled !== null) {
    const { since, accounts } = storm.troubled
    const joined = accounts.includes(fall.account) ? accounts : [...accounts, fall.account]
    return { storm: { falls, troubled: { since, accounts: joined } }, change: null }
  }
  if (falls.length < policy.accounts || falls.length < policy.share * total)
    return { storm: { falls, troubled: null }, change: null }
  const accounts = falls.map(({ account }) => account)
  const since = falls[0]?.at ?? fall.at
  const change: PlatformChange = { name: 'platform.troubled', at: fall.at, platform, since, accounts }
  return { storm: { falls, troubled: { since, accounts } }, change }
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
  const down = troubled.accounts.filter(isDown).length
  if (now - lastFall <= policy.withinMs || down >= policy.accounts) return { storm, change: null }
  const { since, accounts } = troubled
  return { storm: calm, change: { name: 'platform.settled', at: now, platform, since, accounts } }
}

/** Whether a change is told by its platform's storm instead of by itself. What people did is always told. */
export const folds = (storm: Storm, change: Change): boolean =>
  storm.troubled !== null &&
  (change.name === 'outage.opened' || change.name === 'outage.changed' || change.name === 'outage.closed') &&
  storm.troubled.accounts.includes(change.outage.account)
