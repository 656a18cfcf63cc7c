import type { Outcome, Subscriber } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import { silenceOf, type Delivery, type Settlement } from '../core/delivery.ts'
import type { Log } from '../core/log.ts'
import type { Meters } from '../core/meters.ts'
import { expiryOf, settlementsOf, turnOf, type Parcel, type QuietUntil } from '../core/parcel.ts'
import { withReminders } from '../core/remind.ts'
import type { Claimed } from '../core/store.ts'
import type { Pass } from './outbox-gates.ts'
import { noticeOf, type NoticeParts } from './outbox-notice.ts'
import type { Settler } from './outbox-settler.ts'
import { tryOnce, type Ways } from './outbox-try.ts'

export type TellerParts = NoticeParts &
  Ways & {
    readonly subscribers: () => readonly Subscriber[]
    readonly quietUntil: QuietUntil
    readonly clock: Clock
    readonly log: Log
    readonly meters: Meters
    /** Hears what became of every try of a subscriber that is configured. */
    readonly tried?: (subscriber: string, outcome: Outcome) => void
    /** In [0, 1), for the jitter. */
    readonly random: () => number
  }

/**
 * Makes one try for the head of a line and writes what became of it.
 * Rejects only with a defect of ours: what goes wrong outside is an outcome.
 */
export type Teller = (claimed: Claimed, pass: Pass) => Promise<void>

export function createTeller(parts: TellerParts, settler: Settler, isAbandoned: () => boolean): Teller {
  const { clock, log, meters, random } = parts
  const subscriberOf = (name: string): Subscriber | undefined => parts.subscribers().find((one) => one.name === name)

  async function tell(parcel: Parcel, pass: Pass): Promise<void> {
    const { delivery } = parcel.carrier
    const subscriber = subscriberOf(delivery.subscriber)
    const startedAt = clock.now()
    const outcome =
      subscriber === undefined
        ? NOBODY
        : await tryOnce(subscriber.channel, noticeOf(parcel, startedAt, parts), startedAt, parts)
    const now = clock.now()
    const settlements = reminding(settlementsOf(parcel, outcome, now, random()), parcel, now)
    const settled = settlements.at(-1)
    if (subscriber !== undefined) parts.tried?.(subscriber.name, outcome)
    if (subscriber !== undefined) pass.tried(outcome, settled === undefined ? null : silenceOf(settled, outcome, now))
    // Too late: the store is closing. The same notice goes out again, under the same id, after the restart.
    if (isAbandoned()) return
    await settler.write(settlements)
    const kind = settled?.state === 'expired' ? 'expired' : outcome.kind
    if (subscriber !== undefined) count(subscriber, kind, parcel, startedAt, now)
    report(kind, parcel, outcome)
  }

  function count({ channel }: Subscriber, kind: Kind, { carrier }: Parcel, startedAt: number, now: number): void {
    meters.tried(channel.id, kind, (now - startedAt) / 1000)
    if (kind === 'delivered') meters.delivered(channel.id, (now - carrier.delivery.plannedAt) / 1000)
  }

  function report(kind: Kind, { carrier: { delivery, transition }, merged }: Parcel, outcome: Outcome): void {
    const fields = {
      notice: delivery.id,
      subscriber: delivery.subscriber,
      seq: transition.seq,
      tries: delivery.tries + 1,
      ...(merged.length > 0 ? { merged: merged.map((told) => told.delivery.id) } : {}),
    }
    if (outcome.kind === 'delivered') log.info('delivered', fields)
    else log.warn(kind === 'retry' ? 'postponed' : kind, { ...fields, reason: outcome.reason })
  }

  function reminding(settlements: readonly Settlement[], parcel: Parcel, now: number): readonly Settlement[] {
    const subscriber = subscriberOf(parcel.carrier.delivery.subscriber)
    const isImportant = (account: string): boolean => parts.account(account)?.important === true
    return subscriber === undefined
      ? settlements
      : withReminders(settlements, parcel, { ...subscriber, isImportant }, now)
  }

  async function expire(expired: readonly Delivery[], because: string | null, head: Claimed): Promise<void> {
    const settlements = expired.map((delivery) => expiryOf(delivery, because))
    const parcel = { carrier: head, merged: [], thread: null }
    await settler.write(reminding(settlements, parcel, clock.now()))
    for (const { id, subscriber, tries, lastError } of expired) {
      if (because !== null) {
        log.info('called_off', { notice: id, subscriber, reason: because })
        continue
      }
      const channel = subscriberOf(subscriber)?.channel.id
      if (channel !== undefined) meters.tried(channel, 'expired', 0)
      log.warn('expired', { notice: id, subscriber, tries, reason: lastError })
    }
  }

  return async (claimed, pass) => {
    const { afterMs } = subscriberOf(claimed.delivery.subscriber) ?? {}
    const turn = turnOf(claimed, clock.now(), parts.quietUntil, afterMs)
    if (turn.kind === 'tell') await tell(turn.parcel, pass)
    else if (turn.kind === 'wait') await settler.write(turn.settlements)
    else await expire(turn.expired, turn.because ?? null, claimed)
  }
}

const NOBODY: Outcome = { kind: 'retry', reason: 'its subscriber is not in the configuration', retryAt: null }

type Kind = Outcome['kind'] | 'expired'
