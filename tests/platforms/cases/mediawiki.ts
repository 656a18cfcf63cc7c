import { createHash } from 'node:crypto'
import type { Answer, AskRequest } from '../../../src/core/answer.ts'
import type { Asked } from '../../../src/core/platform.ts'
import { absent, inconclusive, present, type Cause, type Verdict } from '../../../src/core/verdict.ts'
import { mediawiki } from '../../../src/platforms/mediawiki.ts'
import { answer, hasRecorded, recorded } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const WIKI = 'wiki.test'
const API = 'http://wiki.test/api.php'

const at = (name: string): string => `${name}@${WIKI}`

const user = (userid: number, name: string, rest: object = {}) => ({ userid, name, ...rest })
const block = (rest: object = {}) => ({
  blockid: 7,
  blockedby: 'Sysop',
  blockedbyid: 1,
  blockreason: 'spam',
  blockedtimestamp: '2026-11-21T03:01:24Z',
  blockexpiry: 'infinite',
  blockpartial: false,
  ...rest,
})

const users = (...listed: readonly object[]) => ({ batchcomplete: true, query: { users: listed } })

const says =
  (status: number, body: unknown): Answers =>
  ({ url }) =>
    answer(url, status, body)

const asked = (name: string, id: string | null = null): Asked => ({ handle: at(name), id })
const here = (name: string, id: string): Verdict => present({ id, handle: at(name), displayName: name })

const by = (look: string, name: string, who: Asked, answers: Answers, verdict: Verdict): Case => ({
  name,
  look,
  asked: [who],
  answers,
  says: [verdict],
})

const JIMBO = asked('Jimbo Wales', '24')
const NEW = asked('Jimbo Wales')

const seen: readonly Case[] = [
  by('name', 'a user', NEW, says(200, users(user(24, 'Jimbo Wales'))), here('Jimbo Wales', '24')),
  by('name', 'a stranger on the name', JIMBO, says(200, users(user(9, 'Jimbo Wales'))), here('Jimbo Wales', '9')),
  by(
    'name',
    'a user whose first letter the wiki leaves alone',
    asked('Ibrahim'),
    says(200, users(user(3, 'ibrahim'))),
    {
      kind: 'present',
      identity: { id: '3', handle: at('ibrahim'), displayName: 'ibrahim' },
    },
  ),
  {
    name: 'a user beside one whose name the wiki writes otherwise',
    look: 'name',
    asked: [asked('ßharp'), NEW],
    answers: says(200, users({ name: 'SSharp', missing: true }, user(24, 'Jimbo Wales'))),
    says: [inconclusive('unreadable'), here('Jimbo Wales', '24')],
  },
  by('name', 'a blocked user', NEW, says(200, users(user(24, 'Jimbo Wales', block()))), absent('suspended')),
  by(
    'name',
    'a user under several blocks',
    NEW,
    says(200, users(user(24, 'Jimbo Wales', block({ blockid: null, blockcomponents: [] })))),
    absent('suspended'),
  ),
  by(
    'name',
    'a user kept from some pages',
    NEW,
    says(200, users(user(24, 'Jimbo Wales', block({ blockpartial: true })))),
    here('Jimbo Wales', '24'),
  ),
  by(
    'name',
    'a blocked stranger on the name',
    JIMBO,
    says(200, users(user(9, 'Jimbo Wales', block()))),
    here('Jimbo Wales', '9'),
  ),
  {
    name: 'two whose names differ in letter case only',
    look: 'name',
    asked: [asked('Jimbo wales'), NEW],
    answers: says(200, users({ name: 'Jimbo wales', missing: true }, user(24, 'Jimbo Wales'))),
    says: [absent('not_found'), here('Jimbo Wales', '24')],
  },
  by(
    'name',
    'somebody in other letters than asked',
    NEW,
    says(200, users(user(9, 'Jimbo wales'))),
    inconclusive('unreadable'),
  ),
  by(
    'name',
    'nobody at a wiki of old',
    NEW,
    says(200, users({ name: 'Jimbo Wales', missing: '' })),
    absent('not_found'),
  ),
  by(
    'name',
    'a name that a wiki of old would not take',
    NEW,
    says(200, users({ name: 'Jimbo Wales', invalid: '' })),
    inconclusive('unreadable'),
  ),
  by('name', 'nobody', NEW, says(200, users({ name: 'Jimbo Wales', missing: true })), absent('not_found')),
  by(
    'name',
    'nobody under the name of a user that was there',
    JIMBO,
    says(200, users({ name: 'Jimbo Wales', missing: true })),
    absent('not_found', 'renamed'),
  ),
  by('id', 'a user', JIMBO, says(200, users(user(24, 'Jimbo Wales'))), here('Jimbo Wales', '24')),
  by('id', 'a user under another name', JIMBO, says(200, users(user(24, 'Jimmy'))), here('Jimmy', '24')),
  by('id', 'a blocked user', JIMBO, says(200, users(user(24, 'Jimbo Wales', block()))), absent('suspended')),
  by('id', 'nobody', JIMBO, says(200, users({ userid: 24, missing: true })), absent('not_found')),
]

/** What a real one said, MediaWiki 1.39. */
const played = (): readonly Case[] => {
  const from =
    (state: string): Answers =>
    () =>
      recorded(`mediawiki/api-list-users/${state}`)
  return [
    by('name', 'an active user of a real wiki', asked('Active'), from('active'), here('Active', '3')),
    by('name', 'a blocked user of a real wiki', asked('Blocked'), from('blocked'), absent('suspended')),
    by('name', 'an unblocked user of a real wiki', asked('Unblocked'), from('unblocked'), here('Unblocked', '5')),
    by('name', 'nobody at a real wiki', asked('Nobody'), from('never-existed'), absent('not_found')),
    by('name', 'a name no wiki takes', asked('Bad[Name'), from('invalid-name'), inconclusive('unreadable')),
    by('name', 'a real error', NEW, () => recorded('mediawiki/api-error/unknown-action'), inconclusive('unreadable')),
    {
      name: 'four states in one real answer',
      look: 'name',
      asked: ['Active', 'Blocked', 'Unblocked', 'Nobody'].map((name) => asked(name)),
      answers: from('all-states-in-one-batch'),
      says: [here('Active', '3'), absent('suspended'), here('Unblocked', '5'), absent('not_found')],
    },
  ]
}

const blind = (name: string, status: number, body: unknown, because: Cause): readonly Case[] => [
  by('name', name, NEW, says(status, body), inconclusive(because)),
  by('id', name, JIMBO, says(status, body), inconclusive(because)),
]

const error = (code: string) => ({ error: { code, info: 'The wiki says why.', docref: 'See api.php.' } })

const trouble: readonly Case[] = [
  ...blind('a lag', 200, error('maxlag'), 'platform_error'),
  ...blind('a limit', 200, error('ratelimited'), 'rate_limited'),
  ...blind('a wiki being looked after', 200, error('readonly'), 'platform_error'),
  ...blind('a defect', 500, error('internal_api_error_DBQueryError'), 'platform_error'),
  ...blind('a closed wiki', 200, error('readapidenied'), 'unauthorized'),
  ...blind(
    'an error beside users',
    200,
    { ...error('maxlag'), ...users({ name: 'Jimbo Wales', missing: true }) },
    'platform_error',
  ),
  ...blind('an invalid user', 200, users({ name: 'Jimbo Wales', invalid: true, userid: 24 }), 'unreadable'),
  ...blind('nobody at all', 200, users(), 'unreadable'),
  ...blind('somebody else', 200, users(user(9, 'Larry Sanger')), 'unreadable'),
  ...blind('a user twice', 200, users(user(24, 'Jimbo Wales'), user(24, 'Jimbo Wales')), 'unreadable'),
  ...blind('a missing user that is there', 200, users(user(24, 'Jimbo Wales', { missing: true })), 'unreadable'),
  ...blind('a user of another wiki', 200, users({ name: 'Jimbo Wales', interwiki: true }), 'unreadable'),
  ...blind('a page', 404, '<!DOCTYPE html><html><head><title>Not found</title></head></html>', 'unreadable'),
]

const idOf = (name: string): number => parseInt(createHash('sha256').update(name).digest('hex').slice(0, 10), 16)

/** The question, wherever it stands. */
function questionOf({ url, body }: AskRequest): URLSearchParams {
  const { origin, pathname, searchParams } = new URL(url)
  const isKnown = (origin === 'http://wiki.test' && pathname === '/api.php') || pathname === '/w/api.php'
  if (!isKnown) throw new Error(`nobody answers ${url}`)
  return body === undefined ? searchParams : new URLSearchParams(body)
}

function world(has: (handle: string) => boolean): Answers {
  const names = new Map<string, string>()
  return (request) => {
    const question = questionOf(request)
    const host = new URL(request.url).host
    const exists = (name: string): boolean => has(`${name}@${host}`)
    const listed = (question.get('ususers') ?? '').split('|').filter((name) => name !== '')
    for (const name of listed) names.set(String(idOf(name)), name)
    const ids = (question.get('ususerids') ?? '').split('|').filter((id) => id !== '')
    return answer(
      request.url,
      200,
      users(
        ...listed.map((name) => (exists(name) ? user(idOf(name), name) : { name, missing: true })),
        ...ids.map((id) => {
          const name = names.get(id)
          return name !== undefined && exists(name) ? user(Number(id), name) : { userid: Number(id), missing: true }
        }),
      ),
    )
  }
}

export const cases: PlatformCases = {
  kind: mediawiki,
  settings: { hosts: { [WIKI]: API } },
  cases: [...seen, ...(hasRecorded ? played() : []), ...trouble],
  isGone: (answers: readonly Answer[]) =>
    answers.some(
      ({ status, text }) => status === 200 && (/"missing"\s*:\s*(?:true|"")/.test(text) || text.includes('"blockid"')),
    ),
  world,
  handle: (n) => at(`Somebody ${n}`),
}
