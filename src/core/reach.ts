import type { Outcome } from './channel.ts'

/** A subscriber whom nothing has reached lately. Times are epoch ms. */
export type Reach = {
  /** When the first of the failed tries was. */
  readonly since: number
  /** What the last of them said. */
  readonly reason: string
  /** It was refused: no next try will change that. */
  readonly isFinal: boolean
  /** Others have been told of it. */
  readonly isLost: boolean
  /** When it took something again, where that has not been told yet. */
  readonly backAt: number | null
}

/** So long it may fail before anybody hears of it: most receivers restart, or are mended, in less. */
const PATIENCE = 10 * 60_000

/** After one more try; null when there is nothing to tell and nothing to watch. */
export function reachAfter(before: Reach | null, outcome: Outcome, now: number): Reach | null {
  if (outcome.kind === 'delivered') return before?.isLost === true ? { ...before, backAt: now } : null
  const { since, isLost } = before ?? { since: now, isLost: false }
  return { since, reason: outcome.reason, isFinal: outcome.kind === 'refused', isLost, backAt: null }
}

/** What others are to be told of it now. */
export function newsOf({ since, isFinal, isLost, backAt }: Reach, now: number): 'lost' | 'regained' | null {
  if (isLost) return backAt === null ? null : 'regained'
  return isFinal || now - since >= PATIENCE ? 'lost' : null
}
