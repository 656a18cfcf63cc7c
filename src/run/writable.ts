import type { Clock } from '../core/clock.ts'
import type { Store } from '../core/store.ts'

/** Since when (epoch ms) whatever was to be written was refused, and what was said the last time. */
export type Refusing = { readonly since: number; readonly reason: string }

export type Writable = {
  /** The same store, listened to. */
  readonly store: Store
  /** Null while it takes what is written. */
  refusing(): Refusing | null
}

/**
 * Notices that a store refuses what is written (a full disk). Nobody is told of anything that could not be written down
 * first, so whoever watches the watcher has to know.
 */
export function createWritable(store: Store, clock: Clock): Writable {
  let refusing: Refusing | null = null

  async function listen<T>(writing: Promise<T>): Promise<T> {
    try {
      const written = await writing
      refusing = null
      return written
    } catch (fault) {
      const reason = fault instanceof Error ? fault.message : String(fault)
      refusing = { since: refusing?.since ?? clock.now(), reason }
      throw fault
    }
  }

  return {
    store: {
      ...store,
      record: (decision) => listen(store.record(decision)),
      checkpoint: (kept) => listen(store.checkpoint(kept)),
      settle: (settlements) => listen(store.settle(settlements)),
    },
    refusing: () => refusing,
  }
}
