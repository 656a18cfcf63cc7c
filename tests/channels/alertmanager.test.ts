import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { alertmanager } from '../../src/channels/alertmanager.ts'
import { createReplicas } from '../../src/channels/replicas.ts'
import { AskFault, type Ask } from '../../src/core/answer.ts'
import type { Notice } from '../../src/core/notice.ts'
import { TRANSITION_NAMES } from '../../src/core/transition.ts'
import { createAsk, type Asking } from '../../src/io/ask.ts'
import { changeNamed, fakeNotice, noMail } from '../support/notices.ts'
import { fakeAccount } from '../support/platform.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

const NOW = Date.UTC(2026, 0, 1)
const OK = { status: 200 }
let asking: Asking
let replicas: readonly Receiver[]

beforeEach(async () => {
  asking = createAsk({ userAgent: 'Rollcall/test', allowPrivate: ['127.0.0.0/8'], trustedOrigins: [] })
  replicas = [await startReceiver(), await startReceiver()]
  for (const replica of replicas) replica.answerAll(() => OK)
})
afterEach(async () => {
  await asking.close()
  await Promise.all(replicas.map((replica) => replica.stop()))
})

const connect = () =>
  alertmanager.connect(alertmanager.target.parse({ urls: replicas.map(({ origin }) => origin), repeat: '2s' }))
const opened = fakeNotice(changeNamed('outage.opened', 'jack', { acknowledged: null, retracted: null }))

type Sent = { labels: Record<string, string>; startsAt: string; endsAt?: string }
const alertIn = ({ raw }: { raw: string }): Sent => (JSON.parse(raw) as [Sent])[0]

/** Tells the same notice so often with the second replica as it is, and answers with what became of each try. */
async function tries(count: number): Promise<unknown[]> {
  const channel = connect()
  const kinds: unknown[] = []
  for (let index = 0; index < count; index++) {
    kinds.push((await channel.deliver(opened, asking.ask, NOW, noMail)).kind)
  }
  return kinds
}

test('every replica gets everything', async () => {
  expect(await tries(1)).toEqual(['delivered'])
  expect(replicas.map(({ received }) => received.map(({ path }) => path))).toEqual([
    ['/api/v2/alerts'],
    ['/api/v2/alerts'],
  ])
})

test('it says how often it wants to be repeated, a minute unless told', () => {
  expect(connect().repeatMs).toBe(2_000)
  const target = { urls: ['http://alertmanager:9093'] }
  expect(alertmanager.connect(alertmanager.target.parse(target)).repeatMs).toBe(60_000)
  expect(alertmanager.target.safeParse({ ...target, repeat: 'often' }).success).toBe(false)
  expect(alertmanager.target.safeParse({ urls: [] }).success).toBe(false)
  expect(alertmanager.target.safeParse({ urls: ['http://alertmanager:9093/?x=1'] }).success).toBe(false)
})

test.each([{ status: 503 }, { status: 404 }, { reset: 'before' }] as const)(
  'one that does not take it (%o) is insisted on for a while, and does not keep the others from being repeated',
  async (says) => {
    replicas[1]!.answerAll(() => says)
    expect(await tries(4)).toEqual(['retry', 'retry', 'delivered', 'retry'])
    expect(replicas[0]!.received).toHaveLength(4)
  },
)

test('one that comes back in time has it, and the next failure counts from the start', async () => {
  replicas[1]!.next({ status: 503 }, OK, { status: 503 }, { status: 503 }, { status: 503 })
  expect(await tries(5)).toEqual(['retry', 'delivered', 'retry', 'retry', 'delivered'])
})

test('how often one was insisted on is remembered of a thousand notices at the most', () => {
  const amount = createReplicas()
  const byOne = [{ kind: 'delivered' }, { kind: 'retry', reason: 'answered 503', retryAt: null }] as const
  const told = (notice: string): string =>
    amount(
      notice,
      byOne.map((value) => ({ status: 'fulfilled', value })),
    ).kind
  const first = [told('first'), told('first')]
  for (let count = 0; count < 1_000; count++) told(`another ${count}`)
  expect([...first, told('first'), told('first'), told('first')]).toEqual([
    ...['retry', 'retry', 'retry', 'retry', 'delivered'],
  ])
})

test('why is said without the address', async () => {
  replicas[1]!.answerAll(() => ({ status: 503 }))
  expect(await connect().deliver(opened, asking.ask, NOW, noMail)).toEqual({
    kind: 'retry',
    reason: '1 of 2 replicas: answered 503',
    retryAt: null,
  })
})

test.each([
  ['all refuse', [{ status: 400 }, { status: 404 }], { kind: 'refused' }],
  ['one refuses and one is busy', [{ status: 400 }, { status: 503 }], { kind: 'retry' }],
  [
    'one cannot be reached and one says when',
    [{ reset: 'before' }, { status: 429, headers: { 'retry-after': '7' } }],
    { kind: 'retry', retryAt: NOW + 7_000 },
  ],
] as const)('where none takes it, whoever may yet decides: %s', async (_, says, outcome) => {
  for (const [index, replica] of replicas.entries()) replica.answerAll(() => says[index] ?? OK)
  expect(await connect().deliver(opened, asking.ask, NOW, noMail)).toMatchObject(outcome)
})

test('where none can be reached it is a fault, and one of ours is not hidden by an answer', async () => {
  for (const replica of replicas) replica.answerAll(() => ({ reset: 'before' }))
  await expect(connect().deliver(opened, asking.ask, NOW, noMail)).rejects.toBeInstanceOf(AskFault)
  const buggy: Ask = (request) =>
    request.url.startsWith(replicas[0]!.origin) ? Promise.reject(new TypeError('a bug')) : asking.ask(request)
  await expect(connect().deliver(opened, buggy, NOW, noMail)).rejects.toBeInstanceOf(TypeError)
})

test('an alert fires without an end, and is resolved with the one it had', async () => {
  const told = async (notice: Notice): Promise<Sent> => {
    await connect().deliver(notice, asking.ask, NOW, noMail)
    return alertIn(replicas[0]!.received.at(-1)!)
  }
  const firing = await told(opened)
  expect(firing).toMatchObject({ startsAt: '2017-11-02T22:52:03.101Z' })
  expect(firing.endsAt).toBeUndefined()
  const closed = await told(fakeNotice(changeNamed('outage.closed', 'jack')))
  expect(closed).toMatchObject({ startsAt: firing.startsAt, endsAt: '2017-11-02T23:03:04.410Z' })
  expect((await told(fakeNotice(changeNamed('sight.regained')))).endsAt).toBeDefined()
})

test('what was held comes apart, an alert for each', async () => {
  const other = fakeNotice(changeNamed('sight.lost', 'jill'))
  const held = fakeNotice(other.transition, { summary: [opened, other] })
  await connect().deliver(held, asking.ask, NOW, noMail)
  const alerts = JSON.parse(replicas[0]!.received[0]!.raw) as readonly Sent[]
  expect(alerts.map(({ labels }) => [labels['alertname'], labels['account']])).toEqual([
    ['AccountGone', 'x:jack'],
    ['SightLost', 'x:jill'],
  ])
})

test('its labels are the same from the first notice to the last, whatever becomes of the account’s settings', async () => {
  const families = [/^outage/, /^sight/, /^platform/].map((family) =>
    TRANSITION_NAMES.filter((one) => family.test(one)),
  )
  const channel = connect()
  const labels: string[] = []
  const ask: Ask = ({ url, json }) => {
    labels.push(JSON.stringify((json as readonly Sent[])[0]?.labels))
    return Promise.resolve({ url, status: 200, headers: {}, text: '', digest: () => '' })
  }
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), fc.boolean(), async (text, name, important) => {
      for (const family of families) {
        labels.length = 0
        for (const one of family) {
          const account = fakeAccount(text, { name, important, tags: [one] })
          const shape = { because: important ? (['taken_over'] as const) : (['suspended'] as const) }
          await channel.deliver(fakeNotice(changeNamed(one, text, shape), { account }), ask, NOW, noMail)
        }
        expect(new Set(labels).size).toBe(1)
      }
    }),
    { numRuns: 100 },
  )
})
