import { accept, aimOf, seenAs, strangerOf, whoAnswers, type Acceptance, type Found } from '../core/accept.ts'
import type { Belief } from '../core/belief.ts'
import type { Clock } from '../core/clock.ts'
import type { Done } from '../core/desk.ts'
import type { Log } from '../core/log.ts'
import type { Sighting } from '../core/sighting.ts'
import type { Identity } from '../core/verdict.ts'
import { looksByName, looksOf, NOTHING, type Entry } from './entry.ts'
import type { Ledger } from './ledger.ts'
import { sightingOf, vouched, type Glance } from './looker.ts'
import { newestOf } from './newest.ts'
import type { Roster } from './roster.ts'
import type { PlatformRun } from './machines.ts'
import type { Watch } from './watch.ts'

export type AcceptParts = {
  readonly clock: Clock
  readonly log: Log
  readonly roster: Roster
  readonly watch: Watch
  readonly ledger: Ledger
  readonly runOf: (platform: string) => PlatformRun | undefined
  readonly blindAfterMs: (entry: Entry) => number
}

/** So long the looks may wait for their turn: no decision is carried out when whoever made it has long gone away. */
const PATIENCE = 30_000

/** Whom to accept, with the sightings that were made to find out. */
type Looked = Found & { readonly made: readonly Sighting[] }

/** Pins whoever a handle leads to now (rule 7): a person's decision, written before anything else is asked by it. */
export function createAccept(parts: AcceptParts): (address: string, said: Acceptance) => Promise<Done<Identity>> {
  const { clock, log, roster, watch, ledger } = parts

  async function acceptAt(address: string, said: Acceptance): Promise<Done<Identity>> {
    const entry = roster.entry(address)
    const run = entry === undefined ? undefined : parts.runOf(entry.platform.id)
    if (entry === undefined || run === undefined) return missing(address)
    const looked = strangerOf(entry.belief) === null ? await lookByName(entry, run) : null
    if (looked?.ok === false) return looked
    return watch.alone(entry, async () => {
      if (!roster.isOn(entry)) return missing(address)
      const found = looked?.value ?? standingAt(entry)
      return found === null
        ? conflict(`What is seen of ${address} has changed meanwhile. Try again.`)
        : pin(entry, found, said)
    })
  }

  /** By every look that asks by name, under the platform's budget. */
  async function lookByName(entry: Entry, run: PlatformRun): Promise<Done<Looked>> {
    const { platform, belief, account } = entry
    const aim = aimOf(belief, account, (handle) => platform.homeOf(handle))
    const home = platform.homeOf(aim.handle)
    const looking = Promise.all(
      looksByName(platform).map(async (look): Promise<readonly Sighting[]> => {
        const asked = [{ handle: aim.handle, id: null }]
        const glances = await new Promise<readonly Glance[]>((done) => run.queue.aside({ look, asked, done }))
        return glances.map((glance) =>
          sightingOf(entry, look, glance, vouched(glance.verdict, run.controls.failed(look, home))),
        )
      }),
    )
    const made = (await inTime(looking))?.flat()
    if (made === undefined) return conflict('No look could be made in time, and nothing was accepted. Try again later.')
    const who = whoAnswers(
      made.map(({ verdict }) => verdict),
      aim,
    )
    return who.ok ? { ok: true, value: { identity: who.value, sightings: seenAs(made, who.value), made } } : who
  }

  async function inTime<T>(waiting: Promise<T>): Promise<T | undefined> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const cancel = clock.after(PATIENCE, () => resolve(undefined))
    try {
      return await Promise.race([waiting, promise])
    } finally {
      cancel()
    }
  }

  async function pin(entry: Entry, found: Looked, said: Acceptance): Promise<Done<Identity>> {
    const { account } = entry.account
    const terms = { at: clock.now(), blindAfterMs: parts.blindAfterMs(entry) }
    const done = accept(entry.belief, entry.account, found, said, terms)
    if (!done.ok) return done
    const { belief, transitions } = done.value
    const evidence = [...entry.pending, ...found.made]
    await ledger.record({
      kept: { account, belief, sightings: found.sightings },
      spell: null,
      sightings: transitions.flatMap(({ outage: { id } }) => evidence.map((sighting) => ({ outage: id, sighting }))),
      changes: transitions,
    })
    const { id, handle } = found.identity
    log.info('accepted', { account, id, handle, by: said.by })
    begin(entry, belief, found)
    return { ok: true, value: found.identity }
  }

  /** What was planned was about whom we held before; this one is asked about by each look, by the first one now. */
  function begin(entry: Entry, belief: Belief, { sightings }: Found): void {
    const before = entry.belief.identity
    entry.again?.cancel()
    entry.again = null
    entry.attempts = 0
    entry.pending = NOTHING
    entry.belief = belief
    entry.sightings.splice(0, Infinity, ...newestOf(sightings))
    roster.pinned(entry, before)
    const [first, ...others] = looksOf(entry)
    entry.hinted = others.length
    if (first === undefined) return
    parts.runOf(entry.platform.id)?.queue.want(entry, { look: first, urgency: 'hint', dueAt: clock.now() })
  }

  return acceptAt
}

/** The stranger whom the open outage has seen. */
function standingAt({ belief, sightings }: Entry): Looked | null {
  const identity = strangerOf(belief)
  return identity === null ? null : { identity, sightings: seenAs(sightings, identity), made: NOTHING }
}

const missing = (address: string): Done<never> => ({
  ok: false,
  refusal: 'not_found',
  detail: `The account ${address} is not on the roll.`,
})

const conflict = (detail: string): Done<never> => ({ ok: false, refusal: 'conflict', detail })
