import { beforeEach, expect, test } from 'vitest'
import { grafana } from '../../src/channels/grafana.ts'
import { jsm } from '../../src/channels/jsm.ts'
import { pagerduty } from '../../src/channels/pagerduty.ts'
import type { Channel } from '../../src/core/channel.ts'
import type { Notice } from '../../src/core/notice.ts'
import type { Outage } from '../../src/core/outage.ts'
import type { TransitionName } from '../../src/core/transition.ts'
import type { Asking } from '../../src/io/ask.ts'
import { changeNamed, fakeNotice, fakeOutage, noMail, numbered } from '../support/notices.ts'
import type { Receiver } from '../support/receiver.ts'
import { startReceiving } from '../support/receiving.ts'

const NOW = Date.UTC(2026, 0, 1)
const { id } = fakeOutage()
let asking: Asking
let receiver: Receiver
beforeEach(async () => {
  ;({ asking, receiver } = await startReceiving())
})

const noticeNamed = (name: TransitionName, shape: Partial<Outage> = {}, more: Partial<Notice> = {}): Notice =>
  fakeNotice(changeNamed(name, 'realDonaldTrump', { acknowledged: null, retracted: null, ...shape }), more)

/** Tells these one after the other, and answers with what was sent for each. */
async function sent(channel: Channel, notices: readonly Notice[]): Promise<unknown[]> {
  for (const notice of notices) {
    expect(await channel.deliver(notice, asking.ask, NOW, noMail)).toEqual({ kind: 'delivered' })
  }
  return receiver.received.map(({ path, raw }) => ({ path, ...(JSON.parse(raw) as object) }))
}

const STORY: readonly TransitionName[] = [
  'outage.opened',
  'outage.changed',
  'outage.acknowledged',
  'outage.annotated',
  'outage.closed',
  'sight.lost',
  'sight.regained',
  'platform.troubled',
  'platform.settled',
]
const story = STORY.map((name) => noticeNamed(name))

test('PagerDuty: one alert for each matter, triggered, acknowledged and resolved under one key', async () => {
  const events = await sent(pagerduty.connect({ key: 'R0', api: receiver.origin }), story)
  const [sight, storm] = [expect.stringMatching(/^sgt_/) as string, expect.stringMatching(/^stm_/) as string]
  expect(events).toMatchObject([
    { event_action: 'trigger', dedup_key: id, payload: { severity: 'critical', source: 'x:realDonaldTrump' } },
    { event_action: 'trigger', dedup_key: id },
    { event_action: 'acknowledge', dedup_key: id },
    { event_action: 'resolve', dedup_key: id },
    { event_action: 'trigger', dedup_key: sight, payload: { severity: 'warning' } },
    { event_action: 'resolve', dedup_key: sight },
    { event_action: 'trigger', dedup_key: storm, payload: { component: 'x', source: 'x' } },
    { event_action: 'resolve', dedup_key: storm },
  ])
  expect(events[3]).toEqual({ path: '/v2/enqueue', routing_key: 'R0', event_action: 'resolve', dedup_key: id })
  expect(events[0]).toMatchObject({
    routing_key: 'R0',
    payload: {
      summary: 'Donald J. Trump (x:realDonaldTrump) is gone: not found or deactivated',
      timestamp: '2017-11-02T22:52:05.101Z',
      class: 'outage.opened',
      custom_details: { Account: 'Donald J. Trump, x:realDonaldTrump, 41.7 million followers' },
    },
    client: 'Rollcall',
    client_url: 'https://rollcall.example.org/#/outages/out_01',
    links: [
      { href: 'https://rollcall.example.org/#/outages/out_01', text: 'Outage' },
      { href: 'https://x.com/realDonaldTrump', text: 'Profile' },
    ],
  })
})

test('PagerDuty is asked where the account lives', async () => {
  const asked: string[] = []
  for (const region of ['us', 'eu', undefined] as const) {
    const ask = ({ url }: { url: string }) => {
      asked.push(url)
      return Promise.resolve({ url, status: 202, headers: {}, text: '', digest: () => '' })
    }
    await pagerduty.connect(pagerduty.target.parse({ key: 'R0', region })).deliver(story[0]!, ask, NOW, noMail)
  }
  expect(asked).toEqual([
    'https://events.pagerduty.com/v2/enqueue',
    'https://events.eu.pagerduty.com/v2/enqueue',
    'https://events.pagerduty.com/v2/enqueue',
  ])
})

test('Jira Service Management: created, acknowledged, noted and closed by one alias', async () => {
  const said = await sent(jsm.connect({ key: 'K0', api: receiver.origin }), story)
  const alerts = '/jsm/ops/integration/v2/alerts'
  const of = (verb: string, alias = id) => ({ path: `${alerts}/${alias}/${verb}?identifierType=alias` })
  expect(said.slice(0, 5)).toMatchObject([
    { path: alerts, alias: id, priority: 'P2', entity: 'x:realDonaldTrump' },
    { path: alerts, alias: id },
    of('acknowledge'),
    of('notes'),
    of('close'),
  ])
  expect(said.slice(5)).toMatchObject([
    { path: alerts, priority: 'P3' },
    { path: expect.stringMatching(/sgt_\w+\/close/) as string },
    { path: alerts, priority: 'P2' },
    { path: expect.stringMatching(/stm_\w+\/close/) as string },
  ])
  expect(receiver.received[0]?.headers.authorization).toBe('GenieKey K0')
})

test('Grafana: alerting and ok under one uid, and nothing for what its format has no word for', async () => {
  const said = await sent(grafana.connect({ url: `${receiver.origin}/hook` }), story)
  const [sight, storm] = [expect.stringMatching(/^sgt_/) as string, expect.stringMatching(/^stm_/) as string]
  expect(said).toMatchObject([
    { alert_uid: id, state: 'alerting', link_to_upstream_details: 'https://rollcall.example.org/#/outages/out_01' },
    { alert_uid: id, state: 'alerting' },
    { alert_uid: id, state: 'ok', title: 'Donald J. Trump (x:realDonaldTrump) is back, was gone 11 m 00 s' },
    { alert_uid: sight, state: 'alerting' },
    { alert_uid: sight, state: 'ok' },
    { alert_uid: storm, state: 'alerting' },
    { alert_uid: storm, state: 'ok' },
  ])
})

const summed = (...notices: readonly Notice[]): Notice =>
  fakeNotice(notices.at(-1)!.transition, { account: null, profileUrl: null, link: null, summary: notices })
const other = { id: 'out_other', account: 'x:other' }
const third = { id: 'out_third', account: 'x:third', acknowledged: null, retracted: null }
const held = summed(
  noticeNamed('outage.opened'),
  noticeNamed('outage.annotated'),
  noticeNamed('outage.opened', other),
  fakeNotice(changeNamed('outage.closed', 'third', third)),
)

test('what was held comes apart: what lasts is told by itself, and what is over wakes nobody', async () => {
  const events = await sent(pagerduty.connect({ key: 'R0', api: receiver.origin }), [held])
  expect(events).toMatchObject([
    { event_action: 'trigger', dedup_key: id, payload: { class: 'outage.opened' } },
    { event_action: 'trigger', dedup_key: 'out_other' },
    { event_action: 'resolve', dedup_key: 'out_third' },
  ])
  await sent(jsm.connect({ key: 'K0', api: receiver.origin }), [held])
  await sent(grafana.connect({ url: receiver.origin }), [held])
  expect(receiver.received).toHaveLength(9)
})

test('one of them that is refused does not keep back the others, one that is put off does', async () => {
  const channel = pagerduty.connect({ key: 'R0', api: receiver.origin })
  receiver.next({ status: 400 }, { status: 202 }, { status: 202 })
  expect(await channel.deliver(held, asking.ask, NOW, noMail)).toMatchObject({ kind: 'refused' })
  receiver.next({ status: 202 }, { status: 429 })
  const later = { ...held, id: 'ntc_later' }
  expect(await channel.deliver(later, asking.ask, NOW, noMail)).toMatchObject({ kind: 'retry' })
  expect(receiver.received).toHaveLength(5)
  // What was taken before is not told again.
  expect(await channel.deliver(later, asking.ask, NOW, noMail)).toEqual({ kind: 'delivered' })
  expect(receiver.received).toHaveLength(7)
})

const retracted = { at: Date.UTC(2017, 10, 2, 22, 52, 4), by: 'desk', note: 'a mistake of ours' }
const afterwards = [
  noticeNamed('outage.retracted', { retracted }),
  noticeNamed('outage.changed', { retracted }),
  noticeNamed('outage.annotated', { closedAt: Date.UTC(2017, 10, 2, 22, 52, 4) }),
  noticeNamed('outage.closed', {}, { merged: [{ id: 'ntc_1', transition: numbered(changeNamed('outage.opened')) }] }),
]

test('what was retracted, is over, or was over before it could be told wakes nobody', async () => {
  await sent(pagerduty.connect({ key: 'R0', api: receiver.origin }), afterwards)
  await sent(jsm.connect({ key: 'K0', api: receiver.origin }), afterwards)
  await sent(grafana.connect({ url: receiver.origin }), afterwards)
  const bodies = receiver.received.map(({ raw }) => JSON.parse(raw) as Record<string, unknown>)
  expect(bodies.slice(0, 4).map(({ event_action }) => event_action)).toEqual(Array(4).fill('resolve'))
  expect(receiver.received.slice(4, 8).every(({ path }) => path.includes('/close?'))).toBe(true)
  expect(bodies.slice(8).map(({ state }) => state)).toEqual(Array(4).fill('ok'))
})

test('whoever cannot be reached is the source of the alert that says so', async () => {
  const lost = fakeNotice(changeNamed('subscriber.lost', 'desk'))
  const [event] = await sent(pagerduty.connect({ key: 'R0', api: receiver.origin }), [lost])
  const [, alert] = await sent(jsm.connect({ key: 'J0', api: receiver.origin }), [lost])
  expect([event, alert]).toMatchObject([{ payload: { source: 'desk' } }, { entity: 'desk' }])
})
