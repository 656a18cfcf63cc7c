import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startFakeSlack, type FakeSlack } from '../support/contract-slack.ts'
import { serve, type Served } from '../support/contract-process.ts'
import { Delivery, Notice, OutageDetail, type Subscriber } from '../support/contract-shapes.ts'
import { BEARER, startX, type FakeX } from '../support/contract-x.ts'
import { startReceiver, type Receiver, type Received } from '../support/receiver.ts'
import { until } from '../support/run-app.ts'

const NAMES = ['plain', 'flaky', 'merged', 'gone', 'elsewhere', 'patient', 'busy', 'vip', 'evil'] as const
type Name = (typeof NAMES)[number]
const HOSTILE = '<!channel> <script>alert(1)</script> *bold* _x_ & "q" `c`\n\u202Egnp.\u0007 [a](http://evil.example)'

let x: FakeX
let rollcall: Served
let closed: Served
let slack: FakeSlack
let own: Record<Name, Receiver>
let private_: Receiver

beforeAll(async () => {
  x = await startX([...NAMES])
  x.person('evil').name = HOSTILE
  slack = await startFakeSlack()
  own = Object.fromEntries(
    await Promise.all(NAMES.map(async (name) => [name, await startReceiver()] as const)),
  ) as typeof own
  private_ = await startReceiver()
  const secret = own.plain.secret
  const env = { BEARER, HOOK: secret, SLACK: `${slack.origin}/services/T0/B0/sssecret` }
  const base = (more: string) => `
listen: 127.0.0.1:0
publicUrl: https://rollcall.example.org/desk/
${more}
defaults: { schedule: "* * * * * *", confirm: { every: 50ms }, storm: { accounts: 1000 } }
platforms:
  x: { bearer: { env: BEARER }, api: "${x.url}", controls: { known: [known] }, budget: 100000/1m }
`
  const hooks = NAMES.map(
    (name) =>
      `  - { name: ${name}, webhook: { url: "${own[name].origin}/hook", secret: { env: HOOK } }, tell: ${
        name === 'vip' ? '{ tags: [vip], types: [outage.closed] }' : `{ accounts: ["x:${name}"] }`
      } }`,
  ).join('\n')
  rollcall = await serve(
    `${base('outbound: { allowPrivate: [127.0.0.0/8] }')}
accounts: [${NAMES.map((name) => (name === 'vip' ? '{ account: "x:vip", tags: [vip] }' : `"x:${name}"`)).join(', ')}]
subscribers:
${hooks}
  - { name: slack, slack: { url: { env: SLACK } }, tell: { accounts: ["x:evil"] } }
`,
    { env, args: ['--log', 'debug'] },
  )
  closed = await serve(
    `${base('')}
accounts: ["x:plain"]
subscribers: [{ name: hook, webhook: { url: "${private_.origin}/hook", secret: { env: HOOK } } }]
`,
    { env },
  )
  for (const name of NAMES) await isUp(name)
  await closed.sees('x:plain', ({ belief }) => belief === 'up', 'is up')
})

afterAll(async () => {
  await Promise.all([rollcall.stop(), closed.stop()])
  await Promise.all([x.stop(), slack.stop(), private_.stop(), ...Object.values(own).map((one) => one.stop())])
})

const isUp = (name: Name) => rollcall.sees(`x:${name}`, ({ belief }) => belief === 'up', 'is up')
const isDown = (name: Name) => rollcall.sees(`x:${name}`, ({ belief }) => belief === 'down', 'is down')
const noticeOf = (received: Received): Notice => Notice.parse(received.body)
const typesOf = (receiver: Receiver) => receiver.received.map(({ body }) => body.type)

async function deliveriesOf(name: string): Promise<readonly Delivery[]> {
  const { deliveries } = await rollcall.polled<{ deliveries: unknown[] }>('/api/v1/deliveries?limit=500')
  return Delivery.array()
    .parse(deliveries)
    .filter(({ subscriber }) => subscriber === name)
}

describe.concurrent('a webhook', () => {
  test('has the headers of Standard Webhooks and the fields of the contract', async () => {
    x.set('plain', 'suspended')
    await own.plain.until(1)
    x.set('plain', 'active')
    await own.plain.until(2)
    const [opened, ended] = own.plain.received
    for (const received of [opened!, ended!]) {
      expect(received.fault).toBeNull()
      expect(received.headers['content-type']).toMatch(/^application\/json/)
      expect(received.headers['webhook-id']).toMatch(/^ntc_/)
      expect(received.headers['user-agent']).toMatch(/^Rollcall\//)
    }
    const [first, second] = [noticeOf(opened!), noticeOf(ended!)]
    expect([first.type, second.type]).toEqual(['outage.opened', 'outage.closed'])
    expect(first.data).toMatchObject({
      late: false,
      outage: { account: 'x:plain', state: 'open', because: ['suspended'] },
    })
    expect(first.timestamp).toBe(first.data.outage!.openedAt)
    expect(second.data.outage).toMatchObject({ id: first.data.outage!.id, state: 'closed' })
    expect(second.data.seq).toBeGreaterThan(first.data.seq)
    expect(first.data.link).toBe(`https://rollcall.example.org/desk/#/outages/${first.data.outage!.id}`)
    expect(opened!.headers['webhook-id']).not.toBe(ended!.headers['webhook-id'])
  })

  test('is tried again under the same id, and the closing waits for it', async () => {
    own.flaky.next({ reset: 'before' })
    x.set('flaky', 'gone')
    await own.flaky.until(2)
    x.set('flaky', 'active')
    await own.flaky.until(3)
    expect(typesOf(own.flaky)).toEqual(['outage.opened', 'outage.opened', 'outage.closed'])
    expect(new Set(own.flaky.received.slice(0, 2).map(({ id }) => id)).size).toBe(1)
    expect(own.flaky.received[1]!.body.data?.['late']).toBe(true)
    expect(own.flaky.received.every(({ fault }) => fault === null)).toBe(true)
  })

  test('is one late notice when the opening is still owed at the closing', async () => {
    own.merged.next({ status: 503 })
    x.set('merged', 'suspended')
    await own.merged.until(1)
    await isDown('merged')
    x.set('merged', 'active')
    await isUp('merged')
    await own.merged.until(2)
    expect(typesOf(own.merged)).toEqual(['outage.opened', 'outage.closed'])
    expect(noticeOf(own.merged.received[1]!).data).toMatchObject({ late: true, outage: { state: 'closed' } })
    const deliveries = await until(
      () => deliveriesOf('merged'),
      (all) => all.every(({ state }) => state === 'delivered'),
      'both are delivered',
    )
    expect(deliveries).toHaveLength(2)
    expect(own.merged.received).toHaveLength(2)
  })

  test('that answers 410 is refused, visible, and retried by hand', async () => {
    own.gone.next({ status: 410 })
    x.set('gone', 'gone')
    const [refused] = await until(
      () => deliveriesOf('gone'),
      (all) => all.some(({ state }) => state === 'refused'),
      'it is refused',
    )
    expect(refused).toMatchObject({ state: 'refused', tries: 1, lastError: expect.stringContaining('410') as string })
    const health = await rollcall.get<{ subscribers: Subscriber[] }>('/api/v1/subscribers')
    expect(health.json.subscribers.find(({ name }) => name === 'gone')).toMatchObject({ refused: 1, owed: 0 })
    const list = await rollcall.get<{ deliveries: Delivery[] }>('/api/v1/deliveries?state=refused')
    expect(list.json.deliveries.map(({ id }) => id)).toContain(refused!.id)
    expect((await rollcall.post(`/api/v1/deliveries/${refused!.id}/retry`)).status).toBe(200)
    await own.gone.until(2)
    expect(own.gone.received.map(({ id }) => id)).toEqual([refused!.id, refused!.id])
    await until(
      () => deliveriesOf('gone'),
      (all) => all.every(({ state }) => state === 'delivered'),
      'it is delivered',
    )
  })

  test('that redirects is not followed', async () => {
    own.elsewhere.answerAll(({ path }) =>
      path === '/hook' ? { status: 307, headers: { location: `${own.elsewhere.origin}/other` } } : { status: 204 },
    )
    x.set('elsewhere', 'gone')
    await isDown('elsewhere')
    const [{ lastError } = { lastError: '' }] = await until(
      () => deliveriesOf('elsewhere'),
      (all) => all.some(({ tries }) => tries > 0),
      'it was tried',
    )
    expect(lastError).toContain('307')
    expect(own.elsewhere.received.map(({ path }) => path)).toEqual(['/hook'])
  })

  test('that asks to wait is not asked again before', async () => {
    const times: number[] = []
    own.patient.answerAll(() => {
      times.push(performance.now())
      return times.length === 1 ? { status: 503, headers: { 'retry-after': '6' } } : { status: 200 }
    })
    x.set('patient', 'gone')
    await own.patient.until(2)
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(5_900)
  })

  test('hears everything in order also when much happens at once', async () => {
    x.set('busy', 'gone')
    const { outage } = await isDown('busy')
    const notes = Array.from({ length: 12 }, (_, index) => `note ${index}`)
    for (const note of notes) await rollcall.post(`/api/v1/outages/${String(outage)}/annotate`, { note })
    await own.busy.until(13)
    const seqs = own.busy.received.map((received) => noticeOf(received).data.seq)
    expect(seqs).toEqual(seqs.toSorted((one, other) => one - other))
    expect(typesOf(own.busy)).toEqual(['outage.opened', ...notes.map(() => 'outage.annotated')])
    const detail = OutageDetail.parse((await rollcall.get(`/api/v1/outages/${String(outage)}`)).json)
    expect(detail.deliveries.map(({ subscriber }) => subscriber)).toContain('busy')
  })

  test('hears only what its subscriber wished for', async () => {
    x.set('vip', 'gone')
    await isDown('vip')
    x.set('vip', 'active')
    await own.vip.until(1)
    expect(typesOf(own.vip)).toEqual(['outage.closed'])
    expect(noticeOf(own.vip.received[0]!).data.outage?.account).toBe('x:vip')
  })
})

describe.concurrent('what strangers write', () => {
  test('stays text in JSON and in Slack', async () => {
    const before = await rollcall.account('x:evil')
    expect(before.identity?.displayName).toBe(HOSTILE)
    x.set('evil', 'suspended')
    await own.evil.until(1)
    const [message] = await until(
      () => slack.messages,
      (all) => all.length > 0,
      'Slack was told',
    )
    const text = JSON.stringify(message)
    expect(text).not.toMatch(/<!channel>|<!here>|<script>|\\u202E|\u202E|\\u0007/)
    expect(message).toMatchObject({
      unfurl_links: false,
      unfurl_media: false,
      text: expect.stringContaining('x:evil') as string,
    })
    expect(text).toContain('https://x.com/evil')
    const { headers } = await rollcall.get('/api/v1/accounts/x%3Aevil')
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('a private address that the configuration does not allow', () => {
  test('is never asked, and its delivery says why', async () => {
    x.set('plain', 'suspended')
    await closed.sees('x:plain', ({ belief }) => belief === 'down', 'is down')
    const { deliveries } = await until(
      () => closed.polled<{ deliveries: Delivery[] }>('/api/v1/deliveries'),
      (page) => page.deliveries.some(({ lastError }) => lastError !== null),
      'it was tried',
    )
    const tried = deliveries.find(({ lastError }) => lastError !== null)
    expect(tried!.lastError).toMatch(/private|not allowed|forbidden/i)
    expect(tried!.state).toBe('refused')
    expect(private_.received).toEqual([])
    expect(closed.stderr()).toMatch(/private|not allowed|forbidden/i)
  })
})

test('no secret and no target is in any log line', () => {
  for (const secret of [BEARER, own.plain.secret, 'sssecret', own.plain.origin, slack.origin])
    expect(rollcall.stderr()).not.toContain(secret)
})
