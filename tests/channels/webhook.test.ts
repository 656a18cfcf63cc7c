import { beforeEach, expect, test } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { webhook } from '../../src/channels/webhook.ts'
import type { Asking } from '../../src/io/ask.ts'
import { changeNamed, fakeNotice, numbered, noMail } from '../support/notices.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { startReceiving } from '../support/receiving.ts'

const BARE = 'YSBrZXkgb2YgdHdlbnR5LWZvdXIgYnl0ZXM='
let asking: Asking
let receiver: Receiver
beforeEach(async () => {
  ;({ asking, receiver } = await startReceiving())
})

const connected = ({ origin, secret }: Receiver, settings: object = {}) =>
  webhook.connect(webhook.target.parse({ url: `${origin}/hooks/rollcall`, secret, ...settings }))

test('the receiver can verify what it gets with the Standard Webhooks library', async () => {
  const opened = fakeNotice(changeNamed('outage.opened'))
  await connected(receiver).deliver(opened, asking.ask, 0, noMail)
  expect(receiver.received).toMatchObject([
    { fault: null, id: opened.id, headers: { 'content-type': 'application/json' }, path: '/hooks/rollcall' },
  ])
})

test('a secret without whsec_ signs with the key that the library reads in it', async () => {
  const plain = await startReceiver(BARE)
  await connected(plain).deliver(fakeNotice(changeNamed('sight.lost')), asking.ask, 0, noMail)
  await plain.stop()
  expect(plain.received).toMatchObject([{ fault: null }])
})

test('a text that is no base64 signs with its bytes', async () => {
  const secret = 'sekret-token-123456789'
  await connected(receiver, { secret }).deliver(fakeNotice(changeNamed('sight.lost')), asking.ask, 0, noMail)
  const [got] = receiver.received
  const raw = new Webhook(secret, { format: 'raw' })
  expect(() => raw.verify(got!.raw, got!.headers as Record<string, string>)).not.toThrow()
})

test('an outage reads as the contract says', async () => {
  await connected(receiver).deliver(fakeNotice(changeNamed('outage.closed')), asking.ask, 0, noMail)
  expect(receiver.received[0]?.body).toEqual({
    type: 'outage.closed',
    timestamp: '2017-11-02T23:03:04.410Z',
    data: {
      seq: 121,
      id: expect.stringMatching(/^trn_/) as string,
      account: 'x:realDonaldTrump',
      outage: expect.objectContaining({
        account: 'x:realDonaldTrump',
        name: 'Donald J. Trump',
        state: 'closed',
        because: ['not_found', 'deactivated'],
        duration: { estimateMs: 659_957, minMs: 654_943, maxMs: 664_970, coverage: 1 },
      }) as object,
      late: false,
      lateMs: 0,
      link: 'https://rollcall.example.org/#/outages/out_01',
      profile: 'https://x.com/realDonaldTrump',
      merged: [],
    },
  })
})

test('a late one names what it was merged with', async () => {
  const opening = numbered(changeNamed('outage.opened'), 120)
  const shape = { late: true, lateMs: 840_000, merged: [{ id: 'ntc_opening', transition: opening }] }
  await connected(receiver).deliver(fakeNotice(changeNamed('outage.closed'), shape), asking.ask, 0, noMail)
  expect(receiver.received[0]?.body.data).toMatchObject({
    late: true,
    lateMs: 840_000,
    merged: [{ id: 'ntc_opening', seq: 120, type: 'outage.opened' }],
  })
})

test('news about a platform and about our sight carry their own fields', async () => {
  for (const name of ['platform.troubled', 'sight.lost'] as const) {
    await connected(receiver).deliver(fakeNotice(changeNamed(name)), asking.ask, 0, noMail)
  }
  expect(receiver.received.map(({ body }) => body)).toMatchObject([
    { type: 'platform.troubled', data: { platform: 'x', since: '2017-11-02T22:51:35.101Z' } },
    { type: 'sight.lost', data: { scope: 'account', account: 'x:realDonaldTrump', because: ['rate_limited'] } },
  ])
})

test('another try has the same id and body, and a signature of its own time', async () => {
  const channel = connected(receiver)
  const opened = fakeNotice(changeNamed('outage.opened'))
  receiver.next({ status: 500 })
  await channel.deliver(opened, asking.ask, 0, noMail)
  await channel.deliver(opened, asking.ask, 60_000, noMail)
  const [first, second] = receiver.received
  expect(second).toMatchObject({ id: first?.id, raw: first?.raw, fault: null })
})

test('while the secret is changed, whoever has the old or the new one can verify every notice', async () => {
  const fresh = await startReceiver(BARE)
  const secret = [fresh.secret, receiver.secret]
  for (const one of [fresh, receiver]) {
    await connected(one, { secret }).deliver(fakeNotice(changeNamed('outage.opened')), asking.ask, 0, noMail)
  }
  await fresh.stop()
  expect([fresh.received, receiver.received]).toMatchObject([[{ fault: null }], [{ fault: null }]])
  const signatures = String(receiver.received[0]?.headers['webhook-signature']).split(' ')
  expect(signatures).toEqual([expect.stringMatching(/^v1,/), expect.stringMatching(/^v1,/)])
  expect(new Set(signatures).size).toBe(2)
})

test('a thin body has the ids to ask for the rest with', async () => {
  const thin = connected(receiver, { body: 'thin' })
  for (const name of ['outage.closed', 'platform.troubled', 'sight.lost'] as const) {
    await thin.deliver(fakeNotice(changeNamed(name)), asking.ask, 0, noMail)
  }
  const [closed, ...others] = receiver.received.map(({ body, fault }) => ({ ...body, fault }))
  expect(closed).toEqual({
    fault: null,
    type: 'outage.closed',
    timestamp: '2017-11-02T23:03:04.410Z',
    data: {
      seq: 121,
      id: expect.stringMatching(/^trn_/) as string,
      account: 'x:realDonaldTrump',
      outage: { id: expect.stringMatching(/^out_/) as string },
      late: false,
      lateMs: 0,
      link: 'https://rollcall.example.org/#/outages/out_01',
      profile: 'https://x.com/realDonaldTrump',
      merged: [],
    },
  })
  expect(others.map(({ data }) => [data?.['platform'], data?.['account'], data?.['accounts']])).toEqual([
    ['x', null, undefined],
    ['x', 'x:realDonaldTrump', undefined],
  ])
})

test('on request the same is a CloudEvent, signed like all others', async () => {
  const notice = fakeNotice(changeNamed('outage.closed'))
  await connected(receiver).deliver(notice, asking.ask, 0, noMail)
  await connected(receiver, { format: 'cloudevents' }).deliver(notice, asking.ask, 0, noMail)
  await connected(receiver, { format: 'cloudevents' }).deliver(
    fakeNotice(changeNamed('platform.troubled')),
    asking.ask,
    0,
    noMail,
  )
  const [plain, event, storm] = receiver.received
  expect(event).toMatchObject({
    fault: null,
    id: notice.id,
    headers: { 'content-type': 'application/cloudevents+json' },
  })
  expect(event?.body).toEqual({
    specversion: '1.0',
    id: notice.id,
    source: '/rollcall',
    type: 'outage.closed',
    subject: 'x:realDonaldTrump',
    time: '2017-11-02T23:03:04.410Z',
    datacontenttype: 'application/json',
    data: plain?.body.data,
  })
  expect(storm?.body).toMatchObject({ type: 'platform.troubled', subject: 'x', time: expect.any(String) as string })
})

test('what is bigger than some receiver takes comes thin', async () => {
  const change = changeNamed('platform.troubled', 'n'.repeat(200))
  await connected(receiver).deliver(fakeNotice(change), asking.ask, 0, noMail)
  expect(receiver.received[0]?.body.data).toMatchObject({ seq: 121, platform: 'x' })
  expect(receiver.received[0]?.body.data).not.toHaveProperty('accounts')
  expect(receiver.received[0]).toMatchObject({ fault: null })
})

test.each([
  ['https://news.example.org/hook', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', true],
  ['https://news.example.org/hook', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', true],
  ['https://news.example.org/hook', 'whsec_YSBrZXkgb2YgdHdlbnR5LWZvdXIgYnl0ZXM', true],
  ['https://news.example.org/hook', 'whsec_c2l4dGVlbiBieXRlcyBvaw==', true],
  ['https://news.example.org/hook', 'whsec_ZmlmdGVlbiBieXRlcyB4', false],
  ['https://news.example.org/hook', 'sekret-token-123456789', true],
  ['https://news.example.org/hook', 'fifteen-bytes-x', false],
  ['https://news.example.org/hook', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_', false],
  ['https://news.example.org/hook', '', false],
  ['https://news.example.org/hook', 'whsec_', false],
  ['https://news.example.org/hook', 'whsec_MfKQ9r8GKYqr', false],
  ['https://news.example.org/hook', 'whsec_this is no base64 at all', false],
  [
    'https://news.example.org/hook',
    ['AfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    true,
  ],
  ['https://news.example.org/hook', ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_sekret-token-123456789'], false],
  ['https://news.example.org/hook', [], false],
  ['https://news.example.org/hook', Array.from({ length: 6 }, () => 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'), false],
  ['ftp://news.example.org/hook', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', false],
  ['news.example.org', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', false],
])('target %s with secret %s: %s', (url, secret, fits) => {
  expect(webhook.target.safeParse({ url, secret }).success).toBe(fits)
})
