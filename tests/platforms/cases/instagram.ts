import { createHash } from 'node:crypto'
import type { Asked } from '../../../src/core/platform.ts'
import { inconclusive, present, type Cause, type Verdict } from '../../../src/core/verdict.ts'
import { instagram } from '../../../src/platforms/instagram.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const API = 'http://graph.test/v23.0'
const US = '17841405309211844'
const TOKEN = 'EAAB-token-of-the-tests'

const user = (username: string, rest: object = {}) => ({
  business_discovery: {
    id: '17841401441775531',
    username,
    name: 'National Geographic',
    followers_count: 282_000_000,
    ...rest,
  },
  id: US,
})

/** An error of the Graph API; its own code says more than the status, which is 400 for nearly all of them. */
const failure = (code: number, message: string, rest: object = {}) => ({
  error: { message, type: 'OAuthException', code, fbtrace_id: 'A1b2C3', ...rest },
})

const says =
  (status: number, body: unknown): Answers =>
  ({ url }) =>
    answer(url, status, body)

const one = (
  name: string,
  answers: Answers,
  verdict: Verdict,
  asked: Asked = { handle: 'natgeo', id: null },
): Case => ({
  name,
  look: 'discovery',
  asked: [asked],
  answers,
  says: [verdict],
})

const refused = (name: string, status: number, body: unknown, because: Cause): Case =>
  one(name, says(status, body), inconclusive(because))

const natgeo = { id: '17841401441775531', handle: 'natgeo', displayName: 'National Geographic', followers: 282_000_000 }
const unknown = failure(110, 'Invalid user id', {
  error_subcode: 2_207_013,
  error_user_title: 'Cannot find User',
  error_user_msg: 'The user with username: natgeo cannot be found',
})

const idOf = (handle: string): string =>
  BigInt(`0x${createHash('sha256').update(handle).digest('hex').slice(0, 14)}`).toString()

export const cases: PlatformCases = {
  kind: instagram,
  settings: { token: TOKEN, userId: US, api: API },
  cases: [
    one('a business account', says(200, user('natgeo')), present(natgeo)),
    one('an account in other letters', says(200, user('NatGeo')), present(natgeo)),
    one(
      'an account without a name or an audience',
      says(200, user('natgeo', { name: '', followers_count: 'many' })),
      present({ id: natgeo.id, handle: 'natgeo' }),
    ),
    one('a stranger on the handle, by another id', says(200, user('natgeo')), present(natgeo), {
      handle: 'natgeo',
      id: '17841400000000000',
    }),
    refused('an account it will not show, which may be anybody’s', 400, unknown, 'blocked'),
    refused(
      'an expired token',
      400,
      failure(190, 'Error validating access token: Session has expired', { error_subcode: 463 }),
      'unauthorized',
    ),
    refused('a token it cannot read', 400, failure(190, `Malformed access token ${TOKEN}`), 'unauthorized'),
    refused(
      'a missing permission',
      403,
      failure(10, 'Application does not have permission for this action'),
      'unauthorized',
    ),
    refused('another missing permission', 403, failure(200, 'Permissions error'), 'unauthorized'),
    refused('the app’s limit', 403, failure(4, 'Application request limit reached'), 'rate_limited'),
    refused('the user’s limit', 400, failure(17, 'User request limit reached'), 'rate_limited'),
    refused('the page’s limit', 400, failure(32, 'Page request limit reached'), 'rate_limited'),
    refused('a limit of its own', 400, failure(613, 'Calls to this api have exceeded the rate limit.'), 'rate_limited'),
    refused(
      'Instagram’s limit',
      400,
      failure(80_002, 'There have been too many calls to this Instagram account.'),
      'rate_limited',
    ),
    refused('a block', 400, failure(368, 'The action attempted has been deemed abusive'), 'blocked'),
    refused('an unknown error', 500, failure(1, 'An unknown error occurred'), 'platform_error'),
    refused('a service that is down', 400, failure(2, 'Service temporarily unavailable'), 'platform_error'),
    refused('a bad parameter', 400, failure(100, 'Invalid parameter'), 'unreadable'),
    refused('the words of a refusal under a limit', 429, unknown, 'rate_limited'),
    refused('somebody else', 200, user('nasa'), 'unreadable'),
    refused('only ourselves', 200, { id: US }, 'unreadable'),
    refused('an id that a number cannot hold', 200, user('natgeo', { id: 1_784_140_144 }), 'unreadable'),
  ],
  isGone: () => false,
  world:
    (has) =>
    ({ url }) => {
      const { origin, pathname, searchParams } = new URL(url)
      const name = /^business_discovery\.username\(([\w.]+)\)\{id,username,name,followers_count\}$/.exec(
        searchParams.get('fields') ?? '',
      )?.[1]
      if (`${origin}${pathname}` !== `${API}/${US}` || name === undefined) throw new Error(`nobody answers ${url}`)
      return has(name)
        ? answer(url, 200, user(name, { id: idOf(name), name: `The ${name}` }))
        : answer(url, 400, unknown)
    },
  handle: (n) => `some.body_${n}`,
}
