import type { Clock } from '../core/clock.ts'
import type { Settlement } from '../core/delivery.ts'
import type { Log } from '../core/log.ts'
import type { Store } from '../core/store.ts'

/** Writes down what became of tries, many in one write. */
export type Settler = {
  /** Settles once the store has them; never rejects. While the store refuses it waits, and what was told stays known. */
  write(settlements: readonly Settlement[]): Promise<void>
  /** From now on a refusal is not waited out: what was told is told again after the restart, under the same id. */
  hurry(): void
}

type Waiting = { readonly settlements: readonly Settlement[]; readonly done: () => void }

const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 60_000

/** How long to leave a store alone that refused so many times in a row. */
export const pauseAfter = (refusals: number): number =>
  Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(refusals - 1, 10))

/** Writes what became of deliveries; all that comes in during one write goes into the next. */
export function createSettler({ store, clock, log }: { store: Store; clock: Clock; log: Log }): Settler {
  let waiting: Waiting[] = []
  let isWriting = false
  let isHurried = false
  let resume: (() => void) | null = null

  async function writeAll(): Promise<void> {
    isWriting = true
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      await writeGroup(group.flatMap(({ settlements }) => settlements))
      for (const { done } of group) done()
    }
    isWriting = false
  }

  async function writeGroup(settlements: readonly Settlement[]): Promise<void> {
    for (let refusals = 1; !(await isWritten(settlements)); refusals++) {
      if (isHurried) return
      await new Promise<void>((resolve) => {
        const cancel = clock.after(pauseAfter(refusals), resolve)
        resume = () => {
          cancel()
          resolve()
        }
      })
    }
  }

  async function isWritten(settlements: readonly Settlement[]): Promise<boolean> {
    try {
      await store.settle(settlements)
      return true
    } catch (fault) {
      log.error('settle_failed', { deliveries: settlements.length, err: fault })
      return false
    }
  }

  return {
    write: (settlements) =>
      new Promise((done) => {
        waiting.push({ settlements, done })
        if (!isWriting) void writeAll()
      }),
    hurry() {
      isHurried = true
      resume?.()
    },
  }
}
