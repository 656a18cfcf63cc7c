import type { DrillReport } from '../core/drill.ts'
import { spanWords } from '../core/words.ts'
import { oneLine } from './terminal.ts'
import { askThere, refusalIn, type Answered, type There } from './there.ts'

/**
 * What became of a drill: a report for each subscriber, or why there is none. `nobody` says that nothing listens there,
 * so that whoever asked may send the drill without a running Rollcall.
 */
export type Drilled =
  | { readonly kind: 'drilled'; readonly reports: readonly DrillReport[] }
  | { readonly kind: 'refused' | 'unreachable' | 'nobody'; readonly reason: string }

/** Two notices, each of which may wait for its turn and then for its answer. */
const PATIENCE = 90_000

/** Has a running Rollcall drill these subscribers; without names all of them. */
export async function drillThere(there: There, names: readonly string[]): Promise<Drilled> {
  const known = await askThere(there, 'api/v1/subscribers', { patience: PATIENCE })
  if (known.kind === 'unreachable') return { kind: known.isRefused ? 'nobody' : 'unreachable', reason: known.reason }
  if (known.status !== 200 || !isList(known.body)) return refused(there, known)
  const all = known.body.subscribers.map(({ name }) => name)
  const stranger = names.find((name) => !all.includes(name))
  if (stranger !== undefined) return { kind: 'refused', reason: strangerWords(stranger, all) }
  const wanted = names.length === 0 ? all : [...new Set(names)]
  const answers = await Promise.all(
    wanted.map((name) =>
      askThere(there, `api/v1/subscribers/${encodeURIComponent(name)}/drill`, { body: {}, patience: PATIENCE }),
    ),
  )
  const reports: DrillReport[] = []
  for (const answer of answers) {
    if (answer.kind === 'unreachable') return { kind: 'unreachable', reason: answer.reason }
    if (answer.status !== 200 || !isReport(answer.body)) return refused(there, answer)
    reports.push(answer.body)
  }
  return { kind: 'drilled', reports }
}

type Said = Extract<Answered, { kind: 'answered' }>

const refused = (there: There, { status, body }: Said): Drilled => ({
  kind: 'refused',
  reason: refusalIn(there, status, body),
})

export const strangerWords = (name: string, all: readonly string[]): string =>
  oneLine(`there is no subscriber ${name}; there ${all.length === 0 ? 'are none' : `are ${all.join(', ')}`}`)

/** `desk (slack): delivered in 84 ms`, `pager (pagerduty): refused: answered 400`. */
export function drillLine({ subscriber, channel, outcome, reason, ms }: DrillReport): string {
  const how = reason === null ? '' : `: ${reason}`
  const after = ms === null ? '' : ms < 1_000 ? `, in ${ms} ms` : `, in ${spanWords(ms)}`
  return oneLine(`${subscriber} (${channel}): ${outcome === 'retry' ? 'not delivered' : outcome}${how}${after}`)
}

export const isAllDelivered = (reports: readonly DrillReport[]): boolean =>
  reports.every(({ outcome }) => outcome === 'delivered')

const isList = (body: unknown): body is { readonly subscribers: readonly { readonly name: string }[] } =>
  typeof body === 'object' && body !== null && 'subscribers' in body && Array.isArray(body.subscribers)

const isReport = (body: unknown): body is DrillReport =>
  typeof body === 'object' && body !== null && 'subscriber' in body && 'outcome' in body && 'notices' in body
