import { afterEach, beforeEach, expect, test } from 'vitest'
import { matrix } from '../../src/channels/matrix.ts'
import type { Notice } from '../../src/core/notice.ts'
import { createAsk, type Asking } from '../../src/io/ask.ts'
import { changeNamed, fakeNotice, noMail } from '../support/notices.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

let asking: Asking
let homeserver: Receiver

/** Like a homeserver, it gives the same event for the same transaction. */
beforeEach(async () => {
  asking = createAsk({ userAgent: 'Rollcall/test', allowPrivate: ['127.0.0.0/8'] })
  homeserver = await startReceiver()
  homeserver.answerAll(({ path }) => ({
    status: 200,
    body: JSON.stringify({ event_id: `$${path.split('/').at(-1)}` }),
  }))
})
afterEach(async () => {
  await asking.close()
  await homeserver.stop()
})

const connected = () =>
  matrix.connect(matrix.target.parse({ homeserver: homeserver.origin, room: '!a/b?c:example.org', token: 'syt_1' }))
const deliver = (notice: Notice) => connected().deliver(notice, asking.ask, 0, noMail)
const opened = fakeNotice(changeNamed('outage.opened'))
const closed = fakeNotice(changeNamed('outage.closed'), { id: 'ntc_02', thread: '$first' })
const sent = () => homeserver.received.map(({ method, path }) => `${method} ${path.split('/').slice(-3).join('/')}`)

test('a message is put under the id of its notice, on every try the same', async () => {
  homeserver.next({ status: 500 })
  expect(await deliver(opened)).toMatchObject({ kind: 'retry' })
  expect(await deliver(opened)).toEqual({ kind: 'delivered', handle: `$${opened.id}` })
  const [first, second] = homeserver.received
  expect(first?.path).toBe(`/_matrix/client/v3/rooms/!a%2Fb%3Fc%3Aexample.org/send/m.room.message/${opened.id}`)
  expect(second).toMatchObject({ path: first?.path, raw: first?.raw })
  expect(first?.headers.authorization).toBe('Bearer syt_1')
})

test('a message notifies, and mentions nobody', async () => {
  await deliver(opened)
  expect(homeserver.received[0]?.body).toMatchObject({ msgtype: 'm.text', 'm.mentions': {} })
})

test('simple clients, too, read where to read on', async () => {
  await deliver(opened)
  const links = '\nOutage: https://rollcall.example.org/#/outages/out_01\nProfile: https://x.com/realDonaldTrump'
  expect(homeserver.received[0]?.body).toMatchObject({ body: expect.stringMatching(`${links}$`) as string })
})

test('a closing replaces the first message, and answers in its thread', async () => {
  expect(await deliver(closed)).toEqual({ kind: 'delivered', handle: '$ntc_02' })
  expect(sent()).toEqual(['PUT send/m.room.message/ntc_02.edit', 'PUT send/m.room.message/ntc_02'])
  const news = '🟢 Donald J. Trump (x:realDonaldTrump) is back, was gone 11 m 00 s'
  expect(homeserver.received.map(({ body }) => body)).toMatchObject([
    {
      body: expect.stringMatching(/^\* 🟢/u) as string,
      'm.new_content': { body: expect.stringContaining(news) as string },
      'm.relates_to': { rel_type: 'm.replace', event_id: '$first' },
    },
    { body: news, 'm.relates_to': { rel_type: 'm.thread', event_id: '$first' } },
  ])
})

test('an edit that the homeserver refuses does not keep the news back', async () => {
  homeserver.next({ status: 400, body: '{"errcode":"M_UNKNOWN"}' })
  expect(await deliver(closed)).toMatchObject({ kind: 'delivered' })
  expect(homeserver.received[1]?.body).not.toHaveProperty(['m.relates_to'])
  expect(homeserver.received[1]?.raw).toContain('Evidence')
})

test('a refusal names the code of the specification, and no other words', async () => {
  homeserver.next(
    { status: 403, body: '{"errcode":"M_FORBIDDEN","error":"You are not in !a"}' },
    { status: 403, body: '{"errcode":"M_INVENTED"}' },
  )
  expect(await deliver(opened)).toEqual({ kind: 'refused', reason: 'answered 403: M_FORBIDDEN' })
  expect(await deliver(opened)).toEqual({ kind: 'refused', reason: 'answered 403' })
})

test.each(['#alias:example.org', 'room', '!', '!with space:x'])('%s is no room id', (room) => {
  expect(matrix.target.safeParse({ homeserver: 'https://example.org', room, token: 't' }).success).toBe(false)
})
