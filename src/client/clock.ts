export type ServerClock = {
  /** The server said that it is `at` now. */
  hear(at: number): void
  /** Something at the server bears this time: it is at least that late there. */
  atLeast(at: number): void
  /** The server's time, epoch ms; never goes back. */
  now(): number
}

/** A rate is told from this much of our own time; less would mostly measure the network. */
const MEASURE_MS = 1_500
/** Below this the server's clock is taken to run as ours does, and what differs is delay. */
const FAST = 1.8

type Mark = { readonly at: number; readonly here: number }

/**
 * The server's clock as seen from here. It may run fast (a replay lives through an evening in minutes), so its pace is
 * measured between the times it tells. When it turns out to be behind what was shown, time stands until it is caught up.
 *
 * @param now our own clock in ms; one that only goes forward
 */
export function createServerClock(now: () => number, start: number): ServerClock {
  let first: Mark | null = null
  let last: Mark = { at: start, here: now() }
  let rate = 1
  let shown = -Infinity

  const reckoned = (): number => last.at + (now() - last.here) * rate

  function mark(at: number): void {
    const here = now()
    last = { at, here }
    if (first === null || at < first.at) first = last
    const spent = here - first.here
    if (spent < MEASURE_MS) return
    const measured = (at - first.at) / spent
    rate = measured < FAST ? 1 : measured
  }

  return {
    hear(at) {
      if (first === null) shown = -Infinity
      mark(at)
    },
    atLeast(at) {
      if (at > reckoned()) mark(at)
    },
    now() {
      shown = Math.max(shown, reckoned())
      return shown
    },
  }
}
