import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { alertmanager } from '../../src/channels/alertmanager.ts'
import { discord } from '../../src/channels/discord.ts'
import { pagerduty } from '../../src/channels/pagerduty.ts'
import type { Channel, Outcome } from '../../src/core/channel.ts'
import { drillNotices } from '../../src/core/drill.ts'
import type { Notice } from '../../src/core/notice.ts'
import type { Outage } from '../../src/core/outage.ts'
import type { TransitionName } from '../../src/core/transition.ts'
import { createAsk } from '../../src/io/ask.ts'
import { startDiscord } from '../support/fake-discord.ts'
import { startPagerDuty } from '../support/fake-pagerduty.ts'
import { BACK_AT, changeNamed, fakeNotice, fakeOutage, noMail } from '../support/notices.ts'

let now: number
beforeEach(() => {
  now = Date.UTC(2026, 0, 1)
})

function asking() {
  const { ask, close } = createAsk({ userAgent: 'Rollcall/test', allowPrivate: ['127.0.0.0/8'] })
  onTestFinished(close)
  return ask
}

const noticeNamed = (name: TransitionName, shape: Partial<Outage> = {}, thread: string | null = null): Notice =>
  fakeNotice(changeNamed(name, 'jack', { acknowledged: null, retracted: null, ...shape }), { thread })

async function pager(key = 'R'.repeat(32)) {
  const target = await startPagerDuty(() => now)
  onTestFinished(target.stop)
  const channel = pagerduty.connect({ key, api: target.origin })
  const ask = asking()
  return { target, deliver: (notice: Notice) => channel.deliver(notice, ask, now, noMail) }
}

async function chat() {
  const target = await startDiscord(() => now)
  onTestFinished(target.stop)
  const channel = discord.connect({ url: target.url })
  const ask = asking()
  return { target, deliver: (notice: Notice) => channel.deliver(notice, ask, now, noMail) }
}

test('PagerDuty has one alert for each matter, and none is left open', async () => {
  const { target, deliver } = await pager()
  const remark = { at: BACK_AT, by: 'desk', note: 'a mistake of ours' }
  const identity = { id: '7', handle: 'jack' }
  const matters: readonly (readonly Notice[])[] = [
    (['outage.opened', 'outage.changed', 'outage.acknowledged', 'outage.annotated', 'outage.closed'] as const).map(
      (name) => noticeNamed(name),
    ),
    [
      noticeNamed('outage.opened', { id: 'out_2' }),
      noticeNamed('outage.retracted', { id: 'out_2', retracted: remark }),
    ],
    [
      noticeNamed('outage.opened', { id: 'out_3' }),
      noticeNamed('outage.closed', { id: 'out_3', accepted: { at: BACK_AT, by: 'desk', identity } }),
    ],
    (['sight.lost', 'sight.regained'] as const).map((name) => noticeNamed(name)),
    (['platform.troubled', 'platform.settled'] as const).map((name) => noticeNamed(name)),
    (['subscriber.lost', 'subscriber.regained'] as const).map((name) => noticeNamed(name)),
    drillNotices('pager', now),
  ]
  for (const notice of matters.flat()) expect(await deliver(notice)).toEqual({ kind: 'delivered' })
  expect(target.alerts).toHaveLength(matters.length)
  expect(target.alerts.filter(({ state }) => state !== 'resolved')).toEqual([])
  expect(target.alerts[0]?.summaries).toHaveLength(2)
  expect(target.alerts.at(-1)?.summaries).toEqual([expect.stringMatching(/^DRILL: /)])
})

test('PagerDuty is left with an alert that somebody works on, and an end without a beginning opens none', async () => {
  const { target, deliver } = await pager()
  await deliver(noticeNamed('outage.closed', { id: 'out_2' }))
  await deliver(noticeNamed('outage.acknowledged', { id: 'out_3' }))
  expect(target.alerts).toEqual([])
  await deliver(noticeNamed('outage.opened'))
  await deliver(noticeNamed('outage.acknowledged'))
  expect(target.alerts).toMatchObject([{ state: 'acknowledged' }])
})

test('the 121st event in a minute is put off, and a key that is none is refused', async () => {
  const { deliver } = await pager()
  for (let index = 0; index < 120; index++) await deliver(noticeNamed('outage.opened', { id: `out_${index}` }))
  expect(await deliver(noticeNamed('outage.closed'))).toMatchObject({ kind: 'retry' })
  now += 60_000
  expect(await deliver(noticeNamed('outage.closed'))).toEqual({ kind: 'delivered' })
  const wrong = await pager('no key')
  expect(await wrong.deliver(noticeNamed('outage.opened'))).toMatchObject({ kind: 'refused' })
})

test('Discord has one message for an outage, kept current, and a short one for each piece of news', async () => {
  const { target, deliver } = await chat()
  const first = await deliver(noticeNamed('outage.opened'))
  const thread = first.kind === 'delivered' ? (first.handle ?? null) : null
  expect(thread).toBe(target.posts[0]?.id)
  for (const name of ['outage.changed', 'outage.closed'] as const) await deliver(noticeNamed(name, {}, thread))
  expect(target.posts.map(({ content, embeds }) => [content, embeds.length])).toEqual([
    [expect.stringMatching(/is back/), 1],
    [expect.stringMatching(/is still gone/), 0],
    [expect.stringMatching(/is back/), 0],
  ])
  expect(target.faults).toEqual([])
})

test('Discord: an empty bucket is waited for', async () => {
  const { target, deliver } = await chat()
  const kinds: Outcome['kind'][] = []
  for (let index = 0; index < 7; index++) kinds.push((await deliver(noticeNamed('outage.opened'))).kind)
  expect(kinds.slice(4)).toEqual(['delivered', 'retry', 'retry'])
  now += 2_000
  expect(await deliver(noticeNamed('outage.opened'))).toMatchObject({ kind: 'delivered' })
  expect(target.faults).toEqual([])
})

test('Discord: a webhook that is gone is asked once, whatever else is under way', async () => {
  const { target, deliver } = await chat()
  const first = await deliver(noticeNamed('outage.opened'))
  const thread = first.kind === 'delivered' ? (first.handle ?? null) : null
  target.remove()
  for (const notice of [noticeNamed('outage.closed', {}, thread), noticeNamed('outage.opened')]) {
    expect(await deliver(notice)).toMatchObject({ kind: 'refused' })
  }
  expect(target.faults).toEqual([])
})

test('Discord: what is accepted while another finds the webhook gone is delivered, and nothing follows', async () => {
  const slow = Promise.withResolvers<undefined>()
  const channel: Channel = discord.connect({ url: 'https://discord.example/api/webhooks/1/token' })
  const said = (status: number) => ({ url: '', status, headers: {}, text: '{"id":"7"}', digest: () => '' })
  const opened = noticeNamed('outage.opened')
  const first = channel.deliver(opened, () => slow.promise.then(() => said(200)), now, noMail)
  expect(await channel.deliver(opened, () => Promise.resolve(said(404)), now, noMail)).toMatchObject({
    kind: 'refused',
  })
  slow.resolve(undefined)
  expect(await first).toEqual({ kind: 'delivered', handle: '7' })
  const nobody = () => Promise.reject(new TypeError('asked again'))
  expect(await channel.deliver(opened, nobody, now, noMail)).toMatchObject({ kind: 'refused' })
})

test('Alertmanager: a drill has a label of its own, and an end that leaves time to tell of it', async () => {
  const sent: unknown[] = []
  const channel = alertmanager.connect({ urls: ['http://alertmanager:9093'] })
  for (const notice of [...drillNotices('pager', now), noticeNamed('outage.closed')]) {
    await channel.deliver(
      notice,
      ({ url, json }) => {
        sent.push((json as readonly object[])[0])
        return Promise.resolve({ url, status: 200, headers: {}, text: '', digest: () => '' })
      },
      now,
      noMail,
    )
  }
  const [opening, closing, real] = sent as readonly { labels: Record<string, string>; endsAt?: string }[]
  expect(opening?.endsAt).toBeUndefined()
  expect(opening?.labels).toMatchObject({ drill: 'true', account: 'drill:rollcall' })
  expect(closing?.labels).toEqual(opening?.labels)
  expect(Date.parse(closing?.endsAt ?? '')).toBe(now + 60_001)
  expect(real?.labels).not.toHaveProperty('drill')
  expect(real?.endsAt).toBe(new Date(fakeOutage().closedAt ?? 0).toISOString())
})
