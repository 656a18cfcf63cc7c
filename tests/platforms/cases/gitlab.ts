import type { Answer } from '../../../src/core/answer.ts'
import type { Asked } from '../../../src/core/platform.ts'
import { absent, inconclusive, present, type Verdict } from '../../../src/core/verdict.ts'
import { gitlab } from '../../../src/platforms/gitlab.ts'
import { madeNumber } from '../../support/made-id.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const API = 'https://gitlab.test'

const user = (id: number, username: string, state = 'active', rest: object = {}) => ({
  id,
  username,
  name: `Name of ${username}`,
  state,
  locked: false,
  web_url: `${API}/${username}`,
  ...rest,
})

const says =
  (status: number, body: unknown, type = 'application/json'): Answers =>
  ({ url }) =>
    answer(url, status, body, { 'content-type': type })

const NOT_FOUND = says(404, { message: '404 User Not Found' })
const FOR_MEMBERS = says(403, { message: '403 Forbidden - Not authorized!' })
const STATUS = says(200, { emoji: null, message: null, availability: null, message_html: '', clear_status_at: null })
const NOBODY = says(200, [])

const fresh = { handle: 'someone', id: null }
const pinned = { handle: 'someone', id: '4711' }

/** What the interface says below its users; anywhere else the test is mistaken. */
const at =
  (paths: Readonly<Record<string, Answers>>): Answers =>
  (request) => {
    const found = paths[request.url.slice(`${API}/api/v4/users`.length)]
    if (!request.url.startsWith(`${API}/api/v4/users`) || found === undefined) {
      throw new Error(`no such path: ${request.url}`)
    }
    return found(request)
  }

const one = (look: string, name: string, asked: Asked, answers: Answers, verdict: Verdict): Case => ({
  name,
  look,
  asked: [asked],
  answers,
  says: [verdict],
})

const byName = (name: string, asked: Asked, answers: Answers, verdict: Verdict): Case =>
  one('name', name, asked, at({ [`?username=${asked.handle}`]: answers }), verdict)

const byId = (name: string, answers: Answers, verdict: Verdict): Case =>
  one('id', name, pinned, at({ '/4711': answers }), verdict)

/** As a stranger, who may not ask for the account itself. */
const asStranger = (name: string, status: Answers, named: Answers, verdict: Verdict): Case =>
  one('id', name, pinned, at({ '/4711': FOR_MEMBERS, '/4711/status': status, '?username=someone': named }), verdict)

const someone = present({ id: '4711', handle: 'someone', displayName: 'Name of someone' })
const GONE = ['not_found', 'suspended', 'deleted'] as const
const unreadable = inconclusive('unreadable')

export const cases: PlatformCases = {
  kind: gitlab,
  settings: { token: 'glpat-secret-token', api: API },
  cases: [
    byName('a user', fresh, says(200, [user(4711, 'someone')]), someone),
    byName('a user who has been idle', fresh, says(200, [user(4711, 'someone', 'deactivated')]), someone),
    byName('nobody', fresh, NOBODY, absent(...GONE)),
    byName('nobody where a known user was', pinned, NOBODY, absent(...GONE, 'renamed')),
    byName(
      'a blocked user, as an administrator',
      fresh,
      says(200, [user(4711, 'someone', 'blocked')]),
      absent('suspended'),
    ),
    byName(
      'a stranger on the name',
      pinned,
      says(200, [user(1, 'Someone')]),
      present({ id: '1', handle: 'Someone', displayName: 'Name of Someone' }),
    ),
    byName(
      'a blocked stranger on the name, as an administrator',
      pinned,
      says(200, [user(1, 'someone', 'blocked')]),
      present({ id: '1', handle: 'someone', displayName: 'Name of someone' }),
    ),
    byName('a state of its own', fresh, says(200, [user(4711, 'someone', 'blocked_pending_approval')]), unreadable),
    byName('somebody else than asked', fresh, says(200, [user(4711, 'another')]), unreadable),
    byName('two of one name', fresh, says(200, [user(4711, 'someone'), user(1, 'someone')]), unreadable),
    byName('an empty list that is no JSON', fresh, says(200, '[]', 'text/html'), unreadable),
    byName('an empty list in an error', fresh, says(404, []), unreadable),
    byName(
      'a server that shows nobody to strangers',
      fresh,
      says(403, { message: '403 Forbidden - Not authorized to access /api/v4/users' }),
      inconclusive('blocked'),
    ),
    byName('a bad token', fresh, says(401, { message: '401 Unauthorized' }), inconclusive('unauthorized')),
    byName(
      'a token without the scope',
      fresh,
      says(403, { error: 'insufficient_scope', error_description: 'higher privileges', scope: 'read_user' }),
      inconclusive('unauthorized'),
    ),
    byId(
      'a user',
      says(200, user(4711, 'someone', 'active', { followers: 7 })),
      present({ id: '4711', handle: 'someone', displayName: 'Name of someone', followers: 7 }),
    ),
    byId(
      'a user under another name',
      says(200, user(4711, 'someone.else')),
      present({ id: '4711', handle: 'someone.else', displayName: 'Name of someone.else' }),
    ),
    byId('a banned user', says(200, user(4711, 'someone', 'banned')), absent('suspended')),
    byId('nobody', NOT_FOUND, absent('not_found', 'deleted')),
    byId('somebody else than asked', says(200, user(1, 'someone')), unreadable),
    byId('an address that the server does not know', says(404, { error: '404 Not Found' }), unreadable),
    byId(
      'words of absence in a server error',
      says(500, { message: '404 User Not Found' }),
      inconclusive('platform_error'),
    ),
    byId('another refusal', says(403, { message: '403 Forbidden' }), inconclusive('blocked')),
    asStranger('a user, as a stranger', STATUS, says(200, [user(4711, 'someone')]), someone),
    asStranger('nobody, as a stranger', NOT_FOUND, NOBODY, absent('not_found', 'deleted')),
    asStranger('somebody whose name is not shown', says(200, {}), NOBODY, absent('suspended', 'renamed')),
    asStranger(
      'a stranger on the name of somebody who is gone',
      NOT_FOUND,
      says(200, [user(1, 'someone')]),
      present({ id: '1', handle: 'someone', displayName: 'Name of someone' }),
    ),
    asStranger('what contradicts itself', NOT_FOUND, says(200, [user(4711, 'someone')]), unreadable),
    asStranger('a status that is none', says(200, { message: '404' }), NOBODY, unreadable),
    asStranger(
      'a server that shows nobody to strangers',
      NOT_FOUND,
      says(403, { message: '403 Forbidden - Not authorized to access /api/v4/users' }),
      inconclusive('blocked'),
    ),
  ],
  isGone: (answers: readonly Answer[]) =>
    answers.some(
      ({ status, text }) =>
        (status === 200 && text.trim() === '[]') ||
        (status === 200 && /"state":\s*"(?:blocked|banned)"/.test(text)) ||
        (status === 404 && text.includes('404 User Not Found')),
    ),
  world(has) {
    const names = new Map<string, string>()
    return (request) => {
      const [, name, id = ''] =
        /^https:\/\/gitlab\.test\/api\/v4\/users(?:\?username=([\w.-]+)|\/(\d+))$/.exec(request.url) ?? []
      const username = name ?? names.get(id)
      if (username === undefined) throw new Error(`no such path: ${request.url}`)
      if (!has(username)) return (name === undefined ? NOT_FOUND : NOBODY)(request)
      const known = madeNumber(username)
      names.set(String(known), username)
      return says(200, name === undefined ? user(known, username) : [user(known, username)])(request)
    }
  },
  handle: (n) => `somebody_${n}`,
}
