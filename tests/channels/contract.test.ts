import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { channelKinds } from '../../src/channels/index.ts'
import { AskFault, type Ask } from '../../src/core/answer.ts'
import type { Outcome } from '../../src/core/channel.ts'
import { createAsk, type Asking } from '../../src/io/ask.ts'
import { changeNamed, fakeNotice, hostileNotices, noMail } from '../support/notices.ts'
import { startReceiver, type Answering, type Receiver } from '../support/receiver.ts'

const SECRET = 'a-secret-nobody-may-read'
/** A target for every channel; a new channel needs one here. `path` holds what must never be shown. */
const TARGETS: Readonly<Record<string, (origin: string) => unknown>> = {
  slack: (origin) => ({ url: `${origin}/services/T0/B0/${SECRET}` }),
  webhook: (origin) => ({ url: `${origin}/hooks/${SECRET}?key=${SECRET}`, secret: SECRET }),
}

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

describe.each(channelKinds)('$id', (kind) => {
  const connect = () => kind.connect(kind.target.parse(TARGETS[kind.id]?.(receiver.origin)))

  async function told(answering: Answering, ask: Ask = asking.ask): Promise<Outcome> {
    receiver.next(answering)
    return connect().deliver(notice, ask, NOW, noMail)
  }

  test('has a target here, and is worth telling for an hour at least', () => {
    expect(TARGETS[kind.id]).toBeDefined()
    expect(connect()).toMatchObject({ id: kind.id })
    expect(connect().expiresMs).toBeGreaterThanOrEqual(3_600_000)
  })

  test.each([200, 201, 202, 204])('%i is delivered', async (status) => {
    expect(await told({ status })).toEqual({ kind: 'delivered' })
  })

  test.each([400, 401, 403, 404, 405, 410, 413, 415, 422])('%i is refused', async (status) => {
    expect(await told({ status })).toMatchObject({ kind: 'refused' })
  })

  test.each([408, 425, 429, 500, 502, 503, 504])('%i is tried again', async (status) => {
    expect(await told({ status })).toMatchObject({ kind: 'retry', retryAt: null })
  })

  test('a redirect is refused, and nothing is sent where it leads', async () => {
    const before = receiver.received.length
    const location = `${receiver.origin}/elsewhere`
    expect(await told({ status: 307, headers: { location } })).toMatchObject({ kind: 'refused' })
    expect(receiver.received).toHaveLength(before + 1)
  })

  test.each([
    ['7', NOW + 7_000],
    ['Thu, 01 Jan 2026 00:02:00 GMT', NOW + 120_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', null],
    ['soon', null],
    ['-5', null],
  ])('Retry-After: %s is read', async (value, retryAt) => {
    expect(await told({ status: 429, headers: { 'retry-after': value } })).toMatchObject({ kind: 'retry', retryAt })
    expect(await told({ status: 503, headers: { 'retry-after': value } })).toMatchObject({ kind: 'retry', retryAt })
  })

  test('a connection that breaks before an answer is a fault of the outside', async () => {
    await expect(told({ reset: 'before' })).rejects.toBeInstanceOf(AskFault)
  })

  test('a receiver that does not answer costs a deadline, not more', async () => {
    const hurried: Ask = (request) => asking.ask({ ...request, deadlineMs: 50 })
    await expect(told({ hang: 'head' }, hurried)).rejects.toMatchObject({ kind: 'deadline' })
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

  test.each([
    [200, 'delivered'],
    [410, 'refused'],
    [500, 'retry'],
  ])('the head of an answer counts when its body fails: %i', async (status, outcome) => {
    const ask: Ask = () => Promise.reject(new AskFault('oversize', 'oversize: too big', { status }))
    expect(await connect().deliver(notice, ask, NOW, noMail)).toMatchObject({ kind: outcome })
  })

  test('a defect of ours is not hidden', async () => {
    const ask: Ask = () => Promise.reject(new TypeError('a bug'))
    await expect(connect().deliver(notice, ask, NOW, noMail)).rejects.toBeInstanceOf(TypeError)
  })

  test('no outcome shows the secret or the address', async () => {
    const answers: Answering[] = [400, 404, 410, 429, 500].map((status) => ({ status, body: `you sent ${SECRET}` }))
    for (const answering of answers) {
      const outcome = await told(answering)
      expect(JSON.stringify(outcome)).not.toContain(SECRET)
      expect(JSON.stringify(outcome)).not.toContain(receiver.origin)
    }
    const fault = await told({ reset: 'before' }).catch((thrown: unknown) => String(thrown))
    expect(fault).not.toContain(SECRET)
  })

  test.each([
    ['long', 'n'.repeat(10_000)],
    ['long and dear', '&'.repeat(10_000)],
    ['long in pairs', '👩🏽‍🚀'.repeat(2_000)],
    ['reversed', '\u202Egnp.exe\u2066\u200B\u0000\u0007'],
    ['invisible', '\u200B\u200D\uFEFF'],
  ])('takes every kind of news with names that are %s', async (_, text) => {
    for (const hostile of hostileNotices(text)) {
      expect(await connect().deliver(hostile, asking.ask, NOW, noMail)).toEqual({ kind: 'delivered' })
    }
  })
})
