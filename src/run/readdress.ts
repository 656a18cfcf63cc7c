import { addressKey, type Account } from '../core/account.ts'
import { unknown, type Belief } from '../core/belief.ts'

type Held = { readonly account: Pick<Account, 'account'>; readonly belief: Belief }

/** What is believed of an account whose entry in the configuration may be another one than before. */
export const readdressed = (held: Held, account: Account): Belief => pinnedBy(account, respelt(held, account))

/**
 * The configuration's id wins over what was pinned by seeing, and over what a person accepted before it was written:
 * nobody can accept another one afterwards. What was seen of somebody else says nothing of this one.
 */
function pinnedBy({ id, handle }: Account, belief: Belief): Belief {
  if (id === null || belief.identity?.id === id) return belief
  const identity = { id, handle }
  if (belief.identity === null || belief.identity.id === null) return { ...belief, identity }
  if (belief.kind === 'down') return { ...belief, identity, presentAt: {}, clear: null }
  return { ...unknown(identity), conclusiveAt: belief.conclusiveAt, seenFrom: belief.seenFrom }
}

/**
 * The belief of an account whose address may be written otherwise than before. There are platforms on which letter case
 * makes another name: it is asked by the name as it is written now, and who was seen by the other one, without an id to
 * show for it, may have been somebody else. What is open stays open until that name is seen.
 */
function respelt({ account: before, belief }: Held, { account, handle }: Account): Belief {
  const { identity, conclusiveAt, seenFrom } = belief
  const isSpelling = identity !== null && addressKey(identity.handle) === addressKey(handle)
  if (before.account === account || !isSpelling) return belief
  if (identity.id === null && belief.kind !== 'down') return { ...unknown(), conclusiveAt, seenFrom }
  return { ...belief, identity: { ...identity, handle } }
}
