import type { Account } from './account.ts'
import { addressKey } from './account.ts'
import { accountOf, platformOf, type Change } from './transition.ts'

/** Which transitions somebody wants: a subscriber's `tell`, a socket's `filter`. Empty lists match everything. */
export type Wish = {
  readonly types: readonly string[]
  readonly tags: readonly string[]
  readonly platforms: readonly string[]
  readonly accounts: readonly string[]
  readonly important?: boolean
}

/** `outage.*` or an exact name; no list wants all. */
export const wantsType = (types: readonly string[], name: string): boolean =>
  types.length === 0 ||
  types.some((type) => type === name || (type.endsWith('.*') && name.startsWith(type.slice(0, -1))))

/** Whether an account belongs to what is wished for. */
export function wantsAccount(wish: Wish, account: Account): boolean {
  return (
    (wish.tags.length === 0 || wish.tags.some((tag) => account.tags.includes(tag))) &&
    (wish.platforms.length === 0 || wish.platforms.includes(account.platform)) &&
    (wish.accounts.length === 0 ||
      wish.accounts.some((address) => addressKey(address) === addressKey(account.account))) &&
    (wish.important !== true || account.important)
  )
}

/**
 * Whether a change is wished for. News about a whole platform or everything concerns whoever watches at least one of
 * its accounts.
 *
 * @param roll the accounts it may concern; an account that has left the roll matches only a wish without tags
 */
export function wants(wish: Wish, change: Change, roll: Roll): boolean {
  if (!wantsType(wish.types, change.name)) return false
  const address = accountOf(change)
  if (address !== null) {
    const account = roll.account(address)
    return account === null
      ? wish.tags.length === 0 && wish.important !== true && wantsAddress(wish, address)
      : wantsAccount(wish, account)
  }
  const everything = wish.tags.length + wish.platforms.length + wish.accounts.length === 0 && wish.important !== true
  if (everything) return true
  // About our own ways of telling, not about an account: for those who name it.
  if ('subscriber' in change) return wish.types.length > 0
  const platform = platformOf(change)
  return roll.some((account) => (platform === null || account.platform === platform) && wantsAccount(wish, account))
}

/** The accounts on the roll, as far as wishes ask about them. */
export type Roll = {
  account(address: string): Account | null
  some(test: (account: Account) => boolean): boolean
}

const wantsAddress = (wish: Wish, address: string): boolean =>
  (wish.accounts.length === 0 || wish.accounts.some((one) => addressKey(one) === addressKey(address))) &&
  (wish.platforms.length === 0 || wish.platforms.includes(address.split(':', 1)[0] ?? ''))
