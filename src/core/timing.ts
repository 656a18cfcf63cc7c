import type { Account } from './account.ts'
import type { Form } from './delivery.ts'
import { heldUntil, type Hold } from './hours.ts'
import { wantsAccount, type Roll, type Wish } from './tell.ts'
import { accountOf, platformOf, type Change } from './transition.ts'

/** When a subscriber wants to hear; what is left out is told once, when it happens. */
export type Manners = {
  /** An outage is told so much later (ms), and only if nobody has acknowledged it and it is not over by then. */
  readonly afterMs?: number
  /** While an outage lasts and nobody has acknowledged it, its opening is told again so often (ms). */
  readonly remindMs?: number
  /** When what is not important is told, all of it in one message. */
  readonly hold?: Hold
  /** Who is told when the subscriber itself cannot be reached. */
  readonly fallback?: string
}

/** How a change is told to a subscriber, and when; epoch ms. */
export type Timing = { readonly form: Form; readonly at: number }

/** Only outages can be acknowledged: nothing else waits for it. */
export function timingOf(
  { afterMs, hold, tell }: Manners & { readonly tell: Wish },
  change: Change,
  roll: Roll,
): Timing {
  const escalates = afterMs !== undefined && 'outage' in change
  const at = change.at + (escalates && change.name === 'outage.opened' ? afterMs : 0)
  const until = hold === undefined || isImportant(change, tell, roll) ? null : heldUntil(hold, at)
  if (until !== null) return { form: 'held', at: until }
  return { form: escalates ? 'escalation' : hold === undefined ? 'plain' : 'urgent', at }
}

/** Whether a change is about an important account; where it is about many, about one that the subscriber hears of. */
function isImportant(change: Change, tell: Wish, roll: Roll): boolean {
  if ('subscriber' in change) return true
  const address = accountOf(change)
  if (address !== null) return roll.account(address)?.important === true
  const matters = (account: Account | null): boolean => account?.important === true && wantsAccount(tell, account)
  if ('accounts' in change) return change.accounts.some((one) => matters(roll.account(one)))
  const platform = platformOf(change)
  return roll.some((account) => (platform === null || account.platform === platform) && matters(account))
}
