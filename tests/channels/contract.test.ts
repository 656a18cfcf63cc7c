import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { channelKinds } from '../../src/channels/index.ts'
import { AskFault, type Ask } from '../../src/core/answer.ts'
import type { Outcome } from '../../src/core/channel.ts'
import { createAsk, type Asking } from '../../src/io/ask.ts'
import { changeNamed, fakeNotice, hostileNotices, noMail } from '../support/notices.ts'
import { startReceiver, type Answering, type Receiver } from '../support/receiver.ts'
import type { ChannelCases } from './cases/kind.ts'

/** Base64 as well, for those that sign. */
const SECRET = 'aSecretNobodyMayReadAtAll000'

/** A channel with several forms has `others` beside its `cases`. */
type CasesFile = { readonly cases: ChannelCases; readonly others?: readonly ChannelCases[] }

const files = await Promise.allSettled(channelKinds.map(({ id }) => import(`./cases/${id}.ts`) as Promise<CasesFile>))
const all = files.flatMap((file) => (file.status === 'fulfilled' ? [file.value.cases] : []))

test('every channel has its cases', () => {
  const missing = files.flatMap((file, at) => (file.status === 'rejected' ? [[channelKinds[at]?.id, file.reason]] : []))
  expect(missing).toEqual([])
  expect(all.map(({ kind }) => kind.id)).toEqual(channelKinds.map(({ id }) => id))
})

const NOW = Date.UTC(2026, 0, 1)
const notice = fakeNotice(changeNamed('outage.opened'))
let asking: Asking
let receiver: Receiver

beforeAll(async () => {
  asking = createAsk({ userAgent: 'Rollcall/test', allowPrivate: ['127.0.0.0/8'], trustedOrigins: [] })
  receiver = await startReceiver(SECRET)
})
afterAll(async () => {
  await asking.close()
  await receiver.stop()
})

/** Mail is not asked for over HTTP; its own tests hold it to a real server. */
const others = files.flatMap((file) => (file.status === 'fulfilled' ? (file.value.others ?? []) : []))
const overHttp = [...all, ...others].filter(({ isMail }) => isMail !== true)

describe.each(overHttp.map((cases) => [cases.kind.id, cases] as const))('%s', (id, { kind, accepted, ...cases }) => {
  const connect = () => kind.connect(kind.target.parse(cases.target(receiver.origin, SECRET)))

  async function told(answering: Answering, ask: Ask = asking.ask, what = notice): Promise<Outcome> {
    receiver.answerAll(() => answering)
    return connect().deliver(what, ask, NOW, noMail)
  }

  test('is worth telling for an hour at least', () => {
    expect(connect()).toMatchObject({ id })
    expect(connect().expiresMs).toBeGreaterThanOrEqual(3_600_000)
  })

  test.each(cases.answers.map((one) => [one.name, one.outcome.kind, one] as const))(
    '%s: %s',
    async (_name, _kind, { says, outcome }) => {
      const { kind: expected, ...more } = outcome
      const became = await told(says)
      expect(became.kind).toBe(expected)
      if ('handle' in more) expect(became).toMatchObject({ handle: more.handle })
      if ('afterMs' in more) {
        expect(became).toMatchObject({ retryAt: more.afterMs === null ? null : NOW + more.afterMs })
      }
    },
  )

  test('what it says of itself when it took a notice is believed', async () => {
    expect(await told(accepted)).toMatchObject({ kind: 'delivered' })
  })

  test.each([500, 502, 503, 504])('%i is tried again', async (status) => {
    expect(await told({ status })).toMatchObject({ kind: 'retry', retryAt: null })
  })

  test.each([400, 401, 403, 404, 413])('%i is refused', async (status) => {
    expect(await told({ status })).toMatchObject({ kind: 'refused' })
  })

  test('a redirect is refused, and nothing is sent where it leads', async () => {
    const before = receiver.received.length
    const location = `${receiver.origin}/elsewhere`
    expect(await told({ status: 307, headers: { location } })).toMatchObject({ kind: 'refused' })
    expect(receiver.received.slice(before).filter(({ path }) => path === '/elsewhere')).toEqual([])
  })

  test.each([
    ['7', NOW + 7_000],
    ['Thu, 01 Jan 2026 00:02:00 GMT', NOW + 120_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', null],
    ['soon', null],
    ['-5', null],
  ])('Retry-After: %s is read', async (value, retryAt) => {
    const headers = { 'retry-after': value }
    expect(await told({ status: 429, headers })).toMatchObject({ kind: 'retry', retryAt })
    expect(await told({ status: 503, headers })).toMatchObject({ kind: 'retry', retryAt })
  })

  test('a connection that breaks before an answer is a fault of the outside', async () => {
    await expect(told({ reset: 'before' })).rejects.toBeInstanceOf(AskFault)
  })

  test('a receiver that does not answer costs a deadline, not more', async () => {
    const hurried: Ask = (request) => asking.ask({ ...request, deadlineMs: 50 })
    await expect(told({ hang: 'head' }, hurried)).rejects.toMatchObject({ kind: 'deadline' })
  })

  test.each(['hang', 'reset'] as const)('a 429 whose body does not come whole (%s) still says when', async (cut) => {
    const hurried: Ask = (request) => asking.ask({ ...request, deadlineMs: 150 })
    const outcome = await told({ status: 429, headers: { 'retry-after': '7' }, cut }, hurried)
    expect(outcome).toMatchObject({ kind: 'retry', retryAt: NOW + 7_000 })
  })

  test.each(['hang', 'reset'] as const)('a refusal whose body does not come whole (%s) is one', async (cut) => {
    const hurried: Ask = (request) => asking.ask({ ...request, deadlineMs: 150 })
    expect(await told({ status: 403, cut }, hurried)).toMatchObject({ kind: 'refused' })
  })

  test('an endless answer is not read, and never taken for a refusal', async () => {
    const caps: (number | undefined)[] = []
    const ask: Ask = (request) => {
      caps.push(request.maxBytes)
      return asking.ask(request)
    }
    const outcome = await told({ status: 200, body: Buffer.alloc(10_000_000, 'a') }, ask).catch(
      (fault: unknown) => fault,
    )
    expect(outcome).not.toMatchObject({ kind: 'refused' })
    expect(caps[0]).toBeLessThan(100_000)
  })

  test('a defect of ours is not hidden', async () => {
    const ask: Ask = () => Promise.reject(new TypeError('a bug'))
    await expect(connect().deliver(notice, ask, NOW, noMail)).rejects.toBeInstanceOf(TypeError)
  })

  test('no outcome shows the secret or the address', async () => {
    const answers: Answering[] = [200, 400, 404, 410, 429, 500].map((status) => ({
      status,
      body: `you sent ${SECRET} to ${receiver.origin}`,
    }))
    for (const answering of [...answers, ...cases.answers.map(({ says }) => says)]) {
      const outcome = await told(answering).catch((fault: unknown) => String(fault))
      expect(JSON.stringify(outcome)).not.toContain(SECRET)
      expect(JSON.stringify(outcome)).not.toContain(receiver.origin)
    }
    const fault = await told({ reset: 'before' }).catch((thrown: unknown) => String(thrown))
    expect(fault).not.toContain(SECRET)
  })

  test.each([
    ['ordinary', 'Ada Lovelace'],
    ['long', 'n'.repeat(10_000)],
    ['long and dear', '&'.repeat(10_000)],
    ['long and quoted', '"\\'.repeat(5_000)],
    ['long in pairs', '👩🏽‍🚀'.repeat(2_000)],
    ['long in three bytes each', '漢'.repeat(10_000)],
    ['reversed', '\u202Egnp.exe\u2066\u200B\u0000\u0007'],
    ['invisible', '\u200B\u200D\uFEFF'],
    [
      'a call to all',
      '<!channel> <!here> <@U0000000> @everyone @here @channel <@&1> @room <at>all</at> {{DATE(0)}} ${user}',
    ],
    ['Markdown', '**bold** _it_ `code` [link](https://evil.example) ![i](https://evil.example/x) # h\n> q ||spoiler||'],
    ['HTML', '<script>alert(1)</script><a href="https://evil.example">x</a><img src=x onerror=alert(1)>&amp;'],
    ['a header', 'x\r\nBcc: everyone@example.org\r\n\r\nhello'],
  ])('every kind of news keeps within its limits with names that are %s', async (_, text) => {
    for (const thread of [null, threadOf()]) {
      for (const hostile of hostileNotices(text)) {
        const before = receiver.received.length
        expect(await told(accepted, asking.ask, { ...hostile, thread })).toMatchObject({ kind: 'delivered' })
        for (const received of receiver.received.slice(before)) {
          for (const shown of cases.read(received).shown) expect(cases.isInjected?.(shown) ?? false).toBe(false)
        }
      }
    }
  })

  /** What an earlier message of this channel would be called. */
  function threadOf(): string | null {
    for (const { outcome } of cases.answers)
      if (outcome.kind === 'delivered' && 'handle' in outcome) return outcome.handle ?? null
    return null
  }
})
