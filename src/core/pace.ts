import type { Budget } from './platform.ts'

/**
 * Exactly as many as the target takes in any window: a token bucket would waste most of a small budget (two a second
 * would become one). `ended` are the instants (epoch ms) at which earlier tries ended, oldest first.
 *
 * A try counts from its beginning until a window after its end. The receiver hears it somewhere between, so that however
 * long the way takes it never hears more than `budget.requests` within one window.
 */
export type Pace = { readonly ended: readonly number[] }

/** Nothing has been tried lately. */
export const unhurried: Pace = { ended: [] }

/** @param underWay tries that have begun and not ended */
export const slotsLeft = (pace: Pace, budget: Budget, underWay: number, now: number): number =>
  Math.max(0, budget.requests - underWay - within(pace, budget, now).length)

/** The pace after a try that ended at `now`, epoch ms. */
export const tried = (pace: Pace, budget: Budget, now: number): Pace => ({
  ended: [...within(pace, budget, now), now].slice(-budget.requests),
})

/** When the next slot comes free by itself; null when only an end of what is under way can bring one. */
export function slotAt(pace: Pace, budget: Budget, now: number): number | null {
  const [oldest] = within(pace, budget, now)
  return oldest === undefined ? null : oldest + budget.windowMs
}

/** An end that lies ahead is from before the clock was put back: it must not keep anybody waiting until then. */
const within = ({ ended }: Pace, { windowMs }: Budget, now: number): readonly number[] =>
  ended.filter((at) => at <= now && at + windowMs > now)
