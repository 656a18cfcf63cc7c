import { inconclusive, present, type Cause, type Verdict } from '../../../src/core/verdict.ts'
import { threads } from '../../../src/platforms/threads.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const API = 'http://threads.test/v1.0'
const TOKEN = 'THAA-token-of-the-tests'

const found = (username: string, rest: object = {}) => ({
  username,
  name: `The ${username}`,
  profile_picture_url: 'https://cdn.test/p.jpg',
  biography: 'Words of their own',
  is_verified: true,
  follower_count: 4_500_000,
  ...rest,
})

const failure = (code: number, message: string, rest: object = {}) => ({
  error: { message, type: 'OAuthException', code, fbtrace_id: 'A1b2C3', ...rest },
})

const says =
  (status: number, body: unknown): Answers =>
  ({ url }) =>
    answer(url, status, body)

const one = (name: string, answers: Answers, verdict: Verdict): Case => ({
  name,
  look: 'lookup',
  asked: [{ handle: 'zuck', id: null }],
  answers,
  says: [verdict],
})

const refused = (name: string, status: number, body: unknown, because: Cause): Case =>
  one(name, says(status, body), inconclusive(because))

const zuck = { id: null, handle: 'zuck', displayName: 'The zuck', followers: 4_500_000 }

/** What it says of a name that it does not show is not documented; this is the general "no such thing" of the family. */
const unknown = failure(24, 'The requested resource does not exist', { error_subcode: 4_279_009 })

export const cases: PlatformCases = {
  kind: threads,
  settings: { token: TOKEN, api: API },
  cases: [
    one('a public profile', says(200, found('zuck')), present(zuck)),
    one('a profile with an id', says(200, found('zuck', { id: '314216' })), present({ ...zuck, id: '314216' })),
    one('a profile in other letters', says(200, found('zuck', { username: 'Zuck' })), present(zuck)),
    one(
      'a profile without an audience',
      says(200, { username: 'zuck', name: null, follower_count: -1 }),
      present({ id: null, handle: 'zuck' }),
    ),
    refused('a profile that it does not show', 400, unknown, 'blocked'),
    refused('a profile that it will not show', 400, failure(110, 'Invalid user id'), 'blocked'),
    refused(
      'an app that nobody has reviewed',
      400,
      failure(10, 'Application does not have permission for this action', { error_subcode: 4_279_067 }),
      'unauthorized',
    ),
    refused('an expired token', 401, failure(190, 'Error validating access token'), 'unauthorized'),
    refused('a token it cannot read', 400, failure(190, `Malformed access token ${TOKEN}`), 'unauthorized'),
    refused('the day’s limit', 400, failure(80_008, 'Too many calls'), 'rate_limited'),
    refused(
      'a service that is down',
      400,
      failure(2, 'An unexpected error has occurred. Please retry your request later.'),
      'platform_error',
    ),
    refused('somebody else', 200, found('mosseri'), 'unreadable'),
    refused('nobody’s name', 200, { name: 'The zuck', follower_count: 1 }, 'unreadable'),
  ],
  isGone: () => false,
  world:
    (has) =>
    ({ url }) => {
      const { origin, pathname, searchParams } = new URL(url)
      const name = searchParams.get('username')
      if (`${origin}${pathname}` !== `${API}/profile_lookup` || name === null) throw new Error(`nobody answers ${url}`)
      return has(name) ? answer(url, 200, found(name)) : answer(url, 400, unknown)
    },
  handle: (n) => `some.body_${n}`,
}
