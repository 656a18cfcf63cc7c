import { expect, onTestFinished, test } from 'vitest'
import { email } from '../../src/channels/email.ts'
import type { Ask } from '../../src/core/answer.ts'
import type { Notice } from '../../src/core/notice.ts'
import { sendMail } from '../../src/io/mail.ts'
import { changeNamed, fakeNotice, hostileNotices, noMail } from '../support/notices.ts'
import { says, startMailServer, type Arrived } from '../support/mail-server.ts'

const noAsk: Ask = () => Promise.reject(new Error('mail is not asked for over HTTP'))
const FROM = 'Rollcall <rollcall@Example.org>'

async function mailbox(shape: object = {}, hooks: Parameters<typeof startMailServer>[1] = {}) {
  const box = await startMailServer({}, hooks)
  onTestFinished(() => box.stop())
  const channel = email.connect(
    email.target.parse({
      smtp: { host: '127.0.0.1', port: box.port },
      from: FROM,
      to: ['desk@example.org', 'b@example.org'],
      ...shape,
    }),
  )
  return { ...box, deliver: (notice: Notice) => channel.deliver(notice, noAsk, 0, sendMail) }
}

const opening = fakeNotice(changeNamed('outage.opened'))
const HANDLE = `<${opening.id}@example.org>`

test('an opening arrives as text and as HTML, and says who, why, since when and where to read on', async () => {
  const { arrived, deliver } = await mailbox()
  expect(await deliver(opening)).toEqual({ kind: 'delivered', handle: HANDLE })
  const [mail] = arrived
  expect(mail?.envelope).toEqual({ from: 'rollcall@example.org', to: ['desk@example.org', 'b@example.org'] })
  expect(mail?.headers).toMatchObject({
    from: FROM.replace('Example', 'example'),
    to: 'desk@example.org, b@example.org',
    subject: 'Outage of Donald J. Trump (x:realDonaldTrump), 2017-11-02 22:52:03 UTC',
    'message-id': HANDLE,
    'auto-submitted': 'auto-generated',
  })
  expect(mail?.headers).not.toHaveProperty('in-reply-to')
  expect(mail?.text.split('\n')).toEqual([
    'Donald J. Trump (x:realDonaldTrump) is gone: not found or deactivated',
    '',
    'Account: Donald J. Trump, x:realDonaldTrump, 41.7 million followers',
    'Reason: gone: not found or deactivated',
    'Gone: between 2017-11-02 22:51:58 UTC and 2017-11-02 22:52:03 UTC',
    expect.stringMatching(/^So far: /),
    expect.stringMatching(/^Evidence: 3 sightings/),
    '',
    'Outage: https://rollcall.example.org/#/outages/out_01',
    'Profile: https://x.com/realDonaldTrump',
    '',
    'Rollcall outage.opened 121',
  ])
  expect(mail?.html).toContain('🔴 <bdi>Donald J. Trump (x:realDonaldTrump) is gone: not found or deactivated</bdi>')
  expect(mail?.html).toContain('<a href="https://x.com/realDonaldTrump">Profile</a>')
})

test('what follows answers the opening under the same subject, so that it stands in one thread', async () => {
  const { arrived, deliver } = await mailbox()
  await deliver(opening)
  for (const [at, name] of (['outage.changed', 'outage.acknowledged', 'outage.closed'] as const).entries()) {
    await deliver(fakeNotice(changeNamed(name), { id: `ntc_after${at}`, thread: HANDLE }))
  }
  expect(new Set(arrived.map(({ headers }) => headers['subject'])).size).toBe(1)
  expect(new Set(arrived.map(({ headers }) => headers['message-id'])).size).toBe(4)
  expect(arrived.slice(1).map(({ headers }) => [headers['in-reply-to'], headers['references']])).toEqual(
    Array.from({ length: 3 }, () => [HANDLE, HANDLE]),
  )
  expect(arrived.at(-1)?.text).toMatch(/^Donald J\. Trump \(x:realDonaldTrump\) is back, was gone 11 m 00 s\n/)
})

test('another try is the same mail', async () => {
  const { arrived, deliver } = await mailbox()
  await deliver(opening)
  await deliver(opening)
  const [first, second] = arrived.map(({ headers, text, html }) => [headers['message-id'], text, html])
  expect(second).toEqual(first)
})

test('who has a mail does not get it again because others could not', async () => {
  const replies = new Map([
    ['b@example.org', 450],
    ['c@example.org', 550],
  ])
  const onRecipient = (address: string) => {
    const reply = replies.get(address)
    return reply === undefined ? null : says(reply, 'not now')
  }
  const { arrived, deliver } = await mailbox(
    { to: ['desk@example.org', 'B <b@example.org>', 'c@example.org'] },
    { onRecipient },
  )
  const left = (count: number) => `the mail server refused ${count} of 3 addressees`
  expect(await deliver(opening)).toEqual({ kind: 'retry', reason: left(2), retryAt: null })
  replies.delete('b@example.org')
  expect(await deliver(opening)).toEqual({ kind: 'refused', reason: left(1) })
  replies.clear()
  expect(await deliver(opening)).toEqual({ kind: 'delivered', handle: HANDLE })
  expect(arrived.map(({ envelope }) => envelope.to)).toEqual([
    ['desk@example.org'],
    ['b@example.org'],
    ['c@example.org'],
  ])
  expect(await deliver(fakeNotice(changeNamed('outage.closed'), { id: 'ntc_02' }))).toMatchObject({ kind: 'delivered' })
  expect(arrived.at(-1)?.envelope.to).toHaveLength(3)
})

test.each(
  hostileNotices('Ada <b>&amp; {{Bob}} b.example').map((notice, at) => [notice.transition.name, at, notice] as const),
)('text and HTML say the same: %s (%i)', async (__, ___, notice) => {
  const { arrived, deliver } = await mailbox()
  await deliver(notice)
  const [{ text, html }] = arrived as [Arrived]
  const rows = [...html.matchAll(/<th[^>]*>(.*?)<\/th><td[^>]*>(.*?)<\/td>/g)].map(
    ([, label, fact]) => `${label}: ${fact}`,
  )
  const links = [...html.matchAll(/<a href="([^"]*)">(.*?)<\/a>/g)].map(([, url, label]) => `${label}: ${url}`)
  const [title = ''] = /(?<=<h1[^>]*>).*?(?=<\/h1>)/.exec(html) ?? []
  const [first, , ...rest] = text.split('\n')
  expect(shownOf(title).replace(/^\S+ /u, '')).toBe(first)
  expect([...rows, ...links].map(shownOf)).toEqual(rest.slice(0, -1).filter((line) => line !== ''))
})

/** HTML as it is read. */
const shownOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')

test('what another channel called its message is no thread', async () => {
  const { arrived, deliver } = await mailbox()
  await deliver(fakeNotice(changeNamed('outage.closed'), { thread: 'C024BE91L 1405894322.002768' }))
  expect(arrived[0]?.headers).not.toHaveProperty('references')
})

test.each([
  ['header lines', 'x\r\nBcc: everyone@example.org\r\n\r\nhello'],
  ['HTML', '<script>alert(1)</script><img src=x onerror="alert(1)">&amp;</table>'],
  ['addresses', 'https://evil.example evil.example www.evil.example a@evil.example javascript:alert(1)'],
  ['mail addresses', 'a@evil.example, <b@evil.example>; "c" (d)'],
  ['encoded words', '=?utf-8?Q?Bcc=3A_e?= %0d%0aBcc: e'],
  ['reversed text', '\u202Egnp.exe\u2066\u200B\u0000\u0007'],
  ['dots and ends', '.\r\n.\r\nQUIT\r\n'],
  ['too much', 'n'.repeat(10_000)],
  ['too much in pairs', '👩🏽‍🚀'.repeat(2_000)],
])('a name of %s makes no header, no markup, no link and nobody else a reader', async (_, text) => {
  const { arrived, deliver } = await mailbox()
  const notices = hostileNotices(text)
  const outcomes = await Promise.all(notices.map(deliver))
  expect(outcomes.filter(({ kind }) => kind !== 'delivered')).toEqual([])
  expect(arrived).toHaveLength(notices.length)
  for (const { headers, envelope, html, text: plain } of arrived) {
    expect(Object.keys(headers).sort()).toEqual(HEADERS)
    expect(envelope.to).toEqual(['desk@example.org', 'b@example.org'])
    expect(Array.from(headers['subject'] ?? '').length).toBeLessThan(140)
    expect(html.match(/<\/?[a-z!][^>]*>/gi)?.filter((tag) => !OURS.test(tag)) ?? []).toEqual([])
    const unlinked = plain.replace(/^(?:Outage|Profile): https:.*$/gm, '')
    expect(`${unlinked}${html.replace(/<[^>]*>/g, '')}`).not.toMatch(/\w:\/\/\w|\w\.example|@\w/)
    expect(html + plain).not.toMatch(/[^\P{C}\n\u200B-\u200D]/u)
  }
})

const HEADERS = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'list-id',
  'message-id',
  'mime-version',
  'subject',
  'to',
  'x-auto-response-suppress',
]
const OURS =
  /^<(?:!doctype html|\/?(?:html|head|body|h1|table|tr|th|td|p|bdi)(?: (?:style|lang|dir|align|valign)="[\w\s:;#,%.-]*")*|meta charset="utf-8"|a href="https:\/\/(?:x\.com|rollcall\.example\.org)\/[^"<>]*"|\/a)>$/

test('news about a platform and about our sight have subjects of their own', async () => {
  const { arrived, deliver } = await mailbox()
  for (const name of ['platform.troubled', 'platform.settled', 'sight.lost'] as const) {
    await deliver(fakeNotice(changeNamed(name)))
  }
  expect(arrived.map(({ headers }) => headers['subject']?.replace(/\d\d UTC$/, ''))).toEqual([
    'Trouble on x, 2017-11-02 22:51:',
    expect.stringMatching(/^Trouble on x, 2017-11-02 22:5/),
    'Our sight of x:realDonaldTrump, 2017-11-02 22:50:',
  ])
})

const SMTP = { host: 'mail.example.org', port: 587 }
const TO = 'desk@example.org'

test.each([
  ['a plain address', { smtp: SMTP, from: 'a@example.org', to: TO }, true],
  ['a named address', { smtp: SMTP, from: 'Roll call <a@example.org>', to: [TO, 'Desk <b@example.org>'] }, true],
  ['credentials', { smtp: { ...SMTP, user: 'u', password: 'p', tls: 'always' }, from: TO, to: TO }, true],
  ['a user without a password', { smtp: { ...SMTP, user: 'u' }, from: TO, to: TO }, false],
  ['a password without a user', { smtp: { ...SMTP, password: 'p' }, from: TO, to: TO }, false],
  ['two addresses in one', { smtp: SMTP, from: TO, to: 'a@example.org, b@example.org' }, false],
  ['a line break', { smtp: SMTP, from: 'a <a@example.org>\r\nBcc: b@example.org', to: TO }, false],
  ['a line break in a name', { smtp: SMTP, from: 'a\nb <a@example.org>', to: TO }, false],
  ['no address', { smtp: SMTP, from: 'nobody', to: TO }, false],
  ['nobody to write to', { smtp: SMTP, from: TO, to: [] }, false],
  ['an address of the web as host', { smtp: { ...SMTP, host: 'smtp://mail' }, from: TO, to: TO }, false],
  ['port 0', { smtp: { ...SMTP, port: 0 }, from: TO, to: TO }, false],
])('a target with %s', (_, target, fits) => {
  expect(email.target.safeParse(target).success).toBe(fits)
})

test.each([
  ['mail.example.org', undefined, 'always'],
  ['10.0.0.5', undefined, 'always'],
  ['localhost', undefined, 'offered'],
  ['127.0.0.1', undefined, 'offered'],
  ['::1', undefined, 'offered'],
  ['localhost.example.org', undefined, 'always'],
  ['mail.example.org', 'never', 'never'],
  ['localhost', 'always', 'always'],
])('for %s with tls %s it is %s', async (host, tls, expected) => {
  const smtp = { host, port: 587, ...(tls === undefined ? {} : { tls }) }
  const channel = email.connect(email.target.parse({ smtp, from: TO, to: TO }))
  const servers: unknown[] = []
  await channel.deliver(opening, noAsk, 0, (server) => {
    servers.push(server)
    return Promise.resolve([])
  })
  expect(servers).toEqual([{ host, port: 587, tls: expected }])
  await expect(channel.deliver(opening, noAsk, 0, noMail)).rejects.toThrow('nobody sends mail here')
})
