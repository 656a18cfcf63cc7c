import { AskFault, type Ask } from '../core/answer.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Entry } from './entry.ts'
import { lastAnsweredAt } from './newest.ts'
import type { Writable } from './writable.ts'

/** The sign of life to whoever watches this monitor. */
export type Heartbeat = {
  /** Calls once, unless nobody is to be called, the roll stands still, or nothing can be written down. */
  beat(): Promise<void>
  /** Until the next call, ms. */
  everyMs(): number
}

export type HeartbeatParts = {
  readonly clock: Clock
  readonly log: Log
  readonly entries: () => Iterable<Entry>
  /** Whom to call; null for nobody. */
  readonly heartbeat: () => { readonly url: string; readonly everyMs: number } | null
  readonly refusing: Writable['refusing']
  readonly ask: Ask
}

/** Where nobody is called, somebody may be after a reload. */
const IDLE_EVERY = 60_000

/** Whoever watches the watcher must miss us when no alert could come of us, however well the rest of us runs. */
export function createHeartbeat({ clock, log, entries, heartbeat, refusing, ask }: HeartbeatParts): Heartbeat {
  async function call(url: string): Promise<void> {
    try {
      const answer = await ask({ url })
      if (answer.status >= 300) log.warn('heartbeat_refused', { status: answer.status })
    } catch (fault) {
      if (!(fault instanceof AskFault)) throw fault
      log.warn('heartbeat_failed', { reason: fault.message })
    }
  }

  function whyNot(): string | null {
    const refused = refusing()
    if (refused !== null) return `the store refuses what is written: ${refused.reason}`
    const now = clock.now()
    for (const entry of entries()) if (isLookedAt(entry, now)) return null
    return 'no account was looked at for too long'
  }

  return {
    everyMs: () => heartbeat()?.everyMs ?? IDLE_EVERY,
    async beat() {
      const to = heartbeat()
      if (to === null) return
      const reason = whyNot()
      if (reason === null) await call(to.url)
      else log.warn('heartbeat_withheld', { reason })
    },
  }
}

const LEAST_PATIENCE = 60_000

/** Within three periods somebody answered for it, whatever that meant, or it is on the roll for no longer than that. */
function isLookedAt(entry: Entry, now: number): boolean {
  const since = now - Math.max(LEAST_PATIENCE, 3 * entry.periodMs)
  return entry.watchedFrom >= since || lastAnsweredAt(entry) >= since
}
