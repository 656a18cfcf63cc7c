import type { Outcome } from './channel.ts'
import { settlementOf, type Delivery, type Settlement } from './delivery.ts'
import type { Claimed, Told } from './store.ts'
import { calledOff, neverEscalated } from './standing.ts'
import { isDealtWith } from './outage.ts'
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
 * An opening whose closing or retraction already waits behind it goes with it, and so does everything between: one
 * message that says "was gone", instead of "is gone" about somebody who is back. It does not matter whether the opening was ever tried,
 * nor whether it has expired meanwhile, as long as the end is still worth telling. A change or a remark whose
 * opening was told is not merged: it is news of its own.
 *
 * Whatever it had waited for before, nothing about an account that is quiet has its first try; a reminder is skipped,
 * since the next one comes by itself. What was tried may have been heard, so it is told on.
 *
 * @param afterMs how long an outage has to last, with nobody taking it on, before the subscriber hears of it
 */
export function turnOf(claimed: Claimed, now: number, quietUntil: QuietUntil, afterMs = 0): Turn {
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
  if (delivery.form === 'held') return summaryTurn(line, now, afterMs)
  const end = transition.name === 'outage.opened' ? endOf(transition.outage.id, line) : -1
  const carrier = line[end]
  if (carrier !== undefined && isLive(carrier, now)) {
    return { kind: 'tell', parcel: { carrier, merged: line.slice(0, end), thread } }
  }
  const live = line.findIndex((told) => isLive(told, now))
  if (live === 0) return { kind: 'tell', parcel: { carrier: head, merged: [], thread } }
  return { kind: 'expire', expired: line.slice(0, expiredUntil(line, live)).map((told) => told.delivery) }
}

/** Until when each of a line waits, epoch ms: all as long as the first; in a summary each for its own account. */
function waitsOf(line: readonly Told[], now: number, quietUntil: QuietUntil): readonly number[] {
  const each = line.map(({ delivery, transition }) => {
    const account = accountOf(transition)
    return account === null || delivery.tries > 0 ? 0 : quietUntil(account, now)
  })
  return line[0]?.delivery.form === 'held' ? each : line.map(() => each[0] ?? 0)
}

/** Owed as before, but not sooner than `until`; what waits stays worth telling for as much longer. */
function later({ id, dueAt, expiresAt, tries, lastError }: Delivery, until: number, now: number): Settlement {
  const waitMs = Math.max(0, until - Math.max(now, dueAt))
  return {
    id,
    state: 'due',
    dueAt: Math.max(dueAt, until),
    expiresAt: expiresAt + waitMs,
    tries,
    lastError,
    deliveredAt: null,
    mergedInto: null,
    handle: null,
  }
}

/** A reminder, a summary and an escalation say how it stands now, not how it began. */
function asItStands(told: Told): Told {
  const { delivery, transition, standing } = told
  if (standing === undefined || !('outage' in transition)) return { delivery, transition }
  // An opening that was tried is told on, whatever has become of it: what that is has its own notice.
  const isOpen = isEscalated(told) && !isDealtWith(standing.outage)
  const isLater = delivery.form === 'held' || delivery.reminder > 0 || isOpen
  return isLater
    ? { delivery, transition: { ...transition, outage: standing.outage }, standing }
    : { delivery, transition }
}

/** An opening that is told because it has lasted. */
export const isEscalated = ({ delivery, transition }: Told): boolean =>
  delivery.form === 'escalation' && delivery.reminder === 0 && transition.name === 'outage.opened'

/** What was held is told in one message, under the id of its newest; what has expired meanwhile has its own turn. */
function summaryTurn(line: readonly Told[], now: number, afterMs: number): Turn {
  const reasons = line.map((told) => neverEscalated(told, afterMs))
  if (reasons.some((because) => because !== null)) {
    const settlements = line.map(({ delivery }, index) => {
      const because = reasons[index] ?? null
      return because === null ? later(delivery, 0, now) : expiryOf(delivery, because)
    })
    return { kind: 'wait', settlements }
  }
  const live = line.filter((told) => isLive(told, now))
  const carrier = live.at(-1)
  if (carrier === undefined) return { kind: 'expire', expired: line.map(({ delivery }) => delivery) }
  return { kind: 'tell', parcel: { carrier, merged: live.slice(0, -1), thread: null } }
}

/** Whether a parcel tells all that was held until now, in one message: nothing else is told together with that. */
export const isSummary = ({ carrier, merged }: Parcel): boolean =>
  [carrier, ...merged].every(({ delivery }) => delivery.form === 'held')

const isLive = ({ delivery }: Told, now: number): boolean => delivery.expiresAt > now

const endOf = (outage: string, line: readonly Told[]): number =>
  line.findIndex(
    ({ transition }) =>
      (transition.name === 'outage.closed' || transition.name === 'outage.retracted') &&
      transition.outage.id === outage,
  )

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
 * What is written of a delivery that was not told in time or, `because` of something, need not be told. The last error
 * of one that was tried stays, for whoever asks why.
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
