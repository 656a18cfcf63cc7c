import type { Answer } from '../../../src/core/answer.ts'
import type { Asked } from '../../../src/core/platform.ts'
import { absent, inconclusive, present, type Verdict } from '../../../src/core/verdict.ts'
import { substack } from '../../../src/platforms/substack.ts'
import { madeNumber } from '../../support/made-id.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const API = 'https://substack.test'

const person = (id: number, handle: string, rest: object = {}) => ({
  id,
  name: `Name of ${handle}`,
  handle,
  profile_disabled: false,
  publicationUsers: [],
  subscriptions: [],
  followerCount: 41,
  ...rest,
})

const NOT_FOUND = { error: 'profile not found' }

const says =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answers =>
  ({ url }) =>
    answer(url, status, body, { 'content-type': 'application/json; charset=utf-8', ...headers })

const fresh = { handle: 'someone', id: null }
const pinned = { handle: 'someone', id: '4711' }

const one = (name: string, asked: Asked, answers: Answers, verdict: Verdict): Case => ({
  name,
  look: 'profile',
  asked: [asked],
  answers,
  says: [verdict],
})

const GONE = ['not_found', 'deactivated', 'suspended', 'deleted'] as const
const unreadable = inconclusive('unreadable')

export const cases: PlatformCases = {
  kind: substack,
  settings: { api: API },
  cases: [
    one(
      'a person',
      fresh,
      says(200, person(4711, 'someone')),
      present({ id: '4711', handle: 'someone', displayName: 'Name of someone', followers: 41 }),
    ),
    one(
      'a writer who tells subscribers only, in words',
      fresh,
      says(200, person(4711, 'Someone', { followerCount: null, subscriberCount: '1K+' })),
      present({ id: '4711', handle: 'someone', displayName: 'Name of Someone' }),
    ),
    one('nobody', fresh, says(404, NOT_FOUND), absent(...GONE)),
    one('nobody where a known person was', pinned, says(404, NOT_FOUND), absent(...GONE, 'renamed')),
    one(
      'a stranger on the name',
      pinned,
      says(200, person(1, 'someone')),
      present({ id: '1', handle: 'someone', displayName: 'Name of someone', followers: 41 }),
    ),
    one(
      'a known person under another name',
      pinned,
      says(200, person(4711, 'someone-2')),
      present({ id: '4711', handle: 'someone-2', displayName: 'Name of someone-2', followers: 41 }),
    ),
    one('somebody else than asked', fresh, says(200, person(4711, 'another')), unreadable),
    one(
      'a profile that is switched off',
      fresh,
      says(200, person(4711, 'someone', { profile_disabled: true })),
      unreadable,
    ),
    one('a page that is not found', fresh, says(404, '<!DOCTYPE html><title>Not found</title>'), unreadable),
    one('words of absence in a server error', fresh, says(500, NOT_FOUND), inconclusive('platform_error')),
    one('another error', fresh, says(404, { error: 'not found' }), unreadable),
    one(
      'a redirect',
      fresh,
      says(302, '', { location: `${API}/api/v1/user/new/public_profile` }),
      inconclusive('blocked'),
    ),
    one('a limit', fresh, says(429, 'Too Many Requests'), inconclusive('rate_limited')),
    one(
      'a challenge',
      fresh,
      says(403, '<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>'),
      inconclusive('blocked'),
    ),
  ],
  isGone: (answers: readonly Answer[]) =>
    answers.some(({ status, text }) => status === 404 && /"error":\s*"profile not found"/.test(text)),
  world: (has) => (request) => {
    const handle = /^https:\/\/substack\.test\/api\/v1\/user\/([^/]+)\/public_profile$/.exec(request.url)?.[1]
    if (handle === undefined) throw new Error(`no such path: ${request.url}`)
    return (has(handle) ? says(200, person(madeNumber(handle), handle)) : says(404, NOT_FOUND))(request)
  },
  handle: (n) => `somebody-${n}`,
}
