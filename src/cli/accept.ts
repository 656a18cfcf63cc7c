import type { AccountJson } from '../core/json.ts'
import { faceWords } from '../core/words.ts'
import { oneLine } from './terminal.ts'

export type AcceptOptions = {
  readonly account: string
  /** The app's address, with or without a path, or its socket's. */
  readonly url: string
  readonly token: string | undefined
  readonly note: string
}

/** Who the account is from now on; or why not: the server said so, or nobody was there to say. Reasons are for people. */
export type Accepting =
  | { readonly kind: 'accepted'; readonly account: AccountJson }
  | { readonly kind: 'refused' | 'unreachable'; readonly reason: string }

/** The server waits this long for a look, and a little longer for the disk. */
const PATIENCE = 60_000

/** Tells a running Rollcall to pin whoever the account's handle leads to now. */
export async function acceptThere({ account, url, token, note }: AcceptOptions): Promise<Accepting> {
  const to = new URL(`api/v1/accounts/${encodeURIComponent(account)}/accept`, baseOf(url))
  try {
    const response = await fetch(to, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ note }),
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE),
    })
    const body: unknown = await response.json().catch(() => null)
    return response.status === 200 && isAccount(body)
      ? { kind: 'accepted', account: body }
      : { kind: 'refused', reason: reasonIn(body) ?? `${to.origin} answered ${response.status}, not like a Rollcall.` }
  } catch (fault) {
    const why = fault instanceof Error ? wordsOf(fault) : 'no answer'
    return { kind: 'unreachable', reason: `no Rollcall answers at ${url} (${why})` }
  }
}

/** `x:old is @new (id 2500) from now on`. */
export const acceptedLine = ({ account, identity }: AccountJson): string =>
  oneLine(`${account} is ${identity === null ? 'nobody we know' : faceWords(identity)} from now on`)

/** What paths are under: a proxy may keep Rollcall below a path of its own. */
function baseOf(url: string): URL {
  const base = new URL(url.replace(/^ws/, 'http'))
  base.pathname = base.pathname.replace(/\/(?:live)?$/, '').replace(/\/?$/, '/')
  base.search = base.hash = ''
  return base
}

const isAccount = (body: unknown): body is AccountJson =>
  typeof body === 'object' && body !== null && 'account' in body && 'identity' in body

const reasonIn = (body: unknown): string | null =>
  typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string'
    ? oneLine(body.detail)
    : null

/** What fetch says of a connection is only that it failed; the reason is its cause. */
const wordsOf = ({ message, cause }: Error): string => (cause instanceof Error && cause.message) || message
