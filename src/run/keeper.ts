import type { Blindness } from '../core/desk.ts'
import type { Outage } from '../core/outage.ts'
import { clearSight, foldSight, type Glimpse, type SightState } from '../core/sight.ts'
import type { Kept, Store } from '../core/store.ts'
import type { Drift, Look, Unreadable } from './drift.ts'
import { homeOf, lookNamesOf, type Entry } from './entry.ts'
import { createHeartbeat, type HeartbeatParts } from './heartbeat.ts'
import type { Ledger } from './ledger.ts'

/** Judges sight and storms, writes checkpoints and calls the heartbeat, from `start` to `stop`. */
export type Keeper = {
  start(): Promise<void>
  /** Writes what has changed since the last checkpoint. */
  checkpoint(): Promise<void>
  blindness(): readonly Blindness[]
  stop(): Promise<void>
}

export type KeeperParts = HeartbeatParts & {
  readonly store: Store
  readonly ledger: Ledger
  readonly drift: Drift
  readonly blindAfterMs: (entry: Entry) => number
}

const NOTE = 'sight'
const READING = 'reading'
const CHECKPOINT_EVERY = 5_000
const CHECKPOINT_SIZE = 5_000
/** Sight and storms are judged this often. */
const JUDGE_EVERY = 2_000

/** What happens because time passes: lost sight, settled storms, checkpoints, the heartbeat. */
export function createKeeper(parts: KeeperParts): Keeper {
  const { store, ledger, drift, clock, log } = parts
  const heartbeat = createHeartbeat(parts)
  let sight: SightState = clearSight
  let stopped = false
  const timers = new Map<string, () => void>()
  const running = new Set<Promise<void>>()

  /** One after the other, never twice at once; what fails is logged and done again at its next time. */
  function every(name: string, ms: () => number, act: () => Promise<void>): void {
    timers.set(
      name,
      clock.after(ms(), () => {
        const acting = act()
          .catch((fault: unknown) => log.error(`${name}_failed`, { err: fault }))
          .then(() => {
            running.delete(acting)
            if (!stopped) every(name, ms, act)
          })
        running.add(acting)
      }),
    )
  }

  async function judge(): Promise<void> {
    const now = clock.now()
    const glimpses: Glimpse[] = []
    const down = new Map<string, Outage>()
    for (const entry of parts.entries()) {
      glimpses.push(glimpseOf(entry, parts.blindAfterMs(entry)))
      if (entry.belief.kind === 'down') down.set(entry.account.account, entry.belief.outage)
    }
    const next = foldSight(sight, glimpses, now)
    if (next.changes.length > 0) {
      const notes = { [NOTE]: JSON.stringify(next.state) }
      await ledger.record({ kept: null, spell: null, sightings: [], changes: next.changes, notes })
      sight = next.state
    }
    await tellDrift(now)
    await ledger.calm(now, (account) => down.get(account) ?? null)
  }

  function isMade({ platform, look, home }: Look): boolean {
    for (const entry of parts.entries()) {
      if (entry.platform.id === platform && homeOf(entry) === home && lookNamesOf(entry).includes(look)) return true
    }
    return false
  }

  async function tellDrift(now: number): Promise<void> {
    const news = drift.news(now, isMade)
    if (news.length === 0) return
    const before = drift.told()
    drift.tell(news)
    try {
      const notes = { [READING]: JSON.stringify(drift.told()) }
      await ledger.record({ kept: null, spell: null, sightings: [], changes: news, notes })
    } catch (fault) {
      drift.restore(before)
      throw fault
    }
  }

  async function checkpoint(): Promise<void> {
    let batch: Entry[] = []
    for (const entry of parts.entries()) {
      // One that is being decided is written by its decision; the belief in memory is the one before it.
      if (!entry.dirty || entry.writing !== null) continue
      batch.push(entry)
      if (batch.length < CHECKPOINT_SIZE) continue
      await write(batch)
      batch = []
    }
    if (batch.length > 0) await write(batch)
  }

  async function write(batch: readonly Entry[]): Promise<void> {
    const still = batch.filter((entry) => entry.writing === null)
    for (const entry of still) entry.dirty = false
    try {
      await store.checkpoint(still.map(keptOf))
    } catch (fault) {
      for (const entry of still) entry.dirty = true
      throw fault
    }
  }

  return {
    checkpoint,
    blindness: () => sight.told,
    async start() {
      const note = await store.note(NOTE)
      if (note !== null) sight = JSON.parse(note) as SightState
      const reading = await store.note(READING)
      if (reading !== null) drift.restore(JSON.parse(reading) as Unreadable[])
      every('judge', () => JUDGE_EVERY, judge)
      every('checkpoint', () => CHECKPOINT_EVERY, checkpoint)
      every('heartbeat', heartbeat.everyMs, heartbeat.beat)
    },
    async stop() {
      stopped = true
      for (const cancel of timers.values()) cancel()
      await Promise.all(running)
      // A full disk must not keep us from closing the rest: the newest sightings are lost, which only widens bounds.
      await checkpoint().catch((fault: unknown) => log.error('checkpoint_failed', { err: fault }))
    },
  }
}

/** What is written down of an account. */
export const keptOf = ({ account, belief, sightings }: Entry): Kept => ({ account: account.account, belief, sightings })

/** How it has been seen lately. */
export function glimpseOf(entry: Entry, blindAfterMs: number): Glimpse {
  const newest = entry.sightings.reduce<Entry['sightings'][number] | null>(
    (last, one) => (last === null || one.answeredAt > last.answeredAt ? one : last),
    null,
  )
  return {
    account: entry.account.account,
    platform: entry.platform.id,
    since: entry.belief.conclusiveAt ?? entry.watchedFrom,
    watchedFrom: entry.watchedFrom,
    blindAfterMs,
    cause: newest?.verdict.kind === 'inconclusive' ? newest.verdict.because : null,
  }
}
