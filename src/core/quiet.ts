import { addressKey, type Account } from './account.ts'
import { stableId } from './id.ts'

/**
 * A time in which notices about an account, or about all with a tag, are held because somebody works on them. Looking
 * and recording go on. `from` and `until` are epoch ms; `by` is who asked for it.
 */
export type Quiet = {
  readonly id: string
  readonly kind: 'account' | 'tag'
  /** The address or the tag. */
  readonly of: string
  readonly from: number
  readonly until: number
  readonly because: string
  readonly by: string
}

/** What somebody asks for. */
export type QuietWish = {
  /** An account on the roll, or a tag. */
  readonly of: string
  readonly forMs: number
  readonly because: string
  readonly by: string
}

/** Of whom it is about and when it begins, epoch ms. */
export const quietId = (of: string, from: number): string => stableId('qui', from, of)

/** Whether the account is the one that is quiet, or has the tag. */
export const isQuieted = (
  { kind, of }: Pick<Quiet, 'kind' | 'of'>,
  account: Pick<Account, 'account' | 'tags'>,
): boolean => (kind === 'tag' ? account.tags.includes(of) : addressKey(of) === addressKey(account.account))

/** Until when notices about the account are held, epoch ms; 0 when they are not. */
export const quietUntil = (quiets: readonly Quiet[], account: Pick<Account, 'account' | 'tags'>, at: number): number =>
  Math.max(0, ...quiets.filter((quiet) => at < quiet.until && isQuieted(quiet, account)).map(({ until }) => until))
