import { addressKey } from '../core/account.ts'
import type { Outage } from '../core/outage.ts'
import type { Kept } from '../core/store.ts'

/** What is kept of one account as it goes to its table; the outage is the one that stands open. */
export type KeptRow = readonly [key: string, body: string, outage: Outage | null]

/**
 * Made where the belief lives: one text crosses to the disk's thread several times as fast as the tree of objects.
 * (A file of its own, since the main thread must not load the queries.)
 */
export const keptRow = (kept: Kept): KeptRow => [
  addressKey(kept.account),
  JSON.stringify(kept),
  kept.belief.kind === 'down' ? kept.belief.outage : null,
]
