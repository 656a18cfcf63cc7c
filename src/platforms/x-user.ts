import type { Identity } from '../core/verdict.ts'

/** A user as X's answers show them; `marker` says if they are hidden from some. */
export type User = { readonly identity: Identity & { readonly id: string }; readonly marker: string }

// Ids are larger than a JavaScript number holds: one that comes as a number is already wrong.
const ID = /^\d{1,19}$/
const USERNAME = /^\w{1,50}$/
/** At most 50 characters there; what is far longer is no name, and would be kept and told with every outage. */
const LONGEST_NAME = 500

/**
 * Null when it does not say who it is; another field that is not of its known shape is left out. Read by hand: every
 * account of every answer comes through here, and a schema takes more than twice as long.
 */
export function userOf(part: unknown): User | null {
  if (!isRecord(part)) return null
  const { id, username, name, public_metrics: metrics } = part
  if (typeof id !== 'string' || !ID.test(id) || typeof username !== 'string' || !USERNAME.test(username)) return null
  const identity = {
    id,
    handle: username,
    ...(typeof name === 'string' && name.length <= LONGEST_NAME ? { displayName: name } : {}),
    ...(isRecord(metrics) && isCount(metrics['followers_count']) ? { followers: metrics['followers_count'] } : {}),
  }
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
