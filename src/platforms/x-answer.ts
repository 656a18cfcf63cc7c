import { z } from 'zod'
import { unclear, type Answer } from '../core/answer.ts'
import type { Asked, Reading } from '../core/platform.ts'
import { absent, inconclusive, present, type Reason } from '../core/verdict.ts'
import { reading } from './reading.ts'
import { NOWHERE, shownAt, TWICE, whom, type Keys, type Way } from './x-keys.ts'
import { causeOf, isNotFound, isSuspended, isUnknownResource, Problem, wordsOf } from './x-problem.ts'
import { userOf, type User } from './x-user.ts'

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
    if (place === NOWHERE) return UNASKABLE
    const user = shown[place]
    const about = named.get(place) ?? NONE
    return user === undefined
      ? missing(about.length > 0 || !alone ? about : general, general, reasonsOf(account, way, answer), alone, answer)
      : shownOnce(user, about, answer)
  })
}

const NONE: readonly Problem[] = []

/** Whatever was answered says nothing of whom it was not asked about. */
export const UNASKABLE = reading(inconclusive('unreadable'), 'an id that X cannot have given', null)

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

// ---------------------------------------------------------------- somebody is shown

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
