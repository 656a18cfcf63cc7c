import { expect, onTestFinished, test } from 'vitest'
import { webhook } from '../../src/channels/webhook.ts'
import type { Outcome, Subscriber } from '../../src/core/channel.ts'
import { headline, lines, plainLine } from '../../src/core/message.ts'
import type { Notice } from '../../src/core/notice.ts'
import { createAsk } from '../../src/io/ask.ts'
import { systemClock as clock } from '../../src/io/clock.ts'
import { createDrill } from '../../src/run/drill.ts'
import { createGates } from '../../src/run/outbox-gates.ts'
import { noMail } from '../support/notices.ts'
import { delivered, subscriberWith } from '../support/outbox.ts'
import { silentLog as log } from '../support/platform.ts'
import { startReceiver } from '../support/receiver.ts'

function drilling(...list: readonly Subscriber[]) {
  const subscribers = () => list
  const gates = createGates({ subscribers, clock, random: () => 0.5 })
  const asking = createAsk({ userAgent: 'Rollcall/test', allowPrivate: ['127.0.0.0/8'] })
  onTestFinished(() => asking.close())
  return { gates, drill: createDrill({ subscribers, gates, clock, log, ask: asking.ask, mail: noMail }) }
}

test('a drill opens and closes again, says what it is, and keeps to the thread', async () => {
  const told: Notice[] = []
  const desk = subscriberWith('desk', (notice) => (told.push(notice), { kind: 'delivered', handle: 'ts-1' }))
  const done = await drilling(desk).drill('desk')
  expect(done).toMatchObject({
    ok: true,
    value: {
      subscriber: 'desk',
      outcome: 'delivered',
      reason: null,
      notices: [
        { plays: 'outage.opened', outcome: 'delivered' },
        { plays: 'outage.closed', outcome: 'delivered' },
      ],
    },
  })
  expect(told.map(headline)).toEqual([
    'DRILL: drill:rollcall is gone: not found',
    expect.stringMatching(/^DRILL: drill:rollcall is back/),
  ])
  expect(told.map((notice) => lines(notice).map(plainLine)[0])).toEqual(
    Array(2).fill('Drill: this is only a test of how you are told; nobody is gone'),
  )
  expect(told.map(({ thread }) => thread)).toEqual([null, 'ts-1'])
  const outages = told.map(({ transition }) => 'outage' in transition && transition.outage.id)
  expect(outages[0]).toBe(outages[1])
  expect(told[0]?.id).not.toBe(told[1]?.id)
})

test('a webhook gets it signed, as a type of its own', async () => {
  const receiver = await startReceiver()
  onTestFinished(() => receiver.stop())
  const target = webhook.target.parse({ url: `${receiver.origin}/hook`, secret: receiver.secret })
  const hook: Subscriber = { ...subscriberWith('hook', () => delivered), channel: webhook.connect(target) }
  expect(await drilling(hook).drill('hook')).toMatchObject({ ok: true, value: { outcome: 'delivered' } })
  expect(receiver.received.map(({ fault, body }) => [fault, body.type, body.data?.['plays']])).toEqual([
    [null, 'drill', 'outage.opened'],
    [null, 'drill', 'outage.closed'],
  ])
  expect(receiver.received[0]?.body.data).toMatchObject({ drill: true, seq: 0, outage: { state: 'open' }, late: false })
})

test.each<[string, Outcome, readonly string[]]>([
  ['what is refused opens nothing to close', { kind: 'refused', reason: 'answered 410' }, ['refused']],
  [
    'without an answer it may have opened something',
    { kind: 'retry', reason: 'deadline', retryAt: null },
    ['retry', 'retry'],
  ],
])('%s', async (_, outcome, outcomes) => {
  const done = await drilling(subscriberWith('desk', () => outcome)).drill('desk')
  if (!done.ok) throw new Error(done.detail)
  expect(done.value.notices.map((one) => one.outcome)).toEqual(outcomes)
  expect(done.value).toMatchObject({ outcome: outcome.kind, reason: 'reason' in outcome && outcome.reason })
})

test('a target that asked for silence is not drilled, and that is told', async () => {
  const { gates, drill } = drilling(subscriberWith('desk', () => delivered))
  const pass = gates.enter('desk')
  pass.tried({ kind: 'retry', reason: 'answered 429', retryAt: null }, Date.now() + 3_600_000)
  pass.leave()
  const done = await drill('desk')
  expect(done).toMatchObject({ ok: true, value: { outcome: 'retry', ms: null, notices: [{ ms: null }] } })
  expect(done.ok && done.value.reason).toMatch(/^the target asked not to be told before 20/)
})

test('a drill is the probe of a failing target, and one that is taken ends the failing', async () => {
  const { gates, drill } = drilling(subscriberWith('desk', () => delivered))
  for (let tries = 0; tries < 9; tries++) {
    const pass = gates.enter('desk')
    pass.tried({ kind: 'retry', reason: 'answered 502', retryAt: null }, null)
    pass.leave()
  }
  expect(gates.condition('desk').kind).toBe('failing')
  await drill('desk')
  expect(gates.condition('desk').kind).toBe('ok')
})

test('who is no subscriber is told so', async () =>
  expect(await drilling().drill('desk')).toMatchObject({ ok: false, refusal: 'not_found' }))
