/** Close codes of the contract (design 5.4) that a client acts upon. */
export const CLOSED = {
  away: 1001,
  restart: 1012,
  tooSlow: 1013,
  badMessage: 4400,
  token: 4401,
  noWatch: 4408,
  tooMany: 4429,
} as const

const FIRST = 500
const LONGEST = 30_000
const SOON = 1_000

/** The server goes on; what it wants is that not everybody comes back in the same instant. */
const comesBack = (code: number): boolean => code === CLOSED.away || code === CLOSED.restart || code === CLOSED.tooSlow

/** The server found fault with what we said, or lets us hear nothing: being let in once more proves nothing. */
const isOurFault = (code: number): boolean =>
  code === CLOSED.badMessage || code === CLOSED.noWatch || code === CLOSED.tooMany

/** How many connections have failed in a row, after one more has ended. */
export const failuresAfter = (failures: number, code: number, wasLive: boolean): number =>
  wasLive && !isOurFault(code) ? 0 : failures + 1

/**
 * How long to wait before connecting again, in ms: full jitter under a bound that doubles from 0.5 s to 30 s.
 *
 * @param failures connections in a row that ended before they were live
 * @param chance a number in [0, 1)
 */
export function retryDelay(code: number, failures: number, chance: number): number {
  if (code === CLOSED.tooMany) return LONGEST + chance * LONGEST
  if (comesBack(code) && failures === 0) return chance * SOON
  return chance * Math.min(LONGEST, FIRST * 2 ** Math.min(failures, 16))
}
