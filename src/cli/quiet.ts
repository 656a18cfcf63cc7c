import type { QuietJson } from '../core/json-desk.ts'
import { countWords } from '../core/words.ts'
import { oneLine } from './terminal.ts'
import { doThere, withFields, type Done, type There } from './there.ts'

/** Whom to hold notices about, how long and why. */
export type QuietOptions = There & {
  /** An account on the roll, or a tag. */
  readonly of: string
  /** `2h`. */
  readonly span: string
  readonly because: string
  readonly by: string | null
}

const PATH = 'api/v1/quiet'
const quiet = withFields<QuietJson>('id', 'of', 'until')

/** Tells a running Rollcall to hold notices for a while. */
export const quietThere = ({ of, span, because, by, ...there }: QuietOptions): Promise<Done<QuietJson>> =>
  doThere(there, PATH, { body: { of, for: span, because, ...(by !== null && { by }) } }, quiet)

export type Quiets = { readonly quiets: readonly QuietJson[] }

/** What is quiet now. */
export const quietsThere = (there: There): Promise<Done<Quiets>> =>
  doThere(there, PATH, {}, withFields<Quiets>('quiets'))

/** Ends one before its time. */
export const endQuietThere = (there: There, id: string): Promise<Done<QuietJson>> =>
  doThere(there, `${PATH}/${encodeURIComponent(id)}`, { method: 'DELETE' }, quiet)

/** `qui_01J…: notices about x:NASA are held until 2017-11-02T22:53:00.000Z, says ops: moving house`. */
export function quietLine({ id, kind, of, accounts, until, because, by }: QuietJson): string {
  const whom = kind === 'account' ? of : `${countWords(accounts, 'account')} tagged ${of}`
  return oneLine(`${id}: notices about ${whom} are held until ${until}, says ${by}: ${because}`)
}

export const endedLine = ({ id, of, until }: QuietJson): string =>
  oneLine(`${id}: notices about ${of} are told again since ${until}`)
