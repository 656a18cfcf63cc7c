import { z } from 'zod'
import type { Answer, Ask } from '../../core/answer.ts'
import type { Asked, Reading } from '../../core/platform.ts'
import { absent } from '../../core/verdict.ts'
import { blindBy, bodyAs, reading } from '../reading.ts'
import { byName } from './name.ts'
import { asking, isMissing, seen, unseen, User, type Access } from './user.ts'

/**
 * The account itself, for which only those who are signed in may ask. Of a status message anybody may: whether there
 * could be one tells whether the account exists, blocked or not, and its name tells the rest.
 */
export async function byId(access: Access, account: Asked, ask: Ask): Promise<Reading> {
  const answer = await asking(access, pathOf(account), ask)
  const user = answer.status === 200 ? bodyAs(User, answer) : null
  if (user !== null && user.id === account.id) return seen(user, account.id, answer)
  if (isMissing(answer)) return missing(answer)
  return isForMembers(answer) ? byStatus(access, account, ask) : unseen(answer)
}

const pathOf = ({ id }: Asked): string => `/${encodeURIComponent(id ?? '')}`

const ForMembers = z.object({ message: z.literal('403 Forbidden - Not authorized!') })

const isForMembers = (answer: Answer): boolean => answer.status === 403 && bodyAs(ForMembers, answer) !== null

const missing = (answer: Answer): Reading => reading(absent('not_found', 'deleted'), '404 User Not Found', answer)

/** Of an account that has set none it is empty, or its fields are. */
const Status = z.union([z.strictObject({}), z.object({ emoji: z.string().nullable() })])

async function byStatus(access: Access, account: Asked, ask: Ask): Promise<Reading> {
  const answer = await asking(access, `${pathOf(account)}/status`, ask)
  const isThere = answer.status === 200 && bodyAs(Status, answer) !== null
  if (!isThere && !isMissing(answer)) return unseen(answer)
  const named = await byName(access, account, ask)
  switch (named.verdict.kind) {
    // A server that shows nobody to strangers has no status for anybody either: only here it says so.
    case 'inconclusive':
      return named
    case 'absent':
      return isThere ? reading(absent('suspended', 'renamed'), '[]', named.answer) : missing(answer)
    case 'present':
      return named.verdict.identity.id === account.id && !isThere
        ? blindBy('unreadable', 'there by its name, but not by its id', answer)
        : named
  }
}
