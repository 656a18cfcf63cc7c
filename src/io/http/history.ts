import type { Spell } from '../../core/belief.ts'
import type { Desk } from '../../core/desk.ts'
import type { Outage } from '../../core/outage.ts'
import { covers } from '../../core/sight.ts'
import type { Page, Store, Watched } from '../../core/store.ts'

/** A day in ms. */
export const DAY = 86_400_000
const REMEMBERED = 90 * DAY

/** What happened to one account in the last 90 days. */
export async function accountHistory(
  store: Store,
  account: string,
  now: number,
): Promise<{ readonly outages: readonly Outage[]; readonly spells: readonly Spell[] }> {
  const from = now - REMEMBERED
  const [outages, spells] = await Promise.all([
    allOf((cursor) => store.outages({ account, from, to: now, limit: 500, ...cursor })),
    store.spells(account, from, now),
  ])
  return { outages, spells }
}

/** Since when we have not seen this account, when that lasts; epoch ms of its last conclusive sighting. */
export function blindSince(desk: Desk, { account, belief, blind }: Watched): number | null {
  const scope = { kind: 'account', account: account.account } as const
  const told = desk.blindness().find((blindness) => covers(blindness.scope, scope))
  if (!blind && told === undefined) return null
  return belief.conclusiveAt ?? told?.since ?? desk.startedAt
}

/** Every page of a list that is known to be short. */
export async function allOf<T>(page: (cursor: { cursor?: string }) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = []
  let next: string | null = null
  do {
    const part: Page<T> = await page(next === null ? {} : { cursor: next })
    items.push(...part.items)
    next = part.next
  } while (next !== null)
  return items
}
