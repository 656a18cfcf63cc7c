import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Meters } from '../core/meters.ts'
import type { Connect, Hint, HintParts, Hints, Platform } from '../core/platform.ts'
import type { Store } from '../core/store.ts'
import { lookNamed, type Entry } from './entry.ts'
import type { PlatformRun } from './machines.ts'

/** The push sources of all platforms. */
export type HintRunner = {
  follow(platforms: readonly Platform[]): void
  stop(): Promise<void>
}

/** Looks after a hint beside the first one: what tells of a change may be ahead of what shows it. */
const LOOKS_AFTER = 2

/** Follows the push sources. A hint never changes belief; it makes us look now. */
export function createHints(parts: {
  readonly store: Pick<Store, 'note' | 'writeNote'>
  readonly clock: Clock
  readonly log: Log
  readonly meters: Meters
  readonly connect: (platform: Platform) => Connect
  readonly runOf: (platform: string) => PlatformRun | undefined
  readonly ids: (platform: string) => readonly string[]
  readonly byId: (platform: string, id: string) => Entry | undefined
  readonly byHandle: (platform: string, handle: string) => Entry | undefined
  /** A source that ends without being told to is a defect of ours. */
  readonly onBug: (fault: unknown) => void
}): HintRunner {
  const { store, clock, log, meters } = parts
  let abort = new AbortController()
  let running: Promise<unknown>[] = []

  function follow(platforms: readonly Platform[]): void {
    abort = new AbortController()
    const { signal } = abort
    running = platforms.flatMap((platform) => platform.hints.map((hints) => one(platform, hints, signal)))
  }

  async function one(platform: Platform, hints: Hints, signal: AbortSignal): Promise<void> {
    const key = `cursor ${platform.id} ${hints.name}`
    try {
      await hints.follow({
        signal,
        watches: (id) => parts.byId(platform.id, id) !== undefined,
        ids: () => parts.ids(platform.id),
        hint: (hint) => take(platform, hints, hint),
        connect: parts.connect(platform),
        cursor: {
          read: () => store.note(key),
          write: (cursor) => {
            // Only a place to resume from: the next one is written soon, and every account is on the roll anyway.
            store
              .writeNote(key, cursor)
              .catch((fault: unknown) => log.warn('cursor_not_written', { source: hints.name, err: fault }))
          },
        },
        log: toldOnce(log, platform.id, hints.name),
      })
    } catch (fault) {
      if (!signal.aborted) parts.onBug(fault)
    }
  }

  function take(platform: Platform, { look }: Hints, hint: Hint): void {
    const entry = 'id' in hint ? parts.byId(platform.id, hint.id) : parts.byHandle(platform.id, hint.handle)
    const first = lookNamed(platform, look)
    if (entry === undefined || first === undefined) return
    meters.hinted(platform.id)
    entry.hinted = LOOKS_AFTER
    parts.runOf(platform.id)?.queue.want(entry, { look: first, urgency: 'hint', dueAt: clock.now() })
  }

  return {
    follow,
    async stop() {
      abort.abort()
      await Promise.all(running)
    },
  }
}

/** A source that cannot be reached is tried again every minute or so: its loss is told once, until it is back. */
function toldOnce(log: Log, platform: string, source: string): HintParts['log'] {
  let isLost = false
  return (verb, detail) => {
    const level = verb !== 'lost' ? 'info' : isLost ? 'debug' : 'warn'
    if (verb !== 'cursor_refused') isLost = verb === 'lost'
    log[level](`hints_${verb}`, { platform, source, detail })
  }
}
