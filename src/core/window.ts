import type { Spell } from './belief.ts'
import { availability, type Outage } from './outage.ts'

/** From the likeliest beginning of an outage to its likeliest end, or to `now` while it is open. */
export function likelySpell(outage: Outage, now: number): Spell {
  const { lastPresentAt, firstAbsentAt, lastAbsentAt, firstPresentAt } = outage
  const from = lastPresentAt === null ? firstAbsentAt : (lastPresentAt + firstAbsentAt) / 2
  const to = firstPresentAt === null ? Math.max(now, lastAbsentAt) : (lastAbsentAt + firstPresentAt) / 2
  return { from, to: Math.max(from, to) }
}

/** How much of the window the spells cover, ms; what two of them share counts once. */
export function covered(window: Spell, spells: readonly Spell[]): number {
  let total = 0
  let reached = window.from
  for (const spell of spells.toSorted((one, other) => one.from - other.from)) {
    const from = Math.max(spell.from, reached)
    const to = Math.min(spell.to, window.to)
    if (to > from) total += to - from
    reached = Math.max(reached, Math.min(spell.to, window.to))
  }
  return total
}

/**
 * Availability of one account over a window (design, section 3); null when none of it was seen. What a person has
 * retracted was no outage.
 *
 * @param blind spells in which we could not see, the one that lasts and the time before the first look included
 * @param now until when open outages count
 */
export function availabilityOver(
  window: Spell,
  outages: readonly Outage[],
  blind: readonly Spell[],
  now: number,
): number | null {
  const gone = outages.filter(({ retracted }) => retracted === null).map((outage) => likelySpell(outage, now))
  return availability(window.to - window.from, covered(window, gone), covered(window, blind))
}

/**
 * The time before anything was known of an account: nobody looked, so it is no time in which it was there. For ever,
 * where nothing is known yet.
 *
 * @param seenFrom when the first conclusive sighting was; what has been recorded of it may be older
 */
export function before(seenFrom: number | null, outages: readonly Outage[], spells: readonly Spell[]): Spell {
  const begun = outages.map(({ lastPresentAt, firstAbsentAt }) => lastPresentAt ?? firstAbsentAt)
  const known = [...begun, ...spells.map(({ from }) => from), ...(seenFrom === null ? [] : [seenFrom])]
  return { from: -Infinity, to: known.reduce((first, at) => Math.min(first, at), Infinity) }
}
