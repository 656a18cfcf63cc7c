import { describe, expect, test } from 'vitest'
import type { Answers, PlatformCases } from '../platforms/cases/kind.ts'
import type { Served } from '../support/contract-process.ts'
import {
  casesOf,
  ending,
  isDown,
  isUp,
  namesTold,
  outageOf,
  platformOf,
  serveWorlds,
  sightingsOf,
  toldBy,
  worldsOf,
  type After,
} from '../support/contract-worlds.ts'
import { githubOf, type Person } from '../support/fake-github.ts'
import { answer } from '../support/recorded.ts'
import { until } from '../support/run-app.ts'
import { startWorld } from '../support/world-server.ts'

describe.concurrent('a page that has changed', () => {
  test('is told as our sight of that look, with what it shows now, and as regained', async ({
    onTestFinished: after,
  }) => {
    const worlds = await worldsOf(after, 'github', 'mediawiki', 'telegram')
    const served = await serveWorlds(after, worlds)
    for (const { account } of worlds) await served.sees(account, isUp, 'is up')
    const redesigned: Answers = ({ url }) => answer(url, 200, '<!doctype html><html><body>Hello!</body></html>')
    for (const { answerAll } of worlds) answerAll(redesigned)
    const evidence = { status: 200, excerpt: expect.stringContaining('Hello!') as string }
    for (const { kind, account } of worlds) {
      const look = kind.looks[0]!.name
      const { unreadable } = await until(
        () => platformOf(served, kind.id),
        (view) => view.unreadable.length > 0,
        `${kind.title} cannot be read`,
      )
      expect(unreadable[0]).toMatchObject({ look, evidence })
      const lost = (await toldBy(served)).find((one) => one.name === 'sight.lost' && one.platform === kind.id)
      expect(lost).toMatchObject({ scope: 'look', look, because: ['unreadable'], evidence })
      expect((await served.account(account)).belief).toBe('up')
    }
    for (const { answerAll } of worlds) answerAll(null)
    const told = await until(
      () => toldBy(served),
      (some) => some.filter(({ name }) => name === 'sight.regained').length >= worlds.length,
      'all of them can be read again',
    )
    for (const { kind } of worlds) {
      const names = told.filter(({ platform }) => platform === kind.id).map(({ name }) => name)
      expect([kind.id, ...names]).toEqual([kind.id, 'sight.lost', 'sight.regained'])
      expect((await platformOf(served, kind.id)).unreadable).toEqual([])
    }
    expect(told.filter(({ outage }) => outage !== undefined)).toEqual([])
  }, 60_000)

  test('is not what it is called when one look has no words for somebody who is gone', async ({
    onTestFinished: after,
  }) => {
    const [world] = await worldsOf(after, 'medium')
    const { account, handle, asked, leave, join } = world!
    const defaults = { confirm: { every: '50ms', sightings: 8 } }
    const served = await serveWorlds(after, [world!], { defaults })
    await served.sees(account, isUp, 'is up')
    leave(handle)
    await served.sees(account, isDown, 'is down')
    const feeds = (): number => asked.filter((url) => url.endsWith(`/feed/@${handle}`)).length
    const before = feeds()
    await until(feeds, (count) => count >= before + 3, 'its feed was asked for again and again')
    join(handle)
    await served.sees(account, isUp, 'is back')
    expect(await namesTold(served, 'outage.closed')).toEqual(['outage.opened', 'outage.closed'])
  })
})

describe.concurrent('a budget', () => {
  test('that holds the roll shows what is used, planned and left', async ({ onTestFinished: after }) => {
    const worlds = await worldsOf(after, 'github')
    const served = await serveWorlds(after, worlds)
    await served.sees(worlds[0]!.account, isUp, 'is up')
    const { budget, worstNoticeMs, warnings } = await platformOf(served, 'github')
    expect(budget).toMatchObject({ requests: 1_000_000, windowMs: 60_000, headroom: 1_000_000 - budget.planned })
    expect(budget.planned).toBeGreaterThanOrEqual(60)
    expect(budget.used).toBeGreaterThanOrEqual(1)
    expect(worstNoticeMs).toBeGreaterThanOrEqual(1_000)
    expect(warnings).toEqual([])
  })

  test('that is too small is never overdrawn, and is warned of', async ({ onTestFinished: after }) => {
    const worlds = await worldsOf(after, 'github')
    const { asked, settings, join } = worlds[0]!
    const people = Array.from({ length: 5 }, (_, n) => `somebody-${n + 10}`)
    for (const handle of people) join(handle)
    const accounts = people.map((handle) => `github:${handle}`)
    const served = await serveWorlds(after, worlds, {
      accounts,
      platforms: { github: { ...settings, budget: '10/2s' } },
    })
    for (const account of accounts) await served.sees(account, isUp, 'is up')
    const used: number[] = []
    await until(
      async () => {
        used.push((await platformOf(served, 'github')).budget.used)
        return asked.length
      },
      (count) => count >= 30,
      'it asked for several windows',
    )
    expect(Math.max(...used)).toBeGreaterThan(5)
    expect(Math.max(...used)).toBeLessThanOrEqual(10)
    const { budget, worstNoticeMs, warnings } = await platformOf(served, 'github')
    expect(budget).toMatchObject({ requests: 10, windowMs: 2_000, headroom: 10 - budget.planned })
    expect(budget.headroom).toBeLessThan(0)
    expect(worstNoticeMs).toBeGreaterThan(2_000)
    expect(warnings.join('\n')).toMatch(/GitHub does not fit: the roll will go \d+\.\d times slower than configured/)
    expect(warnings.join('\n')).toMatch(/raise platforms\.github\.budget/)
  })
})

describe.concurrent('low trust', () => {
  test('takes twice as many sightings where there is nothing better', async ({ onTestFinished: after }) => {
    const worlds = await worldsOf(after, 'hackernews', 'tiktok')
    // Slow enough for the controls, which are asked meanwhile, to have answered before the third.
    const served = await serveWorlds(after, worlds, { defaults: { confirm: { every: '300ms' } } })
    for (const { account } of worlds) await served.sees(account, isUp, 'is up')
    for (const { leave, handle } of worlds) leave(handle)
    const [plain = '', weak = ''] = worlds.map(({ account }) => account)
    await served.sees(plain, isDown, 'is down')
    await served.sees(weak, isDown, 'is down')
    expect((await outageOf(served, plain)).trust).toBe('medium')
    expect((await outageOf(served, weak)).trust).toBe('low')
    expect(await sightingsOf(served, plain)).toBeLessThan(6)
    expect(await sightingsOf(served, weak)).toBeGreaterThanOrEqual(6)
  })

  test('may be a server’s own: Truth Social, asked as a Mastodon', async ({ onTestFinished: after }) => {
    const cases = casesOf('mastodon')
    const truth = { ...cases, settings: { hosts: { 'truthsocial.com': 'http://truthsocial.test' } } }
    const world = await ending(after, startWorld(truth, { answers: (has) => truthOf(has, cases) }))
    const served = await serveWorlds(after, [world])
    const { identity } = await served.sees(world.account, isUp, 'is up')
    expect(identity).toMatchObject({ handle: world.handle, id: expect.stringMatching(/^\d+$/) as string })
    world.leave(world.handle)
    await served.sees(world.account, isDown, 'is down')
    const because = ['not_found', 'suspended', 'deleted']
    expect(await outageOf(served, world.account)).toMatchObject({ trust: 'low', because })
    expect(await sightingsOf(served, world.account)).toBeGreaterThanOrEqual(6)
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

describe.concurrent('who an account is, at GitHub', () => {
  const KNOWN: Person = { id: 1, login: 'known' }
  const OCTOCAT: Person = { id: 583231, login: 'octocat' }
  const account = 'github:octocat'

  /** Watches the octocat among these people, who may be changed. */
  async function watched(after: After, people: Person[]) {
    const world = await ending(after, startWorld(casesOf('github'), { answers: () => githubOf(people) }))
    const github = { ...world.settings, controls: { known: ['known'] } }
    const served = await serveWorlds(after, [world], { platforms: { github }, accounts: [account] })
    await served.sees(account, isUp, 'is up')
    return { world, served }
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
    expect(await namesTold(served, 'outage.closed')).toEqual(['outage.opened', 'outage.closed'])
    expect(await outageOf(served, account)).toMatchObject({ state: 'closed', accepted: { identity: now } })
    expect(world.faults).toEqual([])
  })

  test('a stranger on the name of one who is gone is a takeover until a person accepts it', async ({
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
