/**
 * What is known of one subscriber's target as a whole, from how tries ended. Kept in memory only: after a restart notices
 * go to it one by one until it has taken something, and those tried before have their next time in the store. Times are
 * epoch ms.
 */
export type Breaker = {
  /** It has taken something since the start. */
  readonly isProven: boolean
  /** Failures in a row that concern the target and not one notice: no connection, its own errors, too many requests. */
  readonly failures: number
  /** When the first of them came; null while it takes what it is sent. */
  readonly since: number | null
  /** While it is failing, nothing is tried before this. */
  readonly probeAt: number
  /** The target wants to hear nothing before this. */
  readonly silentUntil: number
}

/** How a target is, for people: `since` is when it began to fail, `silentUntil` when it may be told again. */
export type Condition =
  | { readonly kind: 'ok'; readonly silentUntil: number | null }
  | { readonly kind: 'failing'; readonly since: number; readonly silentUntil: number | null }

/** Nothing is known yet. Had it asked for silence before the restart, it says so again at the first try. */
export const untried: Breaker = { isProven: false, failures: 0, since: null, probeAt: 0, silentUntil: 0 }
const sound: Breaker = { isProven: true, failures: 0, since: null, probeAt: 0, silentUntil: 0 }

/** So many failures in a row are the target's, and no longer a notice's bad luck. */
const TROUBLE = 5
const FIRST_PAUSE = 5_000
/** One small request a minute harms nobody, and whoever is back hears of it soon. */
const LONGEST_PAUSE = 60_000

/** Whether it has failed so often in a row that only probes are sent. */
export const isFailing = ({ failures }: Breaker): boolean => failures >= TROUBLE

/** It took something: all lanes are open again. What it said of its own limits still holds. */
export const accepted = (breaker: Breaker): Breaker => ({ ...sound, silentUntil: breaker.silentUntil })

/**
 * A try failed on the target. Once it is failing, each probe that fails doubles the pause before the next, between half
 * and the whole of it; what was under way already when the pause began adds nothing to it.
 *
 * @param chance in [0, 1)
 */
export function failed(breaker: Breaker, now: number, chance: number): Breaker {
  if (isPausing(breaker, now)) return breaker
  const failures = breaker.failures + 1
  const full = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, Math.min(failures - TROUBLE, 20)))
  const probeAt = failures < TROUBLE ? 0 : now + Math.round(full / 2 + (full / 2) * chance)
  return { ...breaker, failures, since: breaker.since ?? now, probeAt }
}

/** The target asked to hear nothing before `until`. */
export const silenced = (breaker: Breaker, until: number): Breaker => ({
  ...breaker,
  silentUntil: Math.max(breaker.silentUntil, until),
})

/** How many tries may be under way at once: none in a pause, one while failing or untried, else `lanes`. */
export function lanesOpen(breaker: Breaker, lanes: number, now: number): number {
  if (now < breaker.silentUntil || isPausing(breaker, now)) return 0
  return isFailing(breaker) || !breaker.isProven ? Math.min(1, lanes) : lanes
}

/** When the pause or the silence is over, epoch ms; in the past where there is none. */
export const quietUntil = (breaker: Breaker): number =>
  Math.max(breaker.silentUntil, isFailing(breaker) ? breaker.probeAt : 0)

/** A pause that seems longer than any is none: the clock was put back since it began. */
const isPausing = (breaker: Breaker, now: number): boolean =>
  isFailing(breaker) && now < breaker.probeAt && breaker.probeAt - now <= LONGEST_PAUSE

/** How the target is, for people. */
export function conditionOf(breaker: Breaker, now: number): Condition {
  const silentUntil = breaker.silentUntil > now ? breaker.silentUntil : null
  return isFailing(breaker) && breaker.since !== null
    ? { kind: 'failing', since: breaker.since, silentUntil }
    : { kind: 'ok', silentUntil }
}
