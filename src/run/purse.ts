import { fullBucket, refilled, reserve, returned, spendBudget, taken, waitFor, type Bucket } from '../core/bucket.ts'
import type { Clock } from '../core/clock.ts'
import type { Budget, Platform } from '../core/platform.ts'
import type { Spent } from './spent.ts'

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
export function createPurse(platform: Platform, clock: Clock, before?: Purse, spent?: Spent): Purse {
  const { budget } = platform
  const spend = spendBudget(platform)
  let requests = before?.left().requests ?? fullBucket(budget, clock.now())
  let money =
    spend === null ? null : (before?.left().money ?? spent?.left(platform.id) ?? fullBucket(spend, clock.now()))

  function has(left: Bucket): void {
    money = left
    spent?.note(platform.id, left)
  }

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
      has({ ...full, tokens: full.tokens - accounts })
    },
    settle(unmade, unreturned) {
      requests = returned(requests, budget, unmade)
      if (spend !== null && money !== null && unreturned > 0) has(returned(money, spend, unreturned))
    },
    left: () => ({ requests, money }),
  }
}
