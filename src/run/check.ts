import { judged } from '../core/belief.ts'
import type { Clock } from '../core/clock.ts'
import type { Desk, Done } from '../core/desk.ts'
import type { Look } from '../core/platform.ts'
import type { Sighting } from '../core/sighting.ts'
import { askedOf, homeOf, looksOf, type Entry } from './entry.ts'
import { sightingOf, vouched, type Glance } from './looker.ts'
import type { PlatformRun } from './machines.ts'
import type { Roster } from './roster.ts'

export type CheckParts = {
  readonly clock: Clock
  readonly roster: Pick<Roster, 'entry'>
  readonly runOf: (platform: string) => PlatformRun | undefined
}

/**
 * Looks beside the roll, for the person who asks: by every look, under the platform's budget. Belief is not moved by
 * it, but by a look of its own right after.
 */
export function createCheck({ clock, roster, runOf }: CheckParts): Desk['check'] {
  async function sighting(entry: Entry, { queue, controls }: PlatformRun, look: Look): Promise<Sighting | null> {
    const asked = [askedOf(entry)]
    const [glance] = await new Promise<readonly Glance[]>((done) => queue.aside({ look, asked, done }))
    if (glance === undefined) return null
    const verdict = vouched(glance.verdict, controls.failed(look, homeOf(entry)))
    return sightingOf(entry, look, glance, judged(verdict, entry.belief.identity, entry.account.account))
  }

  return async (address): Promise<Done<readonly Sighting[]>> => {
    const entry = roster.entry(address)
    const run = entry === undefined ? undefined : runOf(entry.platform.id)
    if (entry === undefined || run === undefined) {
      return { ok: false, refusal: 'not_found', detail: `The account ${address} is not on the roll.` }
    }
    const made = await Promise.all(looksOf(entry).map((look) => sighting(entry, run, look)))
    const sightings = made.filter((one) => one !== null)
    if (sightings.length < made.length) {
      return { ok: false, refusal: 'conflict', detail: 'A reload or a stop came between. Try again.' }
    }
    const [first] = entry.platform.looks
    if (first !== undefined) run.queue.want(entry, { look: first, urgency: 'hint', dueAt: clock.now() })
    return { ok: true, value: sightings }
  }
}
