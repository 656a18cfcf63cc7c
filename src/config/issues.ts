import type { z } from 'zod'
import { oneOf } from './near.ts'

/** Words for what zod missed, to stand behind "expected". A schema's own `error` text is used as it is. */
export function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? 'another kind of value'
    case 'invalid_value':
      return oneOf(issue.values.map(String))
    case 'too_small':
      return bound('at least', 'more than', issue.minimum, issue.inclusive !== false, issue.origin)
    case 'too_big':
      return bound('at most', 'less than', issue.maximum, issue.inclusive !== false, issue.origin)
    case 'invalid_format':
      return issue.format === 'url' ? addressWith(protocolOf(issue.inst)) : `text in the form of ${issue.format}`
    default:
      return 'another value'
  }
}

const SCHEMES = ['http', 'https', 'ws', 'wss']

/** `an address with http or https`. */
export const addressWith = (protocol: RegExp): string =>
  `an address with ${SCHEMES.filter((scheme) => protocol.test(scheme))
    .join(', ')
    .replace(/, (?=\w+$)/, ' or ')}`

/** The schemes an address may have: what its schema says, or any that we can speak. */
export function protocolOf(schema: unknown): RegExp {
  const def = (schema as z.core.$ZodURL | undefined)?._zod.def
  return def?.protocol ?? /^(?:https?|wss?)$/
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
}

function bound(with_: string, without: string, limit: number | bigint, inclusive: boolean, origin: string): string {
  const unit = origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : ''
  const words = `${inclusive ? with_ : without} ${String(limit)}${unit}`
  return limit === 1 && inclusive && unit !== '' && with_ === 'at least' ? `something in it (${words})` : words
}

/** What was found, short. Credentials and queries of addresses are left out. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return 'another kind of value'
  const harmless = value.replace(/\/\/[^@/\s]*@/, '//…@').replace(/\?.*$/s, '?…')
  return JSON.stringify(harmless.length > 60 ? `${harmless.slice(0, 60)}…` : harmless)
}

/**
 * The issues worth telling: of a union those of the option that came nearest, which is the one that did not already
 * refuse the value's type.
 */
export function plainIssues(issues: readonly z.core.$ZodIssue[], at: readonly PropertyKey[] = []): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path]
    if (issue.code === 'invalid_key' || issue.code === 'invalid_element') return plainIssues(issue.issues, path)
    if (issue.code !== 'invalid_union') return [{ ...issue, path }]
    const near = issue.errors
      .filter((option) => option.every((one) => one.code !== 'invalid_type' || one.path.length > 0))
      .sort((a, b) => a.length - b.length)[0]
    if (near !== undefined) return plainIssues(near, path)
    const options = issue.errors.map((option) => option[0]?.message ?? 'another value')
    return [{ code: 'custom', path, message: [...new Set(options)].join(' or '), input: undefined } as const]
  })
}
