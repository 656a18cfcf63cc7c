import { stableId } from './id.ts'
import type { Trust } from './platform.ts'
import { isExplicit, type Identity, type Reason } from './verdict.ts'

/** What a person said about an outage. `at` epoch ms; `by` a token's name or what the person called themselves. */
export type Remark = { readonly at: number; readonly by: string; readonly note: string }

/** Whom a person has accepted as the account from then on; `at` epoch ms. */
export type Accepted = { readonly at: number; readonly by: string; readonly identity: Identity }

/** A look that says absent. `marker` is what in its newest answer decided: the platform's own words, where it has any. */
export type AbsentAnswer = { readonly look: string; readonly marker: string | null }

/** One spell of absence. All instants are epoch ms; null is "not known" or "not yet". */
export type Outage = {
  readonly id: string
  readonly account: string
  readonly because: readonly Reason[]
  /** How far "absent" can be trusted: that of the best look that said so. */
  readonly trust: Trust
  /** Looks that say the account is present while the outage stands. */
  readonly disputed: readonly string[]
  /** When it was last certainly there (`askedAt`); null when it was never seen present. */
  readonly lastPresentAt: number | null
  readonly firstAbsentAt: number
  readonly lastAbsentAt: number
  readonly firstPresentAt: number | null
  readonly openedAt: number
  readonly closedAt: number | null
  /** Time between `firstAbsentAt` and the end in which we could not see. */
  readonly blindMs: number
  /** Absent sightings so far. */
  readonly sightings: number
  /** The looks that say absent; those that were recorded before this was kept have none. */
  readonly answers?: readonly AbsentAnswer[]
  readonly identity: Identity | null
  /** Who stands there instead: the pinned id's new handle, or the stranger. */
  readonly now: Identity | null
  readonly acknowledged: Remark | null
  readonly retracted: Remark | null
  readonly notes: readonly Remark[]
  /** The decision that closed it, where nobody came back; why it was made is the note of that instant. */
  readonly accepted?: Accepted
}

/** Bounds of a length in ms. `maxMs` is null when the start was never seen. */
export type Duration = {
  readonly estimateMs: number
  readonly minMs: number
  readonly maxMs: number | null
  /** Share of the outage in which we could see, 0 to 1. */
  readonly coverage: number
}

/** The same for the same absence, however often it is decided. */
export const outageId = (account: string, firstAbsentAt: number): string => stableId('out', firstAbsentAt, account)

/** Nobody needs to be called any more: it is over, or a person knows. */
export const isDealtWith = ({ closedAt, acknowledged, retracted }: Outage): boolean =>
  closedAt !== null || acknowledged !== null || retracted !== null

/** It was never seen present, so nobody knows when it began. */
export const isUnseen = (outage: Outage): boolean => outage.lastPresentAt === null

export const isExplicitOutage = (outage: Outage): boolean => isExplicit(outage.because)

/**
 * How long it lasted, or has lasted at `now` while it is open.
 *
 * The absence began between last present and first absent and ended between last absent and first present; the
 * estimate takes the middle of both. Open ones count up: they may end this instant.
 */
export function durationOf(outage: Outage, now: number): Duration {
  const { lastPresentAt, firstAbsentAt, lastAbsentAt } = outage
  const end = outage.firstPresentAt ?? Math.max(now, lastAbsentAt)
  const likelyStart = lastPresentAt === null ? firstAbsentAt : middle(lastPresentAt, firstAbsentAt)
  const likelyEnd = outage.firstPresentAt === null ? end : middle(lastAbsentAt, end)
  const minMs = Math.max(0, lastAbsentAt - firstAbsentAt)
  const maxMs = lastPresentAt === null ? null : Math.max(minMs, end - lastPresentAt)
  const estimateMs = Math.round(Math.min(Math.max(likelyEnd - likelyStart, minMs), maxMs ?? Infinity))
  const span = end - firstAbsentAt
  const coverage = span <= 0 ? 1 : Math.min(1, Math.max(0, 1 - outage.blindMs / span))
  return { estimateMs, minMs, maxMs, coverage: Math.round(coverage * 10_000) / 10_000 }
}

const middle = (from: number, to: number): number => from + (to - from) / 2

/**
 * Availability over a window: 1 − outage time ÷ (window − blind time); null when we saw none of it.
 * All three in ms and already cut to the window.
 */
export function availability(windowMs: number, outageMs: number, blindMs: number): number | null {
  const seen = windowMs - blindMs
  return seen <= 0 ? null : Math.min(1, Math.max(0, 1 - outageMs / seen))
}
