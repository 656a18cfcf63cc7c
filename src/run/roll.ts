import { stableFraction } from '../core/account.ts'
import type { Clock } from '../core/clock.ts'
import { homeOf, type Entry } from './entry.ts'
import { walk, type Walk } from './walk.ts'

/** Cron, as the roll needs it: one task for each distinct pattern. Times are epoch ms. */
export type Cron = {
  /** Calls at every slot with the time to the slot after it; answers with a way to stop. */
  plan(pattern: string, onSlot: (slotAt: number, gapMs: number) => void): () => void
  /** The pattern's first slot after `at`. */
  next(pattern: string, at: number): number
  /** Time from the pattern's next slot after `at` to the one after that. */
  gapAfter(pattern: string, at: number): number
}

/** Gives each account its turns by the slots of its schedule, until `stop`. */
export type Roll = {
  /** Calls the roll of exactly these from now on; those in `fresh` get a turn at once, ordered by need. */
  call(entries: readonly Entry[], fresh: readonly Entry[]): void
  stop(): void
}

/** The longest time over which one slot's accounts are spread. */
const WIDEST = 60_000
/** After a start: at most so many first looks a second, so that a small roll is seen at once. */
const FIRST_LOOK_STEP = 20
/** A batch look's requests are planned this full: a few more accounts due together must not cost a second request. */
const FILL = 0.8

/** `turn` is called for each account at its time, with when it was due. */
export function createRoll(parts: {
  readonly clock: Clock
  readonly cron: Cron
  readonly turn: (entry: Entry, dueAt: number) => void
}): Roll {
  const { clock, cron, turn } = parts
  let stops: (() => void)[] = []

  function call(entries: readonly Entry[], fresh: readonly Entry[]): void {
    stop()
    const isFresh = new Set(fresh)
    for (const [pattern, members] of Map.groupBy(entries, ({ account }) => account.schedule)) {
      const gapMs = cron.gapAfter(pattern, clock.now())
      for (const entry of members) entry.periodMs = gapMs
      stops.push(callPattern(pattern, spread(members)))
      stops.push(callRest(pattern, spread(members.filter((entry) => !isFresh.has(entry)))))
    }
    stops.push(callFirst(fresh))
  }

  function callPattern(pattern: string, members: Spread): () => void {
    let slot: Walk | null = null
    const stopTask = cron.plan(pattern, (slotAt, gapMs) => {
      // Its last accounts fell due a moment ago, and the timer for them may come a moment after this one.
      slot?.end()
      slot = callSlot(members, slotAt, gapMs)
    })
    return () => {
      stopTask()
      slot?.stop()
    }
  }

  /** The slot that is under way goes on to its end for those who were on the roll before: a reload costs no turn. */
  function callRest(pattern: string, members: Spread): () => void {
    const now = clock.now()
    const gap = cron.gapAfter(pattern, now)
    return callSlot(members, cron.next(pattern, now) - gap, gap, now).stop
  }

  /** @param from turns that were due before are over */
  function callSlot({ order, offsets }: Spread, slotAt: number, gapMs: number, from = -Infinity): Walk {
    const dueAt = (index: number): number => slotAt + (offsets[index] ?? 0) * Math.min(gapMs, WIDEST)
    const over = offsets.findIndex((_, index) => dueAt(index) > from)
    const first = over === -1 ? order.length : over
    return walk(
      clock,
      order.length - first,
      (index) => dueAt(first + index),
      (index, at) => {
        const entry = order[first + index]
        if (entry === undefined) return
        entry.periodMs = gapMs
        turn(entry, at)
      },
    )
  }

  /** After a start: the important and the longest unseen first, all of them within one period of their own. */
  function callFirst(fresh: readonly Entry[]): () => void {
    const order = fresh.toSorted(byNeed)
    const shortest = order.reduce((least, { periodMs }) => Math.min(least, periodMs), WIDEST)
    const step = Math.min(FIRST_LOOK_STEP, shortest / Math.max(order.length, 1))
    const start = clock.now()
    return walk(
      clock,
      order.length,
      (index) => start + index * step,
      (index, at) => {
        const entry = order[index]
        if (entry !== undefined) turn(entry, at)
      },
    ).stop
  }

  function stop(): void {
    for (const end of stops) end()
    stops = []
  }

  return { call, stop }
}

function byNeed(one: Entry, other: Entry): number {
  if (one.account.important !== other.account.important) return one.account.important ? -1 : 1
  return (one.belief.conclusiveAt ?? -Infinity) - (other.belief.conclusiveAt ?? -Infinity) || 0
}

type Spread = { readonly order: readonly Entry[]; readonly offsets: Float64Array }

/**
 * Each account's place within the slot, in [0, 1): a stable one of its own; where a look takes many accounts of a home,
 * the stable place of its request, so that a request's accounts fall due together.
 */
export function spread(entries: readonly Entry[]): Spread {
  const sizes = new Map<string, number>()
  const groupOf = (entry: Entry): string => `${entry.platform.id}:${homeOf(entry)}`
  for (const entry of entries) sizes.set(groupOf(entry), (sizes.get(groupOf(entry)) ?? 0) + 1)
  const offsetOf = (entry: Entry): number => {
    const takes = entry.platform.looks[0]?.takes ?? 1
    const fraction = stableFraction(entry.account.account)
    if (takes === 1) return fraction
    const requests = Math.ceil((sizes.get(groupOf(entry)) ?? 1) / (takes * FILL))
    return (stableFraction(groupOf(entry)) + Math.floor(fraction * requests) / requests) % 1
  }
  const placed = entries
    .map((entry) => ({ entry, offset: offsetOf(entry) }))
    .sort((one, other) => one.offset - other.offset)
  return { order: placed.map(({ entry }) => entry), offsets: Float64Array.from(placed, ({ offset }) => offset) }
}
