import type { Verdict } from './verdict.ts'

/**
 * How the newest answers to one look could be read: a bit for each, the newest lowest, set where we could not read it.
 * Answers with nothing in them to be read (limits, walls, faults) are left out.
 */
export type Readings = number

export const NO_READINGS: Readings = 0

/** So many of the newest in a row are enough to say that it cannot be read, and that it can again. */
const IN_A_ROW = 5
/** So many are remembered; it is enough as well that half of them could not be read. */
const REMEMBERED = 20

const RUN = 2 ** IN_A_ROW - 1
const WINDOW = 2 ** REMEMBERED - 1

/** As they stand when it has just been told that they cannot be read. */
export const LOST: Readings = RUN

/** The readings after one more answer; undefined where its verdict says nothing of how it could be read. */
export function withReading(readings: Readings, verdict: Verdict): Readings | undefined {
  if (verdict.kind !== 'inconclusive') return (readings << 1) & WINDOW
  return verdict.because === 'unreadable' ? ((readings << 1) | 1) & WINDOW : undefined
}

/** The page changed, or we never could read it: too many of the newest answers are of no shape that we know. */
export const isUnreadable = (readings: Readings): boolean =>
  (readings & RUN) === RUN || bits(readings) >= REMEMBERED / 2

/** The newest answers could all be read. */
export const isReadable = (readings: Readings): boolean => (readings & RUN) === 0

function bits(readings: Readings): number {
  let count = 0
  for (let left = readings; left > 0; left &= left - 1) count++
  return count
}
