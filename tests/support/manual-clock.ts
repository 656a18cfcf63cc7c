import type { Clock } from '../../src/core/clock.ts'

export type ManualClock = Clock & {
  /** Lives through so many milliseconds, firing what falls due in order and letting promises settle in between. */
  advance(ms: number): Promise<void>
  /** Timers that wait. */
  waiting(): number
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

/** Lets every promise settle that needs nothing from outside, however long the chain. */
export const wholeChains = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A clock that stands still until it is told to go on. */
export function createManualClock(startAt = Date.UTC(2026, 0, 1), settle = turns): ManualClock {
  let now = startAt
  let nextId = 0
  const timers = new Map<number, { at: number; call: () => void }>()

  return {
    now: () => now,
    after(ms, call) {
      const id = nextId++
      timers.set(id, { at: now + Math.max(0, ms), call })
      return () => timers.delete(id)
    },
    async advance(ms) {
      const end = now + ms
      for (;;) {
        await settle()
        const [id, due] =
          [...timers].filter(([, { at }]) => at <= end).sort(([, one], [, other]) => one.at - other.at)[0] ?? []
        if (id === undefined || due === undefined) break
        timers.delete(id)
        now = Math.max(now, due.at)
        due.call()
      }
      now = end
      await settle()
    },
    waiting: () => timers.size,
  }
}
