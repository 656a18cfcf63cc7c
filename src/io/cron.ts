import { createTask, validateDetailed, type Logger } from 'node-cron'
import type { Clock } from '../core/clock.ts'
import { slotsOf, type Slots } from './slots.ts'

/** Times are epoch ms, patterns node-cron's of five or six fields, in UTC. */
export type Cron = {
  /**
   * Calls at every slot, with the time to the slot after it; answers with a way to stop. Slots that passed while the
   * process could not run are called once, by the newest of them.
   */
  plan(pattern: string, onSlot: OnSlot): () => void
  /** Time from the pattern's next slot after `at` to the one after that. */
  gapAfter(pattern: string, at: number): number
  /** The longest time between two of the pattern's next slots: what an uneven one makes an account wait. */
  longestGap(pattern: string, at: number): number
  /** The pattern's first slot after `at`. */
  next(pattern: string, at: number): number
  /** What is wrong with a pattern, or null. */
  fault(pattern: string): string | null
  stop(): Promise<void>
}

type End = () => Promise<void>
type OnSlot = (slotAt: number, gapMs: number) => void

/** An uneven pattern shows its longest gap within so many slots: a day of one every quarter of an hour. */
const SLOTS_AHEAD = 96

/**
 * @param fast the clock does not run at the system's pace: node-cron only decides when the slots are, and the clock
 * waits for them. Otherwise each plan is a node-cron task.
 */
export function createCron(clock: Clock, { fast = false }: { fast?: boolean } = {}): Cron {
  const known = new Map<string, Slots>()
  const running = new Set<End>()

  function slots(pattern: string): Slots {
    const found = known.get(pattern) ?? slotsOf(pattern)
    known.set(pattern, found)
    return found
  }
  const next = (pattern: string, at: number): number => slots(pattern).next(at)

  function plan(pattern: string, onSlot: OnSlot): () => void {
    const { next: after } = slots(pattern)
    const call = (slotAt: number): void => onSlot(slotAt, apart(slotAt, after(slotAt)))
    const end = fast ? walked(clock, after, call) : scheduled(pattern, call)
    running.add(end)
    return () => {
      running.delete(end)
      void end()
    }
  }

  return {
    plan,
    next,
    gapAfter(pattern, at) {
      const slot = next(pattern, at)
      return apart(slot, next(pattern, slot))
    },
    longestGap(pattern, at) {
      let longest = 0
      let slot = next(pattern, at)
      for (let seen = 0; seen < SLOTS_AHEAD; seen++) {
        const following = next(pattern, slot)
        longest = Math.max(longest, following - slot)
        slot = following
      }
      return longest
    },
    fault: faultIn,
    async stop() {
      await Promise.all([...running].map((end) => end()))
      running.clear()
      for (const { forget } of known.values()) await forget()
      known.clear()
    },
  }
}

/**
 * Whole as the difference of two instants is, V8 keeps it as a fraction unless it is rounded: with a box of its own for
 * each of a hundred thousand accounts.
 */
const apart = (from: number, to: number): number => Math.round(to - from)

function scheduled(pattern: string, call: (slotAt: number) => void): End {
  const task = createTask(pattern, ({ date }) => call(date.getTime()), {
    timezone: 'UTC',
    logger: DEFECTS,
    suppressMissedWarning: true,
    // However late, the newest slot is still run; those before it would only ask the same again.
    missedExecutionTolerance: Infinity,
  })
  void task.start()
  return async () => {
    await task.destroy()
  }
}

const nothing = (): void => undefined

/** node-cron catches what a slot throws and logs it; that is a defect of ours and must end the process. */
const DEFECTS: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: (message, fault) =>
    queueMicrotask(() => {
      throw fault ?? (message instanceof Error ? message : new Error(message))
    }),
}

function walked(clock: Clock, next: (at: number) => number, call: (slotAt: number) => void): End {
  let cancel = wait(next(clock.now()))
  function wait(slot: number): () => void {
    return clock.after(slot - clock.now(), () => {
      const newest = newestAt(slot, clock.now(), next)
      cancel = wait(next(newest))
      call(newest)
    })
  }
  return () => {
    cancel()
    return Promise.resolve()
  }
}

function newestAt(slot: number, now: number, next: (at: number) => number): number {
  let newest = slot
  for (let after = next(slot); after <= now; after = next(after)) newest = after
  return newest
}

function faultIn(pattern: string): string | null {
  const { errors } = validateDetailed(pattern)
  if (errors[0] !== undefined) return errors[0].message
  const { next, forget } = slotsOf(pattern)
  try {
    next(0)
    return null
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault)
  } finally {
    void forget()
  }
}
