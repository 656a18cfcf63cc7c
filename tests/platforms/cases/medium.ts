import type { Answer } from '../../../src/core/answer.ts'
import type { Asked } from '../../../src/core/platform.ts'
import { absent, inconclusive, present, type Verdict } from '../../../src/core/verdict.ts'
import { medium } from '../../../src/platforms/medium.ts'
import { madeId } from '../../support/made-id.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const API = 'https://medium.test'
const GUARD = '])}while(1);</x>'

const idOf = (handle: string): string => madeId(handle.toLowerCase()).slice(0, 12)

const page = (username: string, userId = idOf(username)) => ({
  success: true,
  payload: {
    user: { userId, username, name: `Name of ${username}`, bio: 'Words', type: 'User' },
    references: { SocialStats: { [userId]: { userId, usersFollowedCount: 3, usersFollowedByCount: 99 } } },
  },
  v: 3,
})

const error = (words: string) => ({ success: false, error: words, v: 3, errorInfo: { code: -1 } })

const guarded =
  (status: number, body: unknown): Answers =>
  ({ url }) =>
    answer(url, status, GUARD + JSON.stringify(body), { 'content-type': 'application/json; charset=utf-8' })

const html =
  (status: number, title: string): Answers =>
  ({ url }) =>
    answer(url, status, `<!DOCTYPE html><html><head><title>${title}</title></head><body></body></html>`, {
      'content-type': 'text/html; charset=utf-8',
    })

const rss =
  (link: string, name = 'Name'): Answers =>
  ({ url }) =>
    answer(
      url,
      200,
      `<?xml version="1.0" encoding="UTF-8"?><rss xmlns:atom="http://www.w3.org/2005/Atom" version="2.0">
    <channel>
        <title><![CDATA[Stories by ${name} on Medium]]></title>
        <link>${link}</link>
        <image><title>Stories by ${name} on Medium</title><link>${link}</link></image>
        <generator>Medium</generator>
        <item><title>A story</title><link>https://medium.test/@other/x?source=rss-0123456789ab------2</link></item>
    </channel>
</rss>`,
      { 'content-type': 'text/xml; charset=UTF-8' },
    )

const ownLink = (handle: string): string => `https://medium.test/@${handle}?source=rss-${idOf(handle)}------2`

const redirect =
  (location: string): Answers =>
  ({ url }) =>
    answer(url, 301, '', { location })

/** What is at each of its paths; at any other the test is mistaken. */
const at =
  (paths: Readonly<Record<string, Answers>>): Answers =>
  (request) => {
    const found = paths[request.url.slice(API.length)]
    if (!request.url.startsWith(API) || found === undefined) throw new Error(`no such path: ${request.url}`)
    return found(request)
  }

const fresh = { handle: 'Someone', id: null }
const pinned = { handle: 'Someone', id: idOf('Someone') }

const byPage = (
  name: string,
  asked: Asked,
  answers: Answers,
  verdict: Verdict,
  feed: Answers = html(404, ''),
): Case => ({
  name,
  look: 'profile',
  asked: [asked],
  answers: at({ '/@Someone?format=json': answers, '/feed/@Someone': feed }),
  says: [verdict],
})

const byFeed = (name: string, answers: Answers, verdict: Verdict): Case => ({
  name,
  look: 'feed',
  asked: [fresh],
  answers: at({ '/feed/@Someone': answers }),
  says: [verdict],
})

const someone = (handle: string): Verdict =>
  present({ id: idOf('Someone'), handle, displayName: `Name of ${handle}`, followers: 99 })
const feeding = present({ id: idOf('Someone'), handle: 'Someone' })
const GONE = ['not_found', 'suspended', 'deleted'] as const
const unreadable = inconclusive('unreadable')
const OWN = 'https://some-one.medium.test/'

export const cases: PlatformCases = {
  kind: medium,
  settings: { api: API },
  cases: [
    byPage('an account', fresh, guarded(200, page('someone')), someone('someone')),
    byPage(
      'an account of which it tells the id only',
      fresh,
      guarded(200, { success: true, payload: { user: { userId: 'lo_4f' } } }),
      present({ id: 'lo_4f', handle: 'Someone' }),
    ),
    byPage('nobody, in its error alone', fresh, guarded(404, { error: 'No user found' }), absent(...GONE)),
    byPage(
      'an account beside an error',
      fresh,
      guarded(200, { ...page('Someone'), success: false, error: 'x' }),
      unreadable,
    ),
    byPage('a success that is an error', fresh, guarded(200, { success: true, error: 'No user found' }), unreadable),
    byPage(
      'an account under another name',
      pinned,
      guarded(200, page('someone2', idOf('Someone'))),
      someone('someone2'),
    ),
    byPage(
      'a stranger on the name',
      pinned,
      guarded(200, page('Someone', 'abc')),
      present({ id: 'abc', handle: 'Someone', displayName: 'Name of Someone', followers: 99 }),
    ),
    byPage('nobody', fresh, guarded(404, error('No user found for username Someone')), absent(...GONE)),
    byPage(
      'nobody where a known account was',
      pinned,
      guarded(200, error('No user found')),
      absent(...GONE, 'renamed'),
    ),
    byPage('a suspended account', fresh, guarded(410, error('User is suspended')), absent('suspended')),
    byPage(
      'an account that left',
      fresh,
      guarded(410, error('User deactivated or deleted their account')),
      absent('deactivated', 'deleted'),
    ),
    byPage('words that mean two things', fresh, guarded(404, error('No user found, or it is suspended')), unreadable),
    byPage('words of its own', fresh, guarded(200, error('Something else')), unreadable),
    byPage(
      'a refusal in the words of an absence',
      fresh,
      guarded(403, error('No user found')),
      inconclusive('blocked'),
    ),
    byPage('an answer without its guard', fresh, ({ url }) => answer(url, 200, error('No user found')), unreadable),
    byPage('somebody else than asked', fresh, guarded(200, page('another')), unreadable),
    byPage('a page that is not found', fresh, html(404, 'Medium'), unreadable),
    byPage('a challenge', fresh, html(403, 'Just a moment...'), inconclusive('blocked')),
    byPage(
      'an address of its own',
      fresh,
      redirect(`${OWN}?format=json`),
      feeding,
      rss(`${OWN}?source=rss-${idOf('Someone')}------2`),
    ),
    byPage('an address of its own, without a feed', fresh, redirect(OWN), unreadable),
    byPage('a redirect to the sign-in', fresh, redirect('https://medium.test/m/signin'), inconclusive('blocked')),
    byPage('a redirect to somebody else', fresh, redirect('https://medium.example/'), inconclusive('blocked')),
    byFeed('a feed', rss(ownLink('Someone')), feeding),
    byFeed('a feed at an address of its own', rss(`${OWN}?source=rss-${idOf('Someone')}------2`), feeding),
    byFeed('the feed of somebody else', rss(ownLink('Another')), unreadable),
    byFeed('a feed that names nobody', rss('https://medium.test/'), unreadable),
    byFeed('no feed', html(404, 'Medium'), unreadable),
    byFeed('a limit', html(429, 'Too many'), inconclusive('rate_limited')),
  ],
  isGone: (answers: readonly Answer[]) =>
    answers.some(
      ({ status, text }) =>
        [200, 404, 410].includes(status) &&
        text.startsWith(GUARD) &&
        /"error":"[^"]*(?:No user found|is suspended|deactivated or deleted)/.test(text),
    ),
  world: (has) => (request) => {
    const [, feed, handle = ''] =
      /^https:\/\/medium\.test\/(feed\/)?@([\w.-]+?)(?:\?format=json)?$/.exec(request.url) ?? []
    if (handle === '') throw new Error(`no such path: ${request.url}`)
    if (feed !== undefined) return (has(handle) ? rss(ownLink(handle)) : html(404, 'Medium'))(request)
    return (has(handle) ? guarded(200, page(handle)) : guarded(404, error('No user found')))(request)
  },
  handle: (n) => `somebody.${n}`,
}
