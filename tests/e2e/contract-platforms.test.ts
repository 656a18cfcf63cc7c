import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createStateView, type PlatformState } from '../../src/client/index.ts'
import { TRUSTS } from '../../src/core/platform.ts'
import { allCases } from '../platforms/all.ts'
import type { Answers, PlatformCases } from '../platforms/cases/kind.ts'
import { folderWith, rollcall, serve, type Served } from '../support/contract-process.ts'
import { Outage, OutageDetail, type Notice, type Transition } from '../support/contract-shapes.ts'
import { connectLive, type LiveSocket } from '../support/contract-socket.ts'
import { githubOf, type Person } from '../support/fake-github.ts'
import { startSite, whatsMyName } from '../support/fake-site.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { answer } from '../support/recorded.ts'
import { until } from '../support/run-app.ts'
import { startWorld, type WorldServer } from '../support/world-server.ts'

const casesOf = (id: string): PlatformCases => allCases.find(({ kind }) => kind.id === id)!

/** Beside the addresses in its settings, the host that Bluesky's directory leads to. */
const worldOf = (cases: PlatformCases): Promise<WorldServer> => startWorld(cases, { leadsTo: ['http://pds.test'] })

const platformsOf = (worlds: readonly WorldServer[]) =>
  Object.fromEntries(worlds.map(({ kind, settings }) => [kind.id, settings]))
const envOf = (worlds: readonly WorldServer[]) =>
  Object.fromEntries(worlds.flatMap(({ env }) => Object.entries(env)))

type Watching = {
  readonly platforms: object
  readonly accounts: readonly unknown[]
  readonly defaults?: object
  readonly rules?: readonly object[]
  readonly subscribers?: readonly object[]
}

/** A configuration that looks often; what it says of the platforms is as JSON. */
const watching = ({ defaults, ...rest }: Watching): string =>
  JSON.stringify({
    listen: '127.0.0.1:0',
    outbound: { allowPrivate: ['127.0.0.0/8'] },
    defaults: { schedule: '* * * * * *', confirm: { every: '50ms' }, blindAfter: '60s', ...defaults },
    ...rest,
  })

const isUp = ({ belief }: { belief: string }): boolean => belief === 'up'
const isDown = ({ belief }: { belief: string }): boolean => belief === 'down'

const trusted = Outage.extend({ trust: z.enum(TRUSTS), now: z.looseObject({ handle: z.string() }).nullable() })

async function outageOf(served: Served, account: string) {
  const [newest] = await served.outages(`account=${encodeURIComponent(account)}`)
  return trusted.parse(newest)
}

async function detailOf(served: Served, account: string): Promise<OutageDetail> {
  const { id } = await outageOf(served, account)
  return OutageDetail.parse((await served.get(`/api/v1/outages/${id}`)).json)
}

/** The absent sightings that it took to open the account's outage. */
async function sightingsOf(served: Served, account: string): Promise<number> {
  const { sightings, openedAt } = await detailOf(served, account)
  return sightings.filter(({ verdict, answeredAt }) => verdict === 'absent' && answeredAt <= openedAt).length
}

type PlatformView = PlatformState & {
  readonly budget: { requests: number; windowMs: number; used: number; planned: number; headroom: number }
  readonly worstNoticeMs: number | null
  readonly warnings: readonly string[]
  readonly controls: readonly { readonly look: string; readonly verdict: string }[]
  readonly source: { readonly name: string; readonly licence: string } | null
}
async function platformOf(served: Served, id: string): Promise<PlatformView> {
  const { platforms } = await served.polled<{ platforms: readonly PlatformView[] }>('/api/v1/platforms')
  return platforms.find(({ platform }) => platform === id)!
}

type Told = Transition & { scope?: string; account?: string; platform?: string; look?: string; because?: string[] }
const toldBy = async (served: Served): Promise<readonly Told[]> => (await served.transitions()) as readonly Told[]

describe('every platform of the list, watched at once', () => {
  let worlds: readonly WorldServer[]
  let receiver: Receiver
  let served: Served
  let live: LiveSocket

  const canTell = ({ kind }: WorldServer): boolean => kind.looks.some(({ says }) => says.length > 0)

  beforeAll(async () => {
    worlds = await Promise.all(allCases.map(worldOf))
    receiver = await startReceiver()
    served = await serve(
      watching({
        platforms: platformsOf(worlds),
        accounts: worlds.map(({ account }) => account),
        defaults: { schedule: '*/2 * * * * *', confirm: { every: '200ms' }, blindAfter: '4s' },
        subscribers: [{ name: 'hook', webhook: { url: receiver.origin, secret: { env: 'HOOK' } } }],
      }),
      { env: { ...envOf(worlds), HOOK: receiver.secret } },
    )
    live = connectLive(served.url)
    await live.first('hello')
    live.say({ type: 'watch', id: 1 })
  })

  afterAll(async () => {
    live.close()
    await served.stop()
    await Promise.all([...worlds.map(({ stop }) => stop()), receiver.stop()])
  })

  test('all are up, each known by the id that its platform has', async () => {
    for (const { account, handle, kind } of worlds) {
      const { identity } = await served.sees(account, isUp, 'is up')
      expect([account, identity?.handle.toLowerCase()]).toEqual([account, handle.toLowerCase()])
      expect([account, identity?.id !== null]).toEqual([account, kind.stableId !== null])
    }
  })

  test('gone, each is down for what its looks can tell, as far as they can be trusted', async () => {
    for (const { leave, handle } of worlds) leave(handle)
    for (const { account, kind } of worlds.filter(canTell)) {
      await served.sees(account, isDown, 'is down')
      const { because, explicit, trust } = await outageOf(served, account)
      const tells = kind.looks.flatMap(({ says }) => says)
      expect([account, tells]).toEqual([account, expect.arrayContaining([because])])
      expect([account, explicit]).toEqual([account, !because.includes('not_found')])
      const { sightings } = await detailOf(served, account)
      const saying = new Set(sightings.flatMap(({ look, verdict }) => (verdict === 'absent' ? [look] : [])))
      const best = TRUSTS.find((one) => kind.looks.some(({ name, trust }) => saying.has(name) && trust === one))
      expect([account, trust]).toEqual([account, best])
    }
  })

  test('each is told of once, to receivers and to sockets', async () => {
    const expected = worlds.filter(canTell).map(({ account }) => account)
    const opened = (told: readonly { type?: string; name?: string; outage?: Outage | undefined }[]) =>
      told.filter(({ type, name }) => (name ?? type) === 'outage.opened').map(({ outage }) => outage!.account)
    const heard = await until(
      () => receiver.received.map(({ body }) => body as Notice).map(({ type, data }) => ({ type, ...data })),
      (notices) => opened(notices).length >= expected.length,
      'every outage was told',
    )
    expect(opened(heard).toSorted()).toEqual(expected.toSorted())
    for (const notice of heard.filter(({ outage }) => outage !== undefined)) trusted.parse(notice.outage)
    const frames = await until(
      () => live.of('transition').map(({ name, outage }) => ({ ...(name !== undefined && { name }), outage })),
      (some) => opened(some).length >= expected.length,
      'every outage came over the socket',
    )
    expect(opened(frames).toSorted()).toEqual(expected.toSorted())
  })

  test('where "gone" is never said nothing opens: sight is lost, and why is told', async () => {
    const silent = worlds.filter((world) => !canTell(world))
    expect(silent.map(({ kind }) => kind.id)).toEqual(['instagram', 'threads'])
    for (const { account, kind } of silent) {
      const blind = await served.sees(account, (one) => one.blind, 'is out of sight')
      expect(blind).toMatchObject({ belief: 'up', outage: null })
      expect(blind.looks[0]?.verdict).toBe('inconclusive')
      await until(
        () => toldBy(served),
        (told) => told.some((one) => one.name === 'sight.lost' && one.account === account),
        `lost sight of ${account} is told`,
      )
      expect(await served.outages(`account=${encodeURIComponent(account)}`)).toEqual([])
      const { worstNoticeMs, warnings } = await platformOf(served, kind.id)
      expect(worstNoticeMs).toBeNull()
      expect(warnings.join()).toContain(`${kind.title} never says that an account is gone`)
    }
  })

  test('back, all are up again and nothing else was ever told', async () => {
    for (const { join: comeBack, handle } of worlds) comeBack(handle)
    for (const { account } of worlds) await served.sees(account, (one) => isUp(one) && !one.blind, 'is back')
    const told = await until(
      () => toldBy(served),
      (some) => some.filter(({ name }) => name === 'sight.regained').length >= 2,
      'sight is regained',
    )
    for (const world of worlds) {
      const names = told.filter((one) => (one.outage?.account ?? one.account) === world.account).map(({ name }) => name)
      const [lost, regained] = canTell(world) ? ['outage.opened', 'outage.closed'] : ['sight.lost', 'sight.regained']
      expect([world.account, names[0], names.at(-1)]).toEqual([world.account, lost, regained])
      expect([world.account, names.slice(1, -1)]).toEqual([
        world.account,
        names.slice(1, -1).filter((name) => name === 'outage.changed'),
      ])
    }
    expect(told.filter(({ scope }) => scope === 'look' || scope === 'platform')).toEqual([])
  })

  test('what was asked of them is what they take, and no secret was ever shown', async () => {
    expect(worlds.flatMap(({ faults }) => faults)).toEqual([])
    const secrets = worlds.flatMap(({ env }) => Object.values(env))
    const { text } = await served.get('/api/v1/transitions?limit=500')
    for (const shown of [served.stderr(), text]) expect(secrets.filter((secret) => shown.includes(secret))).toEqual([])
  })
})
