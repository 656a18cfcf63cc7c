import { createHash } from 'node:crypto'
import type { Answer } from '../../../src/core/answer.ts'
import type { Asked } from '../../../src/core/platform.ts'
import { absent, inconclusive, present, type Cause, type Verdict } from '../../../src/core/verdict.ts'
import { youtube } from '../../../src/platforms/youtube.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const API = 'http://api.youtube.test'
const SITE = 'http://www.youtube.test'
const KEY = 'AIza-key-of-the-tests'

const NASA = 'UCLA_DiR1FfKNvjuUpBHmylQ'
const OTHER = 'UCBR8-60-B28hp2BmDPdntcQ'

const GONE = absent('not_found', 'suspended', 'deleted')
const nasa = { id: NASA, handle: '@NASA', displayName: 'NASA', followers: 12_300_000 }

const FRESH: Asked = { handle: '@NASA', id: null }
const PINNED: Asked = { handle: '@NASA', id: NASA }
const BY_ID: Asked = { handle: NASA, id: null }

const by = (look: string, name: string, asked: Asked, answers: Answers, verdict: Verdict): Case => ({
  name,
  look,
  asked: [asked],
  answers,
  says: [verdict],
})

const says =
  (status: number, body: unknown): Answers =>
  ({ url }) =>
    answer(url, status, body)

// ---------------------------------------------------------------- the Data API

const channel = (id: string, title: string, customUrl: string | undefined, statistics: object = {}) => ({
  kind: 'youtube#channel',
  id,
  snippet: { title, customUrl },
  statistics: { subscriberCount: '12300000', hiddenSubscriberCount: false, ...statistics },
})

const list = (items: readonly object[] | undefined, totalResults = items?.length ?? 0, rest: object = {}) => ({
  kind: 'youtube#channelListResponse',
  pageInfo: { totalResults, resultsPerPage: 50 },
  items,
  ...rest,
})

const SHOWN = channel(NASA, 'NASA', '@nasa')

const api: readonly Case[] = [
  by('api', 'a channel by its handle', FRESH, says(200, list([SHOWN])), present(nasa)),
  by('api', 'a channel by its id', BY_ID, says(200, list([SHOWN])), present({ ...nasa, handle: NASA })),
  by('api', 'a channel that is pinned', PINNED, says(200, list([SHOWN])), present(nasa)),
  by(
    'api',
    'a channel under another handle',
    PINNED,
    says(200, list([channel(NASA, 'NASA', '@nasa-hq')])),
    present({ ...nasa, handle: '@nasa-hq' }),
  ),
  by(
    'api',
    'a channel that hides its audience',
    PINNED,
    says(200, list([channel(NASA, 'NASA', '@nasa', { subscriberCount: '0', hiddenSubscriberCount: true })])),
    present({ id: NASA, handle: '@NASA', displayName: 'NASA' }),
  ),
  by('api', 'nobody on a handle', FRESH, says(200, list(undefined)), GONE),
  by('api', 'nobody on a handle, with an empty list', FRESH, says(200, list([])), GONE),
  by('api', 'nobody under an id', PINNED, says(200, list(undefined)), GONE),
  {
    name: 'channels by id and by handle, some of them gone',
    look: 'api',
    asked: [PINNED, { handle: '@gone', id: OTHER }, { handle: '@new', id: null }],
    answers: (request) =>
      request.url.includes('forHandle=')
        ? says(200, list([channel(OTHER.replace('B', 'C'), 'New', undefined)]))(request)
        : says(200, list([SHOWN]))(request),
    says: [
      present(nasa),
      GONE,
      present({ id: OTHER.replace('B', 'C'), handle: '@new', displayName: 'New', followers: 12_300_000 }),
    ],
  },
]

const refusal = (code: number, reason: string, details: readonly object[] = []) => ({
  error: { code, message: 'No.', errors: [{ message: 'No.', domain: 'youtube', reason }], details },
})

const blind = (name: string, status: number, body: unknown, because: Cause): readonly Case[] =>
  [FRESH, PINNED].map((asked) =>
    by(
      'api',
      `${name}, ${asked.id === null ? 'by handle' : 'by id'}`,
      asked,
      says(status, body),
      inconclusive(because),
    ),
  )

const apiTrouble: readonly Case[] = [
  ...blind('a spent quota', 403, refusal(403, 'quotaExceeded'), 'rate_limited'),
  ...blind('a limit', 403, refusal(403, 'rateLimitExceeded'), 'rate_limited'),
  ...blind('a bad key', 400, refusal(400, 'keyInvalid'), 'unauthorized'),
  ...blind(
    'a bad key in other words',
    400,
    refusal(400, 'badRequest', [{ reason: 'API_KEY_INVALID' }]),
    'unauthorized',
  ),
  ...blind('a service that is switched off', 403, refusal(403, 'accessNotConfigured'), 'unauthorized'),
  ...blind('a refusal', 403, refusal(403, 'channelForbidden'), 'blocked'),
  ...blind('a bad question', 400, refusal(400, 'invalidCriteria'), 'unreadable'),
  ...blind('a failing backend', 500, refusal(500, 'backendError'), 'platform_error'),
  ...blind('an answer without its frame', 200, {}, 'unreadable'),
  ...blind('fewer than it counts', 200, list([], 1), 'unreadable'),
  ...blind('one page of several', 200, list([], 0, { nextPageToken: 'CAUQAA' }), 'unreadable'),
  ...blind('a channel without an id', 200, list([{ ...SHOWN, id: '' }]), 'unreadable'),
  ...blind('a channel of another name', 200, list([channel(OTHER, 'Other', '@other')]), 'unreadable'),
  ...blind('a channel twice', 200, list([SHOWN, SHOWN]), 'unreadable'),
  by(
    'api',
    'a pinned channel without a handle',
    PINNED,
    says(200, list([channel(NASA, 'NASA', 'nasatelevision')])),
    inconclusive('unreadable'),
  ),
]

// ---------------------------------------------------------------- the page

const html = (title: string, body: string): string =>
  `<!DOCTYPE html><html lang="en"><head><title>${title}</title></head><body>${body}</body></html>`

const paged = (title: string, data: object): string =>
  html(
    title,
    `<script nonce="x">var ytInitialData = ${JSON.stringify(data).replaceAll('<', '\\u003c')};</script><script>later()</script>`,
  )

const shownAs = (id: string, title: string, handle?: string) => ({
  metadata: {
    channelMetadataRenderer: {
      title,
      externalId: id,
      ...(handle === undefined ? {} : { vanityChannelUrl: `http://www.youtube.com/${handle}` }),
    },
  },
})

const alert = (text: object, type = 'ERROR') => ({ alerts: [{ alertRenderer: { type, text } }] })
const tabs = (...some: readonly object[]) => ({
  contents: { twoColumnBrowseResultsRenderer: { tabs: some.map((tabRenderer) => ({ tabRenderer })) } },
})
const HOME = tabs({ tabIdentifier: 'FEwhat_to_watch', selected: true })
const GATE = tabs({
  content: { sectionListRenderer: { contents: [{ channelAgeGateRenderer: { channelTitle: 'NASA' } }] } },
})

const page = paged('NASA - YouTube', { ...shownAs(NASA, 'NASA', '@NASA'), ...tabs({ title: 'Home' }) })
const LOST = html('404 Not Found', '<div id="error-page"></div>')
const TERMINATED = paged(
  'YouTube',
  alert({ simpleText: "This account has been terminated for a violation of YouTube's Terms of Service." }),
)
const REMOVED = paged(
  'YouTube',
  alert({ runs: [{ text: 'This channel was removed because it violated our ' }, { text: 'Community Guidelines.' }] }),
)
const NO_CHANNEL = paged('YouTube', alert({ simpleText: 'This channel does not exist.' }))

const seenAs = (handle: string, id = NASA) => present({ id, handle, displayName: 'NASA' })

/** The page at the handle, and the one at the channel's id. */
const pages =
  (atHandle: Answers, atId: Answers): Answers =>
  (request) =>
    request.url.includes('/channel/') ? atId(request) : atHandle(request)

const lost = says(404, LOST)

const pageCases: readonly Case[] = [
  by('page', 'a channel', FRESH, says(200, page), seenAs('@NASA')),
  by('page', 'a channel that names no handle', FRESH, says(200, paged('N', shownAs(NASA, 'NASA'))), seenAs('@NASA')),
  by('page', 'a channel at its id', BY_ID, says(200, page), seenAs(NASA)),
  by(
    'page',
    'a handle in other letters',
    { handle: '@чайка', id: null },
    says(200, paged('Ч', shownAs(NASA, 'NASA', '@%D1%87%D0%B0%D0%B9%D0%BA%D0%B0'))),
    seenAs('@чайка'),
  ),
  by(
    'page',
    'a stranger on the handle',
    PINNED,
    says(200, paged('N', shownAs(OTHER, 'NASA', '@NASA'))),
    seenAs('@NASA', OTHER),
  ),
  by(
    'page',
    'a channel that has moved on',
    PINNED,
    says(200, paged('N', shownAs(NASA, 'NASA', '@nasa-hq'))),
    seenAs('@nasa-hq'),
  ),
  by(
    'page',
    'a channel behind an age gate',
    FRESH,
    says(200, paged('N', GATE)),
    present({ id: null, handle: '@NASA' }),
  ),
  by('page', 'an age gate at an id', BY_ID, says(200, paged('N', GATE)), present({ id: NASA, handle: NASA })),
  by('page', 'a terminated channel', FRESH, says(200, TERMINATED), absent('suspended')),
  by('page', 'a terminated channel, with a 404', BY_ID, says(404, TERMINATED), absent('suspended')),
  by('page', 'a removed channel', BY_ID, says(200, REMOVED), absent('suspended')),
  by('page', 'no channel', BY_ID, says(200, NO_CHANNEL), absent('not_found', 'deleted')),
  by('page', 'nothing on a handle', FRESH, lost, GONE),
  by('page', 'the home page', BY_ID, says(200, paged('YouTube', HOME)), GONE),
  by('page', 'a lost handle of a terminated channel', PINNED, pages(lost, says(200, TERMINATED)), absent('suspended')),
  by(
    'page',
    'a lost handle of a deleted channel',
    PINNED,
    pages(lost, says(404, NO_CHANNEL)),
    absent('not_found', 'deleted'),
  ),
  by(
    'page',
    'a lost handle of a channel that has another',
    PINNED,
    pages(lost, says(200, paged('N', shownAs(NASA, 'NASA', '@nasa-hq')))),
    { kind: 'absent', because: ['renamed'], now: { id: NASA, handle: '@nasa-hq', displayName: 'NASA' } },
  ),
]

const pageTrouble: readonly Case[] = (
  [
    ['a channel that claims the lost handle', pages(lost, says(200, page))],
    ['a lost handle and another channel at the id', pages(lost, says(200, paged('N', shownAs(OTHER, 'NASA'))))],
    ['a page without data', says(200, html('NASA - YouTube', ''))],
    ['a page with other data', says(200, paged('NASA', { metadata: {} }))],
    ['a channel that moved', says(200, paged('NASA', { onResponseReceivedActions: [{ navigateAction: {} }] }))],
    ['an alert it does not know', says(200, paged('YouTube', alert({ simpleText: 'This channel is not available.' })))],
    [
      'an alert beside a channel',
      says(200, paged('N', { ...shownAs(NASA, 'N'), ...alert({ simpleText: 'This channel does not exist.' }) })),
    ],
    ['the home page with a channel', says(200, paged('N', { ...shownAs(NASA, 'N'), ...HOME }))],
    ['a warning', says(200, paged('N', alert({ simpleText: 'This channel does not exist.' }, 'WARNING')))],
    ['a channel with a 404', says(404, page)],
    ['nothing found, and yet a channel', says(404, page.replace('NASA - YouTube', '404 Not Found'))],
    ['nothing found under a good status', says(200, LOST)],
    ['another 404', says(404, html('Not here', ''))],
    ['half a page', says(404, '<!DOCTYPE html><html><head><title>404 Not Found</title></head>')],
  ] as const
).map(([name, answers]) => by('page', name, PINNED, answers, inconclusive('unreadable')))

const walled = by(
  'page',
  'nothing found, behind a wall',
  PINNED,
  says(404, html('404 Not Found', 'Our systems have detected unusual traffic from your computer network.')),
  inconclusive('blocked'),
)

const idOf = (handle: string): string =>
  `UC${createHash('sha256').update(handle.toLowerCase()).digest('base64url').slice(0, 22)}`

function world(has: (handle: string) => boolean): Answers {
  const handles = new Map<string, string>()
  const exists = (handle: string | undefined): handle is string => handle !== undefined && has(handle)
  const at = (handle: string): string => {
    handles.set(idOf(handle), handle)
    return handle
  }
  return ({ url }) => {
    const { origin, pathname, searchParams } = new URL(url)
    const path = decodeURIComponent(pathname)
    if (origin === API && pathname === '/youtube/v3/channels') {
      const named = searchParams.getAll('forHandle').map(at)
      const known = (searchParams.get('id') ?? '').split(',').flatMap((id) => handles.get(id) ?? [])
      const found = [...named, ...known].filter(exists)
      return answer(url, 200, list(found.map((handle) => channel(idOf(handle), `The ${handle}`, handle.toLowerCase()))))
    }
    if (origin !== SITE) throw new Error(`nobody answers ${url}`)
    const handle = path.startsWith('/@') ? at(path.slice(1)) : handles.get(path.replace('/channel/', ''))
    if (exists(handle)) return answer(url, 200, paged(handle, shownAs(idOf(handle), `The ${handle}`, handle)))
    return path.startsWith('/@') ? answer(url, 404, LOST) : answer(url, 200, NO_CHANNEL)
  }
}

const EVIDENCE =
  /"youtube#channelListResponse"|<title>\s*404 Not Found\s*<|This account has been terminated|This channel was removed because it violated|This channel does not exist\.|FEwhat_to_watch/

export const cases: PlatformCases = {
  kind: youtube,
  settings: { key: KEY, api: API, site: SITE },
  cases: [...api, ...apiTrouble, ...pageCases, ...pageTrouble, walled],
  isGone: (answers: readonly Answer[]) =>
    answers.some(({ status, text }) => [200, 404].includes(status) && EVIDENCE.test(text)),
  world,
  handle: (n) => `@somebody-${n}`,
}
