import type { Outcome } from './channel.ts'
import { settlementOf, type Delivery, type Settlement } from './delivery.ts'
import type { Claimed, Told } from './store.ts'
import { calledOff } from './standing.ts'
import { accountOf } from './transition.ts'

export type { Told } from './store.ts'

/**
 * What one try tells: the carrier's news under the carrier's id, and what it takes along, oldest first; `thread` is what
 * the target called the first message about the same outage.
 */
export type Parcel = { readonly carrier: Told; readonly merged: readonly Told[]; readonly thread: string | null }

/** What becomes of the head of a line: a try, another turn later, or nothing worth telling any more. */
export type Turn =
  | { readonly kind: 'tell'; readonly parcel: Parcel }
  | { readonly kind: 'wait'; readonly settlements: readonly Settlement[] }
  | { readonly kind: 'expire'; readonly expired: readonly Delivery[]; readonly because?: string }

/** Until when notices about an account are held, epoch ms; 0 when they are not. */
export type QuietUntil = (account: string, at: number) => number

/** Later than this, a message says so. */
const LATE_AFTER = 60_000

/**
 * What to do with what stands first in its line.
 *
 * An opening whose closing already waits behind it goes with it, and so does everything between: one message that says
 * "was gone", instead of "is gone" about somebody who is back. It does not matter whether the opening was ever tried,
 * nor whether it has expired meanwhile, as long as the closing is still worth telling. A change or a remark whose
 * opening was told is not merged: it is news of its own.
 *
 * Whatever it had waited for before, nothing about an account that is quiet has its first try; a reminder is skipped,
 * since the next one comes by itself. What was tried may have been heard, so it is told on.
 */
export function turnOf(claimed: Claimed, now: number, quietUntil: QuietUntil): Turn {
  const { delivery, transition, following, thread } = claimed
  const because = calledOff(claimed)
  if (because !== null) return { kind: 'expire', expired: [delivery], because }
  const head = asItStands(claimed)
  const line: readonly Told[] = [head, ...following.map(asItStands)]
  const waits = waitsOf(line, now, quietUntil)
  if (waits.some((until) => until > now)) {
    if (delivery.reminder > 0) return { kind: 'expire', expired: [delivery], because: 'its account was quiet' }
    return { kind: 'wait', settlements: line.map((told, index) => later(told.delivery, waits[index] ?? 0, now)) }
  }
  if (delivery.form === 'held') return summaryTurn(line, now)
  const closing = transition.name === 'outage.opened' ? closingOf(transition.outage.id, line) : -1
  const carrier = line[closing]
  if (carrier !== undefined && isLive(carrier, now)) {
    return { kind: 'tell', parcel: { carrier, merged: line.slice(0, closing), thread } }
  }
  const live = line.findIndex((told) => isLive(told, now))
  if (live === 0) return { kind: 'tell', parcel: { carrier: head, merged: [], thread } }
  return { kind: 'expire', expired: line.slice(0, expiredUntil(line, live)).map((told) => told.delivery) }
}

/** Until when each waits: behind the head of its line for as long as that, in a summary each for its own account. */
function waitsOf(line: readonly Told[], now: number, quietUntil: QuietUntil): readonly number[] {
  const each = line.map(({ delivery, transition }) => {
    const account = accountOf(transition)
    return account === null || delivery.tries > 0 ? 0 : quietUntil(account, now)
  })
  return line[0]?.delivery.form === 'held' ? each : line.map(() => each[0] ?? 0)
}

/** Owed as before, but not sooner than `until`; whoever waits stays worth telling for as much longer. */
function later({ id, dueAt, expiresAt, tries, lastError }: Delivery, until: number, now: number): Settlement {
  const waitMs = Math.max(0, until - Math.max(now, dueAt))
  return {
    ...{ id, state: 'due', dueAt: Math.max(dueAt, until), expiresAt: expiresAt + waitMs, tries, lastError },
    ...{ deliveredAt: null, mergedInto: null, handle: null },
  }
}

/** A reminder and a summary say how it stands now, not how it began. */
function asItStands({ delivery, transition, standing }: Told): Told {
  const isLater = delivery.form === 'held' || delivery.reminder > 0
  if (!isLater || standing === undefined || !('outage' in transition)) return { delivery, transition }
  return { delivery, transition: { ...transition, outage: standing.outage }, standing }
}

/** What was held is told in one message, under the id of its newest; what has expired meanwhile has its own turn. */
function summaryTurn(line: readonly Told[], now: number): Turn {
  const live = line.filter((told) => isLive(told, now))
  const carrier = live.at(-1)
  if (carrier === undefined) return { kind: 'expire', expired: line.map(({ delivery }) => delivery) }
  return { kind: 'tell', parcel: { carrier, merged: live.slice(0, -1), thread: null } }
}

/** Whoever is first in a line is in its parcel, and only what is held makes a summary. */
export const isSummary = ({ carrier, merged }: Parcel): boolean =>
  [carrier, ...merged].every(({ delivery }) => delivery.form === 'held')

const isLive = ({ delivery }: Told, now: number): boolean => delivery.expiresAt > now

const closingOf = (outage: string, line: readonly Told[]): number =>
  line.findIndex(({ transition }) => transition.name === 'outage.closed' && transition.outage.id === outage)

/** An opening further back is left to its own turn: its closing may still take it along. */
function expiredUntil(line: readonly Told[], live: number): number {
  const opening = line.findIndex(({ transition }, index) => index > 0 && transition.name === 'outage.opened')
  const ends = [live, opening].filter((index) => index > 0)
  return ends.length === 0 ? line.length : Math.min(...ends)
}

/** How late a message is: counted from when the oldest of it was to be told, and said after a failed try or a minute. */
export function latenessOf({ carrier, merged }: Parcel, now: number): { late: boolean; lateMs: number } {
  const all = [...merged, carrier]
  const since = all.reduce((oldest, told) => Math.min(oldest, told.delivery.plannedAt), carrier.delivery.plannedAt)
  const late = now - since > LATE_AFTER || all.some(({ delivery }) => delivery.tries > 0)
  return { late, lateMs: late ? Math.max(0, now - since) : 0 }
}

/**
 * What a try's outcome writes. What was taken along shares the carrier's fate, so that the line keeps its order: told
 * with it, refused with it, or due with it again, after the delay of whichever was tried most.
 */
export function settlementsOf(parcel: Parcel, outcome: Outcome, now: number, chance: number): readonly Settlement[] {
  const { carrier, merged } = parcel
  const { delivery } = carrier
  const tries = Math.max(delivery.tries, ...merged.map((told) => told.delivery.tries))
  const settled = { ...settlementOf({ ...delivery, tries }, outcome, now, chance), tries: delivery.tries + 1 }
  // Later news of one outage must not go on below, or in the place of, a message about many.
  const handle = isSummary(parcel) ? null : settled.handle
  const mergedInto = settled.state === 'delivered' ? delivery.id : null
  const others = merged.map(({ delivery: { id, tries: before } }) => ({
    ...settled,
    id,
    tries: before + 1,
    mergedInto,
    handle: null,
  }))
  return [...others, { ...settled, handle }]
}

/**
 * Nobody was told in time, or `because` of something need not be. The last error of those that were tried stays, for
 * whoever asks why.
 */
export const expiryOf = ({ id, dueAt, tries, lastError }: Delivery, because: string | null = null): Settlement => ({
  id,
  state: 'expired',
  dueAt,
  tries,
  lastError: tries === 0 ? (because ?? lastError) : lastError,
  deliveredAt: null,
  mergedInto: null,
  handle: null,
})
