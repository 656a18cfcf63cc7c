import { Webhook } from 'standardwebhooks'
import { request } from 'undici'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Running } from '../../src/replay/listen.ts'
import { createReceiver, type Received } from '../../src/replay/receiver.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const NOW = Date.now()
const BODY = '{"type":"outage.opened","timestamp":"2017-11-02T22:52:09Z","data":{"seq":1}}'

const notices: Received[] = []
const refusals: string[] = []
let receiver: Running
beforeEach(async () => {
  notices.length = 0
  refusals.length = 0
  receiver = await createReceiver({
    secret: SECRET,
    onNotice: (notice) => notices.push(notice),
    onRefused: (reason) => refusals.push(reason),
  }).start()
})
afterEach(() => receiver.stop())

/** Signed by the library alone. */
function signed(id: string, at: number, body = BODY, secret = SECRET): Record<string, string> {
  const signature = new Webhook(secret).sign(id, new Date(at), body)
  return { 'webhook-id': id, 'webhook-timestamp': `${Math.floor(at / 1000)}`, 'webhook-signature': signature }
}

const post = async (headers: Record<string, string>, body = BODY): Promise<number> =>
  (await request(`${receiver.url}/hooks/rollcall`, { method: 'POST', headers, body })).statusCode

test('takes a notice with a right signature, and knows it when it comes again', async () => {
  expect(await post(signed('ntc_1', NOW))).toBe(204)
  expect(await post(signed('ntc_1', NOW + 1000))).toBe(204)
  expect(
    await post({
      ...signed('ntc_2', NOW),
      'webhook-signature': `v1,b3RoZXI= ${signed('ntc_2', NOW)['webhook-signature']!}`,
    }),
  ).toBe(204)
  expect(notices.map(({ id, type, again }) => ({ id, type, again }))).toEqual([
    { id: 'ntc_1', type: 'outage.opened', again: false },
    { id: 'ntc_1', type: 'outage.opened', again: true },
    { id: 'ntc_2', type: 'outage.opened', again: false },
  ])
})

test.each([
  [
    'another secret',
    signed('a', NOW, BODY, 'whsec_b3RoZXIgc2VjcmV0IG90aGVyIHNlY3JldA=='),
    'No matching signature found',
  ],
  ['another body', signed('a', NOW, '{}'), 'No matching signature found'],
  ['another id', { ...signed('a', NOW), 'webhook-id': 'b' }, 'No matching signature found'],
  ['an old timestamp', signed('a', NOW - 400_000), 'Message timestamp too old'],
  ['a timestamp to come', signed('a', NOW + 400_000), 'Message timestamp too new'],
  ['no timestamp', { 'webhook-id': 'a', 'webhook-signature': 'v1,a' }, 'Missing required headers'],
  ['a timestamp in words', { ...signed('a', NOW), 'webhook-timestamp': 'now' }, 'Invalid Signature Headers'],
])('turns away %s', async (_what, headers, reason) => {
  expect(await post(headers)).toBe(401)
  expect(refusals).toEqual([reason])
  expect(notices).toEqual([])
})
