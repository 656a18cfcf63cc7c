import { beforeEach, expect, test } from 'vitest'
import { discord } from '../../src/channels/discord.ts'
import type { Notice } from '../../src/core/notice.ts'
import type { Asking } from '../../src/io/ask.ts'
import { changeNamed, fakeNotice, noMail } from '../support/notices.ts'
import type { Answering, Receiver } from '../support/receiver.ts'
import { startReceiving } from '../support/receiving.ts'

const NOW = Date.UTC(2026, 0, 1)
const TAKEN: Answering = { status: 200, body: '{"id":"77"}' }
let asking: Asking
let receiver: Receiver
beforeEach(async () => {
  ;({ asking, receiver } = await startReceiving(TAKEN))
})

const connected = (query = '') =>
  discord.connect(discord.target.parse({ url: `${receiver.origin}/api/webhooks/1/tok${query}` }))
const opened = fakeNotice(changeNamed('outage.opened'))
const closed = fakeNotice(changeNamed('outage.closed'), { thread: '55' })
const deliver = (notice: Notice, channel = connected(), now = NOW) => channel.deliver(notice, asking.ask, now, noMail)
const sent = () => receiver.received.map(({ method, path }) => `${method} ${path}`)

test('an opening says who, why and since when, and where to read on', async () => {
  await deliver(opened)
  expect(sent()).toEqual(['POST /api/webhooks/1/tok?wait=true'])
  expect(receiver.received[0]?.body).toMatchObject({
    content: '🔴 Donald J. Trump (x:realDonaldTrump) is gone: not found or deactivated',
    allowed_mentions: { parse: [] },
    embeds: [
      {
        description:
          '[Outage](https://rollcall.example.org/#/outages/out_01) · [Profile](https://x.com/realDonaldTrump)',
        fields: expect.arrayContaining([
          { name: 'Account', value: '`Donald J. Trump`, `x:realDonaldTrump`, 41.7 million followers' },
          { name: 'Gone', value: 'between <t:1509663118:d> <t:1509663118:T> and <t:1509663123:d> <t:1509663123:T>' },
        ]) as object,
        footer: { text: 'Rollcall outage.opened 121' },
      },
    ],
  })
})

test('a closing edits the first message, then tells in a short one', async () => {
  expect(await deliver(closed)).toEqual({ kind: 'delivered', handle: '77' })
  expect(sent()).toEqual(['PATCH /api/webhooks/1/tok/messages/55', 'POST /api/webhooks/1/tok?wait=true'])
  const [edit, follow] = receiver.received.map(({ body }) => body as { content: string; embeds: readonly object[] })
  expect(edit?.embeds).toHaveLength(1)
  expect(follow).toMatchObject({
    content: '🟢 Donald J. Trump (x:realDonaldTrump) is back, was gone 11 m 00 s',
    embeds: [],
  })
})

test('a note edits nothing and is told below', async () => {
  await deliver(fakeNotice(changeNamed('outage.annotated', '*ada*'), { thread: '55' }))
  expect(sent()).toEqual(['POST /api/webhooks/1/tok?wait=true'])
  expect(receiver.received[0]?.raw).toContain('\\n`*ada*`: `*ada*`')
})

test("a storm's longer list takes the place of the first, and disturbs nobody", async () => {
  const troubled = { ...changeNamed('platform.troubled'), again: true as const }
  expect(await deliver(fakeNotice(troubled, { thread: '55' }))).toEqual({ kind: 'delivered' })
  expect(sent()).toEqual(['PATCH /api/webhooks/1/tok/messages/55'])
})

test('the thread of a forum that the address names is kept', async () => {
  await deliver(closed, connected('?thread_id=9'))
  expect(sent()).toEqual([
    'PATCH /api/webhooks/1/tok/messages/55?thread_id=9',
    'POST /api/webhooks/1/tok?thread_id=9&wait=true',
  ])
})

test('a first message that was deleted is told anew and whole', async () => {
  receiver.next({ status: 404, body: '{"code":10008}' })
  expect(await deliver(closed)).toEqual({ kind: 'delivered', handle: '77' })
  expect(receiver.received[1]?.body).toMatchObject({ embeds: [{}] })
})

test('an edit that fails for the moment is waited for: nothing is posted yet', async () => {
  receiver.next({ status: 503 })
  expect(await deliver(closed)).toMatchObject({ kind: 'retry' })
  expect(sent()).toHaveLength(1)
})

test.each([
  ['posting', opened, { status: 404 }],
  ['editing', closed, { status: 404, body: '{"code":10015}' }],
])('a webhook that is gone is never asked again, as %s showed', async (_, notice, gone) => {
  const channel = connected()
  receiver.next(gone)
  for (const one of [notice, opened, closed]) expect(await deliver(one, channel)).toMatchObject({ kind: 'refused' })
  expect(sent()).toHaveLength(1)
})

test('an empty bucket is not asked until it is full again', async () => {
  const channel = connected()
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '1.25' }
  receiver.next({ ...TAKEN, headers })
  expect(await deliver(opened, channel)).toMatchObject({ kind: 'delivered' })
  expect(await deliver(opened, channel, NOW + 1_000)).toMatchObject({ kind: 'retry', retryAt: NOW + 1_250 })
  expect(sent()).toHaveLength(1)
  expect(await deliver(opened, channel, NOW + 1_250)).toMatchObject({ kind: 'delivered' })
})

test('a refusal names what Discord calls it, and none of its words', async () => {
  receiver.next({ status: 400, body: '{"code":50035,"message":"Invalid Form Body"}' })
  expect(await deliver(opened)).toEqual({ kind: 'refused', reason: 'answered 400, Discord code 50035' })
})

test('an answer with the whole message still gives its id', async () => {
  receiver.next({ status: 200, body: JSON.stringify({ id: '88', embeds: ['x'.repeat(40_000)] }) })
  expect(await deliver(opened)).toEqual({ kind: 'delivered', handle: '88' })
})
