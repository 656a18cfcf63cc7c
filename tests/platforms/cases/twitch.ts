import { createHash } from 'node:crypto'
import type { Answer, AskRequest } from '../../../src/core/answer.ts'
import type { Asked } from '../../../src/core/platform.ts'
import { absent, inconclusive, present, type Cause, type Verdict } from '../../../src/core/verdict.ts'
import { twitch } from '../../../src/platforms/twitch.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const API = 'http://helix.test'
const AUTH = 'http://id.twitch.test'
const settings = { clientId: 'app0of0the0tests', clientSecret: 'secret0of0the0tests', api: API, auth: AUTH }

const user = (id: string, login: string) => ({
  id,
  login,
  display_name: `The ${login}`,
  type: '',
  broadcaster_type: 'partner',
  created_at: '2012-01-01T00:00:00Z',
})

const GRANTED = { access_token: 'token0of0the0tests', expires_in: 5_011_271, token_type: 'bearer' }

/** The token endpoint, and Helix behind it for whoever brings the token. */
const behindToken =
  (helix: Answers, grant: Answers = ({ url }) => answer(url, 200, GRANTED)): Answers =>
  (request) =>
    request.url === `${AUTH}/oauth2/token` ? grant(proven(request)) : helix(authorized(request))

function proven(request: AskRequest): AskRequest {
  const form = Object.fromEntries(new URLSearchParams(request.body))
  const expected = {
    client_id: settings.clientId,
    client_secret: settings.clientSecret,
    grant_type: 'client_credentials',
  }
  if (request.method !== 'POST' || JSON.stringify(form) !== JSON.stringify(expected)) throw new Error('no grant')
  return request
}

function authorized(request: AskRequest): AskRequest {
  const { authorization, 'client-id': client } = request.headers ?? {}
  if (authorization !== `Bearer ${GRANTED.access_token}` || client !== settings.clientId) throw new Error('no token')
  return request
}

const says = (status: number, body: unknown): Answers => behindToken(({ url }) => answer(url, status, body))
const grants = (status: number, body: unknown): Answers =>
  behindToken(
    () => {
      throw new Error('asked without a token')
    },
    ({ url }) => answer(url, status, body),
  )

const FRESH: Asked = { handle: 'monstercat', id: null }
const PINNED: Asked = { handle: 'monstercat', id: '27446517' }
const there = present({ id: '27446517', handle: 'monstercat', displayName: 'The monstercat' })

const by = (look: string, name: string, asked: Asked, answers: Answers, ...verdicts: readonly Verdict[]): Case => ({
  name,
  look,
  asked: [asked],
  answers,
  says: verdicts,
})

const seen: readonly Case[] = [
  by('login', 'a user', FRESH, says(200, { data: [user('27446517', 'monstercat')] }), there),
  by(
    'login',
    'a stranger on the login',
    PINNED,
    says(200, { data: [user('9', 'monstercat')] }),
    present({ id: '9', handle: 'monstercat', displayName: 'The monstercat' }),
  ),
  by('login', 'nobody', FRESH, says(200, { data: [] }), absent('not_found', 'deactivated', 'suspended')),
  by(
    'login',
    'nobody under the login of a user that was there',
    PINNED,
    says(200, { data: [] }),
    absent('not_found', 'deactivated', 'suspended', 'renamed'),
  ),
  {
    name: 'some of those asked',
    look: 'login',
    asked: ['first', 'second', 'third'].map((handle) => ({ handle, id: null })),
    answers: says(200, { data: [user('3', 'third'), user('1', 'first')] }),
    says: [
      present({ id: '1', handle: 'first', displayName: 'The first' }),
      absent('not_found', 'deactivated', 'suspended'),
      present({ id: '3', handle: 'third', displayName: 'The third' }),
    ],
  },
  by('id', 'a user', PINNED, says(200, { data: [user('27446517', 'monstercat')] }), there),
  by(
    'id',
    'a user under another login',
    PINNED,
    says(200, { data: [user('27446517', 'instinct')] }),
    present({ id: '27446517', handle: 'instinct', displayName: 'The instinct' }),
  ),
  by('id', 'nobody', PINNED, says(200, { data: [] }), absent('not_found', 'deactivated', 'suspended')),
]

const blind = (name: string, answers: Answers, because: Cause): readonly Case[] => [
  by('login', name, FRESH, answers, inconclusive(because)),
  by('id', name, PINNED, answers, inconclusive(because)),
]

const failed = (status: number, message: string) => ({ error: 'Refused', status, message })

const trouble: readonly Case[] = [
  ...blind('a token that is refused', says(401, failed(401, 'Invalid OAuth token')), 'unauthorized'),
  ...blind('a login it does not take', says(400, failed(400, 'Invalid username(s)')), 'unreadable'),
  ...blind('a limit', says(429, failed(429, 'Too Many Requests')), 'rate_limited'),
  ...blind('an outage', says(503, ''), 'platform_error'),
  ...blind('a user nobody asked about', says(200, { data: [user('9', 'somebody')] }), 'unreadable'),
  ...blind('a user shown twice', says(200, { data: [1, 2].map(() => user('27446517', 'monstercat')) }), 'unreadable'),
  ...blind('a user without an id', says(200, { data: [{ ...user('', 'monstercat') }] }), 'unreadable'),
  ...blind('an id as a number', says(200, { data: [{ ...user('1', 'monstercat'), id: 27446517 }] }), 'unreadable'),
  ...blind('an empty list under a refusal', says(400, { data: [] }), 'unreadable'),
  ...blind('no list', says(200, { pagination: {} }), 'unreadable'),
  ...blind('an unknown client', grants(400, { status: 400, message: 'invalid client' }), 'unauthorized'),
  ...blind('a wrong secret', grants(403, { status: 403, message: 'invalid client secret' }), 'unauthorized'),
  ...blind('a client without the right', grants(400, { error: 'unauthorized_client' }), 'unauthorized'),
  ...blind('a failing grant', grants(500, failed(500, 'oops')), 'platform_error'),
  ...blind('a limited grant', grants(429, ''), 'rate_limited'),
  ...blind('a grant behind a wall', grants(403, ''), 'blocked'),
  ...blind('a grant without an end', grants(200, { ...GRANTED, expires_in: undefined }), 'unreadable'),
  ...blind('a token that fits no header', grants(200, { ...GRANTED, access_token: 'two\r\nlines' }), 'unreadable'),
]

const idOf = (login: string): string =>
  BigInt(`0x${createHash('sha256').update(login).digest('hex').slice(0, 12)}`).toString()

function world(has: (handle: string) => boolean): Answers {
  const logins = new Map<string, string>()
  return behindToken(({ url }) => {
    const { origin, pathname, searchParams } = new URL(url)
    if (origin !== API || pathname !== '/helix/users') throw new Error(`nobody answers ${url}`)
    for (const login of searchParams.getAll('login')) logins.set(idOf(login), login)
    const asked = [...searchParams.getAll('login'), ...searchParams.getAll('id').flatMap((id) => logins.get(id) ?? [])]
    return answer(url, 200, { data: asked.filter(has).map((login) => user(idOf(login), login)) })
  })
}

export const cases: PlatformCases = {
  kind: twitch,
  settings,
  cases: [...seen, ...trouble],
  isGone: (answers: readonly Answer[]) =>
    answers.some(({ status, text }) => status === 200 && /"data"\s*:\s*\[/.test(text)),
  world,
  handle: (n) => `somebody_${n}`,
}
