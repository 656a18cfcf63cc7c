import type { Answer } from '../../../src/core/answer.ts'
import type { Asked } from '../../../src/core/platform.ts'
import { absent, inconclusive, present, type Verdict } from '../../../src/core/verdict.ts'
import { keybase } from '../../../src/platforms/keybase.ts'
import { madeId } from '../../support/made-id.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const API = 'https://keybase.test'

const user = (username: string, status = 0) => ({
  id: madeId(username),
  basics: { username, ctime: 1391657400, username_cased: username, status },
  profile: { full_name: `Name of ${username}`, bio: 'Words' },
})

const body = (them: unknown, code = 0, name = 'OK') => ({ status: { code, name }, them })

const trouble = (code: number, name: string, desc: string) => ({ status: { code, name, desc } })

const INPUT_ERROR = {
  status: { code: 100, desc: 'bad list value', fields: { usernames: 'bad list value' }, name: 'INPUT_ERROR' },
}

const says =
  (said: unknown, status = 200): Answers =>
  ({ url }) =>
    answer(url, status, said, { 'content-type': 'application/json; charset=utf-8' })

/** What it says of the names, or of the id, that a request asks about. */
const asked =
  (reply: (names: readonly string[] | null, uid: string | null) => unknown): Answers =>
  (request) => {
    const { origin, pathname, searchParams } = new URL(request.url)
    const names = searchParams.get('usernames')?.split(',') ?? null
    const uid = searchParams.get('uid')
    if (origin !== API || pathname !== '/_/api/1.0/user/lookup.json' || (names === null) === (uid === null)) {
      throw new Error(`no such path: ${request.url}`)
    }
    return says(reply(names, uid))(request)
  }

const many = (name: string, handles: readonly string[], answers: Answers, verdicts: readonly Verdict[]): Case => ({
  name,
  look: 'names',
  asked: handles.map((handle) => ({ handle, id: null })),
  answers,
  says: verdicts,
})

const byName = (name: string, handle: string, answers: Answers, verdict: Verdict): Case =>
  many(name, [handle], answers, [verdict])

const byUid = (name: string, answers: Answers, verdict: Verdict, one: Asked = pinned): Case => ({
  name,
  look: 'uid',
  asked: [one],
  answers,
  says: [verdict],
})

const pinned = { handle: 'chris', id: madeId('chris') }
const there = (handle: string) => present({ id: madeId(handle), handle, displayName: `Name of ${handle}` })
const GONE = absent('not_found', 'suspended', 'deleted')
const unreadable = inconclusive('unreadable')
const NOT_FOUND = trouble(205, 'NOT_FOUND', 'user not found')

export const cases: PlatformCases = {
  kind: keybase,
  settings: { api: API },
  cases: [
    many(
      'some who are there, one who is not and one who was deleted',
      ['chris', 'nobody_1', 'gone'],
      says(body([user('chris'), null, user('gone', 216)])),
      [there('chris'), GONE, absent('deleted')],
    ),
    byName(
      'a user without a profile',
      'max',
      says(body([{ ...user('max'), profile: null }])),
      present({ id: madeId('max'), handle: 'max' }),
    ),
    byName('nobody', 'nobody_1', says(body([null])), GONE),
    many('an order that is not ours', ['chris', 'max'], says(body([user('max'), user('chris')])), [
      unreadable,
      unreadable,
    ]),
    many('somebody we did not ask for', ['chris', 'max'], says(body([null, user('other')])), [unreadable, unreadable]),
    many('fewer than asked', ['chris', 'max'], says(body([null])), [unreadable, unreadable]),
    many('one that cannot be read', ['chris', 'max'], says(body([{ id: 'x' }, user('max')])), [
      unreadable,
      there('max'),
    ]),
    byName('a status of its own', 'chris', says(body([user('chris', 7)])), unreadable),
    byName('a name that it takes for malformed', 'chris', says(INPUT_ERROR), unreadable),
    many(
      'a name that spoils the others',
      ['chris', 'acc0unt1', 'nobody_1'],
      asked((names) =>
        names?.includes('acc0unt1') === true
          ? INPUT_ERROR
          : body(names?.map((name) => (name === 'chris' ? user(name) : null))),
      ),
      [there('chris'), unreadable, GONE],
    ),
    byName(
      'a limit in its own words',
      'chris',
      says(trouble(602, 'RATE_LIMIT', 'rate limited')),
      inconclusive('rate_limited'),
    ),
    byName('a server error', 'chris', says(body([null]), 500), inconclusive('platform_error')),
    byUid('a user', says(body(user('chris'))), there('chris')),
    byUid('a user in a list of one', says(body([user('chris')])), there('chris')),
    byUid('a list of one nobody, which is not documented', says(body([null])), unreadable),
    byUid('nobody', says(NOT_FOUND), GONE),
    byUid('a deleted user', says(body(user('chris', 216))), absent('deleted')),
    byUid('a deleted user, by the code alone', says(trouble(216, 'DELETED', 'user deleted')), absent('deleted')),
    byUid('somebody else than asked', says(body(user('max'))), unreadable),
    byUid('a null that is not documented', says(body(null)), unreadable),
    byUid('throttling', says(trouble(210, 'THROTTLE_CONTROL', 'slow down')), inconclusive('rate_limited')),
    byUid(
      'a user without a known id',
      asked((names) => body(names === null ? user('chris') : [user('chris')])),
      there('chris'),
      { handle: 'chris', id: null },
    ),
  ],
  isGone: (answers: readonly Answer[]) =>
    answers.some(
      ({ status, text }) =>
        status === 200 &&
        ((text.includes('"code":0') && (/"them":\[(?:.*,)?null/s.test(text) || /"status":216/.test(text))) ||
          /"code":(?:205|216)/.test(text)),
    ),
  world(has) {
    const names = new Map<string, string>()
    return asked((usernames, uid) => {
      for (const name of usernames ?? []) names.set(madeId(name), name)
      const known = names.get(uid ?? '')
      if (usernames === null) return known !== undefined && has(known) ? body(user(known)) : NOT_FOUND
      return body(usernames.map((name) => (has(name) ? user(name) : null)))
    })
  },
  handle: (n) => `somebody_${n}`,
}
