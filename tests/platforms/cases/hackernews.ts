import type { Answer } from '../../../src/core/answer.ts'
import { absent, inconclusive, present, type Verdict } from '../../../src/core/verdict.ts'
import { hackernews } from '../../../src/platforms/hackernews.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const API = 'https://hacker-news.test'

const user = (id: string) => ({ about: 'Bug fixer.', created: 1160418092, id, karma: 157316, submitted: [1, 2, 3] })

const says =
  (status: number, body: unknown, type = 'application/json; charset=utf-8'): Answers =>
  ({ url }) =>
    answer(url, status, body, { 'content-type': type })

const one = (name: string, handle: string, answers: Answers, verdict: Verdict): Case => ({
  name,
  look: 'user',
  asked: [{ handle, id: null }],
  answers,
  says: [verdict],
})

const unreadable = inconclusive('unreadable')

export const cases: PlatformCases = {
  kind: hackernews,
  settings: { api: API },
  cases: [
    one('a user', 'pg', says(200, user('pg')), present({ id: null, handle: 'pg' })),
    one('nobody', 'pgg', says(200, null), absent('not_found', 'suspended', 'deleted')),
    one('a name in another letter case', 'PG', says(200, user('pg')), unreadable),
    one('a user of whom it tells the name only', 'pg', says(200, { id: 'pg' }), present({ id: null, handle: 'pg' })),
    one('an object that names nobody', 'pg', says(200, { karma: 1 }), unreadable),
    one('null that is no JSON', 'pg', says(200, 'null', 'text/plain'), unreadable),
    one('null in an error', 'pg', says(404, null), unreadable),
    one('null from a server in trouble', 'pg', says(503, null), inconclusive('platform_error')),
    one('a refusal', 'pg', says(401, { error: 'Permission denied' }), inconclusive('unauthorized')),
  ],
  isGone: (answers: readonly Answer[]) => answers.some(({ status, text }) => status === 200 && text.trim() === 'null'),
  world: (has) => (request) => {
    const handle = /^https:\/\/hacker-news\.test\/v0\/user\/([\w-]+)\.json$/.exec(request.url)?.[1]
    if (handle === undefined) throw new Error(`no such path: ${request.url}`)
    return says(200, has(handle) ? user(handle) : null)(request)
  },
  handle: (n) => `somebody_${n}`,
}
