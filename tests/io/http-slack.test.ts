import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { isFromSlack } from '../../src/io/http/slack-signature.ts'
import { createFakeDesk, stillOpen, theOutage } from '../support/desk.ts'
import { bearer, openDoors, OPERATOR } from '../support/doors.ts'

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
  response_url: 'https://hooks.slack.com/actions/T1DC2JH3J/1/x',
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

async function opened(secrets: readonly string[] = [SECRET]) {
  const desk = createFakeDesk()
  desk.outages.set(stillOpen.id, stillOpen)
  return openDoors({ desk, tokens: [OPERATOR], signingSecrets: () => secrets })
}

test('a press of the button acknowledges the outage in the name of who pressed, without a token', async () => {
  const { ask, desk } = await opened()
  expect(await ask(PATH, slacks(form(press())))).toMatchObject({ status: 200, body: '' })
  expect(desk.outages.get(stillOpen.id)?.acknowledged).toEqual({
    at: desk.now(),
    by: 'roadrunner',
    note: 'by the button in Slack',
  })
})

test('a press of what is acknowledged already, or unknown, is answered all the same', async () => {
  const { ask, desk } = await opened()
  await ask(PATH, slacks(form(press())))
  const late = press({ user: { id: 'U2' } })
  expect(await ask(PATH, slacks(form(late)))).toMatchObject({ status: 200 })
  expect(desk.outages.get(stillOpen.id)?.acknowledged?.by).toBe('roadrunner')
  const unknown = press({ actions: [{ action_id: 'acknowledge', value: 'out_nothing' }] })
  expect(await ask(PATH, slacks(form(unknown)))).toMatchObject({ status: 200 })
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
  ['no object', 7],
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
  const desk = createFakeDesk()
  desk.outages.set(stillOpen.id, stillOpen)
  const { url } = await openDoors({ desk, signingSecrets: () => [SECRET] })
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
  const desk = createFakeDesk()
  const written = Promise.withResolvers<undefined>()
  const slow = { ...desk, acknowledge: () => written.promise.then(() => ({ ok: true, value: theOutage }) as const) }
  const { ask, lines } = await openDoors({ desk: slow, signingSecrets: () => [SECRET] })
  expect(await ask(PATH, slacks(form(press())))).toMatchObject({ status: 200 })
  expect(lines.join()).not.toContain('pressed')
  written.resolve(undefined)
  await expect.poll(() => lines.join()).toContain(`pressed {"outage":"${stillOpen.id}"}`)
})

test('a person whose press could not be written sees that it failed', async () => {
  const desk = { ...createFakeDesk(), acknowledge: () => Promise.reject(new Error('the disk is full')) }
  const { ask, lines } = await openDoors({ desk, signingSecrets: () => [SECRET] })
  const { status, body } = await ask(PATH, slacks(form(press())))
  expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining('disk')])
  expect(lines.join()).toContain('press_failed')
})
