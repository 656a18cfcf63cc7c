import { createHash } from 'node:crypto'
import type { Answer, AskRequest } from '../../../src/core/answer.ts'
import type { Asked } from '../../../src/core/platform.ts'
import { absent, inconclusive, present, type Cause, type Verdict } from '../../../src/core/verdict.ts'
import { reddit } from '../../../src/platforms/reddit.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const API = 'http://oauth.reddit.test'
const AUTH = 'http://www.reddit.test'
const settings = {
  clientId: 'app-of-the-tests',
  clientSecret: 'secret-of-the-tests',
  username: 'desk',
  api: API,
  auth: AUTH,
}
const USER_AGENT = 'node:rollcall.app-of-the-tests:0.1 (by /u/desk)'

const GRANTED = { access_token: 'token-of-the-tests', token_type: 'bearer', expires_in: 86_400, scope: '*' }

type About = readonly [status: number, body: unknown]

/** What Reddit says of the account, and of whether its name is free. */
const says =
  ([status, body]: About, isFree: unknown = false, freeStatus = 200): Answers =>
  (request) => {
    const { url } = known(request)
    if (url === `${AUTH}/api/v1/access_token`) return answer(url, 200, GRANTED)
    const isRegister = new URL(url).pathname === '/api/username_available'
    return isRegister ? answer(url, freeStatus, JSON.stringify(isFree)) : answer(url, status, body)
  }

/** Refuses whoever does not say who it is. */
function known(request: AskRequest): AskRequest {
  const { authorization, 'user-agent': agent } = request.headers ?? {}
  const credential =
    request.method === 'POST' ? `Basic ${btoa('app-of-the-tests:secret-of-the-tests')}` : 'Bearer token-of-the-tests'
  if (agent !== USER_AGENT || authorization !== credential) throw new Error(`a stranger asks ${request.url}`)
  return request
}

const grants =
  (status: number, body: unknown): Answers =>
  ({ url }) => {
    if (url !== `${AUTH}/api/v1/access_token`) throw new Error('asked without a token')
    return answer(url, status, body)
  }

const account = (name: string, id: string, rest: object = {}) => ({
  kind: 't2',
  data: {
    id,
    name,
    created_utc: 1_118_030_400,
    total_karma: 1,
    subreddit: { title: `The ${name}`, subscribers: 42 },
    ...rest,
  },
})
const SUSPENDED: About = [200, { kind: 't2', data: { name: 'spez', is_suspended: true, awardee_karma: 0 } }]
const MISSING: About = [404, { message: 'Not Found', error: 404 }]
const SPEZ: About = [200, account('spez', '1w72')]

const SPEZ_ASKED: Asked = { handle: 'spez', id: null }
const there = present({ id: 't2_1w72', handle: 'spez', displayName: 'The spez', followers: 42 })

const by = (look: string, name: string, answers: Answers, verdict: Verdict, asked = SPEZ_ASKED): Case => ({
  name,
  look,
  asked: [asked],
  answers,
  says: [verdict],
})

const seen: readonly Case[] = [
  by('about', 'an account', says(SPEZ), there),
  by('about', 'an account without a page of its own', says([200, account('spez', '1w72', { subreddit: null })]), {
    kind: 'present',
    identity: { id: 't2_1w72', handle: 'spez' },
  }),
  by('about', 'an account in other letters', says(SPEZ), there, { handle: 'SPEZ', id: 't2_1w72' }),
  by('about', 'a suspended account', says(SUSPENDED), absent('suspended')),
  by('about', 'nobody', says(MISSING), absent('not_found', 'suspended', 'deleted')),
  by('register', 'an account', says(SPEZ), there),
  by('register', 'a suspended account', says(SUSPENDED), absent('suspended')),
  by('register', 'a name that was never used', says(MISSING, true), absent('not_found')),
  by('register', 'a name whose account is gone', says(MISSING), absent('suspended', 'deleted')),
  by('register', 'a free name that somebody has', says(SPEZ, true), inconclusive('unreadable')),
  by('register', 'a free name that was suspended', says(SUSPENDED, true), inconclusive('unreadable')),
  by('register', 'a word on the name from a failing server', says(MISSING, true, 503), inconclusive('platform_error')),
  by('register', 'nothing of the name, under load', says(MISSING, '', 404), inconclusive('unreadable')),
  by(
    'register',
    'a name it does not take',
    says(MISSING, { json: { errors: [['BAD_USERNAME', 'invalid user name', 'user']] } }),
    inconclusive('unreadable'),
  ),
]

const blind = (name: string, answers: Answers, because: Cause): readonly Case[] => [
  by('about', name, answers, inconclusive(because)),
  by('register', name, answers, inconclusive(because)),
]

const trouble: readonly Case[] = [
  ...blind('a token that is refused', says([401, { message: 'Unauthorized', error: 401 }]), 'unauthorized'),
  ...blind('a refusal', says([403, { message: 'Forbidden', error: 403 }]), 'blocked'),
  ...blind('a limit', says([429, { message: 'Too Many Requests', error: 429 }]), 'rate_limited'),
  ...blind('an outage', says([503, '']), 'platform_error'),
  ...blind('a page instead', says([404, '<!doctype html><title>Not Found</title>']), 'unreadable'),
  ...blind('somebody else', says([200, account('kn0thing', '1w73')]), 'unreadable'),
  ...blind('something else', says([200, { ...account('spez', '1w72'), kind: 't5' }]), 'unreadable'),
  ...blind('an account without an id', says([200, { kind: 't2', data: { name: 'spez' } }]), 'unreadable'),
  ...blind(
    'somebody else suspended',
    says([200, { kind: 't2', data: { name: 'kn0thing', is_suspended: true } }]),
    'unreadable',
  ),
  ...blind('nothing found under a good status', says([200, MISSING[1]]), 'unreadable'),
  ...blind('a proof of humanity', says([200, '<!doctype html><title>Prove your humanity</title>']), 'blocked'),
  ...blind('a wrong secret', grants(401, { message: 'Unauthorized', error: 401 }), 'unauthorized'),
  ...blind('a grant it does not know', grants(200, { error: 'unsupported_grant_type' }), 'unreadable'),
  ...blind('a failing grant', grants(502, ''), 'platform_error'),
]

const idOf = (name: string): string =>
  BigInt(`0x${createHash('sha256').update(name.toLowerCase()).digest('hex').slice(0, 10)}`).toString(36)

const world =
  (has: (handle: string) => boolean): Answers =>
  (request) => {
    const { pathname, searchParams } = new URL(request.url)
    const name = /^\/user\/([\w-]+)\/about$/.exec(pathname)?.[1] ?? searchParams.get('user') ?? ''
    if (name === '' && request.method !== 'POST') throw new Error(`nobody answers ${request.url}`)
    return says(has(name) ? [200, account(name, idOf(name))] : MISSING, !has(name))(request)
  }

export const cases: PlatformCases = {
  kind: reddit,
  settings,
  cases: [...seen, ...trouble],
  isGone: (answers: readonly Answer[]) =>
    answers.some(
      ({ status, text }) =>
        (status === 404 && /"message"\s*:\s*"Not Found"/.test(text)) || /"is_suspended"\s*:\s*true/.test(text),
    ),
  world,
  handle: (n) => `somebody-${n}`,
}
