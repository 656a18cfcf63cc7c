/** The server's clock, by what the server has told of it. */
export type ServerClock = {
  /** The server said that it is `at` now. */
  hear(at: number): void
  /** Something at the server bears this time: it is at least that late there. */
  atLeast(at: number): void
  /** The server's time, epoch ms. Goes back only when what was shown turns out to be wrong by seconds. */
  now(): number
}

/** How much of our own time has to pass before a pace is measured; less would mostly measure the network. */
const MEASURE_MS = 1_500
/** What lies longer ago says nothing about the pace now: the machine may have slept in between. */
const WINDOW_MS = 60_000
/** Below this pace the server's clock counts as running like ours, and any difference as delay. */
const FAST = 1.8
/**
 * Where the time shown is ahead of the server's by less than this (times the pace), it stands still until it is right.
 */
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
