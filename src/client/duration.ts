import type { OutageJson } from '../core/json.ts'

/** Bounds of a length in ms; `maxMs` is null when the start was never seen. */
export type Length = { readonly estimateMs: number; readonly minMs: number; readonly maxMs: number | null }

type Instants = Pick<OutageJson, 'state' | 'duration' | 'lastPresentAt' | 'firstAbsentAt' | 'lastAbsentAt'>

/**
 * How long an outage has lasted at `now` (the server's time, epoch ms). A closed one lasted as long as it did; an open
 * one counts up: it may end this instant, so its lower bound grows only with each new absence that was seen.
 */
export function lengthAt(outage: Instants, now: number): Length {
  const { estimateMs, minMs: knownMs, maxMs } = outage.duration
  if (outage.state === 'closed') return { estimateMs, minMs: knownMs, maxMs }
  const firstAbsent = Date.parse(outage.firstAbsentAt)
  const lastPresent = outage.lastPresentAt === null ? null : Date.parse(outage.lastPresentAt)
  const lastAbsent = Date.parse(outage.lastAbsentAt)
  const minMs = Math.max(knownMs, lastAbsent - firstAbsent)
  const end = Math.max(now, lastAbsent)
  const begin = lastPresent === null ? firstAbsent : (lastPresent + firstAbsent) / 2
  return {
    estimateMs: Math.max(minMs, Math.round(end - begin)),
    minMs,
    maxMs: lastPresent === null ? null : Math.max(minMs, end - lastPresent),
  }
}
