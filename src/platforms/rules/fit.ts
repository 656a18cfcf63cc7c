import type { z } from 'zod'
import { cleanName } from '../../core/words.ts'

/** What does not fit its schema: the first few faults, each with its place, and how many more there are. */
export type Unfit = { readonly unfit: readonly string[] }

/** What a stranger wrote, or where in it and in which words it is wrong. */
export function fitted<T>(schema: z.ZodType<T>, given: unknown): { readonly data: T } | Unfit {
  const read = schema.safeParse(given, { error: wordsFor })
  return read.success ? { data: read.data } : { unfit: firstFew(read.error.issues, (issue) => faultOf(issue, [])) }
}

/** Others often follow from the first ones. */
export function firstFew<T>(all: readonly T[], told: (one: T) => string): readonly string[] {
  const more = all.length - FEW
  return [...all.slice(0, FEW).map(told), ...(more > 0 ? [`and ${more} more`] : [])]
}
const FEW = 3

/** A stranger's words, short and harmless. What nobody may ever have to show costs no time, however long it is. */
export const harmless = (words: string, max: number): string =>
  cleanName(words.slice(0, 2 * max).replace(/\p{C}/gu, ' '), max)

/** `known.1: expected string, found number` */
function faultOf(issue: z.core.$ZodIssue, at: readonly PropertyKey[]): string {
  const path = [...at, ...issue.path]
  const inner = innerOf(issue)
  if (inner !== undefined) return faultOf(inner, path)
  const place = harmless(path.map(String).join('.'), 60)
  return place === '' ? issue.message : `${place}: ${issue.message}`
}

/** Of one or many the many, where that is what was given: its fault lies deeper than that there are many. */
function innerOf(issue: z.core.$ZodIssue): z.core.$ZodIssue | undefined {
  if (issue.code === 'invalid_key') return issue.issues[0]
  if (issue.code !== 'invalid_union') return undefined
  const many = issue.errors.find((option) => option.some(({ path }) => path.length > 0))
  return (many ?? issue.errors[0])?.[0]
}

/** For what a schema has no words of its own. */
function wordsFor(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPES[issue.expected] ?? issue.expected}, found ${typeOf(issue.input)}`
    case 'invalid_value':
      return `expected ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`
    case 'too_small':
      return `expected at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`
    case 'too_big':
      return `expected at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`
    case 'unrecognized_keys':
      return `unknown ${issue.keys.length > 1 ? 'fields' : 'field'} ${firstFew(issue.keys, (key) => `"${harmless(key, 30)}"`).join(', ')}`
    default:
      return 'expected another value'
  }
}

/** As JSON has them. */
const TYPES: Readonly<Record<string, string>> = { int: 'whole number', record: 'object' }
const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' }

const typeOf = (value: unknown): string =>
  value === undefined ? 'nothing' : value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
