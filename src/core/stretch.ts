import type { Account } from './account.ts'
import { perMs, spendBudget } from './bucket.ts'
import { demandOf, turnsADay, type GapMs } from './demand.ts'
import type { Budget, Platform } from './platform.ts'
import { ordinaryShare } from './urgency.ts'

type Tiers = {
  readonly important: readonly Account[]
  readonly ordinary: readonly Account[]
  /** For doubt and recovery. */
  readonly kept: number
}

/**
 * How many times slower each kind of account is looked at than configured, at the least once: for want of requests, or of
 * money where answers cost any. Important ones come first and have all but a share of what there is.
 */
export function stretched(platform: Platform, { important, ordinary, kept }: Tiers, gapMs: GapMs): Shared {
  const wanted = (some: readonly Account[]): number => {
    const { roll, otherLooks } = demandOf(platform, some, gapMs)
    return roll + otherLooks
  }
  const whole = steady(platform.budget)
  // Doubt may take what is kept for it, but a roll that is not called at all finds nothing to doubt.
  const asking = shared(wanted(important), wanted(ordinary), Math.max(whole - kept, whole / 2))
  const spend = spendBudget(platform)
  const spending =
    spend === null ? WITHIN : shared(turnsADay(important, gapMs), turnsADay(ordinary, gapMs), steady(spend))
  return {
    important: Math.max(1, asking.important, spending.important),
    ordinary: Math.max(1, asking.ordinary, spending.ordinary),
  }
}

/** What a budget lets through in each of its windows in the long run. */
const steady = (budget: Budget): number => perMs(budget) * budget.windowMs

type Shared = { readonly important: number; readonly ordinary: number }

const WITHIN: Shared = { important: 0, ordinary: 0 }

/** How many times more each kind wants than it gets where there is so much for both. */
function shared(important: number, ordinary: number, left: number): Shared {
  const forImportant = Math.max(left - ordinary, left * (1 - ordinaryShare))
  const forOrdinary = Math.max(left - important, left * ordinaryShare)
  return { important: important / forImportant, ordinary: ordinary / forOrdinary }
}
