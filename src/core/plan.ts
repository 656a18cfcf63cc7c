import type { Account } from './account.ts'
import type { Confirm } from './belief.ts'
import { perMs } from './bucket.ts'
import type { Budget, Look, Platform } from './platform.ts'
import { OTHER_LOOK_EVERY } from './turn.ts'

/** What watching a platform's accounts as often as configured will take. */
export type PlatformPlan = {
  /** The platform's id. */
  readonly platform: string
  readonly title: string
  readonly accounts: number
  readonly budget: Budget
  /** Requests in one window of the budget, all together. */
  readonly requests: number
  /** The same in parts: turns on the roll by the first look, by the others, and what is kept for doubt. */
  readonly parts: { readonly roll: number; readonly otherLooks: number; readonly doubt: number }
  /** Of the budget; above 1 when it is more than the whole. */
  readonly share: number
  readonly fits: boolean
  /** How many times slower than configured the roll will go; 1 when it fits. */
  readonly stretch: number
  /** USD, as the schedules ask; null where answers cost nothing. */
  readonly money: { readonly perDay: number; readonly limitPerDay: number | null } | null
  /** The longest an absence may stay untold, ms; of the slowest account. 0 when there is none. */
  readonly worstNoticeMs: number
  /** The same by importance; null when there is no such account. */
  readonly worst: { readonly importantMs: number | null; readonly ordinaryMs: number | null }
}

export type PlanParts = {
  readonly platforms: readonly Platform[]
  readonly accounts: readonly Account[]
  /** Time between a pattern's slots, ms; the longest where they differ. */
  readonly gapMs: (pattern: string) => number
  readonly confirm: Confirm & { readonly everyMs: number }
}

const DAY = 86_400_000
/** A request that takes many accounts is planned this full: accounts rarely fall due in whole batches. */
const BATCH_FILL = 0.8
/** One account in so many may be in doubt within one window, and always at least one. */
const ONE_IN_DOUBT = 100

/**
 * The arithmetic, for each platform and one window W of its budget:
 *
 * - A *slot* of n accounts costs a look `ceil(n ÷ (takes × 0.8)) × requests` (n × requests where it takes one). Accounts
 *   with one pattern share slots, W ÷ gap of them; patterns are not assumed to meet.
 * - Every sixth turn goes to one of the other looks instead of the first, to each of them equally.
 * - Doubt: one account in a hundred, at least one, is looked at 2 × `confirm.sightings` times by the dearest look, and
 *   each look's controls are asked once.
 * - It fits when the sum is no more than what the budget lets through in the long run (its bucket keeps a fifth for
 *   bursts) and, where answers cost money, a day costs no more than `spend`. Otherwise the roll goes slower by `stretch`.
 * - Money: every turn returns every account once. Absent accounts and the few looks in doubt are left out.
 * - The worst time to notice: gone right after a turn, the whole gap (stretched) passes, then `confirm.sightings`
 *   looks, each taking its full timeout and followed by the pause. Two looks that disagree can take longer.
 */
export function planOf(parts: PlanParts): readonly PlatformPlan[] {
  const byPlatform = Map.groupBy(parts.accounts, ({ platform }) => platform)
  return parts.platforms.map((platform) => planFor(platform, byPlatform.get(platform.id) ?? [], parts))
}

function planFor(platform: Platform, accounts: readonly Account[], { gapMs, confirm }: PlanParts): PlatformPlan {
  const { budget } = platform
  const rolled = rollIn(platform, accounts, gapMs)
  const doubt = accounts.length === 0 ? 0 : doubtIn(platform, accounts.length, confirm)
  const requests = Math.ceil(rolled.roll + rolled.otherLooks + doubt)
  const money = moneyFor(platform, accounts, gapMs)
  const spending = money === null || money.limitPerDay === null ? 0 : money.perDay / money.limitPerDay
  const stretch = Math.max(1, requests / (perMs(budget) * budget.windowMs), spending)
  const confirming = confirm.sightings * (confirm.everyMs + platform.timeoutMs)
  const worst = (some: readonly Account[]): number | null =>
    some.length === 0 ? null : Math.ceil(longest(some, gapMs) * stretch + confirming)
  return {
    platform: platform.id,
    title: platform.title,
    accounts: accounts.length,
    budget,
    requests,
    parts: { ...rolled, doubt },
    share: requests / budget.requests,
    fits: stretch === 1,
    stretch,
    money,
    worstNoticeMs: worst(accounts) ?? 0,
    worst: {
      importantMs: worst(accounts.filter(({ important }) => important)),
      ordinaryMs: worst(accounts.filter(({ important }) => !important)),
    },
  }
}

const longest = (accounts: readonly Account[], gapMs: PlanParts['gapMs']): number =>
  [...new Set(accounts.map(({ schedule }) => schedule))].reduce((most, pattern) => Math.max(most, gapMs(pattern)), 0)

function rollIn({ looks, budget }: Platform, accounts: readonly Account[], gapMs: PlanParts['gapMs']) {
  const [first, ...others] = looks
  const otherShare = others.length === 0 ? 0 : 1 / OTHER_LOOK_EVERY
  let roll = 0
  let otherLooks = 0
  for (const [pattern, members] of Map.groupBy(accounts, ({ schedule }) => schedule)) {
    const slots = budget.windowMs / gapMs(pattern)
    if (first !== undefined) roll += slots * (1 - otherShare) * slotCost(first, members.length)
    for (const look of others) otherLooks += (slots * otherShare * slotCost(look, members.length)) / others.length
  }
  return { roll, otherLooks }
}

const slotCost = ({ takes, requests }: Look, accounts: number): number =>
  (takes === 1 ? accounts : Math.ceil(accounts / (takes * BATCH_FILL))) * requests

function doubtIn({ looks, controls }: Platform, accounts: number, confirm: Confirm): number {
  const dearest = looks.reduce((most, { requests }) => Math.max(most, requests), 0)
  const asked = controls.known.length + 1
  const rounds = looks.reduce((sum, { takes, requests }) => sum + Math.ceil(asked / takes) * requests, 0)
  return Math.ceil(accounts / ONE_IN_DOUBT) * 2 * confirm.sightings * dearest + rounds
}

function moneyFor(platform: Platform, accounts: readonly Account[], gapMs: PlanParts['gapMs']): PlatformPlan['money'] {
  if (platform.pricePerAccount === 0) return null
  // Gaps are asked for by pattern: to find one takes a whole day of slots, and thousands of accounts share it.
  const turns = [...Map.groupBy(accounts, ({ schedule }) => schedule)].reduce(
    (sum, [pattern, members]) => sum + (members.length * DAY) / gapMs(pattern),
    0,
  )
  return { perDay: turns * platform.pricePerAccount, limitPerDay: platform.spendPerDay }
}
