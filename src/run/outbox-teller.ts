import { AskFault, type Ask } from '../core/answer.ts'
import type { Outcome, Subscriber } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import type { Delivery } from '../core/delivery.ts'
import type { Log } from '../core/log.ts'
import { MailFault, type Mail } from '../core/mail.ts'
import type { Meters } from '../core/meters.ts'
import { expiryOf, settlementsOf, turnOf, type Parcel } from '../core/parcel.ts'
import type { Claimed } from '../core/store.ts'
import { noticeOf, type NoticeParts } from './outbox-notice.ts'
import type { Settler } from './outbox-settler.ts'

export type TellerParts = NoticeParts & {
  readonly subscribers: () => readonly Subscriber[]
  readonly ask: Ask
  readonly mail: Mail
  readonly clock: Clock
  readonly log: Log
  readonly meters: Meters
  /** In [0, 1), for the jitter. */
  readonly random: () => number
}

/**
 * Makes one try for the head of a line and writes what became of it.
 * Rejects only with a defect of ours: what goes wrong outside is an outcome.
 */
export type Teller = (claimed: Claimed) => Promise<void>

export function createTeller(parts: TellerParts, settler: Settler, isAbandoned: () => boolean): Teller {
  const { clock, log, meters, random } = parts
  const subscriberOf = (name: string): Subscriber | undefined => parts.subscribers().find((one) => one.name === name)

  async function tell(parcel: Parcel): Promise<void> {
    const { delivery } = parcel.carrier
    const subscriber = subscriberOf(delivery.subscriber)
    const startedAt = clock.now()
    const outcome = await tryOnce(parcel, subscriber, startedAt)
    // Too late: the store is closing. The same notice goes out again, under the same id, after the restart.
    if (isAbandoned()) return
    const now = clock.now()
    const settlements = settlementsOf(parcel, outcome, now, random())
    await settler.write(settlements)
    const state = settlements.at(-1)?.state
    const kind = state === 'expired' ? 'expired' : outcome.kind
    if (subscriber !== undefined) count(subscriber, kind, parcel, startedAt, now)
    report(kind, parcel, outcome)
  }

  async function tryOnce(parcel: Parcel, subscriber: Subscriber | undefined, now: number): Promise<Outcome> {
    if (subscriber === undefined) {
      return { kind: 'retry', reason: 'its subscriber is not in the configuration', retryAt: null }
    }
    try {
      return await subscriber.channel.deliver(noticeOf(parcel, now, parts), parts.ask, now, parts.mail)
    } catch (fault) {
      if (fault instanceof MailFault) {
        return fault.isFinal
          ? { kind: 'refused', reason: fault.message }
          : { kind: 'retry', reason: fault.message, retryAt: null }
      }
      if (!(fault instanceof AskFault)) throw fault
      // An address that may not be asked stays so until somebody changes the configuration.
      if (fault.kind === 'forbidden_address') return { kind: 'refused', reason: fault.message }
      return { kind: 'retry', reason: fault.message, retryAt: null }
    }
  }

  function count({ channel }: Subscriber, kind: Kind, { carrier }: Parcel, startedAt: number, now: number): void {
    meters.tried(channel.id, kind, (now - startedAt) / 1000)
    if (kind === 'delivered') meters.delivered(channel.id, (now - carrier.transition.at) / 1000)
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

  async function expire(expired: readonly Delivery[]): Promise<void> {
    await settler.write(expired.map(expiryOf))
    for (const { id, subscriber, tries, lastError } of expired) {
      const channel = subscriberOf(subscriber)?.channel.id
      if (channel !== undefined) meters.tried(channel, 'expired', 0)
      log.warn('expired', { notice: id, subscriber, tries, reason: lastError })
    }
  }

  return async (claimed) => {
    const turn = turnOf(claimed, clock.now())
    await (turn.kind === 'tell' ? tell(turn.parcel) : expire(turn.expired))
  }
}

type Kind = Outcome['kind'] | 'expired'
