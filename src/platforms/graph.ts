import { z } from 'zod'
import type { Answer, Ask } from '../core/answer.ts'
import type { Reading } from '../core/platform.ts'
import type { Cause } from '../core/verdict.ts'
import { blindBy, bodyAs, unread, withoutAt } from './reading.ts'

const HANDLE = /^(?!\.)(?!.*\.\.)[a-z0-9._]{1,30}(?<!\.)$/

/** Instagram and Threads share one space of names, in which letter case is no difference. */
export function metaHandle(raw: string): string | null {
  const handle = withoutAt(raw).toLowerCase()
  return HANDLE.test(handle) ? handle : null
}

/** Ids are larger than a JavaScript number holds: one that comes as a number is already wrong. */
export const GraphId = z.string().regex(/^\d{1,20}$/)

/**
 * One question to a Graph API of Meta, with the token in its header. These interfaces repeat a token that they cannot
 * read ("Malformed access token …"), and what an answer said is kept as evidence.
 */
export async function askGraph(url: string, token: string, ask: Ask): Promise<Answer> {
  const answer = await ask({ url, headers: { authorization: `Bearer ${token}`, accept: 'application/json' } })
  return answer.text.includes(token) ? { ...answer, text: answer.text.replaceAll(token, '[token]') } : answer
}

const Failure = z.object({ error: z.object({ code: z.int(), message: z.string().catch('') }) })

/** The error's own code means something under these; any other status speaks for itself. */
const WORDED = [400, 403, 404]

/**
 * Why a Graph API shows nobody (developers.facebook.com, "Handle errors"). It never says "gone": it refuses accounts
 * that are private, personal or small in the same words as those that do not exist.
 */
export function unshown(answer: Answer): Reading {
  const error = WORDED.includes(answer.status) ? bodyAs(Failure, answer)?.error : undefined
  const cause = error === undefined ? null : causeOf(error.code)
  if (error === undefined || cause === null) return unread(answer)
  return blindBy(cause, `(#${error.code}) ${error.message}`, answer)
}

function causeOf(code: number): Cause | null {
  // The use cases' own limits, Instagram's 80002 among them, are 80000 and the next few.
  if (code >= 80_000 && code <= 80_014) return 'rate_limited'
  if (code >= 200 && code <= 299) return 'unauthorized'
  return CODES.get(code) ?? null
}

const CODES: ReadonlyMap<number, Cause> = new Map([
  ...[3, 10, 102, 190].map((code) => [code, 'unauthorized'] as const),
  ...[4, 17, 32, 341, 613].map((code) => [code, 'rate_limited'] as const),
  ...[1, 2].map((code) => [code, 'platform_error'] as const),
  // "Invalid user id" and "does not exist" are what it says of everybody it will not show; 368 is a block for what it
  // holds to be abuse.
  ...[24, 110, 368].map((code) => [code, 'blocked'] as const),
])
