import type { OutageJson } from '../core/json.ts'
import { oneLine } from './terminal.ts'
import { doThere, withFields, type Done, type There } from './there.ts'

/** What may be said of an outage. */
export type RemarkName = 'acknowledge' | 'annotate' | 'retract'

export type RemarkOptions = There & {
  readonly remark: RemarkName
  readonly outage: string
  readonly note: string
  /** Null is whoever holds the token. */
  readonly by: string | null
}

/** Tells a running Rollcall what a person says about an outage; answers with the outage. */
export const remarkThere = ({ remark, outage, note, by, ...there }: RemarkOptions): Promise<Done<OutageJson>> =>
  doThere(
    there,
    `api/v1/outages/${encodeURIComponent(outage)}/${remark}`,
    { body: { note, ...(by !== null && { by }) } },
    withFields<OutageJson>('id', 'account', 'notes'),
  )

/** `Donald J. Trump (x:realDonaldTrump): acknowledged by ops at 2017-11-02T22:53:00.000Z`. */
export function remarkedLine(
  remark: RemarkName,
  { name, account, acknowledged, retracted, notes }: OutageJson,
): string {
  const said = { acknowledge: acknowledged, annotate: notes.at(-1) ?? null, retract: retracted }[remark]
  return oneLine(`${name} (${account}): ${WORDS[remark]} by ${said?.by ?? 'nobody'} at ${said?.at ?? 'no time'}`)
}

const WORDS: Readonly<Record<RemarkName, string>> = {
  acknowledge: 'acknowledged',
  annotate: 'annotated',
  retract: 'retracted',
}
