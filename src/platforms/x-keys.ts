import type { Asked } from '../core/platform.ts'
import { namesIn, type Problem } from './x-problem.ts'
import type { User } from './x-user.ts'

/** How a look names accounts to the platform and finds them in its answer. */
export type Way = {
  keyOf(account: Asked): string | null
  keyOfUser(user: User['identity']): string
  /** Whether a renamed account is "not found" on this way: by its old name it is, by its id it never is. */
  readonly movedIsMissing: boolean
}

/** What a request asks for: each key once, however it is written. */
export type Keys = {
  readonly sent: readonly string[]
  /** Where the key of each account stands among them. */
  readonly places: readonly number[]
  /** Where a key stands that may be written otherwise. */
  placeOf(key: string): number | undefined
}

/** Where an account without a key stands. */
export const NOWHERE = -1

/** What to ask for these accounts; those without a key are not asked for. */
export function keysOf(accounts: readonly Asked[], way: Way): Keys {
  const keys = accounts.map((account) => way.keyOf(account))
  const { sent, places } = eachOnce(keys)
  let known: ReadonlyMap<string, number> | null = null
  const placeOf = (key: string): number | undefined => {
    // Seldom asked: answers mostly come in the order of the question.
    known ??= new Map(sent.map((one, place) => [one.toLowerCase(), place]))
    return known.get(key.toLowerCase())
  }
  return { sent, places, placeOf }
}

function eachOnce(keys: readonly (string | null)[]): Pick<Keys, 'sent' | 'places'> {
  // Nearly always they do, and this tells without copying a single letter.
  if (areAllOthers(keys)) return { sent: keys, places: keys.map((_, place) => place) }
  const sent: string[] = []
  const known = new Map<string, number>()
  const places = keys.map((key) => {
    if (key === null) return NOWHERE
    const place = known.get(key.toLowerCase()) ?? sent.push(key) - 1
    known.set(key.toLowerCase(), place)
    return place
  })
  return { sent, places }
}

/**
 * Whether every account has a key and no two keys are the same but for letter case. False may also mean that two hashes
 * are equal by chance: then the keys themselves are compared.
 */
const areAllOthers = (keys: readonly (string | null)[]): keys is readonly string[] =>
  new Set(keys.map((key) => (key === null ? null : caselessHash(key)))).size === keys.length && !keys.includes(null)

/** A hash that is the same for keys that differ by letter case only. Keys are letters, digits and underscores. */
function caselessHash(key: string): number {
  let hash = key.length
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash, 31) + (key.charCodeAt(at) | CASE)
  return hash | 0
}

/** What tells a small letter from a capital one. */
const CASE = 0x20

/** In the place of whoever an answer shows more than once. */
export const TWICE = 'shown twice'

/** Who is shown at each key's place. */
export function shownAt(
  users: readonly User[],
  { sent, placeOf }: Keys,
  way: Way,
): readonly (User | typeof TWICE | undefined)[] {
  const shown: (User | typeof TWICE | undefined)[] = sent.map(() => undefined)
  let next = 0
  for (const user of users) {
    const key = way.keyOfUser(user.identity)
    // They mostly come as they were asked for: then nothing has to be looked up.
    const place = sent[next] === key ? next : placeOf(key)
    if (place === undefined) continue
    shown[place] = shown[place] === undefined ? user : TWICE
    next = place + 1
  }
  return shown
}

/** The place of the key that a problem names. */
export function whom(problem: Problem, { placeOf }: Keys): number | 'nobody' | 'somebody else' {
  const names = namesIn(problem)
  if (names.length === 0) return 'nobody'
  const places = names.map((name) => placeOf(name))
  return places.find((place) => place !== undefined) ?? 'somebody else'
}
