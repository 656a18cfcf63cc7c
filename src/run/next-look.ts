import type { Confirm } from '../core/belief.ts'
import type { Clock } from '../core/clock.ts'
import type { Look } from '../core/platform.ts'
import { clearingLook, doubtDelay, nextLook } from '../core/turn.ts'
import { homeOf, lookNamed, lookNamesOf, looksOf, type Entry } from './entry.ts'
import type { PlatformRun } from './machines.ts'

/** Sets looks for later that the roll did not ask for. */
export type NextLook = {
  /** What is to be looked at again because of how the account stands after this look. */
  after(entry: Entry, look: Look): void
  /** Sets no further looks for later. Those that are set belong to their entries. */
  stop(): void
}

export type NextLookParts = {
  readonly clock: Clock
  readonly runOf: (platform: string) => PlatformRun | undefined
  readonly isOnRoll: (entry: Entry) => boolean
  readonly confirm: () => Confirm & { readonly everyMs: number }
}

/** Looks beside the roll: doubt looks again at once, next by another look, with the controls in the same breath. */
export function createNextLook({ clock, runOf, isOnRoll, confirm }: NextLookParts): NextLook {
  let isStopped = false

  function after(entry: Entry, look: Look): void {
    const { belief } = entry
    entry.lastLook = look.name
    if (belief.kind === 'doubted') {
      askControls(entry, belief.doubt.firstAskedAt)
      lookAgain(entry, nextLook(lookNamesOf(entry), look.name), 'doubt')
    } else if (belief.kind === 'down' && belief.clear !== null) {
      // A page that shows everybody alike brings nobody back.
      askControls(entry, belief.clear.firstPresentAt)
      lookAgain(entry, clearingLook(belief, lookNamesOf(entry), look.name), 'doubt')
    } else if (entry.hinted > 0) {
      entry.hinted--
      lookAgain(entry, nextLook(lookNamesOf(entry), look.name), 'hint')
    }
  }

  function askControls(entry: Entry, since: number): void {
    const controls = runOf(entry.platform.id)?.controls
    // Of every look, not only of the one that doubts: the next one speaks in a moment, and waits for its controls then.
    for (const look of looksOf(entry)) controls?.ensure(look, homeOf(entry), since)
  }

  function lookAgain(entry: Entry, name: string | undefined, urgency: 'doubt' | 'hint'): void {
    if (isStopped) return
    const { sightings, everyMs } = confirm()
    // Hints are no attempts at a doubt: an account of which many come in a year is still looked at soon after each.
    const delay = urgency === 'hint' ? everyMs : doubtDelay(entry.attempts++, sightings, everyMs, entry.periodMs)
    entry.again?.cancel()
    const cancel = clock.after(delay, () => {
      entry.again = null
      // Looked up now: a reload may have connected the platform anew, or taken the account off the roll.
      const look = lookNamed(entry.platform, name)
      if (look === undefined || !isOnRoll(entry)) return
      runOf(entry.platform.id)?.queue.want(entry, { look, urgency, dueAt: clock.now() })
    })
    entry.again = { confirms: urgency === 'doubt' && delay <= everyMs, cancel }
  }

  return { after, stop: () => void (isStopped = true) }
}
