import { z } from 'zod'
import type { Answer, Ask } from '../../core/answer.ts'
import type { Reading } from '../../core/platform.ts'
import { absent, present } from '../../core/verdict.ts'
import { blindBy, bodyAs, Count, Name, NumberedId, profile, reading, under, unread } from '../reading.ts'

export type Access = { readonly api: string; readonly headers: Readonly<Record<string, string>> }

export const asking = ({ api, headers }: Access, path: string, ask: Ask): Promise<Answer> =>
  ask({ url: under(api, `/api/v4/users${path}`), headers: { accept: 'application/json', ...headers } })

export const HANDLE = /^(?!.*\.(?:git|atom)$)[\w.][\w.-]{0,253}[\w-]$/

export type User = z.infer<typeof User>

export const User = z.object({
  id: NumberedId,
  username: z.string().regex(HANDLE),
  name: Name,
  state: z.string(),
  followers: Count,
})

/** Closed by the instance; only those who are signed in, and some of them only administrators, get to see it. */
const CLOSED = ['blocked', 'banned', 'ldap_blocked']
/** A deactivated account has only been idle for long, and its page stays. */
const OPEN = ['active', 'deactivated']

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

export const unseen = (answer: Answer): Reading =>
  answer.status === 403 && bodyAs(Scope, answer) !== null
    ? blindBy('unauthorized', 'insufficient_scope', answer)
    : unread(answer)
