import type { Clock } from '../core/clock.ts'

/** No timer for less: what falls due within a breath is done together. */
const BREATH = 10

export type Walk = {
  /** Visits at once what is due by now, and stops. */
  end(): void
  stop(): void
}

/**
 * Visits `count` things, each at its own instant, in order, with one timer for all of them.
 *
 * @param dueAt the instant of the n-th, epoch ms, never falling
 */
export function walk(
  clock: Clock,
  count: number,
  dueAt: (index: number) => number,
  visit: (index: number, dueAt: number) => void,
): Walk {
  let next = 0
  let cancel: (() => void) | null = null
  function visitDue(now: number): void {
    while (next < count && dueAt(next) <= now) {
      visit(next, dueAt(next))
      next++
    }
  }
  function go(): void {
    const now = clock.now()
    visitDue(now)
    if (next < count) cancel = clock.after(Math.max(BREATH, dueAt(next) - now), go)
  }
  const stop = (): void => cancel?.()
  go()
  return {
    stop,
    end() {
      stop()
      visitDue(clock.now())
    },
  }
}
