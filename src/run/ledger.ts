import { owedFor } from '../core/owed.ts'
import type { Subscriber } from '../core/channel.ts'
import type { Log } from '../core/log.ts'
import type { Meters } from '../core/meters.ts'
import { calm, calmed, fell, folds, type Storm, type StormPolicy } from '../core/storm.ts'
import type { Decision, Store } from '../core/store.ts'
import type { Roll } from '../core/tell.ts'
import { platformOf, subjectOf, type Change, type Transition } from '../core/transition.ts'
import type { LiveFeed } from './feed.ts'

/** A decision before it is known who must hear of it. */
export type Draft = Pick<Decision, 'kept' | 'spell' | 'sightings' | 'changes'> & Partial<Pick<Decision, 'notes'>>

export type Ledger = {
  /**
   * Writes a decision with everything owed for it, then tells the feed.
   * @throws what the store threw; then nothing was written and nothing told
   */
  record(draft: Draft): Promise<readonly Transition[]>
  storm(platform: string): Storm
  /** Ends the storms that have settled. */
  calm(now: number, isDown: (account: string) => boolean): Promise<void>
  /** Takes up the storms of before the restart. */
  restore(): Promise<void>
}

export type LedgerParts = {
  readonly store: Store
  readonly feed: LiveFeed
  readonly log: Log
  readonly meters: Meters
  readonly roll: Roll & { count(platform: string): number }
  readonly subscribers: () => readonly Subscriber[]
  readonly storms: () => StormPolicy
  /** Something is owed now. */
  readonly wake: () => void
}

const NOTE = 'storms'

/** Every change of belief goes through here: one write for the change and for everything owed for it. */
export function createLedger(parts: LedgerParts): Ledger {
  const { store, feed, log, meters, roll } = parts
  const storms = new Map<string, Storm>()
  const stormOf = (platform: string): Storm => storms.get(platform) ?? calm

  async function record(draft: Draft): Promise<readonly Transition[]> {
    const before = new Map(storms)
    const changes = draft.changes.flatMap(withStorm)
    return write({ ...draft, changes }, before)
  }

  async function write(draft: Draft, before: ReadonlyMap<string, Storm>): Promise<readonly Transition[]> {
    const { changes } = draft
    const subscribers = parts
      .subscribers()
      .map(({ name, channel, tell }) => ({ name, expiresMs: channel.expiresMs, tell }))
    const folded = (change: Change): boolean => folds(stormOf(platformOf(change) ?? ''), change)
    const deliveries = owedFor(changes, subscribers, roll, folded)
    const stormy = changes.some((change) => 'platform' in change)
    const notes = stormy ? { ...draft.notes, [NOTE]: JSON.stringify([...storms]) } : (draft.notes ?? {})
    try {
      const transitions = await store.record({ ...draft, deliveries, notes })
      feed.publish(transitions)
      for (const transition of transitions) told(transition)
      if (deliveries.length > 0) parts.wake()
      return transitions
    } catch (fault) {
      // A storm that was not written has not broken out; the falls are kept, the next one decides again.
      for (const change of changes) {
        if (!('platform' in change)) continue
        const { falls } = stormOf(change.platform)
        storms.set(change.platform, { falls, troubled: before.get(change.platform)?.troubled ?? null })
      }
      throw fault
    }
  }

  function told(transition: Transition): void {
    meters.moved(transition.name)
    log.info(transition.name, {
      seq: transition.seq,
      about: subjectOf(transition),
      ...('outage' in transition ? { outage: transition.outage.id, because: transition.outage.because } : {}),
      ...('scope' in transition ? { because: transition.because } : {}),
    })
  }

  function withStorm(change: Change): readonly Change[] {
    if (change.name !== 'outage.opened') return [change]
    const platform = platformOf(change) ?? ''
    const fall = { account: change.outage.account, at: change.at }
    const next = fell(stormOf(platform), platform, fall, roll.count(platform), parts.storms())
    storms.set(platform, next.storm)
    return next.change === null ? [change] : [change, next.change]
  }

  return {
    record,
    storm: stormOf,
    async calm(now, isDown) {
      for (const [platform, storm] of storms) {
        const before = new Map(storms)
        const next = calmed(storm, platform, now, isDown, parts.storms())
        if (next.change === null) continue
        storms.set(platform, next.storm)
        await write({ kept: null, spell: null, sightings: [], changes: [next.change] }, before)
      }
    },
    async restore() {
      const note = await store.note(NOTE)
      if (note === null) return
      for (const [platform, storm] of JSON.parse(note) as [string, Storm][]) storms.set(platform, storm)
    },
  }
}
