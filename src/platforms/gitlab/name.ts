import { z } from 'zod'
import type { Answer, Ask } from '../../core/answer.ts'
import type { Asked, Reading } from '../../core/platform.ts'
import { absent } from '../../core/verdict.ts'
import { bodyAs, isLabelledJson, reading, unlessMoved } from '../reading.ts'
import { asking, seen, unseen, User, type Access } from './user.ts'

/** Searches for exactly this name, in any letter case. Blocked accounts are left out, except for administrators. */
export async function byName(access: Access, account: Asked, ask: Ask): Promise<Reading> {
  return read(account, await asking(access, `?username=${encodeURIComponent(account.handle)}`, ask))
}

/** Counted before it is read: a name has one account, or none. */
const Found = z.array(z.unknown()).max(1)

function read(account: Asked, answer: Answer): Reading {
  const found = answer.status === 200 && isLabelledJson(answer) ? bodyAs(Found, answer) : null
  if (found === null) return unseen(answer)
  if (found.length === 0) {
    return reading(absent(...unlessMoved(account, 'not_found', 'suspended', 'deleted')), '[]', answer)
  }
  const user = User.safeParse(found[0]).data
  return user?.username.toLowerCase() === account.handle.toLowerCase() ? seen(user, account.id, answer) : unseen(answer)
}
