import type { Channel, Subscriber } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import { matterOf } from '../core/matter.ts'
import type { Store, Told } from '../core/store.ts'
import type { Transition } from '../core/transition.ts'
import { noticeOf, type NoticeParts } from './outbox-notice.ts'
import { tryOnce, type Ways } from './outbox-try.ts'

/** Repeats what was told, in rounds, from `start` to `stop`. */
export type Repeater = {
  start(): void
  /** Begins no more repetitions; what is under way may end for a moment. */
  stop(): Promise<void>
}

export type RepeaterParts = NoticeParts &
  Ways & {
    readonly store: Pick<Store, 'told'>
    readonly subscribers: () => readonly Subscriber[]
    /** Whether what began with this transition still lasts, told or not. */
    readonly lasts: (transition: Transition) => boolean
    readonly clock: Clock
    readonly log: Log
    /** A defect of ours; the process should end. */
    readonly onBug: (fault: unknown) => void
  }

/** So long an end is repeated once it was told: as long as the forgetful keep what nobody repeats. */
const AFTERWARDS = 5 * 60_000
/** A configuration that has changed is noticed within. */
const LONGEST_NAP = 10_000
/** Until somebody whose round takes longer than its turn is looked after again. */
const SHORT_NAP = 1_000
const LANES = 16
const GRACE = 3_000

/**
 * Tells those whose target forgets again what they were told: what lasts in every round, what is over for a while.
 *
 * Nothing is owed here: only what the outbox has delivered is repeated, and a repetition that fails is made up for by
 * the next round. The first round comes at once: how long nobody repeated anything before the start is not known.
 */
export function createRepeater(parts: RepeaterParts): Repeater {
  const { store, clock, log } = parts
  const dueAt = new Map<string, number>()
  const underWay = new Map<string, Promise<void>>()
  let isRunning = false
  let cancel = (): void => undefined

  function goRound(): void {
    if (!isRunning) return
    const now = clock.now()
    let nap = LONGEST_NAP
    for (const subscriber of parts.subscribers()) {
      const { name, channel } = subscriber
      if (channel.repeatMs === undefined) continue
      if (!underWay.has(name) && (dueAt.get(name) ?? now) <= now) {
        dueAt.set(name, now + channel.repeatMs)
        begin(subscriber)
      }
      const wait = (dueAt.get(name) ?? now) - now
      nap = Math.min(nap, wait > 0 ? wait : SHORT_NAP)
    }
    cancel = clock.after(nap, goRound)
  }

  function begin(subscriber: Subscriber): void {
    const round = repeatAll(subscriber)
      .catch(parts.onBug)
      .then(() => void underWay.delete(subscriber.name))
    underWay.set(subscriber.name, round)
  }

  async function repeatAll({ name, channel }: Subscriber): Promise<void> {
    const since = clock.now() - AFTERWARDS
    // One line for all lanes: whoever is free takes the next.
    const line = newestOf(await toldTo(name, since)).values()
    const failures = await Promise.all(Array.from({ length: LANES }, () => repeatSome(line, channel, since)))
    const reason = failures.find((failure) => failure !== null)
    if (reason !== undefined) log.warn('repeat_failed', { subscriber: name, reason })
  }

  async function toldTo(name: string, since: number): Promise<readonly Told[]> {
    try {
      return await store.told([name], since)
    } catch (fault) {
      log.error('repeat_failed', { subscriber: name, err: fault })
      return []
    }
  }

  /** Answers with why one of them failed, if any did. */
  async function repeatSome(line: Iterable<Told>, channel: Channel, since: number): Promise<string | null> {
    let failure: string | null = null
    for (const one of line) {
      if (!isRunning) break
      if (!isWorthIt(one, since)) continue
      const now = clock.now()
      // Late is what was owed; this is as it was told at first.
      const notice = { ...noticeOf({ carrier: one, merged: [], thread: null }, now, parts), late: false, lateMs: 0 }
      const outcome = await tryOnce(channel, notice, now, parts)
      if (outcome.kind !== 'delivered') failure ??= outcome.reason
    }
    return failure
  }

  /** Asked just before it is told: it may have ended while those before it were, and the outbox tells that. */
  const isWorthIt = ({ delivery, transition }: Told, since: number): boolean =>
    matterOf(transition).endedAt === null ? parts.lasts(transition) : (delivery.deliveredAt ?? 0) >= since

  return {
    start() {
      isRunning = true
      goRound()
    },
    async stop() {
      isRunning = false
      cancel()
      const graceOver = Promise.withResolvers<undefined>()
      const cancelGrace = clock.after(GRACE, () => graceOver.resolve(undefined))
      await Promise.race([Promise.all(underWay.values()), graceOver.promise])
      cancelGrace()
    },
  }
}

/** Of each outage, scope or storm what was told last. */
function newestOf(told: readonly Told[]): readonly Told[] {
  const newest = new Map<string, Told>()
  for (const one of told) {
    const { id } = matterOf(one.transition)
    if (one.transition.seq >= (newest.get(id)?.transition.seq ?? 0)) newest.set(id, one)
  }
  return [...newest.values()]
}
