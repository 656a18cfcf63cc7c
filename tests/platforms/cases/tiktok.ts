import type { Answer } from '../../../src/core/answer.ts'
import { absent, inconclusive, present, type Verdict } from '../../../src/core/verdict.ts'
import { tiktok } from '../../../src/platforms/tiktok.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const SITE = 'http://tiktok.test'

const profile = (name: string, rest: object = {}) => ({
  version: '1.0',
  type: 'rich',
  author_url: `https://www.tiktok.com/@${name}`,
  author_name: `The ${name}`,
  author_unique_id: name,
  provider_name: 'TikTok',
  html: '<blockquote class="tiktok-embed"></blockquote>',
  ...rest,
})

const REFUSED = { code: 400, message: 'Something went wrong' }

const says =
  (status: number, body: unknown): Answers =>
  ({ url }) =>
    answer(url, status, body)

const gone = absent('not_found', 'deactivated', 'suspended', 'deleted')
const unreadable = inconclusive('unreadable')

const one = (name: string, answers: Answers, verdict: Verdict, handle = 'charlidamelio'): Case => ({
  name,
  look: 'embed',
  asked: [{ handle, id: null }],
  answers,
  says: [verdict],
})

const there = present({ id: null, handle: 'charlidamelio', displayName: 'The charlidamelio' })

const page = (title: string, body: string): string =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body>${body}</body></html>`

function nameIn(url: string): string {
  const { origin, pathname, searchParams } = new URL(url)
  const found = /^https:\/\/www\.tiktok\.com\/@([\w.]+)$/.exec(searchParams.get('url') ?? '')?.[1]
  if (origin !== SITE || pathname !== '/oembed' || found === undefined) throw new Error(`nobody answers ${url}`)
  return found
}

export const cases: PlatformCases = {
  kind: tiktok,
  settings: { site: SITE },
  cases: [
    one('a profile', says(200, profile('charlidamelio')), there),
    one(
      'a profile in other letters',
      says(200, profile('charlidamelio', { author_unique_id: 'CharliDAmelio' })),
      there,
    ),
    one(
      'a profile known by its address only',
      says(200, profile('charlidamelio', { author_unique_id: undefined, author_name: undefined })),
      present({ id: null, handle: 'charlidamelio' }),
    ),
    one(
      'a profile known by an address with more to it',
      says(200, { author_url: 'https://www.tiktok.com/@charlidamelio?lang=en' }),
      present({ id: null, handle: 'charlidamelio' }),
    ),
    one('a name that is refused', says(400, REFUSED), gone),
    one('the profile of somebody else', says(200, profile('khaby.lame')), unreadable),
    one('a refusal beside a profile', says(400, { ...profile('charlidamelio'), ...REFUSED }), unreadable),
    one('a refusal under a good status', says(200, REFUSED), unreadable),
    one('a refusal for another reason', says(400, { code: 10_000, message: 'captcha' }), unreadable),
    one('the words of a refusal under a limit', says(429, REFUSED), inconclusive('rate_limited')),
    one('the words of a refusal under a failure', says(500, REFUSED), inconclusive('platform_error')),
    one(
      'the shell that is the same for everybody',
      says(200, page('TikTok - Make Your Day', '<script src="https://sf.tiktokcdn.com/shell.js"></script>')),
      inconclusive('blocked'),
    ),
    one('a challenge', says(200, page('', '<script>window.SlardarWAF = {}</script>')), inconclusive('blocked')),
    one('the notice of a government', says(200, page('Notice', 'Govt. of India decided to block 59 apps')), unreadable),
  ],
  isGone: (answers: readonly Answer[]) =>
    answers.some(({ status, text }) => status === 400 && /"code"\s*:\s*400/.test(text)),
  world:
    (has) =>
    ({ url }) => {
      const name = nameIn(url)
      return has(name) ? answer(url, 200, profile(name)) : answer(url, 400, REFUSED)
    },
  handle: (n) => `somebody.${n}`,
}
