import { z } from 'zod'
import type { Cause } from '../core/verdict.ts'

/** See the schema of the same name. */
export type Problem = z.infer<typeof Problem>

const text = z.string().optional().catch(undefined)

/** An entry of `errors`, or a whole answer that is one problem (RFC 7807 as X writes it, or the older `code`). */
export const Problem = z.object({
  title: text,
  detail: text,
  message: text,
  type: text,
  value: text,
  resource_id: text,
  resource_type: text,
  code: z.number().optional().catch(undefined),
})

/**
 * Whom it is about, in the order of trust, lower case. A name holds no bracket: text that only opens them would
 * otherwise be read to its end from each one, which a hostile answer makes last for hours.
 */
export const namesIn = ({ value, resource_id, detail }: Problem): readonly string[] =>
  [value, resource_id, /\[([^[\]]*)\]/.exec(detail ?? '')?.[1]].flatMap((name) => name?.toLowerCase() ?? [])

const aboutUser = ({ type, resource_type }: Problem): boolean =>
  (type === undefined || kindOf(type) === 'resource-not-found') &&
  (resource_type === undefined || resource_type === 'user')

/** "There is no such user", in the words that X has for nothing else. */
export const isNotFound = (problem: Problem): boolean =>
  aboutUser(problem) &&
  problem.title === 'Not Found Error' &&
  (problem.detail ?? '').startsWith('Could not find user with ')

/** "This user is suspended". The type is "resource-not-found" here, too: only title and text tell the two apart. */
export const isSuspended = (problem: Problem): boolean =>
  aboutUser(problem) &&
  problem.title === 'Forbidden' &&
  /^User has been suspended\b/.test(problem.detail ?? '') &&
  causeOf(problem) === null

/** The documented "not found" in other words; believed only in a 404 to a question about a single account. */
export const isUnknownResource = (problem: Problem): boolean =>
  aboutUser(problem) &&
  problem.type !== undefined &&
  problem.title === 'Not Found Error' &&
  !/suspended/i.test(problem.detail ?? '')

/** The cause, where a problem is about us (credential, quota, grant) and not about whom we asked for; else null. */
export function causeOf({ type, code, detail }: Problem): Cause | null {
  if (detail?.includes('used for authentication') === true) return 'unauthorized'
  return KINDS.get(kindOf(type ?? '')) ?? CODES.get(code ?? 0) ?? null
}

/** `https://api.twitter.com/2/problems/usage-capped` → `usage-capped`; the host has changed and may again. */
const kindOf = (type: string): string => type.slice(type.lastIndexOf('/') + 1)

const KINDS: ReadonlyMap<string, Cause> = new Map([
  ['user-suspended', 'unauthorized'],
  ['client-forbidden', 'unauthorized'],
  ['not-authorized-for-resource', 'unauthorized'],
  ['usage-capped', 'rate_limited'],
  ['rate-limit-exceeded', 'rate_limited'],
  ['disallowed-resource', 'blocked'],
  ['resource-unavailable', 'platform_error'],
])

/** Codes of the older API, which still come through for credentials and load. */
const CODES: ReadonlyMap<number, Cause> = new Map([
  ...[32, 64, 89, 215, 239, 326].map((code) => [code, 'unauthorized'] as const),
  [88, 'rate_limited'],
  [130, 'platform_error'],
  [131, 'platform_error'],
])

/** What a problem says of itself, for the marker: the most telling of its fields. */
export const wordsOf = (problem: Problem | undefined): string | null =>
  problem?.detail ?? problem?.message ?? problem?.title ?? problem?.type ?? null
