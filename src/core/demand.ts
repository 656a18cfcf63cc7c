import type { Account } from './account.ts'
import type { Confirm } from './belief.ts'
import type { Look, Platform } from './platform.ts'
import { OTHER_LOOK_EVERY } from './turn.ts'

/** A request that takes many accounts is planned this full: accounts rarely fall due in whole batches. */
const BATCH_FILL = 0.8
/** One account in so many may be in doubt within one window, and one down; always at least one. */
const ONE_IN = 100

/** Requests in one window of the budget, on an ordinary day. */
export type Demand = {
  /** Turns on the roll by the first look, and by the others. */
  readonly roll: number
  readonly otherLooks: number
  /** The most requests that one slot of each pattern asks for together: what piles up when they meet. */
  readonly atOnce: number
}

/** Time between a pattern's slots, ms; the longest where they differ. */
export type GapMs = (pattern: string) => number

const DAY = 86_400_000

/** Turns on the roll in a day. */
export const turnsADay = (accounts: readonly Account[], gapMs: GapMs): number =>
  [...Map.groupBy(accounts, ({ schedule }) => schedule)].reduce(
    (sum, [pattern, members]) => sum + (members.length * DAY) / gapMs(pattern),
    0,
  )

/** What the turns of these accounts ask for. Patterns share requests within themselves only. */
export function demandOf({ looks, budget, homeOf }: Platform, accounts: readonly Account[], gapMs: GapMs): Demand {
  const [first, ...others] = looks
  const otherShare = others.length === 0 ? 0 : 1 / OTHER_LOOK_EVERY
  let [roll, otherLooks, atOnce] = [0, 0, 0]
  for (const [pattern, members] of Map.groupBy(accounts, ({ schedule }) => schedule)) {
    const homes = [...Map.groupBy(members, ({ handle }) => homeOf(handle)).values()].map(({ length }) => length)
    const slots = budget.windowMs / gapMs(pattern)
    const costs = others.map((look) => slotCost(look, homes))
    const cost = first === undefined ? 0 : slotCost(first, homes)
    roll += slots * (1 - otherShare) * cost
    for (const other of costs) otherLooks += (slots * otherShare * other) / others.length
    atOnce += Math.max(cost, ...costs)
  }
  return { roll, otherLooks, atOnce }
}

/** @param homes how many of the accounts live on each */
const slotCost = ({ takes, usually }: Look, homes: readonly number[]): number =>
  homes.reduce((sum, count) => sum + (takes === 1 ? count : Math.ceil(count / (takes * BATCH_FILL))), 0) * usually

/** What is kept for doubt: one account in a hundred is made sure of, while each look's controls are asked. */
export function doubtIn(platform: Platform, accounts: number, confirm: Confirm): number {
  if (accounts === 0) return 0
  return Math.ceil(accounts / ONE_IN) * 2 * confirm.sightings * usually(platform) + controlsRound(platform)
}

/**
 * What it takes beyond the roll to watch one account in a hundred come back: down ones are asked by all looks in turn, and
 * each look's controls once.
 */
export function recoveryIn(platform: Platform, accounts: readonly Account[], gapMs: GapMs): number {
  if (accounts.length === 0) return 0
  const more = usually(platform) - (platform.looks[0]?.usually ?? 0)
  const slots = platform.budget.windowMs / Math.min(...gapsOf(accounts, gapMs))
  return Math.ceil(accounts.length / ONE_IN) * slots * Math.max(0, more) + controlsRound(platform)
}

/** The gaps of the accounts' patterns, which thousands of accounts share. */
export const gapsOf = (accounts: readonly Account[], gapMs: GapMs): readonly number[] =>
  [...new Set(accounts.map(({ schedule }) => schedule))].map((pattern) => gapMs(pattern))

/** Requests it takes to make sure of one account from its first absence on. */
export const confirmCost = (platform: Platform, sightings: number): number =>
  sightings * dearest(platform) + controlsRound(platform)

/** What the dearest look costs on an ordinary day, and at the most. */
const usually = ({ looks }: Platform): number => looks.reduce((most, look) => Math.max(most, look.usually), 0)
const dearest = ({ looks }: Platform): number => looks.reduce((most, { requests }) => Math.max(most, requests), 0)

function controlsRound({ looks, controls }: Platform): number {
  const asked = controls.known.length + 1
  return looks.reduce((sum, { takes, requests }) => sum + Math.ceil(asked / takes) * requests, 0)
}
