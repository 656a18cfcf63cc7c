import { z } from 'zod'
import { unclear, type Answer } from '../core/answer.ts'
import type { Asked, Reading } from '../core/platform.ts'
import { absent, inconclusive, present, type Identity, type Reason, type Verdict } from '../core/verdict.ts'
import { causeOf, isNotFound, isSuspended, isUnknownResource, namesIn, Problem, wordsOf } from './x-problem.ts'

/** How a look names accounts to the platform and finds them in its answer. */
export type Way = {
  keyOf(account: Asked): string | null
  keyOfUser(user: User): string
  /** Whether a renamed account is "not found" on this way: by its old name it is, by its id it never is. */
  readonly movedIsMissing: boolean
}

type User = z.infer<typeof User>
type Found = { readonly verdict: Verdict; readonly marker: string | null }

// Ids are larger than a JavaScript number holds: one that comes as a number is already wrong.
const User = z.object({
  id: z.string().regex(/^\d{1,19}$/),
  username: z.string().regex(/^\w{1,50}$/),
  // At most 50 characters there; what is far longer is no name, and would be kept and told with every outage.
  name: z.string().max(500).optional().catch(undefined),
  protected: z.boolean().optional().catch(undefined),
  public_metrics: z.object({ followers_count: z.number().nonnegative() }).optional().catch(undefined),
  withheld: z
    .object({ country_codes: z.array(z.string()), scope: z.string().optional() })
    .optional()
    .catch(undefined),
})

const Body = z.object({ data: z.unknown().optional(), errors: z.array(z.unknown()).optional().catch(undefined) })

/** One reading for each account asked, in their order, out of an answer that may hold some of each kind. */
export function readingsOf(accounts: readonly Asked[], way: Way, json: object, answer: Answer): readonly Reading[] {
  const { users, problems } = parsed(json)
  if (answer.status !== 200 && answer.status !== 404) return all(accounts, refused(problems, answer), answer)
  // A 404 that also shows somebody contradicts itself.
  if (answer.status === 404 && users.length > 0) return all(accounts, unread('data in a 404'), answer)
  const keys = new Set(accounts.flatMap((account) => way.keyOf(account)?.toLowerCase() ?? []))
  const shownAs = Map.groupBy(users, (user) => way.keyOfUser(user).toLowerCase())
  const named = Map.groupBy(problems, (problem) => whom(problem, keys))
  const general = named.get(NOBODY) ?? []
  const alone = answer.status === 404 && keys.size === 1
  return accounts.map((account) => {
    const key = way.keyOf(account)?.toLowerCase() ?? SOMEBODY_ELSE
    const about = named.get(key) ?? []
    const found = shownAs.get(key)
    if (found !== undefined) return { ...shown(found, about), answer }
    return {
      ...missing(about.length > 0 || !alone ? about : general, general, reasonsOf(account, way, answer), alone),
      answer,
    }
  })
}

const all = (accounts: readonly Asked[], found: Found, answer: Answer): readonly Reading[] =>
  accounts.map(() => ({ ...found, answer }))

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
    users: users.flatMap((user) => User.safeParse(user).data ?? []),
    problems: [...errors, ...whole].flatMap((problem) => Problem.safeParse(problem).data ?? []),
  }
}

// Neither can be a key: handles and ids have no spaces.
const NOBODY = 'names nobody'
const SOMEBODY_ELSE = 'somebody else'

/** The asked account that a problem names. */
function whom(problem: Problem, keys: ReadonlySet<string>): string {
  const names = namesIn(problem)
  return names.length === 0 ? NOBODY : (names.find((name) => keys.has(name)) ?? SOMEBODY_ELSE)
}

// ---------------------------------------------------------------- somebody is shown

function shown(users: readonly User[], about: readonly Problem[]): Found {
  const [user] = users
  if (user === undefined || users.length > 1) return unread('shown twice')
  if (about.some((problem) => isSuspended(problem) || isNotFound(problem))) return unread('in data and in errors')
  return { verdict: present(identityOf(user)), marker: markerOf(user) }
}

const identityOf = (user: User): Identity => ({
  id: user.id,
  handle: user.username,
  ...(user.name === undefined ? {} : { displayName: user.name }),
  ...(user.public_metrics === undefined ? {} : { followers: user.public_metrics.followers_count }),
})

/** Hidden in some countries or from strangers is still there. */
function markerOf({ withheld, protected: hidden }: User): string {
  if (withheld !== undefined && withheld.country_codes.length > 0 && withheld.scope !== 'tweet') {
    return `withheld in ${withheld.country_codes.join(', ')}`
  }
  return hidden === true ? 'protected' : 'data'
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
function missing(about: readonly Problem[], general: readonly Problem[], reasons: Reasons, alone: boolean): Found {
  if (about.length > 0 && about.every(isSuspended)) return { verdict: absent('suspended'), marker: wordsOf(about[0]) }
  if (about.length > 0 && about.every((problem) => isNotFound(problem) || (alone && isUnknownResource(problem)))) {
    return { verdict: absent(...reasons), marker: wordsOf(about[0]) }
  }
  const trouble = (about.length > 0 ? about : general).find((problem) => causeOf(problem) !== null)
  if (trouble === undefined) return unread(about.length > 0 ? wordsOf(about[0]) : 'in neither data nor errors')
  return { verdict: inconclusive(causeOf(trouble) ?? 'unreadable'), marker: wordsOf(trouble) }
}

function refused(problems: readonly Problem[], answer: Answer): Found {
  const known = problems.find((problem) => causeOf(problem) !== null)
  const cause = answer.status === 429 || known === undefined ? null : causeOf(known)
  return {
    verdict: cause === null ? unclear(answer) : inconclusive(cause),
    marker: wordsOf(known ?? problems[0]),
  }
}

const unread = (marker: string | null): Found => ({ verdict: inconclusive('unreadable'), marker })
