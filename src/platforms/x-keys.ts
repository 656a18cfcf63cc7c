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
  /** Where a key in lower case stands among them. */
  readonly placeOf: ReadonlyMap<string, number>
  /** Where the key of each account stands. */
  readonly places: readonly number[]
}

/** Where an account without a key stands. */
export const NOWHERE = -1

export function keysOf(accounts: readonly Asked[], way: Way): Keys {
  const sent: string[] = []
  const placeOf = new Map<string, number>()
  const places = accounts.map((account) => {
    const key = way.keyOf(account)
    if (key === null) return NOWHERE
    const inLowerCase = key.toLowerCase()
    const known = placeOf.get(inLowerCase)
    if (known !== undefined) return known
    placeOf.set(inLowerCase, sent.length)
    return sent.push(key) - 1
  })
  return { sent, placeOf, places }
}

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
    const place = sent[next] === key ? next : placeOf.get(key.toLowerCase())
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
  const places = names.map((name) => placeOf.get(name))
  return places.find((place) => place !== undefined) ?? 'somebody else'
}
