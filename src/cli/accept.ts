import type { AccountJson } from '../core/json.ts'
import { faceWords } from '../core/words.ts'
import { oneLine } from './terminal.ts'
import { doThere, withFields, type Done, type There } from './there.ts'

export type AcceptOptions = There & { readonly account: string; readonly note: string }

/** The server waits this long for a look, and a little longer for the disk. */
const PATIENCE = 60_000

/** Tells a running Rollcall to pin whoever the account's handle leads to now; answers with the account. */
export const acceptThere = ({ account, note, ...there }: AcceptOptions): Promise<Done<AccountJson>> =>
  doThere(
    there,
    `api/v1/accounts/${encodeURIComponent(account)}/accept`,
    { body: { note }, patience: PATIENCE },
    withFields<AccountJson>('account', 'identity'),
  )

/** `x:old is @new (id 2500) from now on`. */
export const acceptedLine = ({ account, identity }: AccountJson): string =>
  oneLine(`${account} is ${identity === null ? 'nobody we know' : faceWords(identity)} from now on`)
