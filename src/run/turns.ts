import type { Clock } from '../core/clock.ts'
import { scheduledLook } from '../core/turn.ts'
import { urgencyOf } from '../core/urgency.ts'
import { inconclusive } from '../core/verdict.ts'
import { lookNamed, lookNamesOf, type Entry } from './entry.ts'
import type { PlatformRun } from './machines.ts'
import type { Watch } from './watch.ts'

/**
 * An account's turn on the roll: which look, how urgent. An account that still waits for its turn before this one could
 * not be asked within the budget; that is told as what it is.
 */
export function createTurns(parts: {
  readonly clock: Clock
  readonly watch: Watch
  readonly runOf: (platform: string) => PlatformRun | undefined
}): (entry: Entry, dueAt: number) => void {
  const { clock, watch } = parts

  return (entry, dueAt) => {
    const { platform, belief, place } = entry
    if (place.kind === 'queued') {
      const now = clock.now()
      const isLate = now - place.want.dueAt >= entry.periodMs * 0.9
      if (isLate) {
        const glance = { verdict: inconclusive('over_budget'), askedAt: now, answeredAt: now, evidence: null }
        void watch.seen(entry, place.want.look, glance)
      }
      return
    }
    // A doubt or a clearing already has its next look coming, and in its own time.
    if (entry.again !== null && (belief.kind === 'doubted' || entry.again.confirms)) return
    const look = lookNamed(platform, scheduledLook(belief, lookNamesOf(entry), entry.turn++))
    if (look === undefined) return
    parts.runOf(platform.id)?.queue.want(entry, { look, urgency: urgencyOf(belief, entry.account), dueAt })
  }
}
