export type ServerClock = {
  /** The server said that it is `at` now. */
  hear(at: number): void
  /** Something at the server bears this time: it is at least that late there. */
  atLeast(at: number): void
  /** The server's time, epoch ms. Goes back only when what was shown turns out to be wrong by seconds. */
  now(): number
}

/** A pace is told from this much of our own time; less would mostly measure the network. */
const MEASURE_MS = 1_500
/** What lies longer ago says nothing about the pace now: the machine may have slept in between. */
const WINDOW_MS = 60_000
/** Below this pace the server's clock is taken to run as ours does, and what differs is delay. */
const FAST = 1.8
/** Time that was shown too late by less (times the pace) stands still until it is caught up. */
const STANDS_FOR_MS = 5_000

type Mark = { readonly at: number; readonly here: number }

/**
 * The server's clock as seen from here. It may run fast (a replay lives through an evening in minutes), so its pace is
 * measured between the times it tells.
 *
 * @param now our own clock in ms, also the time shown until the server has told its own
 */
export function createServerClock(now: () => number): ServerClock {
  let first: Mark | null = null
  let last: Mark = { at: now(), here: now() }
  let pace = 1
  let shown = -Infinity

  const reckoned = (): number => last.at + (now() - last.here) * pace

  function mark(at: number): void {
    const before = last
    last = { at, here: now() }
    first ??= last
    if (last.here - first.here > WINDOW_MS) first = before
    const spent = last.here - first.here
    if (spent < MEASURE_MS) return
    const measured = (at - first.at) / spent
    pace = measured < FAST ? 1 : measured
  }

  return {
    hear(at) {
      if (first === null || shown - at > STANDS_FOR_MS * pace) shown = -Infinity
      mark(at)
    },
    atLeast(at) {
      if (first !== null && at > reckoned()) mark(at)
    },
    now() {
      shown = Math.max(shown, reckoned())
      return shown
    },
  }
}
