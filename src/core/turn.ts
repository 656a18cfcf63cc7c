import type { Belief } from './belief.ts'

/** On schedule every so many turns go to another look, so that what only it sees is seen too. */
export const OTHER_LOOK_EVERY = 6

/**
 * The look an account's turn on the roll goes to: the first one, now and then another; while it is down all of them in
 * turn, since a dispute or the end may show in any.
 *
 * @param looks names, the one asked on schedule first
 * @param turn counts the account's turns
 */
export function scheduledLook(belief: Belief, looks: readonly string[], turn: number): string | undefined {
  if (belief.kind === 'down' || belief.kind === 'doubted') return looks[turn % looks.length]
  if (looks.length < 2 || turn % OTHER_LOOK_EVERY !== OTHER_LOOK_EVERY - 1) return looks[0]
  return looks[1 + (Math.floor(turn / OTHER_LOOK_EVERY) % (looks.length - 1))]
}

/** The next look in a doubt: never the same twice in a row where there is another. */
export function nextLook(looks: readonly string[], last: string | null): string | undefined {
  return looks[(looks.indexOf(last ?? '') + 1) % looks.length]
}

/** To clear an outage only looks that had said absent count; they are asked in turn. */
export function clearingLook(belief: Belief, looks: readonly string[], last: string | null): string | undefined {
  if (belief.kind !== 'down') return nextLook(looks, last)
  const said = looks.filter((look) => {
    const word = belief.words[look]
    return word?.says === 'absent' || word?.saidAbsent === true
  })
  return nextLook(said.length > 0 ? said : looks, last)
}

/**
 * How long a doubt waits for its next look: `everyMs` as long as it may still be decided soon, then longer and longer,
 * up to the account's own period. A dispute that cannot be settled must not eat the budget for ever.
 *
 * @param attempts looks made in this doubt
 */
export function doubtDelay(attempts: number, sightings: number, everyMs: number, periodMs: number): number {
  const eager = sightings * 6
  if (attempts <= eager) return everyMs
  return Math.max(everyMs, Math.min(periodMs, everyMs * 2 ** Math.min(attempts - eager, 20)))
}
