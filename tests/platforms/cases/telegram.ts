import type { Answer } from '../../../src/core/answer.ts'
import { absent, inconclusive, present, type Verdict } from '../../../src/core/verdict.ts'
import { telegram } from '../../../src/platforms/telegram.ts'
import { answer } from '../../support/recorded.ts'
import type { Answers, Case, PlatformCases } from './kind.ts'

const PAGE = 'http://t-me.test'

type Parts = { readonly verb?: string; readonly title?: string; readonly head?: string; readonly body?: string }

/** A page of t.me about a name, in the parts that its states differ by. */
const page = (name: string, { verb = 'View', title = name, head = '', body = '' }: Parts): string => `<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <title>Telegram: ${verb} @${name}</title>
    ${head}
    <meta property="og:title" content="${title}">
    <meta property="og:site_name" content="Telegram">
    <meta property="al:ios:url" content="tg://resolve?domain=${name}">
  </head>
  <body class="no_transition">
    <div class="tgme_page_wrap"><div class="tgme_page">${body}</div></div>
  </body>
</html>
<!-- page generated in 7.33ms -->
`

const card = (title: string, extra: string): string => `
      <div class="tgme_page_title" dir="auto"><span dir="auto">${title}</span></div>
      <div class="tgme_page_extra">${extra}</div>
      <div class="tgme_page_description" dir="auto">Words of their own</div>`

const shown = (name: string, title: string, extra: string, verb = 'View'): string =>
  page(name, { verb, title, body: card(title, extra) })

const contact = (name: string): string => `
      <div class="tgme_page_icon"><i class="tgme_icon_user"></i></div>
      <div class="tgme_page_description">If you have <strong>Telegram</strong>, you can contact
        <a class="tgme_username_link" href="tg://resolve?domain=${name}">@${name}</a> right away.</div>`

const NOBODY = '<meta name="robots" content="noindex, nofollow">'

const hidden = (name: string, head = ''): string =>
  page(name, { verb: 'Contact', title: `Telegram: Contact @${name}`, head, body: contact(name) })

const missing = (name: string): string => hidden(name, NOBODY)

const html = (status: number, text: string): Answers => {
  return ({ url }) => answer(url, status, text, { 'content-type': 'text/html; charset=utf-8' })
}

const gone = absent('not_found', 'deactivated', 'suspended', 'deleted')
const unreadable = inconclusive('unreadable')

const one = (name: string, handle: string, answers: Answers, says: Verdict): Case => ({
  name,
  look: 'page',
  asked: [{ handle, id: null }],
  answers,
  says: [says],
})

const nameIn = (url: string): string => {
  const found = /^http:\/\/t-me\.test\/(\w+)$/.exec(url)?.[1]
  if (found === undefined) throw new Error(`no such page: ${url}`)
  return found
}

export const cases: PlatformCases = {
  kind: telegram,
  settings: { site: PAGE },
  cases: [
    one(
      'a channel with its subscribers',
      'durov',
      html(200, shown('durov', 'Pavel Durov', '10 612 280 subscribers')),
      present({ id: null, handle: 'durov', displayName: 'Pavel Durov', followers: 10_612_280 }),
    ),
    one(
      'a group with its members',
      'some_group',
      html(200, shown('some_group', 'Some &amp; others', '1 200 members, 30 online')),
      present({ id: null, handle: 'some_group', displayName: 'Some & others', followers: 1200 }),
    ),
    one(
      'a person, whose audience is not told',
      'Alice',
      html(200, shown('alice', 'Alice &quot;A&quot; O&#39;Neil', '@alice', 'Contact')),
      present({ id: null, handle: 'alice', displayName: `Alice "A" O'Neil` }),
    ),
    one(
      'a bot',
      'BotFather',
      html(200, shown('BotFather', 'BotFather', '\n  @BotFather\n', 'Launch')),
      present({ id: null, handle: 'BotFather', displayName: 'BotFather' }),
    ),
    one('a name that nobody has', 'zqxwvbn', html(200, missing('zqxwvbn')), gone),
    one('a person who hides the page', 'crane', html(200, hidden('crane')), unreadable),
    one(
      'a person who calls herself nobody',
      'mallory',
      html(
        200,
        page('mallory', {
          title: 'Telegram: Contact @mallory',
          head: NOBODY,
          body: card('x', '@mallory') + contact('mallory'),
        }),
      ),
      unreadable,
    ),
    one(
      'a name that nobody has, on a page with the least it needs',
      'zqxwvbn',
      html(
        200,
        `<!DOCTYPE html><html><head>${NOBODY}<meta property="og:title" content="Telegram: Contact @zqxwvbn"></head><body>${contact('zqxwvbn')}</body></html>`,
      ),
      gone,
    ),
    one(
      'a page for nobody that tells of an audience',
      'crane',
      html(
        200,
        page('crane', {
          verb: 'Contact',
          title: 'Telegram: Contact @crane',
          head: NOBODY,
          body: `<div class="tgme_page_extra">12 members</div>${contact('crane')}`,
        }),
      ),
      unreadable,
    ),
    one('the page of somebody else', 'durov', html(200, missing('telegram')), unreadable),
    one('somebody else’s channel', 'durov', html(200, shown('telegram', 'Telegram', '1 subscriber')), unreadable),
    one(
      'the landing page',
      'durov',
      html(200, '<!DOCTYPE html><html><head><title>Telegram Messenger</title></head><body></body></html>'),
      unreadable,
    ),
    one('a page that was cut off', 'zqxwvbn', html(200, missing('zqxwvbn').slice(0, -45)), unreadable),
    one(
      'a redirect to the start',
      'durov',
      ({ url }) => answer(url, 302, '', { location: 'https://telegram.org/' }),
      inconclusive('blocked'),
    ),
    one('a limit', 'durov', html(429, missing('durov')), inconclusive('rate_limited')),
    one('a server error', 'durov', html(502, missing('durov')), inconclusive('platform_error')),
  ],
  isGone: (answers: readonly Answer[]) =>
    answers.some(
      ({ status, text }) =>
        status === 200 &&
        text.includes('noindex, nofollow') &&
        text.includes('Telegram: Contact @') &&
        text.includes('you can contact'),
    ),
  world: (has) => (request) => {
    const name = nameIn(request.url)
    return html(200, has(name) ? shown(name, `The ${name}`, '1 234 subscribers') : missing(name))(request)
  },
  handle: (n) => `somebody_${String(n).padStart(5, '0')}`,
}
