import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fit } from '../../src/channels/fitted.ts'
import { slackMessage } from '../../src/channels/slack-message.ts'
import { escaped, linkText } from '../../src/channels/slack-text.ts'
import { slack } from '../../src/channels/slack.ts'
import { createAsk, type Asking } from '../../src/io/ask.ts'
import { startSlack } from '../support/fake-slack.ts'
import { changeNamed, fakeNotice, hostileNotices, numbered, noMail } from '../support/notices.ts'
import { fakeAccount } from '../support/platform.ts'

let asking: Asking
let hook: Awaited<ReturnType<typeof startSlack>>

beforeEach(async () => {
  asking = createAsk({ userAgent: 'Rollcall/test', allowPrivate: ['127.0.0.0/8'], trustedOrigins: [] })
  hook = await startSlack()
})
afterEach(async () => {
  await asking.close()
  await hook.stop()
})

const NOW = Date.UTC(2026, 0, 1)
const connected = (url = hook.url) => slack.connect(slack.target.parse({ url }))
const deliver = (notice = fakeNotice(changeNamed('outage.closed')), url = hook.url) =>
  connected(url).deliver(notice, asking.ask, NOW, noMail)

test('a closing says who, why, when, how long and where to read on', async () => {
  expect(await deliver()).toEqual({ kind: 'delivered' })
  const { payload, texts } = hook.messages[0]!
  expect(payload).toMatchObject({ unfurl_links: false, unfurl_media: false })
  expect(texts.slice(1)).toEqual([
    '🟢 Donald J. Trump (x:realDonaldTrump) is back, was gone 11 m 00 s',
    '*Account*\n`Donald J. Trump`, `x:realDonaldTrump`, 41.7 million followers',
    '*Reason*\ngone: not found or deactivated',
    '*Was gone*\nbetween <!date^1509663118^{date_short_pretty} {time_secs}|2017-11-02 22:51:58 UTC>' +
      ' and <!date^1509663123^{date_short_pretty} {time_secs}|2017-11-02 22:52:03 UTC>',
    '*Back*\nbetween <!date^1509663778^{date_short_pretty} {time_secs}|2017-11-02 23:02:58 UTC>' +
      ' and <!date^1509663783^{date_short_pretty} {time_secs}|2017-11-02 23:03:03 UTC>',
    '*Length*\n11 m 00 s (10 m 54 s to 11 m 05 s)',
    '*Evidence*\n132 sightings while the controls answered right; the platform does not say why',
    '<https://rollcall.example.org/#/outages/out_01|Outage>',
    '<https://x.com/realDonaldTrump|Profile>',
    'Rollcall outage.closed 121, <!date^1509663784^{date_short_pretty} {time_secs}|2017-11-02 23:03:04 UTC>',
  ])
})

test('what notifications and screen readers get says the same in plain words', async () => {
  const merged = [{ id: 'ntc_1', transition: numbered(changeNamed('outage.opened'), 120) }]
  await deliver(fakeNotice(changeNamed('outage.closed'), { late: true, lateMs: 840_000, merged }))
  expect(hook.messages[0]?.payload['text']).toBe(
    [
      'Donald J. Trump (x:realDonaldTrump) is back, was gone 11 m 00 s; this message is 14 m 00 s late',
      'Account: Donald J. Trump, x:realDonaldTrump, 41.7 million followers',
      'Reason: gone: not found or deactivated',
      'Was gone: between 2017-11-02 22:51:58 UTC and 2017-11-02 22:52:03 UTC',
      'Back: between 2017-11-02 23:02:58 UTC and 2017-11-02 23:03:03 UTC',
      'Length: 11 m 00 s (10 m 54 s to 11 m 05 s)',
      'Evidence: 132 sightings while the controls answered right; the platform does not say why',
      'Late: this message is 14 m 00 s late; that it was gone could not be told before',
    ].join('\n'),
  )
})

test.each([
  ['user_not_found', 400],
  ['invalid_payload', 400],
  ['no_text', 400],
  ['too_many_attachments', 400],
  ['action_prohibited', 403],
  ['invalid_token', 403],
  ['posting_to_general_channel_denied', 403],
  ['team_disabled', 403],
  ['channel_not_found', 404],
  ['no_service', 404],
  ['no_active_hooks', 404],
  ['channel_is_archived', 410],
])('%s (%i) is final and shown', async (body, status) => {
  hook.say({ status, body: `${body}\n` })
  expect(await deliver()).toEqual({ kind: 'refused', reason: `Slack says ${body} (${status})` })
})

test('the words count before the status, and unknown words not at all', async () => {
  hook.say(
    { status: 500, body: 'no_service' },
    { status: 500, body: 'rollup_error' },
    { status: 403, body: 'a_new_word' },
    { status: 200, body: 'fine' },
    { status: 429, body: 'rate_limited', headers: { 'retry-after': '1' } },
  )
  expect(await deliver()).toMatchObject({ kind: 'refused' })
  expect(await deliver()).toEqual({ kind: 'retry', reason: 'answered 500', retryAt: null })
  expect(await deliver()).toEqual({ kind: 'refused', reason: 'answered 403' })
  expect(await deliver()).toEqual({ kind: 'delivered' })
  expect(await deliver()).toEqual({ kind: 'retry', reason: 'answered 429', retryAt: NOW + 1_000 })
})

test('a hook that was removed is refused', async () => {
  expect(await deliver(undefined, `${hook.origin}/services/gone`)).toEqual({
    kind: 'refused',
    reason: 'Slack says no_service (404)',
  })
})

const OURS =
  /^<(?:!date\^\d+\^\{date_short_pretty\} \{time_secs\}\|[\d :-]+UTC|https?:\/\/[^<>|]+\|(?:Outage|Profile))>$/

test.each([
  ['a mention of all', '<!channel>'],
  ['mentions and a link', '<!here|all> <@U0123> <!subteam^S1> <https://evil.example|bank>'],
  ['a mention without brackets', '@everyone @channel'],
  ['formatting', '*bold* _it_ ~gone~ > quote'],
  ['code', '`code` ```block``` `<!channel>`'],
  ['HTML and entities', '<b onclick="x()">bold</b> &lt;!channel&gt; &amp;'],
  ['Markdown', '[link](https://evil.example) # title'],
  ['an address', 'https://evil.example'],
  ['a mention behind many entities', `${'&'.repeat(9_000)}<!channel>`],
  ['reversed text over two lines', '\u202E<!channel>\u2028*x*\r\n> y'],
])('a name can neither mention nor link nor format: %s', async (_, text) => {
  for (const notice of hostileNotices(text)) {
    expect(await deliver(notice)).toEqual({ kind: 'delivered' })
    const { controls, payload } = hook.messages.at(-1)!
    expect(controls.filter((control) => !OURS.test(control))).toEqual([])
    expect(JSON.stringify(payload)).not.toMatch(/<!(?:channel|here|everyone|subteam)|<@|\u202E/)
  }
})

test('whatever people are called, the message holds every limit of Slack', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 3_000 }), async (text) => {
      const one = hostileNotices(text)[text.length % 10]!
      expect(await deliver(one)).toEqual({ kind: 'delivered' })
    }),
    { numRuns: 40 },
  )
})

test('a storm of five hundred counts them, and lists as many as there is room for over the whole width', () => {
  const { text, blocks } = slackMessage(fakeNotice(changeNamed('platform.troubled')))
  expect(text).toContain('x is troubled: 500 accounts are gone at once')
  const wide = blocks.flatMap((block) => (block.type === 'section' && block.text ? [block.text.text] : []))
  expect(wide).toEqual([expect.stringMatching(/^\*Accounts\*\n.*`x:realDonaldTrump0`, .*…$/s)])
  expect(wide[0]!.length).toBeGreaterThan(2_900)
})

test.each(['👩🏽‍🚀**_"\\<!channel>@everyone https://evil.example', '&'])(
  'a summary of many matters holds every limit, whatever people are called: %s',
  async (text) => {
    const hostile = text.repeat(100)
    const summary = Array.from({ length: 40 }, (_, index) => ({
      transition: numbered(
        changeNamed(index % 2 === 0 ? 'outage.opened' : 'outage.closed', `${index}${hostile}`, {
          because: ['renamed'],
          now: { id: hostile, handle: hostile, displayName: hostile },
        }),
        index + 1,
      ),
      account: fakeAccount('jack', { name: `${index}${hostile}` }),
    }))
    const notice = fakeNotice(changeNamed('outage.closed'), { summary, link: null, profileUrl: null })
    expect(await deliver(notice)).toEqual({ kind: 'delivered' })
    const { controls, texts } = hook.messages.at(-1)!
    expect(controls.filter((control) => !OURS.test(control))).toEqual([])
    expect(texts.at(-1)).toMatch(/^Rollcall summary 121, /)
    expect(texts.filter((shown) => /^\*Retracted\*\n`/.test(shown))).toHaveLength(20)
  },
)

test('an address that is not of the web is not linked', () => {
  const notice = fakeNotice(changeNamed('outage.opened'), { profileUrl: 'javascript:alert(1)', link: null })
  expect(JSON.stringify(slackMessage(notice))).not.toContain('javascript')
})

test('text is cut between characters and entities, never within', () => {
  expect(fit('a<b<c', 9, escaped)).toBe('a&lt;b…')
  expect(fit('👩👩👩', 4)).toBe('👩…')
  expect(fit('abc', 3)).toBe('abc')
  expect(linkText('https://a.example/?x=1&y=<2>|3', 'A<B')).toBe('<https://a.example/?x=1&amp;y=%3C2%3E%7C3|A&lt;B>')
})
