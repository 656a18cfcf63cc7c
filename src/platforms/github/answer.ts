import { z } from 'zod'
import type { Answer } from '../../core/answer.ts'
import type { Asked, Reading } from '../../core/platform.ts'
import { absent, present, type Identity, type Reason } from '../../core/verdict.ts'
import { GONE_FOR_GOOD } from '../gone.ts'
import { blindBy, bodyAs, Count, Name, NumberedId, profile, reading, unlessMoved, unread } from '../reading.ts'
import type { Memory, Remembered } from './memory.ts'

/**
 * New names hold single hyphens inside; older ones may end in one or double it, and those of managed users end in an
 * underscore and their company's code.
 */
export const HANDLE = /^(?=.{1,39}$)[a-z\d][a-z\d-]*(?:_[a-z\d]+)?$/i

type User = z.infer<typeof User>

const User = z.object({ id: NumberedId, login: z.string().regex(HANDLE), name: Name, followers: Count })

/** How a look names an account, and knows it again in the answer. */
export type Road = {
  path(account: Asked): string
  isAbout(user: User, account: Asked): boolean
  reasons(account: Asked): readonly [Reason, ...Reason[]]
}

/** By the name. Who was renamed is not found here. */
export const LOGIN: Road = {
  path: ({ handle }) => `/users/${encodeURIComponent(handle)}`,
  isAbout: ({ login }, { handle }) => login.toLowerCase() === handle.toLowerCase(),
  reasons: (account) => unlessMoved(account, ...GONE_FOR_GOOD),
}

/** By the numeric id, which a rename does not change. */
export const ID: Road = {
  path: ({ id }) => `/user/${encodeURIComponent(id ?? '')}`,
  isAbout: (user, { id }) => user.id === id,
  reasons: () => GONE_FOR_GOOD,
}

const Refusal = z.object({ message: z.string(), documentation_url: z.string() })

/** @param known what the request asked about: nothing else can be "not modified" */
export function read(road: Road, account: Asked, memory: Memory, known: Remembered | null, answer: Answer): Reading {
  if (answer.status === 304) return unmodified(known, answer)
  const user = answer.status === 200 ? bodyAs(User, answer) : null
  if (user !== null && road.isAbout(user, account)) {
    const identity: Identity = { id: user.id, handle: user.login, ...profile(user.name, user.followers) }
    memory.keep(road.path(account), answer, identity)
    return reading(present(identity), 'id', answer)
  }
  const refusal = bodyAs(Refusal, answer)
  if (isSpent(answer, refusal?.message)) return blindBy('rate_limited', refusal?.message ?? 'nothing remaining', answer)
  if (answer.status !== 404 || refusal?.message !== 'Not Found') return unread(answer, refusal?.message)
  // Who comes back is to be read in full, whatever the server has kept meanwhile.
  memory.forget(road.path(account))
  return reading(absent(...road.reasons(account)), refusal.message, answer)
}

const unmodified = (known: Remembered | null, answer: Answer): Reading =>
  known === null
    ? blindBy('unreadable', 'not modified, but nothing was asked about', answer)
    : reading(present(known.identity), 'not modified', answer)

/** Both limits come with 403 or 429 (docs.github.com, "Rate limits for the REST API"); any other 403 is a block. */
const isSpent = ({ status, headers }: Answer, message = ''): boolean =>
  (status === 403 || status === 429) &&
  (headers['x-ratelimit-remaining'] === '0' || message.includes('secondary rate limit'))
