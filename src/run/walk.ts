import type { Clock } from '../core/clock.ts'

/** No timer for less: what falls due within a breath is done together. */
const BREATH = 10

/**
 * Visits `count` things, each at its own instant, in order, with one timer for all of them.
 *
 * @param dueAt the instant of the n-th, epoch ms, never falling
 * @returns a way to stop
 */
export function walk(
  clock: Clock,
  count: number,
  dueAt: (index: number) => number,
  visit: (index: number, dueAt: number) => void,
): () => void {
  let next = 0
  let cancel: (() => void) | null = null
  function go(): void {
    cancel = null
    const now = clock.now()
    while (next < count && dueAt(next) <= now) {
      visit(next, dueAt(next))
      next++
    }
    if (next < count) cancel = clock.after(Math.max(BREATH, dueAt(next) - now), go)
  }
  go()
  return () => cancel?.()
}
