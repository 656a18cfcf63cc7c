import { z } from 'zod'
import type { Answer, AskRequest } from '../../core/answer.ts'
import type { Asked, Look, Reading } from '../../core/platform.ts'
import { absent, present, type Cause, type Reason } from '../../core/verdict.ts'
import { blindBy, bodyAs, fewOf, profile, reading, unlessMoved, unread } from '../reading.ts'
import { handleAt, placeOf } from './name.ts'

/** How users are named in the question and found in the answer. */
type Way = {
  readonly parameter: 'ususers' | 'ususerids'
  keyOf(account: Asked): string | null
  keyOfUser(user: User): string | undefined
  because(account: Asked): readonly [Reason, ...Reason[]]
}

// Wikis differ in which first letters they make capitals.
const NAMES: Way = {
  parameter: 'ususers',
  keyOf: ({ handle }) => placeOf(handle).name,
  keyOfUser: ({ name }) => name,
  because: (account) => unlessMoved(account, 'not_found'),
}
const IDS: Way = {
  parameter: 'ususerids',
  keyOf: ({ id }) => id,
  keyOfUser: ({ userid }) => userid?.toString(),
  because: () => ['not_found'],
}

/** Asks for users of one wiki (mediawiki.org, API:Users); `apiAt` says where the wiki of that host has its API. */
export const byName = (apiAt: (host: string) => string): Look['ask'] => askBy(NAMES, apiAt)
/** The same by the users' ids. */
export const byId = (apiAt: (host: string) => string): Look['ask'] => askBy(IDS, apiAt)

const askBy =
  (way: Way, apiAt: (host: string) => string): Look['ask'] =>
  async (accounts, ask) => {
    const { host } = placeOf(accounts[0]?.handle ?? '')
    const keys = [...new Set(accounts.flatMap((account) => way.keyOf(account) ?? []))]
    const answer = await ask(request(apiAt(host), { [way.parameter]: keys.join('|') }))
    const users = usersIn(answer)
    if (users === null) return accounts.map(() => unseen(answer))
    // Missing users are named as missing, so that whoever else is in the answer takes nothing from it.
    const shown = Map.groupBy(users, (user) => fold(way.keyOfUser(user) ?? ''))
    return accounts.map((account) => {
      const [user, again] = shown.get(fold(way.keyOf(account) ?? '')) ?? []
      if (user === undefined || again !== undefined) return unread(answer, 'not once in users')
      return readingOf(user, account, way.because(account), answer)
    })
  }

/** Only the first letter may come in another case; in all the others it means somebody else. */
const fold = (key: string): string => {
  const [first = ''] = key
  return first.toLowerCase() + key.slice(first.length)
}

const QUERY = { action: 'query', list: 'users', usprop: 'blockinfo', format: 'json', formatversion: '2' }

/** Servers cut off addresses at some 8,000 characters, and fifty names in other alphabets need more. */
const LONGEST_QUERY = 4000

function request(api: string, whom: Readonly<Record<string, string>>): AskRequest {
  const query = new URLSearchParams({ ...QUERY, ...whom }).toString()
  if (query.length <= LONGEST_QUERY) return { url: `${api}?${query}` }
  return { url: api, method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: query }
}

/** What is so; wikis too old to know the newer form of answers say it with an empty text. */
const So = z.union([z.literal(true), z.literal('').transform(() => true as const)])

type User = z.infer<typeof User>
const User = z.object({
  name: z.string().max(255).optional(),
  userid: z.int().positive().optional(),
  missing: So.optional(),
  invalid: So.optional(),
  // Of several blocks at once it is null.
  blockid: z.int().nullable().optional(),
  blockpartial: z.union([So, z.literal(false)]).optional(),
})

const Answered = z.object({ error: z.never().optional(), query: z.object({ users: fewOf(50, User) }) })

const usersIn = (answer: Answer): readonly User[] | null =>
  answer.status === 200 ? (bodyAs(Answered, answer)?.query.users ?? null) : null

function readingOf(user: User, account: Asked, because: readonly [Reason, ...Reason[]], answer: Answer): Reading {
  const { name, userid, missing, invalid, blockid, blockpartial } = user
  // The wiki has just been told a name it would not take: that is about our question.
  if (invalid === true) return unread(answer, 'invalid')
  const isNamed = name !== undefined && userid !== undefined
  if (missing === true) return isNamed ? unread(answer, 'missing') : reading(absent(...because), 'missing', answer)
  if (!isNamed) return unread(answer)
  const identity = {
    id: String(userid),
    handle: handleAt(name, placeOf(account.handle).host),
    ...profile(name, undefined),
  }
  // A stranger's block is none of the account's own: that the stranger is there is what counts.
  const isOther = account.id !== null && account.id !== identity.id
  if (blockid !== undefined && blockpartial !== true && !isOther) return reading(absent('suspended'), 'blockid', answer)
  return reading(present(identity), 'userid', answer)
}

const Refusal = z.object({ error: z.object({ code: z.string() }) })

const CAUSES: ReadonlyMap<string, Cause> = new Map([
  ['ratelimited', 'rate_limited'],
  ['maxlag', 'platform_error'],
  ['readonly', 'platform_error'],
  ['readapidenied', 'unauthorized'],
])

function unseen(answer: Answer): Reading {
  const code = bodyAs(Refusal, answer)?.error.code ?? ''
  const cause = code.startsWith('internal_api_error') ? 'platform_error' : CAUSES.get(code)
  return cause === undefined ? unread(answer, code === '' ? null : code) : blindBy(cause, code, answer)
}
