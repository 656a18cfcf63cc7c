import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createStateView } from '../../src/client/index.ts'
import { rollcall, serve } from '../support/contract-process.ts'
import {
  ending,
  folderFor,
  isDown,
  isUp,
  outageOf,
  platformOf,
  platformsOf,
  sightingsOf,
  watching,
  type After,
} from '../support/contract-worlds.ts'
import { startSite, whatsMyName } from '../support/fake-site.ts'
import { until } from '../support/run-app.ts'

describe.concurrent('a site of one’s own', () => {
  /** Who is on it, and watches all but the one that its controls know. */
  async function watched(after: After, ...names: readonly string[]) {
    const site = await ending(after, startSite(['known', ...names]))
    const forum = { ...site.described, controls: { known: ['known'] } }
    const accounts = names.map((name) => `forum:${name}`)
    const yaml = watching({ platforms: { forum }, accounts, defaults: { blindAfter: '3s' } })
    const served = await ending(after, serve(yaml))
    for (const account of accounts) await served.sees(account, isUp, 'is up')
    return { site, served }
  }

  test('is present, gone, behind a wall or not to be read', async ({ onTestFinished: after }) => {
    const { site, served } = await watched(after, 'ada', 'bob', 'cyd', 'dan')
    site.show('bob', 'gone')
    site.show('cyd', 'walled')
    site.show('dan', 'odd')
    await served.sees('forum:bob', isDown, 'is down')
    const because = ['not_found', 'deactivated', 'suspended', 'deleted']
    expect(await outageOf(served, 'forum:bob')).toMatchObject({ because, explicit: false, trust: 'medium' })
    for (const [account, cause] of [
      ['forum:cyd', 'blocked'],
      ['forum:dan', 'unreadable'],
    ] as const) {
      const blind = await served.sees(account, (one) => one.blind, 'is out of sight')
      expect(blind).toMatchObject({ belief: 'up', looks: [{ verdict: 'inconclusive', because: [cause] }] })
    }
    expect(await served.account('forum:ada')).toMatchObject({ belief: 'up', blind: false })
    site.show('bob', 'here')
    await served.sees('forum:bob', isUp, 'is back')
  })

  test('has nobody gone while whom its controls know is; and the page says why', async ({ onTestFinished: after }) => {
    const { site, served } = await watched(after, 'ada')
    site.show('known', 'gone')
    site.show('ada', 'gone')
    const { unreadable } = await until(
      () => platformOf(served, 'forum'),
      (view) => view.unreadable.length > 0,
      'its controls are known to be wrong',
    )
    const why = { look: 'page', words: 'on its page', because: 'who is known to exist answers as absent (known)' }
    expect(unreadable).toMatchObject([why])
    const page = createStateView()
    page.apply({ type: 'platforms', platforms: await platformsOf(served) })
    expect(page.view().unreadable).toMatchObject([{ ...why, platform: 'forum' }])
    await served.sees('forum:ada', ({ looks }) => looks[0]?.because.join() === 'control_failed', 'does not count')
    const looks = (): number => site.asked.filter((name) => name === 'ada').length
    const before = looks()
    await until(looks, (count) => count >= before + 4, 'it was looked at again and again')
    expect((await served.account('forum:ada')).belief).toBe('doubted')
    expect(await served.outages('account=forum%3Aada')).toEqual([])
  })
})

describe.concurrent('a rule pack', () => {
  /** One file of each format, with a rule that can be read and one that cannot. */
  async function packs(after: After) {
    const site = await ending(after, startSite(['known', 'ada']))
    const weak = { ...site.rule, name: 'Nothing missing', m_code: 200, m_string: '' }
    const files = {
      'wmn.json': whatsMyName(site.rule, weak),
      'sherlock.json': JSON.stringify({
        'Other forum': site.entry,
        'Any status': { ...site.entry, errorMsg: '404' },
      }),
    }
    const rules = Object.keys(files).map((file) => ({ file: `./${file}` }))
    const configuration = { rules, platforms: { forum: budget, otherforum: budget }, accounts }
    return { site, path: folderFor(after, files).path, configuration }
  }
  const budget = { budget: '1000000/1m' }
  const accounts = ['forum:ada', 'otherforum:ada']

  test('is a platform for each rule that can be read; others are refused for a reason', async ({
    onTestFinished: after,
  }) => {
    const { path: cwd } = await packs(after)
    for (const [file, taken, refused] of [
      ['wmn.json', 'forum', 'Nothing missing'],
      ['sherlock.json', 'otherforum', 'Any status'],
    ] as const) {
      const { code, stdout } = await rollcall(['rules', 'check', file, '--json'], { cwd })
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({
        file,
        licence: expect.stringMatching(/Copyright/) as string,
        source: expect.stringMatching(/^https:/) as string,
        taken: [{ platform: taken }],
        refused: [{ name: refused, reason: expect.stringMatching(/marker/) as string }],
        counts: { taken: 1, refused: 1, collisions: 0 },
      })
    }
  })

  test('goes without the rules that do not fit its schema', async ({ onTestFinished: after }) => {
    const site = await ending(after, startSite(['known']))
    const odd = { ...site.rule, name: 'Odd', e_code: '200' }
    const { path: cwd } = folderFor(after, {
      'wmn.json': whatsMyName(odd, site.rule),
      'odd.json': whatsMyName(odd),
      'rollcall.yaml': JSON.stringify({ rules: [{ file: './odd.json' }], accounts: ['bluesky:bsky.app'] }, null, 2),
    })
    const { code, stdout } = await rollcall(['rules', 'check', 'wmn.json', '--json'], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      taken: [{ platform: 'forum' }],
      refused: [{ name: 'Odd', reason: 'does not fit the schema: e_code: expected number, found string' }],
    })
    const refusals = [
      [['rules', 'check', 'odd.json'], /odd\.json:1:1 .*Odd: e_code: expected number, found string/],
      [['rules', 'check', 'wmn.json', '--format', 'sherlock'], /a rule file of sherlock, found one of whatsmyname/],
      [['config', 'check', 'rollcall.yaml'], /rollcall\.yaml:4:15 rules\[0\]\.file: .*Odd: e_code: expected number/],
    ] as const
    for (const [args, words] of refusals) {
      const { code: refused, stderr } = await rollcall([...args], { cwd })
      expect(refused).toBe(78)
      expect(stderr).toMatch(words)
    }
  })

  test('is watched like any other, where its addresses may be asked', async ({ onTestFinished: after }) => {
    const { site, path: cwd, configuration } = await packs(after)
    const served = await ending(after, serve(watching(configuration), { cwd }))
    for (const account of accounts) await served.sees(account, isUp, 'is up')
    site.show('ada', 'walled')
    for (const account of accounts) {
      const walled = await served.sees(account, ({ looks }) => looks[0]?.because.join() === 'blocked', 'is walled off')
      expect(walled.belief).toBe('up')
    }
    site.show('ada', 'gone')
    for (const account of accounts) await served.sees(account, isDown, 'is down')
    expect((await outageOf(served, 'forum:ada')).trust).toBe('medium')
    expect((await outageOf(served, 'otherforum:ada')).trust).toBe('low')
    expect(await sightingsOf(served, 'otherforum:ada')).toBeGreaterThanOrEqual(6)
    expect((await platformOf(served, 'forum')).source).toMatchObject({ name: 'WhatsMyName' })
    expect((await platformOf(served, 'otherforum')).source).toMatchObject({ name: 'Sherlock' })
    site.show('ada', 'here')
    for (const account of accounts) await served.sees(account, isUp, 'is back')
  })

  test('leads to no private network of its own accord', async ({ onTestFinished: after }) => {
    const { site, path, configuration } = await packs(after)
    const { outbound, ...closed } = JSON.parse(watching(configuration)) as Record<string, unknown>
    expect(outbound).toEqual({ allowPrivate: ['127.0.0.0/8'] })
    const rules = configuration.rules.map(({ file }) => ({ file: join(path, file) }))
    const own = folderFor(after, { 'rollcall.yaml': JSON.stringify({ ...closed, rules }) })
    const { code, stdout } = await rollcall(['check', '--config', join(own.path, 'rollcall.yaml'), ...accounts])
    expect(code).toBe(2)
    for (const account of accounts) expect(stdout).toContain(`${account}  cannot see: `)
    expect(stdout).toContain('outbound.allowPrivate')
    expect(site.asked).toEqual([])
  })
})
