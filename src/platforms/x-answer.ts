import { z } from 'zod'
import { unclear, type Answer } from '../core/answer.ts'
import type { Asked, Reading } from '../core/platform.ts'
import { absent, inconclusive, present, type Reason } from '../core/verdict.ts'
import { reading } from './reading.ts'
import { causeOf, isNotFound, isSuspended, isUnknownResource, namesIn, Problem, wordsOf } from './x-problem.ts'
import { userOf, type User } from './x-user.ts'

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

const NOWHERE = -1

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

/** One reading for each account asked, in their order, out of an answer that may hold some of each kind. */
export function readingsOf(
  accounts: readonly Asked[],
  keys: Keys,
  way: Way,
  json: object,
  answer: Answer,
): readonly Reading[] {
  const { users, problems } = parsed(json)
  if (answer.status !== 200 && answer.status !== 404) return accounts.map(() => refused(problems, answer))
  // A 404 that also shows somebody contradicts itself.
  if (answer.status === 404 && users.length > 0) return accounts.map(() => unread('data in a 404', answer))
  const shown = shownAt(users, keys, way)
  const named = Map.groupBy(problems, (problem) => whom(problem, keys))
  const general = named.get('nobody') ?? NONE
  const alone = answer.status === 404 && keys.sent.length === 1
  return accounts.map((account, at) => {
    const place = keys.places[at] ?? NOWHERE
    const user = shown[place]
    const about = named.get(place) ?? NONE
    return user === undefined
      ? missing(about.length > 0 || !alone ? about : general, general, reasonsOf(account, way, answer), alone, answer)
      : shownOnce(user, about, answer)
  })
}

const NONE: readonly Problem[] = []

const Body = z.object({ data: z.unknown().optional(), errors: z.array(z.unknown()).optional().catch(undefined) })

/** A hundred accounts are asked at most. An answer of a million parts would hold up everything else for seconds. */
const MOST_PARTS = 1_000

type Parsed = { readonly users: readonly User[]; readonly problems: readonly Problem[] }

/** Parts that are not of the known shape are left out: whom they were about is then in neither list. */
function parsed(json: object): Parsed {
  const { data, errors = [] } = Body.safeParse(json).data ?? {}
  const users: readonly unknown[] = data === undefined ? [] : Array.isArray(data) ? data : [data]
  if (users.length > MOST_PARTS || errors.length > MOST_PARTS) return { users: [], problems: [] }
  const whole = 'title' in json || 'type' in json ? [json] : []
  return {
    users: users.map(userOf).filter((user) => user !== null),
    problems: [...errors, ...whole].flatMap((problem) => Problem.safeParse(problem).data ?? []),
  }
}

/** The place of the key that a problem names. */
function whom(problem: Problem, { placeOf }: Keys): number | 'nobody' | 'somebody else' {
  const names = namesIn(problem)
  if (names.length === 0) return 'nobody'
  const places = names.map((name) => placeOf.get(name))
  return places.find((place) => place !== undefined) ?? 'somebody else'
}

// ---------------------------------------------------------------- somebody is shown

const TWICE = 'shown twice'

/** Who is shown at each key's place. */
function shownAt(
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

function shownOnce(user: User | typeof TWICE, about: readonly Problem[], answer: Answer): Reading {
  if (user === TWICE) return unread(TWICE, answer)
  if (about.some((problem) => isSuspended(problem) || isNotFound(problem)))
    return unread('in data and in errors', answer)
  return reading(present(user.identity), user.marker, answer)
}

// ---------------------------------------------------------------- nobody is shown

type Reasons = readonly [Reason, ...Reason[]]

/** Deleted and deactivated answer as if they had never been; with a 404 a suspended one may, too. */
const reasonsOf = ({ id }: Asked, way: Way, { status }: Answer): Reasons => [
  'not_found',
  'deactivated',
  ...(status === 404 ? (['suspended'] as const) : []),
  ...(way.movedIsMissing && id !== null ? (['renamed'] as const) : []),
]

/** Only words that say so are absence; words that contradict each other, and silence, are not. */
function missing(
  about: readonly Problem[],
  general: readonly Problem[],
  reasons: Reasons,
  alone: boolean,
  answer: Answer,
): Reading {
  const words = wordsOf(about[0])
  if (about.length > 0 && about.every(isSuspended)) return reading(absent('suspended'), words, answer)
  if (about.length > 0 && about.every((problem) => isNotFound(problem) || (alone && isUnknownResource(problem)))) {
    return reading(absent(...reasons), words, answer)
  }
  const trouble = (about.length > 0 ? about : general).find((problem) => causeOf(problem) !== null)
  if (trouble === undefined) return unread(about.length > 0 ? words : 'in neither data nor errors', answer)
  return reading(inconclusive(causeOf(trouble) ?? 'unreadable'), wordsOf(trouble), answer)
}

function refused(problems: readonly Problem[], answer: Answer): Reading {
  const known = problems.find((problem) => causeOf(problem) !== null)
  const cause = answer.status === 429 || known === undefined ? null : causeOf(known)
  return reading(cause === null ? unclear(answer) : inconclusive(cause), wordsOf(known ?? problems[0]), answer)
}

const unread = (marker: string | null, answer: Answer): Reading => reading(inconclusive('unreadable'), marker, answer)
