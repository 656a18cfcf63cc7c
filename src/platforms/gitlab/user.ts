import { z } from 'zod'
import type { Answer, Ask } from '../../core/answer.ts'
import type { Reading } from '../../core/platform.ts'
import { absent, present } from '../../core/verdict.ts'
import { blindBy, bodyAs, Count, Name, NumberedId, profile, reading, under, unread } from '../reading.ts'

/** Where GitLab is asked, and the headers with the token, if there is one. */
export type Access = { readonly api: string; readonly headers: Readonly<Record<string, string>> }

/** Asks the interface of users. @param path behind `/api/v4/users` */
export const asking = ({ api, headers }: Access, path: string, ask: Ask): Promise<Answer> =>
  ask({ url: under(api, `/api/v4/users${path}`), headers: { accept: 'application/json', ...headers } })

/** A user's name; some endings would be taken for a file of the server's. */
export const HANDLE = /^(?!.*\.(?:git|atom)$)[\w.][\w.-]{0,253}[\w-]$/

/** See the schema of the same name. */
export type User = z.infer<typeof User>

/** A user as GitLab shows it; what it shows depends on who asks. */
export const User = z.object({
  id: NumberedId,
  username: z.string().regex(HANDLE),
  name: Name,
  state: z.string(),
  followers: Count,
})

/** Closed by the instance; only those who are signed in, and some of them only administrators, get to see it. */
const CLOSED = ['blocked', 'banned', 'ldap_blocked']
/** Still there for visitors: a deactivated account has only been idle for long. */
const OPEN = ['active', 'deactivated']

/** What the state of a shown user means. @param pinned the id of the account, where it has one */
export function seen({ id, username, name, state, followers }: User, pinned: string | null, answer: Answer): Reading {
  // What became of a stranger on the name is not the account's.
  const isStranger = pinned !== null && pinned !== id
  if (OPEN.includes(state) || (isStranger && CLOSED.includes(state))) {
    return reading(present({ id, handle: username, ...profile(name, followers) }), `state: ${state}`, answer)
  }
  return CLOSED.includes(state)
    ? reading(absent('suspended'), `state: ${state}`, answer)
    : blindBy('unreadable', `state: ${state}`, answer)
}

const Missing = z.object({ message: z.literal('404 User Not Found') })

/** The server's own "no such user"; an address that it does not know is a 404 in other words. */
export const isMissing = (answer: Answer): boolean => answer.status === 404 && bodyAs(Missing, answer) !== null

const Scope = z.object({ error: z.literal('insufficient_scope') })

/** An answer that shows nobody and denies nobody. */
export const unseen = (answer: Answer): Reading =>
  answer.status === 403 && bodyAs(Scope, answer) !== null
    ? blindBy('unauthorized', 'insufficient_scope', answer)
    : unread(answer)
