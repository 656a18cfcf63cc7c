import { afterEach, beforeEach, expect, test } from 'vitest'
import { dateText } from '../../src/channels/slack-text.ts'
import { slack } from '../../src/channels/slack.ts'
import type { Notice } from '../../src/core/notice.ts'
import type { Outage } from '../../src/core/outage.ts'
import type { TransitionName } from '../../src/core/transition.ts'
import { createAsk, type Asking } from '../../src/io/ask.ts'
import { startSlackApi, TOKEN } from '../support/fake-slack-api.ts'
import { changeNamed, fakeNotice, GONE_AT, hostileNotices, noMail } from '../support/notices.ts'

let asking: Asking
let api: Awaited<ReturnType<typeof startSlackApi>>

beforeEach(async () => {
  asking = createAsk({ userAgent: 'Rollcall/test', allowPrivate: ['127.0.0.0/8'], trustedOrigins: [] })
  api = await startSlackApi()
})
afterEach(async () => {
  await asking.close()
  await api.stop()
})

const NOW = Date.UTC(2026, 0, 1)
const SIGNING = 'a-signing-secret'
const connected = (channel = '#desk', token = TOKEN) =>
  slack.connect(slack.target.parse({ token, channel, signingSecret: SIGNING, api: `${api.api}/` }))
const deliver = (notice: Notice, channel?: string, token?: string) =>
  connected(channel, token).deliver(notice, asking.ask, NOW, noMail)

const UNTOUCHED: Partial<Outage> = { acknowledged: null, retracted: null, notes: [] }
const named = (name: TransitionName, shape: Partial<Notice> = {}, outage: Partial<Outage> = UNTOUCHED) =>
  fakeNotice(changeNamed(name, 'realDonaldTrump', outage), { id: `ntc_${name}`, ...shape })
const by = { at: GONE_AT, by: 'Ada', note: 'on it' }

/** The opening is told; what follows gets its name. */
async function opened(): Promise<string> {
  const outcome = await deliver(named('outage.opened'))
  if (outcome.kind !== 'delivered' || outcome.handle === undefined) throw new Error('the opening was not taken')
  return outcome.handle
}

const title = (place: number): string | undefined => api.posted[place]?.texts[1]
const buttons = (place: number): readonly unknown[] =>
  (api.posted[place]?.payload['blocks'] as { type: string; elements: unknown[] }[])
    .filter(({ type }) => type === 'actions')
    .flatMap(({ elements }) => elements)

test('an opening is a message with a button that holds the outage', async () => {
  expect(await opened()).toBe('C024BE91L 1405894322.000001')
  expect(api.posted).toMatchObject([{ channel: 'C024BE91L', threadTs: null, payload: { unfurl_links: false } }])
  expect(title(0)).toContain('Donald J. Trump (x:realDonaldTrump) is gone')
  const { transition } = named('outage.opened')
  const id = 'outage' in transition ? transition.outage.id : ''
  expect(buttons(0)).toMatchObject([{ type: 'button', action_id: 'acknowledge', value: id }])
})

test('one message is kept current, what follows stands in its thread, and the end is told to all', async () => {
  const thread = await opened()
  const acknowledged = { ...UNTOUCHED, acknowledged: by }
  expect(await deliver(named('outage.changed', { thread }))).toEqual({ kind: 'delivered', handle: thread })
  expect([title(0), buttons(0).length]).toEqual([expect.stringContaining('is still gone'), 1])
  await deliver(named('outage.acknowledged', { thread }, acknowledged))
  expect([title(0), buttons(0)]).toEqual([expect.stringContaining('Ada has acknowledged'), []])
  expect(api.posted[0]?.texts).toContain(`*Acknowledged by*\n\`Ada\`, ${dateText(GONE_AT)}`)
  await deliver(named('outage.closed', { thread }, acknowledged))
  expect(title(0)).toContain('is back, was gone 11 m 00 s')
  expect(api.posted.slice(1)).toMatchObject([
    { threadTs: '1405894322.000001', isBroadcast: false },
    { threadTs: '1405894322.000001', isBroadcast: false },
    { threadTs: '1405894322.000001', isBroadcast: true },
  ])
  expect(api.posted.slice(1).map(({ texts }) => texts.slice(1))).toEqual([
    [expect.stringContaining('is still gone')],
    [expect.stringContaining('Ada has acknowledged'), '*Note*\n`Ada`: `on it`'],
    [expect.stringContaining('is back')],
  ])
})

test('a note stands in the thread and leaves the message as it is', async () => {
  const thread = await opened()
  await deliver(named('outage.annotated', { thread }, { ...UNTOUCHED, notes: [by] }))
  expect(title(0)).toContain('is gone')
  expect(api.posted[1]?.texts).toContain('*Note*\n`Ada`: `on it`')
})

test('a reminder is told to all, and the button is still there', async () => {
  const thread = await opened()
  await deliver(named('outage.opened', { thread, reminder: { number: 1, at: GONE_AT + 1_800_000 } }))
  expect(api.posted).toMatchObject([{ threadTs: null }, { threadTs: '1405894322.000001', isBroadcast: true }])
  expect(buttons(0)).toHaveLength(1)
  expect(api.posted[1]?.texts).toContain('*Acknowledged by*\nnobody yet; the button is in the first message')
})

test('a longer list of the same storm changes the message and disturbs nobody', async () => {
  const thread = await opened()
  const longer = { ...changeNamed('platform.troubled'), again: true } as ReturnType<typeof changeNamed>
  expect(await deliver(fakeNotice(longer, { thread }))).toEqual({ kind: 'delivered', handle: thread })
  expect(api.posted).toHaveLength(1)
  expect(title(0)).toContain('500 accounts are gone')
})

test('a drill and what is over have no button', async () => {
  await deliver(named('outage.opened', { drill: true }))
  await deliver(named('outage.closed'))
  await deliver(named('sight.lost'))
  expect([0, 1, 2].flatMap(buttons)).toEqual([])
})

test.each(['message_not_found', 'channel_not_found', 'is_archived', 'is_inactive', 'not_in_channel'])(
  'where the message is lost (%s), what follows is a message of its own',
  async (error) => {
    const thread = await opened()
    api.say({ body: { ok: false, error } })
    expect(await deliver(named('outage.closed', { thread }))).toEqual({
      kind: 'delivered',
      handle: 'C024BE91L 1405894322.000002',
    })
    expect(api.posted[1]).toMatchObject({ threadTs: null })
    expect(title(1)).toContain('is back')
  },
)

test('a message that somebody deletes between the edit and the answer is lost as well', async () => {
  const thread = await opened()
  api.say({ body: { ok: true, channel: 'C024BE91L', ts: '1405894322.000001' } })
  api.remove('1405894322.000001')
  expect(await deliver(named('outage.closed', { thread }))).toMatchObject({ kind: 'delivered' })
  expect(api.posted).toMatchObject([{ threadTs: null }])
})

test.each(['edit_window_closed', 'cant_update_message'])(
  'a message that can no longer be edited (%s) is answered with everything',
  async (error) => {
    const thread = await opened()
    api.say({ body: { ok: false, error } })
    await deliver(named('outage.closed', { thread }))
    expect(api.posted).toMatchObject([{ threadTs: null }, { threadTs: '1405894322.000001', isBroadcast: true }])
    expect(api.posted[1]?.texts.join('\n')).toContain('*Length*')
  },
)

test('an edit that fails for the moment is made again before anything is answered', async () => {
  const thread = await opened()
  api.say({ status: 429, headers: { 'retry-after': '30' }, body: { ok: false, error: 'ratelimited' } })
  expect(await deliver(named('outage.closed', { thread }))).toEqual({
    kind: 'retry',
    reason: 'answered 429',
    retryAt: NOW + 30_000,
  })
  expect(api.posted).toHaveLength(1)
})

test.each(['C024BE91L', '<ntc_1@example.org>', 'C024BE91L 140589', 'c024 1405894322.000001', '12345'])(
  'what another channel called its message is none of ours: %s',
  async (thread) => {
    expect(await deliver(named('outage.closed', { thread }))).toMatchObject({ kind: 'delivered' })
    expect(api.calls.map(({ method }) => method)).toEqual(['chat.postMessage'])
  },
)

const ID = 'C024BE91L'
const lost = (notice: Notice, channel = connected(ID), now = NOW) =>
  expect(channel.deliver(notice, asking.ask, now, noMail)).rejects.toMatchObject({ name: 'AskFault' })

test('a post whose answer was lost is not made again, by this process or by the next one', async () => {
  const channel = connected(ID)
  api.swallow()
  await lost(named('outage.opened'), channel, GONE_AT)
  const again = { kind: 'delivered', handle: 'C024BE91L 1405894322.000001' }
  expect(await channel.deliver(named('outage.opened'), asking.ask, GONE_AT, noMail)).toEqual(again)
  expect(await deliver(named('outage.opened'), ID)).toEqual(again)
  expect(api.posted).toHaveLength(1)
})

test('neither is what stands in the thread', async () => {
  const thread = await opened()
  api.swallow()
  await lost(named('outage.closed', { thread }))
  expect(await deliver(named('outage.closed', { thread }))).toEqual({ kind: 'delivered', handle: thread })
  expect(api.posted.map(({ threadTs }) => threadTs)).toEqual([null, '1405894322.000001'])
})

test('a closing goes on below an opening that nobody knew was posted', async () => {
  api.swallow()
  await lost(named('outage.opened'))
  const merged = [{ id: 'ntc_outage.opened', transition: named('outage.opened').transition }]
  expect(await deliver(named('outage.closed', { merged }), ID)).toEqual({
    kind: 'delivered',
    handle: 'C024BE91L 1405894322.000001',
  })
  expect(title(0)).toContain('is back')
  expect(api.posted).toMatchObject([{ threadTs: null }, { threadTs: '1405894322.000001', isBroadcast: true }])
})

test('two subscribers of one channel have a message each, and one is not taken for that of the other', async () => {
  await deliver(named('outage.opened', { id: 'ntc_desk' }), ID)
  await deliver(named('outage.opened', { id: 'ntc_wall' }), ID)
  expect(api.posted).toHaveLength(2)
})

test('without the scope to look, or a channel that can be looked into, an alert comes twice rather than never', async () => {
  await api.stop()
  api = await startSlackApi({ scopes: [] })
  for (const channel of [ID, '#desk']) {
    api.swallow()
    await lost(named('outage.opened'), connected(channel))
    expect(await deliver(named('outage.opened'), channel)).toMatchObject({ kind: 'delivered' })
  }
  expect(api.posted).toHaveLength(4)
})

test('whatever kind of trouble a look back meets, the alert is told', async () => {
  api.say({ status: 429, headers: { 'retry-after': '30' }, body: { ok: false, error: 'ratelimited' } })
  expect(await deliver(named('outage.opened'), ID)).toMatchObject({ kind: 'delivered' })
  api.say({ body: 'no JSON' })
  expect(await deliver(named('outage.opened', { id: 'ntc_2' }), ID)).toMatchObject({ kind: 'delivered' })
})

test('news of after the start is told without looking back', async () => {
  const channel = connected(ID)
  for (const id of ['ntc_1', 'ntc_2']) {
    await channel.deliver(named('outage.opened', { id }), asking.ask, GONE_AT, noMail)
  }
  expect(api.calls.map(({ method }) => method)).toEqual(['chat.postMessage', 'chat.postMessage'])
})

test('where Slack takes no metadata of this app, it takes the alert', async () => {
  api.say({ body: { ok: false, error: 'metadata_must_be_sent_from_app' } })
  expect(await deliver(named('outage.opened'))).toMatchObject({ kind: 'delivered' })
  expect(api.posted.map(({ payload }) => payload['metadata'])).toEqual([undefined])
})

test('after a message was deleted everything goes on in the one that was posted for it', async () => {
  const thread = await opened()
  api.remove('1405894322.000001')
  const channel = connected()
  const tell = (notice: Notice) => channel.deliver(notice, asking.ask, NOW, noMail)
  await tell(named('outage.changed', { thread }))
  expect(await tell(named('outage.closed', { thread }))).toMatchObject({ handle: 'C024BE91L 1405894322.000002' })
  expect(title(0)).toContain('is back')
  expect(api.posted.map(({ threadTs }) => threadTs)).toEqual([null, '1405894322.000002'])
})

test('what follows in a channel that was archived meanwhile is refused, and says so', async () => {
  const thread = await opened()
  api.archive()
  expect(await deliver(named('outage.closed', { thread }))).toEqual({
    kind: 'refused',
    reason: 'Slack says is_archived',
  })
})

test('a wrong token and an unknown channel are refused, and shown by their words alone', async () => {
  expect(await deliver(named('outage.opened'), '#desk', 'xoxb-other')).toEqual({
    kind: 'refused',
    reason: 'Slack says invalid_auth',
  })
  expect(await deliver(named('outage.opened'), '#nowhere')).toEqual({
    kind: 'refused',
    reason: 'Slack says channel_not_found',
  })
})

test('whatever people are called, the thread and the message hold every limit of Slack', async () => {
  const thread = await opened()
  for (const text of ['n'.repeat(10_000), '&'.repeat(10_000), '👩🏽‍🚀'.repeat(2_000), 'ü'.repeat(9_000), '<!channel> `*']) {
    for (const hostile of hostileNotices(text)) {
      for (const place of [null, thread]) {
        expect(await deliver({ ...hostile, thread: place })).toMatchObject({ kind: 'delivered' })
      }
    }
  }
  const controls = api.posted.flatMap((one) => one.controls)
  expect(controls.filter((control) => !/^<(?:!date\^\d+\^|https?:)/.test(control))).toEqual([])
})

test('who presses the button is believed by the secret of the configuration', () => {
  expect(connected().buttons?.signingSecret).toBe(SIGNING)
})

const press = (address: string, api = 'https://slack.com/api') =>
  slack
    .connect(slack.target.parse({ token: TOKEN, channel: ID, signingSecret: SIGNING, api }))
    .buttons?.answer(address, [{ name: '<!channel> `x`' }, ' has, ', { at: GONE_AT }])

test.each([
  'https://hooks.slack.com/actions/T1DC2JH3J/1/x',
  'https://slack.com/actions/T1DC2JH3J/1/x',
  'http://127.0.0.1:8080/actions/x',
  'https://hooks.slack-gov.com/actions/x',
])('a press is answered to the person alone, at %s', (address) => {
  const api = address.includes('gov') ? 'https://slack-gov.com/api' : 'http://127.0.0.1:8080/api'
  const answer = press(address, api)
  const text = `\`&lt;!channel&gt; 'x'\` has, ${dateText(GONE_AT)}`
  expect(answer).toMatchObject({ url: address, json: { response_type: 'ephemeral', replace_original: false, text } })
})

test.each([
  'https://evil.example/actions/x',
  'https://hooks.slack.com.evil.example/x',
  'https://evil.example/?hooks.slack.com',
  'http://hooks.slack.com/actions/x',
  'https://hooks.slack.com:8443/actions/x',
  'https://api.hooks.slack.com/x',
  'https://xslack.com/x',
  'http://169.254.169.254/latest',
  'file:///etc/passwd',
  'no address',
  '',
])('a press is not answered at %s', (address) => {
  expect(press(address)).toBeNull()
})

const APP = { token: TOKEN, channel: 'C024BE91L', signingSecret: SIGNING }

test.each([
  ['a hook', { url: 'https://hooks.slack.com/services/T0/B0/x' }, true],
  ['an app', APP, true],
  ['an app at an address of its own', { ...APP, api: 'http://127.0.0.1:1/api' }, true],
  ['both', { ...APP, url: 'https://hooks.slack.com/services/T0/B0/x' }, false],
  ['neither', {}, false],
  ['an app without a channel', { token: TOKEN, signingSecret: SIGNING }, false],
  ['an app whose button nobody could verify', { token: TOKEN, channel: '#desk' }, false],
  ['a hook with an api', { url: 'https://hooks.slack.com/services/T0/B0/x', api: 'https://slack.com/api' }, false],
])('the target %s: %s', (_, target, fits) => {
  expect(slack.target.safeParse(target).success).toBe(fits)
})
