import type { Subscriber } from '../core/channel.ts'
import type { Log } from '../core/log.ts'
import type { Meters } from '../core/meters.ts'
import type { Outage } from '../core/outage.ts'
import type { Storm, StormPolicy } from '../core/storm.ts'
import type { Decision, Shift, Store } from '../core/store.ts'
import type { Roll } from '../core/tell.ts'
import { subjectOf, type Transition } from '../core/transition.ts'
import type { LiveFeed } from './feed.ts'
import { createOwing, type Told } from './owing.ts'
import { createStorms } from './storms.ts'

/** A decision before it is known who must hear of it. */
export type Draft = Pick<Decision, 'kept' | 'spell' | 'sightings' | 'changes'> & Partial<Pick<Decision, 'notes'>>

/** The one way to change a belief or an outage. It knows of storms, since they change what is owed. */
export type Ledger = {
  /**
   * Writes a decision with everything owed for it, then tells the feed.
   * @throws what the store threw; then nothing was written and nothing told
   */
  record(draft: Draft): Promise<readonly Transition[]>
  storm(platform: string): Storm
  /**
   * Ends the storms that have settled, and tells how it stands with others.
   *
   * @param open an account's outage while it is down; null while it is not
   */
  calm(now: number, open: (account: string) => Outage | null): Promise<void>
  /** Takes up the storms of before the restart. @param recent the newest transitions, oldest first */
  restore(recent: readonly Transition[]): Promise<void>
}

export type LedgerParts = {
  readonly store: Store
  readonly feed: LiveFeed
  readonly log: Log
  readonly meters: Meters
  readonly roll: Roll & { count(platform: string): number }
  readonly subscribers: () => readonly Subscriber[]
  readonly storms: () => StormPolicy
  /** Until when notices about an account are held, epoch ms; 0 when they are not. */
  readonly quietUntil: (account: string, at: number) => number
  /** Something is owed now. */
  readonly wake: () => void
}

const NOTE = 'storms'

/** Every change of belief goes through here: one write for the change and for everything owed for it. */
export function createLedger(parts: LedgerParts): Ledger {
  const { store, feed, log, meters, roll, quietUntil } = parts
  const isQuiet = (account: string, at: number): boolean => quietUntil(account, at) > 0
  const hearsUpdates = (): boolean => parts.subscribers().some(({ channel }) => channel.updates === true)
  const storms = createStorms({ count: roll.count, policy: parts.storms, hearsUpdates, isQuiet })
  const owing = createOwing({ ...parts, storms })

  async function record(draft: Draft): Promise<readonly Transition[]> {
    const asking = owing.toldBefore(draft.changes)
    const toldBefore = asking === null ? NOBODY : await asking
    const before = storms.before()
    return write({ ...draft, changes: draft.changes.flatMap(storms.after) }, before, toldBefore)
  }

  // Up to the store's `record` nothing waits: what it builds upon must not change meanwhile.
  async function write(
    draft: Draft,
    before: ReadonlyMap<string, Storm>,
    toldBefore: Told = NOBODY,
    beyond: readonly Shift[] = [],
  ): Promise<readonly Transition[]> {
    const { changes } = draft
    const { deliveries, shifts } = owing.of(changes, toldBefore)
    const stormy = shifts.some(({ kind }) => kind === 'hold') || changes.some((change) => 'platform' in change)
    const notes = stormy ? { ...draft.notes, [NOTE]: storms.note() } : (draft.notes ?? {})
    try {
      const transitions = await store.record({ ...draft, deliveries, notes, shifts: [...shifts, ...beyond] })
      feed.publish(transitions)
      for (const transition of transitions) told(transition)
      // An acknowledgement calls off what waits for one, whether or not anybody hears of it.
      if (changes.length > 0) parts.wake()
      return transitions
    } catch (fault) {
      storms.undo(changes, before)
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

  return {
    record,
    storm: storms.of,
    async calm(now, open) {
      for (const platform of storms.platforms()) {
        const before = storms.before()
        const change = storms.review(platform, now, (account) => open(account) !== null)
        if (change === null) continue
        const lasting = change.name === 'platform.settled' ? (change.gone ?? []) : []
        const beyond = owing.beyondStorm(
          lasting.map(open).filter((outage) => outage !== null),
          now,
        )
        await write({ kept: null, spell: null, sightings: [], changes: [change] }, before, NOBODY, beyond)
      }
    },
    async restore(recent) {
      storms.restore(await store.note(NOTE), recent)
    },
  }
}

const NOBODY: Told = new Map()
