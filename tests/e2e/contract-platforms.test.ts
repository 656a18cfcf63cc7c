import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest'
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

type After = TestContext['onTestFinished']

/** What a test has started ends with it, however it ends: a process left behind would go on asking. */
async function ending<Started extends { stop(): Promise<unknown> }>(
  after: After,
  starting: Promise<Started>,
): Promise<Started> {
  const started = await starting
  after(async () => {
    await started.stop()
  })
  return started
}

function folderFor(after: After, files: Readonly<Record<string, string>>): { readonly path: string } {
  const folder = folderWith(files)
  after(() => folder.remove())
  return folder
}

const platformsOf = (worlds: readonly WorldServer[]) =>
  Object.fromEntries(worlds.map(({ kind, settings }) => [kind.id, settings]))
const envOf = (worlds: readonly WorldServer[]) => Object.fromEntries(worlds.flatMap(({ env }) => Object.entries(env)))

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
const toldBy = async (served: Served): Promise<readonly Told[]> => await served.transitions()

/** The names of all that was told, once this is the newest. */
async function namesTold(served: Served, newest: string): Promise<readonly string[]> {
  const told = await until(served.transitions, (all) => all.at(-1)?.name === newest, `${newest} is told`)
  return told.map(({ name }) => name)
}

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
      (some) => {
        const count = (which: string): number => some.filter(({ name }) => name === which).length
        return count('outage.closed') >= worlds.filter(canTell).length && count('sight.regained') >= 2
      },
      'all of it is over',
    )
    for (const { account } of worlds.filter(canTell)) {
      const names = told.filter(({ outage }) => outage?.account === account).map(({ name }) => name)
      const [first, ...rest] = names.filter((name) => name !== 'outage.changed')
      expect([account, first, ...rest]).toEqual([account, 'outage.opened', 'outage.closed'])
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

describe.concurrent('rollcall check', () => {
  const faultsOf = (worlds: readonly WorldServer[]) => worlds.flatMap(({ faults }) => faults)
  let worlds: readonly WorldServer[]
  let folder: ReturnType<typeof folderWith>

  beforeAll(async () => {
    worlds = await Promise.all(allCases.map(worldOf))
    const accounts = worlds.map(({ account }) => account)
    folder = folderWith({ 'rollcall.yaml': watching({ platforms: platformsOf(worlds), accounts }) })
  })

  afterAll(async () => {
    folder.remove()
    await Promise.all(worlds.map(({ stop }) => stop()))
  })

  type Checked = { account: string; verdict: string; because: string[]; looks: { verdict: string; look: string }[] }
  async function check(some: readonly WorldServer[], name = (world: WorldServer) => world.account) {
    const args = ['--config', join(folder.path, 'rollcall.yaml'), '--json', ...some.map(name)]
    const { code, stdout } = await rollcall(['check', ...args], { env: envOf(worlds) })
    return { code, accounts: (JSON.parse(stdout) as { accounts: readonly Checked[] }).accounts }
  }

  test('everybody there is 0, on every platform, by every look', async ({ onTestFinished: after }) => {
    const { code, accounts } = await check(worlds)
    const seen = accounts.flatMap(({ account, looks }) => looks.map(({ look, verdict }) => [account, look, verdict]))
    const offered = worlds.flatMap(({ account, kind }) => kind.looks.map(({ name }) => [account, name, 'present']))
    expect(seen.toSorted()).toEqual(offered.toSorted())
    expect(code).toBe(0)
    expect(faultsOf(worlds)).toEqual([])
  })

  test('nobody there is 1, for what the looks can tell, and 2 where they never say it', async ({
    onTestFinished: after,
  }) => {
    const nobody = ({ kind, account, handle }: WorldServer): string =>
      account.replace(handle, handleAfter(casesOf(kind.id), handle))
    const { code, accounts } = await check(worlds, nobody)
    expect(code).toBe(1)
    for (const [index, { kind }] of worlds.entries()) {
      const tells = kind.looks.flatMap(({ says }) => says)
      const { account, verdict, because } = accounts[index]!
      if (tells.length > 0)
        expect([account, verdict, tells]).toEqual([account, 'absent', expect.arrayContaining([because])])
      else expect([account, verdict]).toEqual([account, 'inconclusive'])
    }
    const silent = worlds.filter(({ kind }) => kind.looks.every(({ says }) => says.length === 0))
    expect((await check(silent, nobody)).code).toBe(2)
  })

  test('a wall before all of them is 2 and nothing else', async ({ onTestFinished: after }) => {
    const walled = await Promise.all(allCases.map((cases) => ending(after, worldOf(cases))))
    for (const { answerAll } of walled) answerAll(({ url }) => answer(url, 403, 'Access denied'))
    const accounts = walled.map(({ account }) => account)
    const own = folderFor(after, { 'rollcall.yaml': watching({ platforms: platformsOf(walled), accounts }) })
    const { code, stdout } = await rollcall(['check', '--config', join(own.path, 'rollcall.yaml'), ...accounts], {
      env: envOf(walled),
    })
    expect(code).toBe(2)
    for (const account of accounts) expect(stdout).toContain(`${account}  cannot see: `)
    expect(stdout).not.toMatch(/\bgone\b|: present/)
  })
})

/** A handle that nobody has, at the same server where there are many. */
function handleAfter(cases: PlatformCases, handle: string): string {
  const [name = ''] = cases.handle(7).split(/(?<=.)@/)
  const at = handle.indexOf('@', 1)
  return at === -1 ? name : `${name}${handle.slice(at)}`
}

describe.concurrent('rollcall platforms', () => {
  test('tells of every platform what it needs, can tell and cannot', async ({ onTestFinished: after }) => {
    const { code, stdout } = await rollcall(['platforms'])
    expect(code).toBe(0)
    for (const { kind } of allCases) {
      expect(stdout).toMatch(new RegExp(`^${kind.id}  ${kind.title}$`, 'm'))
      expect(stdout).toContain(kind.cannot)
      for (const { name } of kind.needs) expect(stdout).toContain(`\`${name}\``)
    }
  })

  test('--json tells the same, of those that are named', async ({ onTestFinished: after }) => {
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

describe.concurrent('a platform that needs to be told something', () => {
  test('and is not, is refused with the name of each setting, its line and who needs it', async ({
    onTestFinished: after,
  }) => {
    const needy = allCases.filter(({ kind }) => kind.needs.some(({ required }) => required))
    const sections = needy.map(({ kind }) => `  ${kind.id}: {}`)
    const accounts = needy.map(({ kind, handle }) => `  - "${kind.id}:${handle(0)}"`)
    const folder = folderFor(after, {
      'rollcall.yaml': ['platforms:', ...sections, 'accounts:', ...accounts].join('\n'),
    })
    const { code, stderr } = await rollcall(['serve', '--config', 'rollcall.yaml'], { cwd: folder.path })
    expect(code).toBe(78)
    for (const [index, { kind, handle }] of needy.entries()) {
      for (const { name, required } of kind.needs.filter((need) => need.required)) {
        const line = stderr.split('\n').find((one) => one.includes(` platforms.${kind.id}.${name}: `))
        expect([kind.id, name, required, line]).toEqual([kind.id, name, true, expect.any(String)])
        expect(line).toMatch(new RegExp(`rollcall\\.yaml:${index + 2}:\\d+ platforms\\.`))
        expect(line).toMatch(/expected .+, found nothing; .+ needs it$/)
        expect(line).toContain(`; ${kind.id}:${handle(0)} needs it`)
      }
    }
    expect(needy.map(({ kind }) => kind.id)).toEqual([
      'http',
      'instagram',
      'reddit',
      'threads',
      'twitch',
      'x',
      'youtube',
    ])
  })

  test('in a variable that is not set, is refused with the name of both', async ({ onTestFinished: after }) => {
    const yaml = 'platforms:\n  youtube:\n    key: { env: NOT_SET_ANYWHERE }\naccounts: ["youtube:@NASA"]\n'
    const folder = folderFor(after, { 'rollcall.yaml': yaml })
    for (const args of [['serve'], ['check', 'youtube:@NASA']]) {
      const { code, stderr } = await rollcall([...args, '--config', 'rollcall.yaml'], { cwd: folder.path })
      expect(code).toBe(78)
      expect(stderr).toMatch(/rollcall\.yaml:3:\d+ platforms\.youtube\.key.*NOT_SET_ANYWHERE/)
    }
  })
})

describe.concurrent('a site of one’s own', () => {
  test('is present, gone, behind a wall or not to be read; and never gone while its controls are', async ({
    onTestFinished: after,
  }) => {
    const site = await ending(after, startSite(['known', 'ada', 'bob', 'cyd', 'dan']))
    const controls = { known: ['known'] }
    const names = ['ada', 'bob', 'cyd', 'dan']
    const served = await ending(
      after,
      serve(
        watching({
          platforms: { forum: { ...site.described, controls } },
          accounts: names.map((name) => `forum:${name}`),
          defaults: { blindAfter: '3s', storm: { accounts: 1000 } },
        }),
      ),
    )
    for (const name of names) await served.sees(`forum:${name}`, isUp, 'is up')
    site.show('bob', 'gone')
    site.show('cyd', 'walled')
    site.show('dan', 'odd')
    await served.sees('forum:bob', isDown, 'is down')
    expect(await outageOf(served, 'forum:bob')).toMatchObject({
      because: ['not_found', 'deactivated', 'suspended', 'deleted'],
      trust: 'medium',
    })
    for (const [name, cause] of [
      ['cyd', 'blocked'],
      ['dan', 'unreadable'],
    ] as const) {
      const blind = await served.sees(`forum:${name}`, (one) => one.blind, 'is out of sight')
      expect(blind).toMatchObject({ belief: 'up', looks: [{ verdict: 'inconclusive', because: [cause] }] })
    }

    site.show('known', 'gone')
    site.show('ada', 'gone')
    const { unreadable } = await until(
      () => platformOf(served, 'forum'),
      (view) => view.unreadable.length > 0,
      'its controls are known to be wrong',
    )
    const why = { look: 'page', words: 'on its page', because: 'known to exist, but answers as absent: known' }
    expect(unreadable).toMatchObject([why])
    const { platforms } = await served.polled<{ platforms: readonly PlatformState[] }>('/api/v1/platforms')
    const page = createStateView()
    page.apply({ type: 'platforms', platforms })
    expect(page.view().unreadable).toMatchObject([{ ...why, platform: 'forum' }])
    await served.sees('forum:ada', ({ looks }) => looks[0]?.because.join() === 'control_failed', 'does not count')
    const asked = site.asked.filter((name) => name === 'ada').length
    await until(
      () => site.asked.filter((name) => name === 'ada').length,
      (count) => count >= asked + 4,
      'it was looked at again and again',
    )
    expect((await served.account('forum:ada')).belief).toBe('doubted')
    expect(await served.outages('account=forum%3Aada')).toEqual([])
  })
})

describe.concurrent('a rule pack', () => {
  const packs = async (after: After) => {
    const site = await ending(after, startSite(['known', 'ada']))
    const weak = { ...site.rule, name: 'Nothing missing', m_code: 200, m_string: '' }
    const files = {
      'wmn.json': whatsMyName(site.rule, weak),
      'sherlock.json': JSON.stringify({
        'Other forum': site.entry,
        'Any status': { ...site.entry, errorMsg: '404' },
      }),
    }
    return { site, folder: folderFor(after, files), rules: Object.keys(files).map((file) => ({ file: `./${file}` })) }
  }
  /** One platform for each of the two sites that can be read. */
  const budget = { budget: '1000000/1m' }
  const platforms = { forum: budget, otherforum: budget }
  const accounts = ['forum:ada', 'otherforum:ada']

  test('is a platform for each site that can be read; the others are refused by name and reason', async ({
    onTestFinished: after,
  }) => {
    const { site, folder } = await packs(after)
    for (const [file, taken, refused] of [
      ['wmn.json', 'forum', 'Nothing missing'],
      ['sherlock.json', 'otherforum', 'Any status'],
    ] as const) {
      const { code, stdout } = await rollcall(['rules', 'check', file, '--json'], { cwd: folder.path })
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({
        file,
        licence: expect.stringMatching(/./) as string,
        source: expect.stringMatching(/^https:/) as string,
        taken: [{ platform: taken }],
        refused: [{ name: refused, reason: expect.stringMatching(/marker/) as string }],
        counts: { taken: 1, refused: 1, collisions: 0 },
      })
    }
  })

  test('is watched like any other, where its addresses may be asked', async ({ onTestFinished: after }) => {
    const { site, folder, rules } = await packs(after)
    const served = await ending(after, serve(watching({ rules, platforms, accounts }), { cwd: folder.path }))
    for (const account of accounts) await served.sees(account, isUp, 'is up')
    site.show('ada', 'walled')
    const walled = ({ looks }: { looks: readonly { because: readonly string[] }[] }): boolean =>
      looks[0]?.because.join() === 'blocked'
    for (const account of accounts) expect((await served.sees(account, walled, 'is walled off')).belief).toBe('up')
    site.show('ada', 'gone')
    for (const account of accounts) await served.sees(account, isDown, 'is down')
    expect((await outageOf(served, 'forum:ada')).trust).toBe('medium')
    // One look of low trust, and no other: twice as many sightings.
    expect((await outageOf(served, 'otherforum:ada')).trust).toBe('low')
    expect(await sightingsOf(served, 'otherforum:ada')).toBeGreaterThanOrEqual(6)
    expect((await platformOf(served, 'forum')).source).toMatchObject({ name: 'WhatsMyName' })
    expect((await platformOf(served, 'otherforum')).source).toMatchObject({ name: 'Sherlock' })
    site.show('ada', 'here')
    for (const account of accounts) await served.sees(account, isUp, 'is back')
  })

  test('leads to no private network of its own accord', async ({ onTestFinished: after }) => {
    const { site, folder, rules } = await packs(after)
    const file = join(folder.path, 'rollcall.yaml')
    const { outbound, ...closed } = JSON.parse(watching({ rules, platforms, accounts })) as Record<string, unknown>
    expect(outbound).toEqual({ allowPrivate: ['127.0.0.0/8'] })
    writeFileSync(file, JSON.stringify(closed))
    const { code, stdout } = await rollcall(['check', '--config', file, ...accounts])
    expect(code).toBe(2)
    for (const account of accounts) expect(stdout).toContain(`${account}  cannot see: `)
    expect(stdout).toContain('outbound.allowPrivate')
    expect(site.asked).toEqual([])
  })
})

describe.concurrent('a page that has changed', () => {
  test('is told as our sight of that look, with what it shows now, and as regained; nobody is gone', async ({
    onTestFinished: after,
  }) => {
    const worlds = await Promise.all(
      ['github', 'mediawiki', 'telegram'].map((id) => ending(after, worldOf(casesOf(id)))),
    )
    const accounts = worlds.map(({ account }) => account)
    const served = await ending(
      after,
      serve(watching({ platforms: platformsOf(worlds), accounts }), { env: envOf(worlds) }),
    )
    for (const account of accounts) await served.sees(account, isUp, 'is up')
    const redesigned: Answers = ({ url }) => answer(url, 200, '<!doctype html><html><body>Hello!</body></html>')
    for (const { answerAll } of worlds) answerAll(redesigned)
    for (const { kind } of worlds) {
      const first = kind.looks[0]!.name
      const { unreadable } = await until(
        () => platformOf(served, kind.id),
        (view) => view.unreadable.length > 0,
        `${kind.title} cannot be read`,
      )
      const evidence = { status: 200, excerpt: expect.stringContaining('Hello!') as string }
      expect(unreadable[0]).toMatchObject({ look: first, evidence })
      const lost = (await toldBy(served)).find((one) => one.name === 'sight.lost' && one.platform === kind.id)
      expect(lost).toMatchObject({ scope: 'look', look: first, because: ['unreadable'], evidence })
    }
    for (const account of accounts) expect((await served.account(account)).belief).toBe('up')
    for (const { answerAll } of worlds) answerAll(null)
    const told = await until(
      () => toldBy(served),
      (some) => accounts.length <= some.filter(({ name }) => name === 'sight.regained').length,
      'all of them can be read again',
    )
    for (const { kind } of worlds) {
      expect(told.filter(({ platform }) => platform === kind.id).map(({ name }) => name)).toEqual([
        'sight.lost',
        'sight.regained',
      ])
      expect((await platformOf(served, kind.id)).unreadable).toEqual([])
    }
    expect(told.filter(({ outage }) => outage !== undefined)).toEqual([])
  })

  test('is not what an account is told as that one look has no words for', async ({ onTestFinished: after }) => {
    const world = await ending(after, worldOf(casesOf('medium')))
    const served = await ending(
      after,
      serve(
        watching({
          platforms: platformsOf([world]),
          accounts: [world.account],
          defaults: { confirm: { every: '50ms', sightings: 8 } },
        }),
      ),
    )
    await served.sees(world.account, isUp, 'is up')
    world.leave(world.handle)
    await served.sees(world.account, isDown, 'is down')
    const feeds = () => world.asked.filter((url) => url.includes('/feed/') && url.includes(world.handle)).length
    const before = feeds()
    await until(feeds, (count) => count >= before + 3, 'its feed was asked for again and again')
    world.join(world.handle)
    await served.sees(world.account, isUp, 'is back')
    expect(await namesTold(served, 'outage.closed')).toEqual(['outage.opened', 'outage.closed'])
  })
})

describe.concurrent('a budget', () => {
  const people = Array.from({ length: 5 }, (_, n) => `somebody-${n + 10}`)

  test('that holds the roll shows what is used, planned and left', async ({ onTestFinished: after }) => {
    const world = await ending(after, worldOf(casesOf('github')))
    const served = await ending(
      after,
      serve(watching({ platforms: platformsOf([world]), accounts: [world.account] }), world),
    )
    await served.sees(world.account, isUp, 'is up')
    const { budget, worstNoticeMs, warnings } = await platformOf(served, 'github')
    expect(budget).toMatchObject({ requests: 1_000_000, windowMs: 60_000, headroom: 1_000_000 - budget.planned })
    expect(budget.planned).toBeGreaterThanOrEqual(60)
    expect(budget.used).toBeGreaterThanOrEqual(1)
    expect(worstNoticeMs).toBeGreaterThanOrEqual(1_000)
    expect(warnings).toEqual([])
  })

  test('that is too small is never overdrawn, and is warned of', async ({ onTestFinished: after }) => {
    const world = await ending(after, worldOf(casesOf('github')))
    for (const handle of people) world.join(handle)
    const settings = { ...world.settings, budget: '10/2s' }
    const accounts = people.map((handle) => `github:${handle}`)
    const served = await ending(after, serve(watching({ platforms: { github: settings }, accounts }), world))
    for (const account of accounts) await served.sees(account, isUp, 'is up')
    const used: number[] = []
    await until(
      async () => {
        used.push((await platformOf(served, 'github')).budget.used)
        return world.asked.length
      },
      (count) => count >= 30,
      'it asked for several windows',
    )
    const { budget, worstNoticeMs, warnings } = await platformOf(served, 'github')
    expect(Math.max(...used)).toBeGreaterThan(5)
    expect(Math.max(...used)).toBeLessThanOrEqual(budget.requests)
    expect(budget).toMatchObject({ requests: 10, windowMs: 2_000, headroom: 10 - budget.planned })
    expect(budget.headroom).toBeLessThan(0)
    expect(worstNoticeMs).toBeGreaterThan(2_000)
    expect(warnings.join('\n')).toMatch(/GitHub does not fit: the roll will go \d+\.\d times slower than configured/)
    expect(warnings.join('\n')).toMatch(/raise platforms\.github\.budget/)
  })
})

describe.concurrent('low trust', () => {
  test('takes twice as many sightings where there is nothing better', async ({ onTestFinished: after }) => {
    const worlds = await Promise.all(['hackernews', 'tiktok'].map((id) => ending(after, worldOf(casesOf(id)))))
    const accounts = worlds.map(({ account }) => account)
    // Slow enough for the controls, which are asked meanwhile, to have answered before the third.
    const defaults = { confirm: { every: '300ms' } }
    const served = await ending(after, serve(watching({ platforms: platformsOf(worlds), accounts, defaults })))
    for (const { account, leave, handle } of worlds) {
      await served.sees(account, isUp, 'is up')
      leave(handle)
    }
    for (const account of accounts) await served.sees(account, isDown, 'is down')
    const [plain, weak] = accounts
    expect((await outageOf(served, plain!)).trust).toBe('medium')
    expect((await outageOf(served, weak!)).trust).toBe('low')
    expect(await sightingsOf(served, plain!)).toBeLessThan(6)
    expect(await sightingsOf(served, weak!)).toBeGreaterThanOrEqual(6)
  })

  test('is a server’s own: Truth Social, asked as a Mastodon', async ({ onTestFinished: after }) => {
    const cases = casesOf('mastodon')
    const truth = { ...cases, settings: { hosts: { 'truthsocial.com': 'http://truthsocial.test' } } }
    const world = await ending(after, startWorld(truth, { answers: (has) => truthOf(has, cases) }))
    const served = await ending(after, serve(watching({ platforms: platformsOf([world]), accounts: [world.account] })))
    const { identity, account } = await served.sees(world.account, isUp, 'is up')
    expect(account).toMatch(/@truthsocial\.com$/)
    expect(identity?.id).toMatch(/^\d+$/)
    world.leave(world.handle)
    await served.sees(world.account, isDown, 'is down')
    const outage = await outageOf(served, world.account)
    expect(outage).toMatchObject({ trust: 'low', because: ['not_found', 'suspended', 'deleted'] })
    expect(await sightingsOf(served, world.account)).toBeGreaterThanOrEqual(6)
    expect(world.faults).toEqual([])
  })
})

describe.concurrent('who an account is, at GitHub', () => {
  const KNOWN: Person = { id: 1, login: 'known' }
  const OCTOCAT: Person = { id: 583231, login: 'octocat' }
  const account = 'github:octocat'

  /** Watches one of these people, who may be changed. */
  async function watched(after: After, people: Person[]) {
    const world = await ending(after, startWorld(casesOf('github'), { answers: () => githubOf(people) }))
    const settings = { ...world.settings, controls: { known: ['known'] } }
    const served = await ending(after, serve(watching({ platforms: { github: settings }, accounts: [account] }), world))
    await served.sees(account, isUp, 'is up')
    const stop = async () => {
      expect(world.faults).toEqual([])
    }
    return { world, served, stop }
  }
  const accept = (served: Served, body: object = {}) =>
    served.post<{ detail?: string }>(`/api/v1/accounts/${encodeURIComponent(account)}/accept`, body)

  test('renamed is told with the new name, and once accepted it is asked for by that', async ({
    onTestFinished: after,
  }) => {
    const people = [KNOWN, OCTOCAT]
    const { world, served } = await watched(after, people)
    people[1] = { ...OCTOCAT, login: 'monacat' }
    await served.sees(account, isDown, 'is down')
    const now = { id: '583231', handle: 'monacat' }
    expect(await outageOf(served, account)).toMatchObject({ because: ['renamed'], explicit: true, trust: 'high', now })
    expect((await accept(served)).status).toBe(200)
    const asked = world.asked.length
    await served.sees(account, (one) => isUp(one) && one.identity?.handle === 'monacat', 'is up under its new name')
    await until(
      () => world.asked.slice(asked),
      (urls) => urls.some((url) => url.endsWith('/users/monacat')),
      'it is asked for by its new name',
    )
    expect(await outageOf(served, account)).toMatchObject({ state: 'closed', accepted: { identity: now } })
    expect(await namesTold(served, 'outage.closed')).toEqual(['outage.opened', 'outage.closed'])
    expect(world.faults).toEqual([])
  })

  test('a stranger on the name of one who is gone is a takeover, and up only once a person accepts it', async ({
    onTestFinished: after,
  }) => {
    const people = [KNOWN, OCTOCAT]
    const { world, served } = await watched(after, people)
    people.pop()
    await served.sees(account, isDown, 'is down')
    expect(await outageOf(served, account)).toMatchObject({ because: ['not_found', 'suspended', 'deleted'], now: null })
    people.push({ id: 99, login: 'octocat' })
    const asked = world.asked.length
    const now = { id: '99', handle: 'octocat' }
    const taken = await until(
      () => outageOf(served, account),
      ({ because }) => because.join() === 'taken_over',
      'it is taken over',
    )
    expect(taken).toMatchObject({ state: 'open', now, identity: { id: '583231' } })
    await until(
      () => world.asked.length - asked,
      (count) => count >= 6,
      'it was looked at again and again',
    )
    expect((await served.account(account)).belief).toBe('down')
    const { status, json } = await accept(served, { id: '583231' })
    expect([status, json.detail]).toEqual([409, expect.stringContaining('id 99')])
    expect((await accept(served, { id: '99' })).status).toBe(200)
    await served.sees(account, (one) => isUp(one) && one.identity?.id === '99', 'is up as the other one')
    const told = await namesTold(served, 'outage.closed')
    expect(told.filter((name) => name !== 'outage.changed')).toEqual(['outage.opened', 'outage.closed'])
    expect(world.faults).toEqual([])
  })
})

/** Truth Social knows accounts by their number, too; else it is a Mastodon that is closed to other servers. */
function truthOf(has: (handle: string) => boolean, cases: PlatformCases): Answers {
  const numbers = new Map<string, string>()
  const world = cases.world((handle) => has(handle.replace('truthsocial.test', 'truthsocial.com')))
  return (request) => {
    const { origin, pathname, searchParams } = new URL(request.url)
    const name = searchParams.get('acct') ?? numbers.get(pathname) ?? ''
    const said = world({ ...request, url: `${origin}/api/v1/accounts/lookup?acct=${name}` })
    const { id } = JSON.parse(said.text) as { id?: string }
    if (id !== undefined) numbers.set(`/api/v1/accounts/${id}`, name)
    return said
  }
}
