import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TRUSTS } from '../../src/core/platform.ts'
import { allCases } from '../platforms/all.ts'
import type { PlatformCases } from '../platforms/cases/kind.ts'
import { folderWith, rollcall, serve, type Served } from '../support/contract-process.ts'
import type { Notice, Outage } from '../support/contract-shapes.ts'
import { connectLive, type LiveSocket } from '../support/contract-socket.ts'
import {
  casesOf,
  detailOf,
  envOf,
  folderFor,
  isDown,
  isUp,
  Judged,
  outageOf,
  partsOf,
  platformOf,
  toldBy,
  watching,
  worldOf,
  worldsOf,
} from '../support/contract-worlds.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { answer } from '../support/recorded.ts'
import { until } from '../support/run-app.ts'
import type { WorldServer } from '../support/world-server.ts'

const tellsOf = ({ kind }: WorldServer) => kind.looks.flatMap(({ says }) => says)
const canTell = (world: WorldServer): boolean => tellsOf(world).length > 0

describe('every platform of the list, watched at once', () => {
  let worlds: readonly WorldServer[]
  let receiver: Receiver
  let served: Served
  let live: LiveSocket

  beforeAll(async () => {
    worlds = await Promise.all(allCases.map(worldOf))
    receiver = await startReceiver()
    served = await serve(
      watching({
        ...partsOf(worlds),
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
    for (const world of worlds.filter(canTell)) {
      const { account, kind } = world
      await served.sees(account, isDown, 'is down')
      const { because, explicit, trust } = await outageOf(served, account)
      expect([account, tellsOf(world)]).toEqual([account, expect.arrayContaining([because])])
      expect([account, explicit]).toEqual([account, !because.includes('not_found')])
      const { sightings } = await detailOf(served, account)
      const saying = new Set(sightings.flatMap(({ look, verdict }) => (verdict === 'absent' ? [look] : [])))
      const best = TRUSTS.find((one) => kind.looks.some((look) => saying.has(look.name) && look.trust === one))
      expect([account, trust]).toEqual([account, best])
    }
  })

  test('each is told of once, to receivers and to sockets', async () => {
    const expected = worlds.filter(canTell).map(({ account }) => account)
    const opened = (told: readonly { name: string | undefined; outage?: Outage | undefined }[]) =>
      told.flatMap(({ name, outage }) => (name === 'outage.opened' && outage !== undefined ? [outage] : []))
    const heard = await until(
      () => opened(receiver.received.map(({ body }) => ({ name: body.type, outage: (body as Notice).data.outage }))),
      (outages) => outages.length >= expected.length,
      'every outage was told',
    )
    expect(heard.map((one) => Judged.parse(one).account).toSorted()).toEqual(expected.toSorted())
    const frames = await until(
      () => opened(live.of('transition').map(({ name, outage }) => ({ name, outage }))),
      (outages) => outages.length >= expected.length,
      'every outage came over the socket',
    )
    expect(frames.map((one) => Judged.parse(one).account).toSorted()).toEqual(expected.toSorted())
  })

  test('where "gone" is never said nothing opens: sight is lost, and why is told', async () => {
    const silent = worlds.filter((world) => !canTell(world))
    expect(silent.map(({ kind }) => kind.id)).toEqual(['instagram', 'threads'])
    for (const { account, kind } of silent) {
      const blind = await served.sees(account, (one) => one.blind, 'is out of sight')
      expect(blind).toMatchObject({ belief: 'up', outage: null, looks: [{ verdict: 'inconclusive' }] })
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

  test('back, all are up again, and no platform was taken for one that had changed', async () => {
    for (const world of worlds) world.join(world.handle)
    for (const { account } of worlds) await served.sees(account, (one) => isUp(one) && !one.blind, 'is back')
    const told = await until(
      () => toldBy(served),
      (some) => {
        const count = (which: string): number => some.filter(({ name }) => name === which).length
        return count('outage.closed') >= worlds.filter(canTell).length && count('sight.regained') >= 2
      },
      'all of it is over',
    )
    for (const { account } of worlds.filter(canTell)) {
      const names = told.filter(({ outage }) => outage?.account === account).map(({ name }) => name)
      const ends = names.filter((name) => name !== 'outage.changed')
      expect([account, ...ends]).toEqual([account, 'outage.opened', 'outage.closed'])
    }
    expect(told.filter(({ scope }) => scope === 'look')).toEqual([])
  })

  test('what was asked of them is what they take, and no secret was ever shown', async () => {
    expect(worlds.flatMap(({ faults }) => faults)).toEqual([])
    const secrets = Object.values(envOf(worlds))
    const { text } = await served.get('/api/v1/transitions?limit=500')
    for (const shown of [served.stderr(), text]) expect(secrets.filter((secret) => shown.includes(secret))).toEqual([])
  })
})

describe.concurrent('rollcall check', () => {
  let worlds: readonly WorldServer[]
  let folder: ReturnType<typeof folderWith>

  beforeAll(async () => {
    worlds = await Promise.all(allCases.map(worldOf))
    folder = folderWith({ 'rollcall.yaml': watching(partsOf(worlds)) })
  })

  afterAll(async () => {
    folder.remove()
    await Promise.all(worlds.map(({ stop }) => stop()))
  })

  type Checked = { account: string; verdict: string; because: string[]; looks: { verdict: string; look: string }[] }
  async function check(accounts: readonly string[]) {
    const args = ['check', '--config', join(folder.path, 'rollcall.yaml'), '--json', ...accounts]
    const { code, stdout } = await rollcall(args, { env: envOf(worlds) })
    return { code, accounts: (JSON.parse(stdout) as { accounts: readonly Checked[] }).accounts }
  }

  test('everybody there is 0, on every platform, by every look', async () => {
    const { code, accounts } = await check(worlds.map(({ account }) => account))
    const seen = accounts.flatMap(({ account, looks }) => looks.map(({ look, verdict }) => [account, look, verdict]))
    const offered = worlds.flatMap(({ account, kind }) => kind.looks.map(({ name }) => [account, name, 'present']))
    expect(seen.toSorted()).toEqual(offered.toSorted())
    expect(code).toBe(0)
    expect(worlds.flatMap(({ faults }) => faults)).toEqual([])
  })

  test('nobody there is 1, for what the looks can tell, and 2 where they never say it', async () => {
    const nobody = ({ kind, handle }: WorldServer): string => `${kind.id}:${strangerAt(casesOf(kind.id), handle)}`
    const { code, accounts } = await check(worlds.map(nobody))
    expect(code).toBe(1)
    for (const [index, world] of worlds.entries()) {
      const { account, verdict, because } = accounts[index]!
      expect([account, verdict]).toEqual([account, canTell(world) ? 'absent' : 'inconclusive'])
      if (canTell(world)) expect([account, tellsOf(world)]).toEqual([account, expect.arrayContaining([because])])
    }
    expect((await check(worlds.filter((world) => !canTell(world)).map(nobody))).code).toBe(2)
  })

  test('a wall before all of them is 2, and says nothing of anybody', async ({ onTestFinished: after }) => {
    const walled = await worldsOf(after, ...allCases.map(({ kind }) => kind.id))
    for (const { answerAll } of walled) answerAll(({ url }) => answer(url, 403, 'Access denied'))
    const accounts = walled.map(({ account }) => account)
    const { path } = folderFor(after, { 'rollcall.yaml': watching(partsOf(walled)) })
    const args = ['check', '--config', join(path, 'rollcall.yaml'), ...accounts]
    const { code, stdout } = await rollcall(args, { env: envOf(walled) })
    expect(code).toBe(2)
    for (const account of accounts) expect(stdout).toContain(`${account}  cannot see: `)
    expect(stdout).not.toMatch(/\bgone\b|\bpresent\b/)
  })
})

/** A handle that nobody has, at the same server where there are many. */
function strangerAt(cases: PlatformCases, handle: string): string {
  const server = handle.indexOf('@', 1)
  const made = cases.handle(7)
  return server === -1 ? made : `${made.slice(0, made.indexOf('@', 1))}${handle.slice(server)}`
}

describe.concurrent('rollcall platforms', () => {
  test('tells of every platform what it needs, can tell and cannot', async () => {
    const { code, stdout } = await rollcall(['platforms'])
    expect(code).toBe(0)
    for (const { kind } of allCases) {
      expect(stdout).toMatch(new RegExp(`^${kind.id}  ${kind.title}$`, 'm'))
      expect(stdout).toContain(kind.cannot)
      for (const { name } of kind.needs) expect(stdout).toContain(`\`${name}\``)
    }
  })

  test('--json tells the same, of those that are named', async () => {
    const { code, stdout } = await rollcall(['platforms', 'tiktok', 'twitch', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      platforms: [
        { platform: 'tiktok', needs: [], looks: [{ look: 'embed', trust: 'low', public: true }] },
        {
          platform: 'twitch',
          needs: [
            { name: 'clientId', required: true },
            { name: 'clientSecret', required: true, secret: true },
          ],
          looks: [
            { look: 'login', takes: 100 },
            { look: 'id', takes: 100, needsId: true },
          ],
        },
      ],
    })
    expect((await rollcall(['platforms', 'myspace'])).code).toBe(64)
  })
})

describe.concurrent('a platform that has to be told something', () => {
  test('and is not, is refused: what is missing, its line, and who needs it', async ({ onTestFinished: after }) => {
    const needy = allCases.filter(({ kind }) => kind.needs.some(({ required }) => required))
    const ids = ['http', 'instagram', 'reddit', 'threads', 'twitch', 'x', 'youtube']
    expect(needy.map(({ kind }) => kind.id)).toEqual(ids)
    const sections = ids.map((id) => `  ${id}: {}`)
    const accounts = needy.map(({ kind, handle }) => `  - "${kind.id}:${handle(0)}"`)
    const yaml = ['platforms:', ...sections, 'accounts:', ...accounts].join('\n')
    const { path: cwd } = folderFor(after, { 'rollcall.yaml': yaml })
    const { code, stderr } = await rollcall(['serve', '--config', 'rollcall.yaml'], { cwd })
    expect(code).toBe(78)
    const faults = stderr.split('\n')
    for (const [index, { kind, handle }] of needy.entries()) {
      for (const { name } of kind.needs.filter(({ required }) => required)) {
        const place = new RegExp(`rollcall\\.yaml:${index + 2}:\\d+ platforms\\.${kind.id}\\.${name}: expected `)
        const fault = faults.find((line) => place.test(line))
        expect([kind.id, name, fault]).toEqual([kind.id, name, expect.any(String)])
        expect(fault).toContain(`, found nothing; ${kind.id}:${handle(0)} needs it`)
      }
    }
  })

  test('in a variable that is not set, is refused with the name of both', async ({ onTestFinished: after }) => {
    const yaml = 'platforms:\n  youtube:\n    key: { env: NOT_SET_ANYWHERE }\naccounts: ["youtube:@NASA"]\n'
    const { path: cwd } = folderFor(after, { 'rollcall.yaml': yaml })
    for (const args of [['serve'], ['check', 'youtube:@NASA']]) {
      const { code, stderr } = await rollcall([...args, '--config', 'rollcall.yaml'], { cwd })
      expect(code).toBe(78)
      expect(stderr).toMatch(/rollcall\.yaml:3:\d+ platforms\.youtube\.key.*NOT_SET_ANYWHERE/)
    }
  })
})
