import { fullBucket, refilled, reserve, returned, taken, waitFor, type Bucket } from '../core/bucket.ts'
import type { Clock } from '../core/clock.ts'
import type { Budget, Platform } from '../core/platform.ts'

const DAY = 86_400_000

/** What one platform's looks may cost: requests, and money where answers cost any. */
export type Purse = {
  /** Pays for so many requests and answers 0, or says how long to wait, ms. */
  pay(requests: number, isPressing: boolean): number
  /** How many accounts the next request may ask about. */
  accounts(isPressing: boolean): number
  /** Pays for the accounts of a request as if all of them were returned. */
  ask(accounts: number): void
  /** Gives back requests that were not made, and accounts that were not returned. */
  settle(requests: number, accounts: number): void
  /** What is left, for the purse that takes over after a reload. */
  left(): Left
}

type Left = { readonly requests: Bucket; readonly money: Bucket | null }

/**
 * Both are held by buckets that let no more through in any window than they may. A part of each is kept back from the
 * roll, so that a doubt never waits for it.
 */
export function createPurse(platform: Platform, clock: Clock, before?: Purse): Purse {
  const { budget } = platform
  const spend = spendBudget(platform)
  let requests = before?.left().requests ?? fullBucket(budget, clock.now())
  let money = spend === null ? null : (before?.left().money ?? fullBucket(spend, clock.now()))

  const keptBack = (of: Budget, isPressing: boolean): number => (isPressing ? 0 : reserve(of))

  return {
    pay(count, isPressing) {
      const now = clock.now()
      if (spend !== null && money !== null) {
        const wait = waitFor(money, spend, 1, keptBack(spend, isPressing), now)
        if (wait > 0) return wait
      }
      const kept = keptBack(budget, isPressing)
      const next = taken(requests, budget, count, kept, now)
      if (next === null) return Math.max(1, waitFor(requests, budget, count, kept, now))
      requests = next
      return 0
    },
    accounts(isPressing) {
      if (spend === null || money === null) return Infinity
      return Math.max(1, Math.floor(refilled(money, spend, clock.now()).tokens - keptBack(spend, isPressing)))
    },
    ask(accounts) {
      if (spend === null || money === null) return
      const full = refilled(money, spend, clock.now())
      money = { ...full, tokens: full.tokens - accounts }
    },
    settle(unmade, unreturned) {
      requests = returned(requests, budget, unmade)
      if (spend !== null && money !== null) money = returned(money, spend, unreturned)
    },
    left: () => ({ requests, money }),
  }
}

/** A day's money as a number of accounts that may be returned. */
function spendBudget({ pricePerAccount, spendPerDay }: Platform): Budget | null {
  if (spendPerDay === null || pricePerAccount <= 0) return null
  return { requests: Math.max(1, Math.floor(spendPerDay / pricePerAccount)), windowMs: DAY }
}
