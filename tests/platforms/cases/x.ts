import { createHash } from 'node:crypto'
import type { Answer } from '../../../src/core/answer.ts'
import type { Asked } from '../../../src/core/platform.ts'
import { absent, inconclusive, present, type Cause, type Verdict } from '../../../src/core/verdict.ts'
import { x } from '../../../src/platforms/x.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const API = 'http://x.test'

const user = (id: string, username: string, rest: object = {}) => ({ id, username, name: `The ${username}`, ...rest })

const problem = (kind: string): string => `https://api.twitter.com/2/problems/${kind}`

const notFound = (value: string, parameter: 'usernames' | 'ids' = 'usernames') => ({
  value,
  detail: `Could not find user with ${parameter}: [${value}].`,
  title: 'Not Found Error',
  resource_type: 'user',
  parameter,
  resource_id: value,
  type: problem('resource-not-found'),
})

const suspended = (value: string, parameter: 'usernames' | 'ids' = 'usernames') => ({
  ...notFound(value, parameter),
  detail: `User has been suspended: [${value}].`,
  title: 'Forbidden',
})

const says =
  (status: number, body: unknown): Answers =>
  ({ url }) =>
    answer(url, status, body)

const FRESH: Asked = { handle: 'realDonaldTrump', id: null }
const PINNED: Asked = { handle: 'realDonaldTrump', id: '25073877' }
const TRUMP = user('25073877', 'realDonaldTrump')
const trump = { id: '25073877', handle: 'realDonaldTrump', displayName: 'The realDonaldTrump' }

const by = (look: string, name: string, asked: Asked, answers: Answers, ...verdict: readonly Verdict[]): Case => ({
  name,
  look,
  asked: [asked],
  answers,
  says: verdict,
})

const about = (rest: object, detail: string) => ({ ...notFound('realDonaldTrump'), ...rest, detail })

const username: readonly Case[] = [
  by(
    'username',
    'an account with its audience',
    FRESH,
    says(200, { data: [{ ...TRUMP, public_metrics: { followers_count: 41_700_000 } }] }),
    present({ ...trump, followers: 41_700_000 }),
  ),
  by('username', 'an account in the shape of a single answer', FRESH, says(200, { data: TRUMP }), present(trump)),
  by('username', 'a protected account', FRESH, says(200, { data: [{ ...TRUMP, protected: true }] }), present(trump)),
  by(
    'username',
    'an account withheld in a country',
    FRESH,
    says(200, { data: [{ ...TRUMP, withheld: { country_codes: ['DE'], scope: 'user' } }] }),
    present(trump),
  ),
  by(
    'username',
    'a stranger on the handle',
    PINNED,
    says(200, { data: [user('999', 'realDonaldTrump')] }),
    present({ ...trump, id: '999' }),
  ),
  by(
    'username',
    'a suspended account',
    FRESH,
    says(200, { errors: [suspended('realDonaldTrump')] }),
    absent('suspended'),
  ),
  by(
    'username',
    'a suspended account, with a 404',
    PINNED,
    says(404, { errors: [suspended('realDonaldTrump')] }),
    absent('suspended'),
  ),
  by(
    'username',
    'an account that we may not see',
    FRESH,
    says(200, {
      errors: [
        about(
          { title: 'Authorization Error', type: problem('not-authorized-for-resource') },
          'Sorry, you are not authorized to see the user with usernames: [realDonaldTrump].',
        ),
      ],
    }),
    inconclusive('unauthorized'),
  ),
  by(
    'username',
    'nobody',
    FRESH,
    says(200, { errors: [notFound('realDonaldTrump')] }),
    absent('not_found', 'deactivated'),
  ),
  by(
    'username',
    'nobody, with a 404',
    FRESH,
    says(404, { errors: [notFound('realDonaldTrump')] }),
    absent('not_found', 'deactivated', 'suspended'),
  ),
  by(
    'username',
    'nobody under the name of an account that was there',
    PINNED,
    says(200, { errors: [notFound('realDonaldTrump')] }),
    absent('not_found', 'deactivated', 'renamed'),
  ),
  by(
    'username',
    'nobody under that name, with a 404',
    PINNED,
    says(404, { errors: [notFound('realDonaldTrump')] }),
    absent('not_found', 'deactivated', 'suspended', 'renamed'),
  ),
  {
    name: 'an answer with one of each',
    look: 'username',
    asked: ['here', 'gone', 'banned', 'silent'].map((handle) => ({ handle, id: null })),
    answers: says(200, { data: [user('1', 'Here')], errors: [notFound('GONE'), suspended('banned')] }),
    says: [
      present({ id: '1', handle: 'Here', displayName: 'The Here' }),
      absent('not_found', 'deactivated'),
      absent('suspended'),
      inconclusive('unreadable'),
    ],
  },
]

const blind = (name: string, status: number, body: unknown, because: Cause): readonly Case[] => [
  by('username', name, FRESH, says(status, body), inconclusive(because)),
  by('id', name, PINNED, says(status, body), inconclusive(because)),
]

const id: readonly Case[] = [
  by('id', 'an account', PINNED, says(200, { data: [TRUMP] }), present(trump)),
  by(
    'id',
    'an account under another name',
    PINNED,
    says(200, { data: [user('25073877', 'trump')] }),
    present({ id: '25073877', handle: 'trump', displayName: 'The trump' }),
  ),
  by('id', 'a suspended account', PINNED, says(200, { errors: [suspended('25073877', 'ids')] }), absent('suspended')),
  by(
    'id',
    'a suspended account, with a 404',
    PINNED,
    says(404, { errors: [suspended('25073877', 'ids')] }),
    absent('suspended'),
  ),
  by('id', 'nobody', PINNED, says(200, { errors: [notFound('25073877', 'ids')] }), absent('not_found', 'deactivated')),
  by(
    'id',
    'nobody, with a 404',
    PINNED,
    says(404, { errors: [notFound('25073877', 'ids')] }),
    absent('not_found', 'deactivated', 'suspended'),
  ),
]

const UNAUTHORIZED = { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' }
const OWNER = 'The user used for authentication is suspended'

/** Answers of the platform that say something of us, or nothing. */
const trouble: readonly Case[] = [
  ...blind('no token', 401, UNAUTHORIZED, 'unauthorized'),
  ...blind(
    'a suspended owner',
    403,
    about({ title: 'Forbidden', type: problem('user-suspended') }, OWNER),
    'unauthorized',
  ),
  ...blind(
    'a client without the right',
    403,
    about({ type: problem('client-forbidden') }, 'Client Forbidden'),
    'unauthorized',
  ),
  ...blind('a spent month', 429, { title: 'UsageCapExceeded', type: problem('usage-capped') }, 'rate_limited'),
  ...blind(
    'a resource that is not there now',
    200,
    { errors: [{ title: 'Unavailable', type: problem('resource-unavailable') }] },
    'platform_error',
  ),
  ...blind(
    'a disallowed resource',
    403,
    { title: 'Forbidden', type: problem('disallowed-resource'), status: 403 },
    'blocked',
  ),
  ...blind('a wrong question', 400, { title: 'Invalid Request', type: problem('invalid-request') }, 'unreadable'),
  ...blind('a limit', 429, { title: 'Too Many Requests', type: 'about:blank', status: 429 }, 'rate_limited'),
  ...blind('an unknown route', 404, { title: 'Not Found', type: 'about:blank', status: 404 }, 'unreadable'),
  ...blind('a plain refusal', 403, { title: 'Forbidden', type: 'about:blank', status: 403 }, 'blocked'),
  ...blind(
    'an overloaded server',
    503,
    { title: 'Service Unavailable', type: 'about:blank', status: 503 },
    'platform_error',
  ),
  ...blind('no users', 200, { data: [] }, 'unreadable'),
]

/** A stand-in's id, larger than a JavaScript number holds. */
const idOf = (handle: string): string =>
  (
    9_000_000_000_000_000_000n +
    BigInt(`0x${createHash('sha256').update(handle.toLowerCase()).digest('hex').slice(0, 12)}`)
  ).toString()

function world(has: (handle: string) => boolean): Answers {
  const handles = new Map<string, string>()
  return ({ url }) => {
    const asked = /^http:\/\/x\.test\/2\/users(?:\/by\?usernames|\?ids)=([\w,]+)&/.exec(url)?.[1]?.split(',')
    if (asked === undefined) throw new Error(`nobody answers ${url}`)
    const parameter = url.includes('/by?') ? 'usernames' : 'ids'
    const found = asked.map((value) => {
      if (parameter === 'usernames') handles.set(idOf(value), value)
      const handle = parameter === 'usernames' ? value : handles.get(value)
      return { value, handle: handle !== undefined && has(handle) ? handle : null }
    })
    const data = found.flatMap(({ handle }) => (handle === null ? [] : [user(idOf(handle), handle)]))
    const errors = found.flatMap(({ value, handle }) => (handle === null ? [notFound(value, parameter)] : []))
    return answer(url, 200, { ...(data.length > 0 && { data }), ...(errors.length > 0 && { errors }) })
  }
}

export const cases: PlatformCases = {
  kind: x,
  settings: { bearer: 'AAAA-bearer-of-the-tests', api: API },
  cases: [...username, ...id, ...trouble],
  isGone: (answers: readonly Answer[]) =>
    answers.some(
      ({ status, text }) =>
        [200, 404].includes(status) &&
        ((text.includes('"Not Found Error"') && (text.includes('Could not find user with ') || status === 404)) ||
          (text.includes('"Forbidden"') && text.includes('User has been suspended'))),
    ),
  world,
  handle: (n) => `somebody_${n}`,
}
