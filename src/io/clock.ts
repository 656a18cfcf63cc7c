import type { Clock } from '../core/clock.ts'

/** A timer for longer than this fires at once; longer waits are made of several. */
const LONGEST_TIMER = 2 ** 31 - 1

/** The machine's time. Waits do not follow its corrections: they are of real length. */
export const systemClock: Clock = { now: () => Date.now(), after: waiting(() => performance.now(), 1) }

/** Time that starts at `startAt` (epoch ms) and runs `speed` times as fast as the machine's. */
export function createFastClock({ startAt, speed }: { startAt: number; speed: number }): Clock {
  const begun = performance.now()
  const elapsed = (): number => (performance.now() - begun) * speed
  return { now: () => Math.floor(startAt + elapsed()), after: waiting(elapsed, speed) }
}

/**
 * Never calls early: Node's timers may fire a millisecond before their time, which on a fast clock is long enough for a
 * slot to come twice.
 */
function waiting(elapsed: () => number, speed: number): Clock['after'] {
  return (ms, call) => {
    const due = elapsed() + ms
    const left = (): number => Math.min(Math.max(Math.ceil((due - elapsed()) / speed), 0), LONGEST_TIMER)
    let timer = setTimeout(fire, left())
    function fire(): void {
      if (elapsed() < due) timer = setTimeout(fire, left())
      else call()
    }
    return () => clearTimeout(timer)
  }
}
