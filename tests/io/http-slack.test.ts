import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { slack } from '../../src/channels/slack.ts'
import type { Desk } from '../../src/core/desk.ts'
import { createAsk } from '../../src/io/ask.ts'
import { isFromSlack } from '../../src/io/http/slack-signature.ts'
import { createFakeDesk, stillOpen, theOutage } from '../support/desk.ts'
import { bearer, openDoors, OPERATOR } from '../support/doors.ts'
import { startSlackApi } from '../support/fake-slack-api.ts'

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5'
const OTHER = 'the-secret-of-another-app'
const PATH = '/slack/interactions'
const FORM = 'application/x-www-form-urlencoded'

/** The example that Slack gives (api.slack.com/docs/verifying-requests-from-slack). */
const EXAMPLE = {
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  body: Buffer.from(
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
      '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
      '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
      '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  ),
}
const THEN = Number(EXAMPLE.timestamp) * 1000

test("Slack's own example is verified, with whichever of our secrets it is", () => {
  expect(isFromSlack(EXAMPLE, [SECRET], THEN)).toBe(true)
  expect(isFromSlack(EXAMPLE, [OTHER, SECRET, OTHER], THEN)).toBe(true)
})

test.each([
  ['without a secret', EXAMPLE, [], THEN],
  ['with another secret', EXAMPLE, [OTHER], THEN],
  ['a moment too late', EXAMPLE, [SECRET], THEN + 300_001],
  ['a moment too early', EXAMPLE, [SECRET], THEN - 300_001],
  ['with one byte more', { ...EXAMPLE, body: Buffer.concat([EXAMPLE.body, Buffer.from(' ')]) }, [SECRET], THEN],
  ['with another time', { ...EXAMPLE, timestamp: '1531420619' }, [SECRET], THEN],
  ['with a time that is none', { ...EXAMPLE, timestamp: 'now' }, [SECRET], THEN],
  ['without a time', { ...EXAMPLE, timestamp: undefined }, [SECRET], THEN],
  ['without a signature', { ...EXAMPLE, signature: undefined }, [SECRET], THEN],
  ['with half a signature', { ...EXAMPLE, signature: EXAMPLE.signature.slice(0, 40) }, [SECRET], THEN],
  ['with an empty signature', { ...EXAMPLE, signature: '' }, [SECRET], THEN],
  [
    'with a signature of another version',
    { ...EXAMPLE, signature: EXAMPLE.signature.replace('v0', 'v1') },
    [SECRET],
    THEN,
  ],
] as const)('it is not believed %s', (_, claim, secrets, now) => {
  expect(isFromSlack(claim, secrets, now)).toBe(false)
})

test.each([300_000, -300_000])('five minutes of difference (%i) are none', (difference) => {
  expect(isFromSlack(EXAMPLE, [SECRET], THEN + difference)).toBe(true)
})

const press = (shape: object = {}) => ({
  type: 'block_actions',
  user: { id: 'U2CERLKJA', username: 'roadrunner', name: 'roadrunner', team_id: 'T1DC2JH3J' },
  trigger_id: '398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  container: { type: 'message', message_ts: '1548261231.000200', channel_id: 'CBR2V3XEX' },
  actions: [
    { type: 'button', block_id: 'b', action_id: 'acknowledge', value: stillOpen.id, action_ts: '1548426417.8' },
  ],
  ...shape,
})

const form = (payload: unknown): string => new URLSearchParams({ payload: JSON.stringify(payload) }).toString()

/** A request as Slack makes it. */
function slacks(body: string, { secret = SECRET, ageMs = 0, type = FORM } = {}) {
  const timestamp = String(Math.floor((Date.now() - ageMs) / 1000))
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
  return {
    method: 'POST',
    body,
    headers: { 'content-type': type, 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` },
  }
}

const unsigned = (headers: Record<string, string> = {}) => ({
  method: 'POST',
  body: form(press()),
  headers: { 'content-type': FORM, ...headers },
})

/** The doors to a desk with an outage that is open, and a Slack that takes answers. */
async function opened(secrets: readonly string[] = [SECRET], acknowledge?: Desk['acknowledge']) {
  const plain = createFakeDesk()
  plain.outages.set(stillOpen.id, stillOpen)
  const api = await startSlackApi()
  const asking = createAsk({ userAgent: 'Rollcall/test', allowPrivate: ['127.0.0.0/8'] })
  onTestFinished(async () => {
    await asking.close()
    await api.stop()
  })
  const target = { token: 'xoxb-1', channel: '#desk', api: api.api }
  const buttons = secrets.map((signingSecret) => slack.connect({ ...target, signingSecret }).buttons!)
  const desk = { ...plain, ...(acknowledge && { acknowledge }) }
  const doors = await openDoors({ desk, tokens: [OPERATOR], presses: { buttons: () => buttons, ask: asking.ask } })
  const whispered = () => api.whispered.map(({ text }) => text.replace(/<!date\^\d+\^[^|]*\|([^>]*)>/g, '$1'))
  return {
    ...doors,
    api,
    whispered,
    press: (more: object = {}) => doors.ask(PATH, slacks(form(press({ response_url: api.responseUrl, ...more })))),
  }
}

test('a press of the button acknowledges the outage in the name of who pressed, without a token', async () => {
  const { ask, desk } = await opened()
  expect(await ask(PATH, slacks(form(press())))).toMatchObject({ status: 200, body: '' })
  expect(desk.outages.get(stillOpen.id)?.acknowledged).toEqual({
    at: desk.now(),
    by: 'roadrunner',
    note: 'pressed the button in Slack',
  })
})

const WHO = '`Donald J. Trump (x:realDonaldTrump)`'

test('who presses reads that it is acknowledged, and a second one who has done it', async () => {
  const { press, desk, whispered } = await opened()
  expect(await press()).toMatchObject({ status: 200, body: '' })
  await expect
    .poll(whispered)
    .toEqual([`You have acknowledged that ${WHO} is gone. Nobody is reminded of it any more.`])
  expect(await press({ user: { id: 'U2', username: 'coyote' } })).toMatchObject({ status: 200 })
  await expect
    .poll(() => whispered()[1])
    .toBe(`\`roadrunner\` has already acknowledged that ${WHO} is gone, 2017-11-02 23:10:00 UTC.`)
  expect(await press()).toMatchObject({ status: 200 })
  await expect
    .poll(() => whispered()[2])
    .toBe(`You have already acknowledged that ${WHO} is gone, 2017-11-02 23:10:00 UTC.`)
  expect(desk.outages.get(stillOpen.id)?.acknowledged?.by).toBe('roadrunner')
})

test('what somebody said with it is repeated, and mentions nobody', async () => {
  const { press, desk, api, whispered } = await opened()
  const acknowledged = { at: theOutage.openedAt, by: '<!channel>', note: '*on* it <https://evil.example|now>' }
  desk.outages.set(stillOpen.id, { ...stillOpen, acknowledged })
  await press()
  await expect
    .poll(whispered)
    .toEqual([
      `\`&lt;!channel&gt;\` has already acknowledged that ${WHO} is gone, 2017-11-02 22:52:05 UTC: \`*on* it &lt;https://evil.example|now&gt;\`.`,
    ])
  expect(api.whispered[0]?.controls.every((control) => control.startsWith('<!date^'))).toBe(true)
})

const conflict = { ok: false, refusal: 'conflict', detail: 'This outage is over.' } as const

test.each([
  ['over', theOutage, `The outage of ${WHO} is over since 2017-11-02 23:03:04 UTC; there is nothing left to do.`],
  [
    'retracted',
    { ...stillOpen, retracted: { at: theOutage.openedAt, by: 'Ada', note: 'a mistake' } },
    `\`Ada\` has retracted the outage of ${WHO}, 2017-11-02 22:52:05 UTC.`,
  ],
])('who presses below an outage that is %s reads so, and nothing is written', async (_, outage, words) => {
  const { press, desk, whispered } = await opened([SECRET], () => Promise.resolve(conflict))
  desk.outages.set(stillOpen.id, outage)
  expect(await press()).toMatchObject({ status: 200 })
  await expect.poll(whispered).toEqual([words])
  expect(desk.outages.get(stillOpen.id)?.acknowledged).toBeNull()
})

test('who presses below an outage nobody knows reads so', async () => {
  const { press, whispered } = await opened()
  const actions = [{ action_id: 'acknowledge', value: 'out_nothing' }]
  expect(await press({ actions })).toMatchObject({ status: 200 })
  await expect.poll(whispered).toEqual([expect.stringContaining('knows of no such outage')])
})

test.each([undefined, 'https://evil.example/', 'http://169.254.169.254/', 'no address', ''])(
  'a press without an address of Slack (%s) counts, and is answered nowhere',
  async (address) => {
    const { press, desk, whispered, lines } = await opened()
    expect(await press({ response_url: address })).toMatchObject({ status: 200 })
    expect(desk.outages.get(stillOpen.id)?.acknowledged?.by).toBe('roadrunner')
    expect([whispered(), lines.filter((line) => line.startsWith('press_unanswered'))]).toEqual([[], []])
  },
)

test('a press counts although Slack takes no answer any more, or cannot be reached', async () => {
  const { press, desk, api, lines } = await opened()
  api.say({ status: 404, body: 'expired_url' })
  expect(await press()).toMatchObject({ status: 200 })
  await expect.poll(() => lines.join()).toContain('press_unanswered {"outage":"out_')
  await api.stop()
  expect(await press()).toMatchObject({ status: 200 })
  await expect.poll(() => lines.filter((line) => line.startsWith('press_unanswered')).length).toBe(2)
  expect(lines.join()).not.toContain('/actions/')
  expect(desk.outages.get(stillOpen.id)?.acknowledged?.by).toBe('roadrunner')
})

test('who has no name is called by the id', async () => {
  const { ask, desk } = await opened()
  await ask(PATH, slacks(form(press({ user: { id: 'U2CERLKJA', username: ' ' } }))))
  expect(desk.outages.get(stillOpen.id)?.acknowledged?.by).toBe('U2CERLKJA')
})

test.each([
  ['another action', press({ actions: [{ action_id: 'open', value: stillOpen.id }] })],
  ['an action without a value', press({ actions: [{ action_id: 'acknowledge' }] })],
  ['a view', press({ type: 'view_submission' })],
  ['something unheard of', { type: 'a_new_thing' }],
])('%s is ignored, and answered', async (_, payload) => {
  const { ask, desk } = await opened()
  expect(await ask(PATH, slacks(form(payload)))).toMatchObject({ status: 200 })
  expect(desk.outages.get(stillOpen.id)?.acknowledged).toBeNull()
})

test.each([
  ['an unknown secret', slacks(form(press()), { secret: OTHER }), 401],
  ['an old signature', slacks(form(press()), { ageMs: 400_000 }), 401],
  ['no signature', unsigned(), 401],
  ["an operator's token instead of a signature", unsigned(bearer(OPERATOR)), 401],
  ['JSON', slacks(JSON.stringify(press()), { type: 'application/json' }), 415],
  ['no payload', slacks('a=b'), 400],
  ['a payload that is no JSON', slacks('payload=%7B'), 400],
  ['a payload that is no object', slacks(form(7)), 400],
  ['a payload without a type', slacks(form({ user: { id: 'U1' } })), 400],
  ['a press by nobody', slacks(form(press({ user: undefined }))), 400],
  ['a press of nothing', slacks(form(press({ actions: 'acknowledge' }))), 400],
  ['an empty body', slacks(''), 400],
  ['a form in parts', slacks('', { type: 'multipart/form-data; boundary=x' }), 415],
  ['more than a message can be', slacks(form(press({ filler: 'x'.repeat(600_000) }))), 413],
])('%s is refused', async (_, refusable, status) => {
  const { ask, desk } = await opened()
  expect(await ask(PATH, refusable)).toMatchObject({ status })
  expect(desk.outages.get(stillOpen.id)?.acknowledged).toBeNull()
})

test('without a secret in the configuration nobody is believed', async () => {
  const { ask } = await opened([])
  expect(await ask(PATH, slacks(form(press()), { secret: '' }))).toMatchObject({ status: 401 })
})

test('a Host and an Origin of elsewhere are no hindrance, since Slack comes through anything', async () => {
  const { url, desk } = await opened()
  const { body, headers } = slacks(form(press()))
  const elsewhere = { host: 'a-tunnel.example', origin: 'https://slack.com' }
  const sending = request(url + PATH, { method: 'POST', headers: { ...headers, ...elsewhere } }).end(body)
  const [answer] = (await once(sending, 'response')) as [IncomingMessage]
  answer.resume()
  expect(answer.statusCode).toBe(200)
  expect(desk.outages.get(stillOpen.id)?.acknowledged?.by).toBe('roadrunner')
})

test('another method is none here', async () => {
  const { ask } = await opened()
  expect(await ask(PATH)).toMatchObject({ status: 405 })
})

test('Slack is answered in time although writing takes long, and the writing goes on', async () => {
  const written = Promise.withResolvers<undefined>()
  const { press, lines, whispered } = await opened([SECRET], () =>
    written.promise.then(() => ({ ok: true, value: theOutage }) as const),
  )
  expect(await press()).toMatchObject({ status: 200 })
  expect([lines.join(), whispered()]).toEqual([expect.not.stringContaining('pressed'), []])
  written.resolve(undefined)
  await expect.poll(whispered).toEqual([expect.stringContaining('You have acknowledged')])
  await expect.poll(() => lines.join()).toContain(`pressed {"outage":"${stillOpen.id}","isTaken":true}`)
})

test('a person whose press could not be written sees that it failed', async () => {
  const { press, lines, whispered } = await opened([SECRET], () => Promise.reject(new Error('the disk is full')))
  const { status, body } = await press()
  await expect.poll(whispered).toEqual([expect.stringContaining('Please press again')])
  expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining('disk')])
  expect(lines.join()).toContain('press_failed')
})
