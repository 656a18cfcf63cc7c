import type { AccountJson } from '../core/json.ts'
import { faceWords } from '../core/words.ts'
import { oneLine } from './terminal.ts'
import { askThere, refusalIn, type There } from './there.ts'

export type AcceptOptions = There & { readonly account: string; readonly note: string }

/** Who the account is from now on; or why not: the server said so, or nobody was there to say. Reasons are for people. */
export type Accepting =
  | { readonly kind: 'accepted'; readonly account: AccountJson }
  | { readonly kind: 'refused' | 'unreachable'; readonly reason: string }

/** The server waits this long for a look, and a little longer for the disk. */
const PATIENCE = 60_000

/** Tells a running Rollcall to pin whoever the account's handle leads to now. */
export async function acceptThere({ account, note, ...there }: AcceptOptions): Promise<Accepting> {
  const path = `api/v1/accounts/${encodeURIComponent(account)}/accept`
  const answer = await askThere(there, path, { body: { note }, patience: PATIENCE })
  if (answer.kind === 'unreachable') return { kind: 'unreachable', reason: answer.reason }
  const { status, body } = answer
  return status === 200 && isAccount(body)
    ? { kind: 'accepted', account: body }
    : { kind: 'refused', reason: refusalIn(there, status, body) }
}

/** `x:old is @new (id 2500) from now on`. */
export const acceptedLine = ({ account, identity }: AccountJson): string =>
  oneLine(`${account} is ${identity === null ? 'nobody we know' : faceWords(identity)} from now on`)

const isAccount = (body: unknown): body is AccountJson =>
  typeof body === 'object' && body !== null && 'account' in body && 'identity' in body
