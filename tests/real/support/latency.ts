import { setTimeout as pause } from 'node:timers/promises'
import { expectTrueBounds } from './bounds.ts'
import { CONFIRM_MS, SCHEDULE } from './configuration.ts'
import type { Network } from './network.ts'
import type { Watching } from './watching.ts'

/**
 * Switches accounts off and on again, `rounds` times each, all of them at once, and holds every outage to it.
 *
 * @param phaseMs each is switched off at any moment of so many ms, since the schedule has just been followed
 * @returns ms from before the call that switches off until the receiver has the notice, sorted
 */
export async function measure(
  network: Network,
  watching: Watching,
  accounts: ReadonlyMap<string, string>,
  { rounds, phaseMs }: { readonly rounds: number; readonly phaseMs: number },
): Promise<readonly number[]> {
  const one = async ([handle, did]: readonly [string, string]): Promise<number[]> => {
    const took: number[] = []
    for (let round = 0; round < rounds; round++) {
      await pause(Math.random() * phaseMs)
      const off = await network.change('deactivate', did)
      const { receivedAt } = await watching.notice(`bluesky:${handle}`, 'outage.opened', off.startedAt)
      took.push(receivedAt - off.startedAt)
      const on = await network.change('activate', did)
      const { outage } = await watching.notice(`bluesky:${handle}`, 'outage.closed', on.startedAt)
      expectTrueBounds(outage!, off, on)
    }
    return took
  }
  const all = await Promise.all([...accounts].map(one))
  return all.flat().sort((some, other) => some - other)
}

/** Prints what was measured beside what the design asks for. */
export function printLatency(withHints: readonly number[], bySchedule: readonly number[]): void {
  const row = (took: readonly number[], mark: number) => ({
    rounds: took.length,
    'p50 ms': quantile(took, 0.5),
    'p99 ms': quantile(took, 0.99),
    'confirm ms': CONFIRM_MS,
    'mark, p99 ms': mark,
  })
  console.log('switched off on a real server until the webhook receiver has it')
  console.table({
    'with hints': row(withHints, 1_000 + CONFIRM_MS),
    [`by schedule, every ${SCHEDULE.periodMs} ms`]: row(bySchedule, SCHEDULE.periodMs + CONFIRM_MS + 1_000),
  })
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
