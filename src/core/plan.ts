import type { Account } from './account.ts'
import type { Confirm } from './belief.ts'
import { perMs, reserve } from './bucket.ts'
import { confirmCost, demandOf, doubtIn, gapsOf, recoveryIn, turnsADay, type GapMs } from './demand.ts'
import type { Budget, Platform } from './platform.ts'
import { stretched } from './stretch.ts'

/** What watching a platform's accounts as often as configured will take. */
export type PlatformPlan = {
  /** The platform's id. */
  readonly platform: string
  readonly title: string
  readonly accounts: number
  readonly budget: Budget
  /** Requests in one window of the budget, all together. */
  readonly requests: number
  /** The same in parts: turns on the roll by the first look, by the others, and what is kept for doubt and recovery. */
  readonly parts: {
    readonly roll: number
    readonly otherLooks: number
    readonly doubt: number
    readonly recovery: number
  }
  /** Of the budget; above 1 when it is more than the whole. */
  readonly share: number
  readonly fits: boolean
  /** How many times slower than configured the roll will go at the worst; 1 when it fits. */
  readonly stretch: number
  /** USD, as the schedules ask; null where answers cost nothing. */
  readonly money: { readonly perDay: number; readonly limitPerDay: number | null } | null
  /** Whether an absence can be told at all: some official interfaces never say "gone". */
  readonly tellsAbsence: boolean
  /** The longest an absence may stay untold, ms; of the slowest account. 0 when there is none. */
  readonly worstNoticeMs: number
  /** The same by importance; null when there is no such account. */
  readonly worst: { readonly importantMs: number | null; readonly ordinaryMs: number | null }
  /** The longest between two looks at one account, ms, by importance; null when there is no such account. */
  readonly apart: { readonly importantMs: number | null; readonly ordinaryMs: number | null }
}

/** What a plan is made from. */
export type PlanParts = {
  readonly platforms: readonly Platform[]
  readonly accounts: readonly Account[]
  /** Time between a pattern's slots, ms; the longest where they differ. */
  readonly gapMs: GapMs
  readonly confirm: Confirm & { readonly everyMs: number }
}

/** The longest time over which one slot's accounts are spread. */
const WIDEST = 60_000
/** An answer that we count on takes no longer. */
const ANSWER = 1_000

/**
 * The arithmetic, for each platform and one window W of its budget:
 *
 * - A *slot* of n accounts costs a look `ceil(n ÷ (takes × 0.8)) × usually` requests for each home (n × usually where it
 *   takes one). Accounts with one pattern share slots, W ÷ gap of them; patterns are not assumed to meet.
 * - Every sixth turn goes to one of the other looks instead of the first, to each of them equally.
 * - Doubt: one account in a hundred, at least one, is looked at 2 × `confirm.sightings` times by the dearest look, and
 *   each look's controls are asked once. Recovery: as many are down, and asked by the dearest look at each turn; each
 *   look's controls are asked once more.
 * - It fits when the sum is no more than what the budget lets through in the long run (its bucket keeps a fifth for
 *   bursts) and, where answers cost money, a day costs no more than `spend` lets through in the same way.
 * - Otherwise the roll stretches: important accounts come first and have all but a share of what doubt and recovery
 *   leave; the others have that share, and whatever the important ones do not need. So it is with money.
 * - Two looks at one account are at most a gap apart, stretched, and one more where it is stretched, since an account
 *   that was served late waits for its next slot; and what piles up within a slot beyond the burst, or beyond the
 *   requests that may be under way at once, each taken to last a second; and what a doubt has taken from the burst.
 * - The worst time to notice: gone right after a look, until the next one, then as many looks as it takes, each with its
 *   full timeout and the pause, and whatever they have to wait for the budget. Looks that disagree can take longer.
 * - Money: every turn returns every account once. Absent accounts and the few looks in doubt are left out.
 */
export function planOf(parts: PlanParts): readonly PlatformPlan[] {
  const byPlatform = Map.groupBy(parts.accounts, ({ platform }) => platform)
  const planning = { ...parts, gapMs: onceEach(parts.gapMs) }
  return parts.platforms.map((platform) => planFor(platform, byPlatform.get(platform.id) ?? [], planning))
}

/** To find a gap takes a whole day of slots, and a thousand platforms share a pattern. */
function onceEach(gapMs: GapMs): GapMs {
  const known = new Map<string, number>()
  return (pattern) => {
    const gap = known.get(pattern) ?? gapMs(pattern)
    known.set(pattern, gap)
    return gap
  }
}

function planFor(platform: Platform, accounts: readonly Account[], { gapMs, confirm }: PlanParts): PlatformPlan {
  const { budget } = platform
  const { roll, otherLooks } = demandOf(platform, accounts, gapMs)
  const doubt = doubtIn(platform, accounts.length, confirm)
  const recovery = recoveryIn(platform, accounts, gapMs)
  const requests = Math.ceil(roll + otherLooks + doubt + recovery)
  const money = moneyFor(platform, accounts, gapMs)
  const { stretch, apart } = paceOf(platform, accounts, { doubt, recovery }, gapMs)
  const confirming = confirmMs(platform, confirm)
  const notice = (apartMs: number | null): number | null => (apartMs === null ? null : apartMs + confirming)
  const worst = { importantMs: notice(apart.importantMs), ordinaryMs: notice(apart.ordinaryMs) }
  return {
    platform: platform.id,
    title: platform.title,
    accounts: accounts.length,
    budget,
    requests,
    parts: { roll, otherLooks, doubt, recovery },
    share: requests / budget.requests,
    fits: stretch === 1,
    stretch,
    money,
    tellsAbsence: platform.looks.some(({ says }) => says.length > 0),
    worstNoticeMs: Math.max(worst.importantMs ?? 0, worst.ordinaryMs ?? 0),
    worst,
    apart,
  }
}

type Costs = { readonly doubt: number; readonly recovery: number }

/** How many times slower than configured the roll goes, and how far apart that leaves two looks at one account. */
function paceOf(
  platform: Platform,
  accounts: readonly Account[],
  { doubt, recovery }: Costs,
  gapMs: GapMs,
): Pick<PlatformPlan, 'stretch' | 'apart'> {
  const important = accounts.filter((account) => account.important)
  const ordinary = accounts.filter((account) => !account.important)
  const stretches = stretched(platform, { important, ordinary, kept: doubt + recovery }, gapMs)
  const apart = (some: readonly Account[], stretch: number, before: readonly Account[]): number | null => {
    if (some.length === 0) return null
    const gap = longest(some, gapMs)
    const waiting = pileUpMs(platform, before, gapMs) + refillMs(platform.budget, doubt)
    return Math.ceil((stretch > 1 ? gap * (stretch + 1) : gap) + waiting)
  }
  return {
    stretch: Math.max(stretches.important, stretches.ordinary),
    apart: {
      // Important accounts wait only for each other.
      importantMs: apart(important, stretches.important, important),
      ordinaryMs: apart(ordinary, stretches.ordinary, accounts),
    },
  }
}

/** How long what one slot asks for waits, for the budget or for a request before it to be answered. */
function pileUpMs(platform: Platform, accounts: readonly Account[], gapMs: GapMs): number {
  const { budget, concurrency } = platform
  const { atOnce } = demandOf(platform, accounts, gapMs)
  const width = Math.min(WIDEST, shortest(accounts, gapMs))
  const forBudget = (atOnce - reserve(budget)) / perMs(budget) - width
  const forAnswers = (atOnce / concurrency) * ANSWER - width
  return Math.max(0, forBudget, forAnswers) + ANSWER
}

/** What a doubt has taken out of what is kept back for it comes in again before the roll gets any. */
const refillMs = (budget: Budget, doubt: number): number => Math.min(reserve(budget), doubt) / perMs(budget)

function confirmMs(platform: Platform, confirm: PlanParts['confirm']): number {
  const speaking = platform.looks.filter(({ says }) => says.length > 0)
  const isWeak = speaking.every(({ trust }) => trust === 'low')
  const sightings = isWeak ? 2 * confirm.sightings : confirm.sightings
  const beyond = Math.max(0, confirmCost(platform, sightings) - reserve(platform.budget))
  return sightings * (confirm.everyMs + platform.timeoutMs) + Math.ceil(beyond / perMs(platform.budget))
}

const longest = (accounts: readonly Account[], gapMs: GapMs): number => Math.max(0, ...gapsOf(accounts, gapMs))
const shortest = (accounts: readonly Account[], gapMs: GapMs): number => Math.min(Infinity, ...gapsOf(accounts, gapMs))

function moneyFor(platform: Platform, accounts: readonly Account[], gapMs: GapMs): PlatformPlan['money'] {
  if (platform.pricePerAccount === 0) return null
  return { perDay: turnsADay(accounts, gapMs) * platform.pricePerAccount, limitPerDay: platform.spendPerDay }
}
