import type { Identity } from '../core/verdict.ts'

/** A user as X's answers show them; `marker` says if they are hidden from some. */
export type User = { readonly identity: Identity & { readonly id: string }; readonly marker: string }

type Shown = { id: string; handle: string; displayName?: string; followers?: number }

// Ids are larger than a JavaScript number holds: one that comes as a number is already wrong.
export const isId = (value: unknown): value is string => isTextOf(isDigit, value, 19)
const isUsername = (value: unknown): value is string => isTextOf(isWordLetter, value, 50)
/** At most 50 characters there; what is far longer is no name, and would be kept and told with every outage. */
const LONGEST_NAME = 500

/**
 * Null when it does not say who it is; another field that is not of its known shape is left out. Read by hand: every
 * account of every answer comes through here, and a schema takes more than twice as long.
 */
export function userOf(part: unknown): User | null {
  if (!isRecord(part)) return null
  const { id, username, name, public_metrics: metrics } = part
  if (!isId(id) || !isUsername(username)) return null
  const identity: Shown = { id, handle: username }
  if (typeof name === 'string' && name !== '' && name.length <= LONGEST_NAME) identity.displayName = name
  if (isRecord(metrics) && isCount(metrics['followers_count'])) identity.followers = metrics['followers_count']
  return { identity, marker: markerOf(part) }
}

/** Hidden in some countries or from strangers is still there. */
function markerOf({ protected: hidden, withheld }: Fields): string {
  const countries = countriesOf(withheld)
  if (countries.length > 0) return `withheld in ${countries.join(', ')}`
  return hidden === true ? 'protected' : 'data'
}

function countriesOf(withheld: unknown): readonly string[] {
  if (!isRecord(withheld)) return []
  const { country_codes: codes, scope } = withheld
  const isWhole = scope === undefined || (typeof scope === 'string' && scope !== 'tweet')
  return isWhole && Array.isArray(codes) && codes.every((code) => typeof code === 'string') ? codes : []
}

type Fields = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < Infinity

/** Letter by letter: regular expressions take as long as all the rest of a user. */
function isTextOf(fits: (code: number) => boolean, value: unknown, most: number): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > most) return false
  for (let at = 0; at < value.length; at++) if (!fits(value.charCodeAt(at))) return false
  return true
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39

/** ASCII, as `\w` has it: with this bit set, a capital letter is a small one. */
const isWordLetter = (code: number): boolean =>
  isDigit(code) || code === 0x5f || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a)
