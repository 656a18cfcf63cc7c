import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alertmanager } from '../../src/channels/alertmanager.ts'
import type { Outcome } from '../../src/core/channel.ts'
import { drillNotices } from '../../src/core/drill.ts'
import type { Notice } from '../../src/core/notice.ts'
import { createAsk, type Asking } from '../../src/io/ask.ts'
import { hostileNotices, noMail } from '../support/notices.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { until } from '../support/run-app.ts'
import {
  isAlertmanagerInstalled,
  RESOLVE_TIMEOUT,
  startAlertmanager,
  type Alert,
  type Alertmanager,
} from './support/alertmanager.ts'
import { isInstalled } from './support/debian.ts'
import { startSnac2, type Snac2 } from './support/snac2.ts'
import { startWatching, type Watching } from './support/watching.ts'

const isReady = isInstalled && isAlertmanagerInstalled
if (!isReady) console.warn('snac2 and Alertmanager are not installed: .ci/run installs both, and these tests run too')

const PATIENCE = 90_000

describe.skipIf(!isReady)('two replicas of a real Alertmanager', () => {
  let snac: Snac2
  let pager: Receiver
  let replicas: Alertmanager[]
  let watching: Watching
  const stops: (() => Promise<void>)[] = []
  const address = (name: string): string => `mastodon:${name}@${snac.host}`

  /** What fires for an account there, undefined where nothing does. */
  const firing = async ({ alerts }: Alertmanager, name: string): Promise<Alert | undefined> =>
    (await alerts()).find(({ labels }) => labels['account'] === address(name))

  const fires = async (replica: Alertmanager, name: string): Promise<Alert> =>
    (await until(
      () => firing(replica, name),
      (alert) => alert !== undefined,
      `${name} fires`,
      PATIENCE,
    ))!

  /** It is looked at all the time, and fires each time, until it was said again three times the timeout later. */
  async function keepsFiring(replica: Alertmanager, name: string): Promise<void> {
    const last = Date.parse((await fires(replica, name)).updatedAt) + 3 * RESOLVE_TIMEOUT
    await until(
      async () => Date.parse((await firing(replica, name))?.updatedAt ?? 'never'),
      (at) => {
        expect(at).not.toBeNaN()
        return at > last
      },
      `${name} has been firing for long`,
      PATIENCE,
    )
  }

  /** What the replicas told of an account, in order. */
  const told = (name: string): readonly string[] =>
    pager.received
      .map(({ raw }) => JSON.parse(raw) as { status: string; commonLabels: Record<string, string> })
      .filter(({ commonLabels }) => commonLabels['account'] === address(name))
      .map(({ status }) => status)

  beforeAll(async () => {
    snac = await startSnac2()
    stops.push(() => snac.stop())
    for (const name of ['known', 'stays', 'returns', 'leaves']) await snac.create(name)
    pager = await startReceiver()
    stops.push(() => pager.stop())
    replicas = [await startAlertmanager(pager.origin), await startAlertmanager(pager.origin)]
    stops.push(async () => {
      for (const replica of replicas) await replica.stop()
    })
    const mastodon = {
      hosts: { [snac.host]: snac.origin },
      controls: { known: [`known@${snac.host}`] },
      budget: '100000/5m',
    }
    const urls = replicas.map(({ origin }) => origin)
    const names = ['stays', 'returns', 'leaves']
    watching = await startWatching(names.map(address), () => ({ mastodon }), [
      { name: 'replicas', alertmanager: { urls, repeat: '1s' } },
    ])
    stops.push(watching.stop)
  })
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
  })

  test('an outage fires at both, with who and why', async () => {
    await snac.remove('returns')
    const { outage } = await watching.notice(address('returns'), 'outage.opened')
    for (const replica of replicas) {
      const { labels, annotations, startsAt } = await fires(replica, 'returns')
      expect(labels).toEqual({
        alertname: 'AccountGone',
        severity: 'critical',
        id: outage?.id,
        platform: 'mastodon',
        account: address('returns'),
      })
      expect(annotations['summary']).toBe(`returns@${snac.host} (${address('returns')}) is gone: not found or deleted`)
      // One more than are needed, where the controls were the last to answer.
      expect(annotations['description']).toMatch(/Evidence: [3-9] sightings/)
      expect(startsAt).toBe(outage?.firstAbsentAt)
    }
  })

  test('it goes on firing for much longer than they remember', async () => {
    await Promise.all(replicas.map((replica) => keepsFiring(replica, 'returns')))
    expect(told('returns')).toEqual(['firing', 'firing'])
  })

  test('it goes on firing after a restart', async () => {
    await watching.restart('by schedule')
    await Promise.all(replicas.map((replica) => keepsFiring(replica, 'returns')))
  })

  test('it is resolved when the account is back, and stays so', async () => {
    await snac.create('returns')
    await watching.notice(address('returns'), 'outage.closed')
    await until(
      () => told('returns').filter((status) => status === 'resolved').length,
      (count) => count === 2,
      'both have told that it is resolved',
      PATIENCE,
    )
    const firings = told('returns').length
    // As long as another one is kept firing, this one would be, too, were it said again.
    await snac.remove('leaves')
    await Promise.all(replicas.map((replica) => keepsFiring(replica, 'leaves')))
    expect(told('returns')).toHaveLength(firings)
    for (const replica of replicas) expect(await firing(replica, 'returns')).toBeUndefined()
  })

  test('a replica that was away fires again what it has forgotten, and the other one never stopped', async () => {
    const [stays, leaves] = replicas as [Alertmanager, Alertmanager]
    await leaves.stop()
    await keepsFiring(stays, 'leaves')
    const again = await startAlertmanager(pager.origin, leaves.port)
    replicas = [stays, again]
    await fires(again, 'leaves')
  })
})

describe.skipIf(!isAlertmanagerInstalled)('a real Alertmanager', () => {
  let asking: Asking
  let pager: Receiver
  let server: Alertmanager

  beforeAll(async () => {
    asking = createAsk({ userAgent: 'Rollcall/test', allowPrivate: ['127.0.0.0/8'] })
    pager = await startReceiver()
    server = await startAlertmanager(pager.origin)
  })
  afterAll(async () => {
    await server.stop()
    await pager.stop()
    await asking.close()
  })

  const deliver = (notice: Notice): Promise<Outcome> =>
    alertmanager.connect({ urls: [server.origin] }).deliver(notice, asking.ask, Date.now(), noMail)

  test.each([
    ['long', 'n'.repeat(10_000)],
    ['reversed', '\u202Egnp.exe\u2066\u200B\u0000\u0007'],
    ['templates', '{{ .Labels }} {{ template "x" }} <!channel> "quoted" \\ \n'],
  ])('takes every kind of notice with names that are %s', async (_, text) => {
    for (const notice of hostileNotices(text)) expect(await deliver(notice)).toEqual({ kind: 'delivered' })
  })

  test('tells of a drill, which ends by itself', async () => {
    // So long ago that its end is near.
    const [opening, closing] = drillNotices('pager', Date.now() - 55_000)
    for (const notice of [opening, closing]) expect(await deliver(notice)).toEqual({ kind: 'delivered' })
    const told = () =>
      pager.received
        .map(({ raw }) => JSON.parse(raw) as { status: string; commonLabels: Record<string, string> })
        .filter(({ commonLabels }) => commonLabels['account'] === 'drill:rollcall')
        .map(({ status }) => status)
    await until(told, (statuses) => statuses.length === 2, 'the drill is told, and its end', PATIENCE)
    expect(told()).toEqual(['firing', 'resolved'])
    expect((await server.alerts()).filter(({ labels }) => labels['account'] === 'drill:rollcall')).toEqual([])
  })
})
