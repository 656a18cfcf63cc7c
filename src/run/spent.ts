import type { Bucket } from '../core/bucket.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Store } from '../core/store.ts'

/** What is left of each platform's money: a restart must not begin the day anew. */
export type Spent = {
  /** What was left when it was last noted; null where nothing was spent yet. */
  left(platform: string): Bucket | null
  note(platform: string, money: Bucket): void
  /** Takes up what was left before a restart. */
  restore(): Promise<void>
}

const NOTE = 'spent'

/** Written with every request that is paid for; one that is lost in a kill is one request that is not counted. */
export function createSpent(parts: {
  readonly store: Pick<Store, 'note' | 'writeNote'>
  readonly clock: Clock
  readonly log: Log
}): Spent {
  const { store, clock, log } = parts
  const known = new Map<string, Bucket>()
  return {
    left: (platform) => known.get(platform) ?? null,
    note(platform, money) {
      known.set(platform, money)
      store
        .writeNote(NOTE, JSON.stringify([...known]))
        .catch((fault: unknown) => log.warn('spent_not_written', { platform, err: fault }))
    },
    async restore() {
      const note = await store.note(NOTE)
      const now = clock.now()
      for (const [platform, { tokens, at }] of note === null ? [] : (JSON.parse(note) as [string, Bucket][])) {
        // A clock that was set back would let nothing in until it is there again.
        known.set(platform, { tokens, at: Math.min(at, now) })
      }
    },
  }
}
