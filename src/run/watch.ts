import { judged, stepOn, type Belief, type Policy } from '../core/belief.ts'
import type { Log } from '../core/log.ts'
import type { Meters } from '../core/meters.ts'
import type { Look } from '../core/platform.ts'
import type { Sighting } from '../core/sighting.ts'
import { isTelling, type Drift } from './drift.ts'
import { homeOf, isOfAnother, NOTHING, trustOf, type Entry } from './entry.ts'
import type { LiveFeed } from './feed.ts'
import type { Ledger } from './ledger.ts'
import { sightingOf, vouched, type Glance } from './looker.ts'
import type { PlatformRun } from './machines.ts'
import { firstSeen, noteNewest } from './newest.ts'
import { createNextLook, type NextLookParts } from './next-look.ts'
import { readdressed } from './readdress.ts'

/** Takes sightings, and moves beliefs by them. */
export type Watch = {
  /** Takes one sighting of an account; settles once belief has moved, or at once (undefined) where nothing is written. */
  seen(entry: Entry, look: Look, glance: Glance): Promise<void> | undefined
  /** Runs alone on this account: no sighting is taken meanwhile. */
  alone<T>(entry: Entry, act: () => Promise<T>): Promise<T>
  /** Sets no further looks for later. Those that are set belong to their entries. */
  stop(): void
}

export type WatchParts = NextLookParts & {
  readonly log: Log
  readonly meters: Meters
  readonly feed: LiveFeed
  readonly ledger: Ledger
  readonly drift: Drift
  /** The account's platform id is known now, or another than before. */
  readonly pinned: (entry: Entry) => void
  readonly blindAfterMs: (entry: Entry) => number
}

const NEVER: Policy['controlsRightAt'] = {}
/** Evidence kept for an outage between two decisions. */
const MOST_PENDING = 12

/** The first says since when, the newest how it stands; what a long dispute repeated in between is given up. */
function withEvidence(pending: readonly Sighting[], sighting: Sighting): readonly Sighting[] {
  return [...(pending.length < MOST_PENDING ? pending : pending.toSpliced(1, 1)), sighting]
}

/** Moves beliefs: one sighting after the other for each account, memory only after the disk. */
export function createWatch(parts: WatchParts): Watch {
  const { log, meters, feed, ledger, drift } = parts
  const later = createNextLook(parts)

  function seen(entry: Entry, look: Look, glance: Glance): Promise<void> | undefined {
    // A desk's remark is being written: this sighting's turn comes after it.
    if (entry.writing !== null) return entry.writing.then(() => seen(entry, look, glance))
    if (isOfAnother(entry, glance.asked)) return undefined
    const home = homeOf(entry)
    const run = parts.runOf(entry.platform.id)
    const answer = vouched(glance.verdict, run?.controls.failed(look, home) === true)
    const verdict = judged(firstSeen(answer, entry), entry.belief.identity, entry.account.account)
    const sighting = sightingOf(entry, look, glance, verdict)
    meters.looked(entry.platform.id, look.name, verdict.kind === 'inconclusive' ? verdict.because : verdict.kind)
    const { belief, transitions, spell } = stepOn(entry.belief, sighting, verdict, policyOf(entry, home, run))
    remember(entry, sighting, belief)
    if (isTelling(entry.belief, sighting)) drift.seen(entry.platform.id, home, sighting)
    if (transitions.length === 0 && spell === null) {
      settle(entry, belief, look)
      return undefined
    }
    return alone(entry, async () => {
      const { account } = entry
      const outage = transitions[0]?.outage.id
      const sightings = outage === undefined ? [] : entry.pending.map((one) => ({ outage, sighting: one }))
      const kept = { account: account.account, belief, sightings: entry.sightings }
      try {
        await ledger.record({ kept, spell, sightings, changes: transitions })
      } catch (fault) {
        log.error('record_failed', { account: account.account, err: fault })
        later.after(entry, look)
        return
      }
      if (outage !== undefined) entry.pending = NOTHING
      // A reload meanwhile has changed the belief of before.
      settle(entry, entry.account === account ? belief : readdressed({ account, belief }, entry.account), look)
    })
  }

  /** Keeps the newest sighting of each look, and those that may become an outage's evidence. */
  function remember(entry: Entry, sighting: Sighting, next: Belief): void {
    noteNewest(entry.sightings, sighting, next.identity)
    const matters = next.kind === 'doubted' || next.kind === 'down' || entry.belief.kind === 'down'
    if (matters) entry.pending = withEvidence(entry.pending, sighting)
    else entry.pending = NOTHING
    entry.dirty = true
    feed.pulse(sighting)
  }

  function settle(entry: Entry, next: Belief, look: Look): void {
    const before = entry.belief
    entry.belief = next
    entry.dirty = true
    if (before.identity?.id !== next.identity?.id) parts.pinned(entry)
    if (before.kind !== next.kind) moved(entry, before, next)
    later.after(entry, look)
  }

  function moved(entry: Entry, before: Belief, next: Belief): void {
    const { account } = entry.account
    entry.attempts = 0
    if (next.kind === 'doubted') log.info('doubted', { account, look: next.doubt.firstLook })
    if (before.kind === 'doubted' && next.kind === 'up') {
      meters.blip(entry.platform.id)
      log.info('back', { account, sightings: before.doubt.sightings })
    }
  }

  function policyOf(entry: Entry, home: string, run: PlatformRun | undefined): Policy {
    return {
      confirm: parts.confirm(),
      looks: trustOf(entry, home),
      publicLook: entry.platform.publicLook,
      controlsRightAt: run?.controls.rightAt(home) ?? NEVER,
      blindAfterMs: parts.blindAfterMs(entry),
    }
  }

  async function alone<T>(entry: Entry, act: () => Promise<T>): Promise<T> {
    while (entry.writing !== null) await entry.writing
    const acting = act()
    entry.writing = acting.then(
      () => undefined,
      () => undefined,
    )
    try {
      return await acting
    } finally {
      entry.writing = null
    }
  }

  return { seen, alone, stop: later.stop }
}
