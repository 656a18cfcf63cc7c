import { beforeEach, expect, test } from 'vitest'
import { telegram } from '../../src/channels/telegram.ts'
import type { Notice } from '../../src/core/notice.ts'
import type { Asking } from '../../src/io/ask.ts'
import { changeNamed, fakeNotice, noMail } from '../support/notices.ts'
import type { Answering, Receiver } from '../support/receiver.ts'
import { startReceiving } from '../support/receiving.ts'

const TOKEN = '123456:AAF-the_token'
const TAKEN: Answering = { status: 200, body: '{"ok":true,"result":{"message_id":8}}' }
let asking: Asking
let receiver: Receiver
beforeEach(async () => {
  ;({ asking, receiver } = await startReceiving(TAKEN))
})

const connected = (chat: string | number = -100, api = receiver.origin) =>
  telegram.connect(telegram.target.parse({ token: TOKEN, chat, api }))
const deliver = (notice: Notice, channel = connected()) => channel.deliver(notice, asking.ask, 0, noMail)
const opened = fakeNotice(changeNamed('outage.opened'))
const closed = fakeNotice(changeNamed('outage.closed'), { thread: '-100/7' })
const sent = () => receiver.received.map(({ path, body }) => ({ verb: path.split('/').at(-1), ...body }))
const said = (description: string, more: object = {}): Answering => ({
  status: 400,
  body: JSON.stringify({ ok: false, error_code: 400, description, ...more }),
})

test('an opening reads well', async () => {
  expect(await deliver(opened)).toEqual({ kind: 'delivered', handle: '-100/8' })
  expect(sent()).toMatchObject([{ verb: 'sendMessage', chat_id: '-100', parse_mode: 'HTML' }])
  expect(String((sent()[0] as { text?: string }).text).split('\n')).toEqual([
    '🔴 <b>Donald J. Trump (x:realDonaldTrump) is gone: not found or deactivated</b>',
    '',
    '<b>Account:</b> <code>Donald J. Trump</code>, <code>x:realDonaldTrump</code>, 41.7 million followers',
    '<b>Reason:</b> gone: not found or deactivated',
    '<b>Gone:</b> between 2017-11-02 22:51:58 UTC and 2017-11-02 22:52:03 UTC',
    '<b>So far:</b> 4 s (1 s to 7 s)',
    '<b>Evidence:</b> 3 sightings while the controls answered right; the platform does not say why',
    '',
    '<a href="https://rollcall.example.org/#/outages/out_01">Outage</a> · ' +
      '<a href="https://x.com/realDonaldTrump">Profile</a>',
  ])
})

test('a closing edits the first message, and answers below it', async () => {
  expect(await deliver(closed)).toMatchObject({ kind: 'delivered' })
  expect(sent()).toMatchObject([
    { verb: 'editMessageText', message_id: 7 },
    {
      verb: 'sendMessage',
      text: '🟢 <b>Donald J. Trump (x:realDonaldTrump) is back, was gone 11 m 00 s</b>',
      reply_parameters: { message_id: 7, allow_sending_without_reply: true },
    },
  ])
})

test('another try finds its own edit, and goes on', async () => {
  receiver.next(said('Bad Request: message is not modified: specified new message content is exactly the same'))
  expect(await deliver(closed)).toMatchObject({ kind: 'delivered' })
  expect(sent()).toMatchObject([
    { verb: 'editMessageText' },
    { verb: 'sendMessage', reply_parameters: { message_id: 7 } },
  ])
})

test.each(['message to edit not found', "message can't be edited", 'MESSAGE_ID_INVALID'])(
  'a first message that cannot be edited any more is told anew and whole: %s',
  async (words) => {
    receiver.next(said(`Bad Request: ${words}`))
    expect(await deliver(closed)).toEqual({ kind: 'delivered', handle: '-100/8' })
    expect(sent()[1]).toMatchObject({ text: expect.stringContaining('<b>Evidence:</b>') as string })
    expect(sent()[1]).not.toHaveProperty('reply_parameters')
  },
)

test('an edit that has to wait keeps what follows it back', async () => {
  receiver.next({ status: 429, body: '{"ok":false,"error_code":429,"parameters":{"retry_after":3}}' })
  expect(await deliver(closed)).toMatchObject({ kind: 'retry', retryAt: 3_000 })
  expect(sent()).toMatchObject([{ verb: 'editMessageText' }])
})

test('a bot that was put out says so, edit or not', async () => {
  receiver.answerAll(() => ({
    status: 403,
    body: '{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked from the group chat"}',
  }))
  expect(await deliver(closed)).toEqual({ kind: 'refused', reason: 'answered 403: bot was kicked' })
})

test.each(['-200/7', '7', '-1000/7', '-100/x', 'x'])('a message of another chat is left alone: %s', async (thread) => {
  await deliver({ ...closed, thread })
  expect(sent().map(({ verb }) => verb)).toEqual(['sendMessage'])
})

test('a group that has moved is refused, naming the setting', async () => {
  receiver.next(said('Bad Request: group chat was upgraded', { parameters: { migrate_to_chat_id: -1001234 } }))
  expect(await deliver(opened)).toEqual({
    kind: 'refused',
    reason: 'the group has become a supergroup: set chat to -1001234',
  })
})

test('words that tell what to mend are shown, others are not', async () => {
  receiver.next(said('Bad Request: chat not found'), said(`Bad Request: you sent ${TOKEN}`))
  expect(await deliver(opened)).toEqual({ kind: 'refused', reason: 'answered 400: chat not found' })
  expect(await deliver(opened)).toEqual({ kind: 'refused', reason: 'answered 400' })
})

test.each([
  ['nothing listens', () => 'http://127.0.0.1:1', undefined],
  ['the connection breaks', () => receiver.origin, { reset: 'before' } as const],
  ['no answer comes', () => receiver.origin, { hang: 'head' } as const],
  ['a private address is not allowed', () => 'http://10.0.0.1', undefined],
  ['the address has no host', () => 'http://nobody.invalid', undefined],
])('no fault shows the token when %s', async (_, api, answering) => {
  if (answering !== undefined) receiver.next(answering)
  const channel = connected(-100, api())
  const fault: unknown = await channel
    .deliver(opened, (request) => asking.ask({ ...request, deadlineMs: 200 }), 0, noMail)
    .catch((thrown: unknown) => thrown)
  const shown = fault instanceof Error ? [fault.message, fault.stack, String(fault), JSON.stringify(fault.cause)] : []
  expect(shown.length).toBeGreaterThan(0)
  expect(shown.join(' ')).not.toContain('AAF-the_token')
})

test('what a target with a wrong token says does not repeat it', () => {
  const read = telegram.target.safeParse({ token: 'a/b?secret', chat: 1 })
  expect(read.success).toBe(false)
  expect(JSON.stringify(read.error)).not.toContain('a/b?secret')
})

test.each([
  [42, { requests: 1, windowMs: 1_000 }],
  [-42, { requests: 1, windowMs: 3_000 }],
  ['@news', { requests: 1, windowMs: 3_000 }],
])('chat %s has the pace of its kind', (chat, pace) => {
  expect(connected(chat).pace).toEqual(pace)
})
