import type { Outcome, Subscriber } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import { newsOf, reachAfter, type Reach } from '../core/reach.ts'
import type { Store } from '../core/store.ts'
import { wantsType } from '../core/tell.ts'
import type { SubscriberChange } from '../core/transition.ts'
import type { Ledger } from './ledger.ts'

/** Who cannot be reached: told to whoever stands in for them, once, and once when they can be again. */
export type Reaching = {
  /** A notice was tried and ended so. */
  tried(subscriber: string, outcome: Outcome): void
  start(): Promise<void>
  stop(): Promise<void>
}

export type ReachParts = {
  readonly store: Store
  readonly ledger: Pick<Ledger, 'record'>
  readonly subscribers: () => readonly Subscriber[]
  readonly clock: Clock
  readonly log: Log
}

const NOTE = 'reach'
const JUDGE_EVERY = 15_000

/** Kept as a note, so that neither the trouble nor who has been told of it is forgotten over a restart. */
export function createReach({ store, ledger, subscribers, clock, log }: ReachParts): Reaching {
  const troubles = new Map<string, Reach>()
  let isChanged = false
  let isRunning = false
  let cancel = (): void => undefined
  let judging: Promise<void> = Promise.resolve()

  function put(name: string, reach: Reach | null): void {
    if (reach === null) isChanged = troubles.delete(name) || isChanged
    else {
      isChanged ||= !troubles.has(name)
      troubles.set(name, reach)
    }
  }

  async function judge(): Promise<void> {
    const now = clock.now()
    for (const [name, reach] of [...troubles]) {
      const subscriber = subscribers().find((one) => one.name === name)
      if (subscriber === undefined) put(name, null)
      else if (isHeardOf(subscriber)) await tell(subscriber, reach, now)
    }
    if (!isChanged) return
    isChanged = false
    try {
      await store.writeNote(NOTE, noted(troubles))
    } catch (fault) {
      isChanged = true
      throw fault
    }
  }

  /** Somebody would be told of it. */
  const isHeardOf = ({ name, fallback }: Subscriber): boolean =>
    fallback !== undefined ||
    subscribers().some(
      (one) => one.name !== name && one.tell.types.length > 0 && wantsType(one.tell.types, 'subscriber.lost'),
    )

  async function tell({ name, fallback }: Subscriber, reach: Reach, now: number): Promise<void> {
    const news = newsOf(reach, now)
    if (news === null) return
    const owed = (await store.subscriberHealth()).find(({ subscriber }) => subscriber === name)?.owed ?? 0
    const { since, reason } = reach
    const change: SubscriberChange = {
      name: `subscriber.${news}`,
      at: now,
      subscriber: name,
      since,
      reason,
      owed,
      fallback: fallback ?? null,
    }
    const next = new Map(troubles)
    if (news === 'lost') next.set(name, { ...reach, isLost: true })
    else next.delete(name)
    const notes = { [NOTE]: noted(next) }
    await ledger.record({ kept: null, spell: null, sightings: [], changes: [change], notes })
    // Tries may have ended meanwhile; what they said counts, and that it was told.
    const latest = troubles.get(name)
    if (news === 'lost' && latest !== undefined) put(name, { ...latest, isLost: true })
    if (news === 'regained' && latest?.backAt !== null) put(name, null)
  }

  function turn(): void {
    judging = judge()
      .catch((fault: unknown) => log.error('reach_failed', { err: fault }))
      .then(() => {
        if (isRunning) cancel = clock.after(JUDGE_EVERY, turn)
      })
  }

  return {
    tried(name, outcome) {
      put(name, reachAfter(troubles.get(name) ?? null, outcome, clock.now()))
    },
    async start() {
      const note = await store.note(NOTE)
      const health = await store.subscriberHealth()
      for (const [name, reach] of note === null ? [] : (JSON.parse(note) as [string, Reach][])) {
        // What it took just before a kill is known to nobody else.
        const takenAt = health.find(({ subscriber }) => subscriber === name)?.lastDeliveredAt ?? 0
        troubles.set(name, takenAt > reach.since ? (reachAfter(reach, { kind: 'delivered' }, takenAt) ?? reach) : reach)
      }
      isRunning = true
      cancel = clock.after(JUDGE_EVERY, turn)
    },
    async stop() {
      isRunning = false
      cancel()
      await judging
    },
  }
}

const noted = (troubles: ReadonlyMap<string, Reach>): string => JSON.stringify([...troubles])
