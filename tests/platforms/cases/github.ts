import type { Answer } from '../../../src/core/answer.ts'
import type { Asked } from '../../../src/core/platform.ts'
import { absent, inconclusive, present, type Verdict } from '../../../src/core/verdict.ts'
import { github } from '../../../src/platforms/github.ts'
import { madeNumber } from '../../support/made-id.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const API = 'https://api.github.test'

const json = { 'content-type': 'application/json; charset=utf-8', 'x-ratelimit-remaining': '4999' }

const user = (id: number, login: string, rest: object = {}) => ({
  login,
  id,
  node_id: 'MDQ6VXNlcjE=',
  type: 'User',
  name: `Name of ${login}`,
  followers: 12,
  created_at: '2011-09-03T15:26:22Z',
  ...rest,
})

const NOT_FOUND = {
  message: 'Not Found',
  documentation_url: 'https://docs.github.com/rest/users/users#get-a-user',
  status: '404',
}

const refusal = (message: string, status: number) => ({
  message,
  documentation_url: 'https://docs.github.com/rest/overview',
  status: String(status),
})

const says =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answers =>
  ({ url }) =>
    answer(url, status, body, { ...json, ...headers })

/** What the interface says at each of its paths; at any other the test is mistaken. */
const at =
  (paths: Readonly<Record<string, Answers>>): Answers =>
  (request) => {
    const found = paths[request.url.slice(API.length)]
    if (!request.url.startsWith(API) || found === undefined) throw new Error(`no such path: ${request.url}`)
    return found(request)
  }

const fresh = { handle: 'octocat', id: null }
const pinned = { handle: 'octocat', id: '583231' }

const one = (look: string, name: string, asked: Asked, answers: Answers, verdict: Verdict): Case => ({
  name,
  look,
  asked: [asked],
  answers,
  says: [verdict],
})

const byLogin = (name: string, asked: Asked, answers: Answers, verdict: Verdict): Case =>
  one('login', name, asked, at({ [`/users/${asked.handle}`]: answers }), verdict)

const byId = (name: string, answers: Answers, verdict: Verdict): Case =>
  one('id', name, pinned, at({ [`/user/${pinned.id}`]: answers }), verdict)

const octocat = present({ id: '583231', handle: 'octocat', displayName: 'Name of octocat', followers: 12 })

const limits: readonly [string, Answers, Verdict][] = [
  [
    'a budget that is spent',
    says(403, refusal('API rate limit exceeded for 192.0.2.1.', 403), { 'x-ratelimit-remaining': '0' }),
    inconclusive('rate_limited'),
  ],
  [
    'a secondary limit',
    says(403, refusal('You have exceeded a secondary rate limit. Please wait.', 403), { 'retry-after': '60' }),
    inconclusive('rate_limited'),
  ],
  [
    'a secondary limit under its other status',
    says(429, refusal('You have exceeded a secondary rate limit. Please wait.', 429), { 'retry-after': '60' }),
    inconclusive('rate_limited'),
  ],
  ['a refusal with budget left', says(403, refusal('Forbidden', 403)), inconclusive('blocked')],
  ['a bad token', says(401, refusal('Bad credentials', 401)), inconclusive('unauthorized')],
  ['words of absence in a server error', says(502, NOT_FOUND), inconclusive('platform_error')],
  ['a 404 of something else', says(404, { message: 'Not Found' }), inconclusive('unreadable')],
  ['a page that is not found', says(404, '<!DOCTYPE html><title>404</title>'), inconclusive('unreadable')],
  ['a redirect', says(301, refusal('Moved Permanently', 301), { location: `${API}/user/1` }), inconclusive('blocked')],
  ['"not modified" out of nowhere', says(304, ''), inconclusive('unreadable')],
]

const GONE = ['not_found', 'suspended', 'deleted'] as const

export const cases: PlatformCases = {
  kind: github,
  settings: { token: 'ghp_secret-token', api: API },
  cases: [
    byLogin('a user', fresh, says(200, user(583231, 'octocat')), octocat),
    byLogin(
      'an organisation, in its own letter case',
      { handle: 'nasa', id: null },
      says(200, user(848102, 'NASA', { type: 'Organization', name: null })),
      present({ id: '848102', handle: 'NASA', followers: 12 }),
    ),
    byLogin('nobody', fresh, says(404, NOT_FOUND), absent(...GONE)),
    byLogin('nobody where a known user was', pinned, says(404, NOT_FOUND), absent(...GONE, 'renamed')),
    byLogin(
      'a stranger on the name',
      pinned,
      says(200, user(999, 'octocat')),
      present({ id: '999', handle: 'octocat', displayName: 'Name of octocat', followers: 12 }),
    ),
    byLogin('somebody else than asked', fresh, says(200, user(583231, 'hubot')), inconclusive('unreadable')),
    byLogin('an id that is no number', fresh, says(200, user(NaN, 'octocat')), inconclusive('unreadable')),
    ...limits.map(([name, answers, verdict]) => byLogin(name, fresh, answers, verdict)),
    byId('a user', says(200, user(583231, 'octocat')), octocat),
    byId(
      'a user under another name',
      says(200, user(583231, 'octocat-2')),
      present({ id: '583231', handle: 'octocat-2', displayName: 'Name of octocat-2', followers: 12 }),
    ),
    byId('nobody', says(404, NOT_FOUND), absent(...GONE)),
    byId('somebody else than asked', says(200, user(1, 'octocat')), inconclusive('unreadable')),
    ...limits.map(([name, answers, verdict]) => byId(name, answers, verdict)),
    one(
      'id',
      'a user without a known id',
      fresh,
      at({
        '/users/octocat': says(200, user(583231, 'octocat')),
        '/user/583231': says(200, user(583231, 'octocat')),
      }),
      octocat,
    ),
    one('id', 'a name that leads nowhere', fresh, at({ '/users/octocat': says(404, NOT_FOUND) }), absent(...GONE)),
  ],
  isGone: (answers: readonly Answer[]) =>
    answers.some(
      ({ status, text }) =>
        status === 404 && /"message":\s*"Not Found"/.test(text) && text.includes('"documentation_url":'),
    ),
  world(has) {
    const ids = new Map<string, string>()
    return (request) => {
      const [, road, key = ''] = /^\/(users?)\/([^/?]+)$/.exec(request.url.slice(API.length)) ?? []
      const login = road === 'users' ? decodeURIComponent(key) : ids.get(key)
      if (!request.url.startsWith(API) || login === undefined) throw new Error(`no such path: ${request.url}`)
      if (!has(login)) return says(404, NOT_FOUND)(request)
      const id = madeNumber(login)
      ids.set(String(id), login)
      return says(200, user(id, login))(request)
    }
  },
  handle: (n) => `somebody-${n}`,
}
