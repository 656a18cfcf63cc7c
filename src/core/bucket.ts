import type { Budget, Platform } from './platform.ts'

/**
 * A token bucket that never lets more than `budget.requests` through in *any* window of `budget.windowMs`: a fifth of
 * the budget may go at once, the rest trickles in. (A bucket as large as the budget would let twice as many through in
 * its first window.) A call that costs more than may go at once waits for a full bucket and leaves it in debt; such calls
 * may exceed the budget, by less than one of them.
 */
export type Bucket = { readonly tokens: number; readonly at: number }

const capacity = ({ requests }: Budget): number => Math.max(1, Math.floor(requests / 5))
/** What trickles in, in the long run: requests a millisecond. */
export const perMs = (budget: Budget): number => Math.max(budget.requests - capacity(budget), 1) / budget.windowMs

/** Kept back from ordinary looks, so that a doubt never waits for the roll. */
export const reserve = (budget: Budget): number => Math.floor(capacity(budget) / 2)

/** A bucket from which as much as ever may be taken at once. */
export const fullBucket = (budget: Budget, now: number): Bucket => ({ tokens: capacity(budget), at: now })

/** The bucket as it is at `now`, epoch ms. */
export function refilled(bucket: Bucket, budget: Budget, now: number): Bucket {
  const tokens = Math.min(capacity(budget), bucket.tokens + Math.max(0, now - bucket.at) * perMs(budget))
  return { tokens, at: Math.max(now, bucket.at) }
}

/** The bucket after taking `requests`, or null when they are not there. One call may ask for more than the capacity. */
export function taken(bucket: Bucket, budget: Budget, requests: number, kept: number, now: number): Bucket | null {
  const full = refilled(bucket, budget, now)
  const needed = Math.min(requests + kept, capacity(budget))
  return full.tokens + 1e-9 < needed ? null : { ...full, tokens: full.tokens - requests }
}

/** How long until `taken` would succeed, ms. */
export function waitFor(bucket: Bucket, budget: Budget, requests: number, kept: number, now: number): number {
  const full = refilled(bucket, budget, now)
  const missing = Math.min(requests + kept, capacity(budget)) - full.tokens
  return missing <= 0 ? 0 : Math.ceil(missing / perMs(budget))
}

const DAY = 86_400_000

/** A day's money as a number of accounts that may be returned; null where answers cost nothing, or what they like. */
export function spendBudget({
  pricePerAccount,
  spendPerDay,
}: Pick<Platform, 'pricePerAccount' | 'spendPerDay'>): Budget | null {
  if (spendPerDay === null || pricePerAccount <= 0) return null
  return { requests: Math.max(1, Math.floor(spendPerDay / pricePerAccount)), windowMs: DAY }
}

/** Gives back what a look reserved and did not need. */
export const returned = (bucket: Bucket, budget: Budget, requests: number): Bucket => ({
  ...bucket,
  tokens: Math.min(capacity(budget), bucket.tokens + requests),
})
