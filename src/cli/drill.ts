import type { Done as Answered } from '../core/desk.ts'
import type { DrillReport } from '../core/drill.ts'
import { spanWords } from '../core/words.ts'
import { oneLine } from './terminal.ts'
import { doThere, withFields, type Done, type There, type Undone } from './there.ts'

/** What became of a drill: a report for each subscriber, or why there is none. */
export type Drilled = Done<readonly DrillReport[]>

/** Two notices, each of which may wait for its turn and then for its answer. */
const PATIENCE = 90_000

/** Has a running Rollcall drill these subscribers; without names all of them. */
export async function drillThere(there: There, names: readonly string[]): Promise<Drilled> {
  const known = await doThere(there, 'api/v1/subscribers', { patience: PATIENCE }, namesIn)
  if (known.kind !== 'done') return known
  return drillEach(known.value, names, (name) =>
    doThere(
      there,
      `api/v1/subscribers/${encodeURIComponent(name)}/drill`,
      { body: {}, patience: PATIENCE },
      withFields<DrillReport>('subscriber', 'outcome', 'notices'),
    ),
  )
}

/** How a drill is sent without a running Rollcall. */
export type OwnDrill = {
  readonly subscribers: readonly string[]
  readonly send: (subscriber: string) => Promise<Answered<DrillReport>>
  readonly close: () => Promise<void>
}

/** Drills these subscribers from here; without names all of them. */
export async function drillHere({ subscribers, send, close }: OwnDrill, names: readonly string[]): Promise<Drilled> {
  try {
    return await drillEach(subscribers, names, async (name) => {
      const done = await send(name)
      return done.ok ? { kind: 'done', value: done.value } : { kind: 'refused', reason: done.detail }
    })
  } finally {
    await close()
  }
}

async function drillEach(
  all: readonly string[],
  names: readonly string[],
  drill: (name: string) => Promise<Done<DrillReport>>,
): Promise<Drilled> {
  const stranger = names.find((name) => !all.includes(name))
  if (stranger !== undefined) return { kind: 'refused', reason: strangerWords(stranger, all) }
  const answers = await Promise.all((names.length === 0 ? all : [...new Set(names)]).map(drill))
  const failed = answers.find((answer): answer is Undone => answer.kind !== 'done')
  return failed ?? { kind: 'done', value: answers.flatMap((one) => (one.kind === 'done' ? [one.value] : [])) }
}

const strangerWords = (name: string, all: readonly string[]): string =>
  oneLine(`there is no subscriber ${name}; there ${all.length === 0 ? 'are none' : `are ${all.join(', ')}`}`)

/** `desk (slack): delivered in 84 ms`, `pager (pagerduty): refused: answered 400`. */
export function drillLine({ subscriber, channel, outcome, reason, ms }: DrillReport): string {
  const how = reason === null ? '' : `: ${reason}`
  const after = ms === null ? '' : ms < 1_000 ? `, in ${ms} ms` : `, in ${spanWords(ms)}`
  return oneLine(`${subscriber} (${channel}): ${outcome === 'retry' ? 'not delivered' : outcome}${how}${after}`)
}

export const isAllDelivered = (reports: readonly DrillReport[]): boolean =>
  reports.every(({ outcome }) => outcome === 'delivered')

const namesIn = (body: unknown): readonly string[] | null =>
  isList(body) ? body.subscribers.map(({ name }) => name) : null

const isList = (body: unknown): body is { readonly subscribers: readonly { readonly name: string }[] } =>
  typeof body === 'object' && body !== null && 'subscribers' in body && Array.isArray(body.subscribers)
