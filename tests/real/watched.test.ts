import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OutageJson } from '../../src/core/json.ts'
import { until } from '../support/run-app.ts'
import { expectTrueBounds } from './support/bounds.ts'
import { isInstalled } from './support/debian.ts'
import { startMediaWiki, type MediaWiki } from './support/mediawiki.ts'
import type { Done } from './support/network.ts'
import { startSnac2, type Snac2 } from './support/snac2.ts'
import { startWatching, type Watching } from './support/watching.ts'

if (!isInstalled) console.warn('snac2 and MediaWiki are not installed: run tests/real/install, and these tests run too')

/** What is told of an account, once it holds. */
const told = async (
  watching: Watching,
  account: string,
  holds: (outage: OutageJson | undefined) => boolean,
): Promise<OutageJson> =>
  (await until(() => watching.newest(account), holds, `what is to be said of ${account}`, 90_000))!

const isGone =
  (...because: readonly string[]) =>
  (outage: OutageJson | undefined): boolean =>
    outage?.state === 'open' && outage.because.join() === because.join()

/** Every transition came once to the receiver, signed, and to the socket from when it stood, in order. */
async function expectAllTold(watching: Watching): Promise<void> {
  const all = (await watching.transitions()).map(({ seq }) => seq)
  const since = all.slice(all.indexOf(watching.frames[0]?.seq ?? 0))
  const counts = (): string => [watching.frames.length, watching.notices.length].join()
  await until(counts, (told) => told === [since.length, all.length].join(), `${all.length} are told`)
  expect(watching.frames.map(({ seq }) => seq)).toEqual(since)
  expect(watching.notices.map(({ seq }) => seq).toSorted((one, other) => one - other)).toEqual(all)
  expect(watching.notices.filter(({ fault }) => fault !== null)).toEqual([])
}

describe.skipIf(!isInstalled)('accounts on a real fediverse server', () => {
  let snac: Snac2
  let watching: Watching
  const stops: (() => Promise<void>)[] = []
  const address = (name: string): string => `mastodon:${name}@${snac.host}`

  beforeAll(async () => {
    snac = await startSnac2()
    stops.push(() => snac.stop())
    for (const name of ['known', 'stays', 'leaves', 'returns', 'mover', 'target']) await snac.create(name)
    // Before anybody asks for them: what it has once shown of an account it goes on showing.
    await snac.move('mover', 'target')
    const settings = {
      hosts: { [snac.host]: snac.origin },
      controls: { known: [`known@${snac.host}`] },
      budget: '100000/5m',
    }
    const names = ['stays', 'leaves', 'returns', 'mover', 'target', 'never']
    watching = await startWatching(names.map(address), () => ({ mastodon: settings }))
    stops.push(watching.stop)
  })
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
  })

  test('those that are there are pinned to their actors, one that never was is down and was never seen', async () => {
    const accounts = await watching.accounts()
    expect(accounts.map(({ account, belief, identity }) => [account, belief, identity?.id ?? null])).toEqual([
      ...['stays', 'leaves', 'returns', 'mover', 'target'].map((name) => [
        address(name),
        'up',
        `${snac.origin}/${name}`,
      ]),
      [address('never'), 'down', null],
    ])
    const opened = await watching.notice(address('never'), 'outage.opened')
    expect(opened.outage).toMatchObject({ unseen: true, lastPresentAt: null })
  })

  test('deleted ones open outages, and one that is made anew closes its own, with true bounds', async () => {
    const offs = new Map<string, Done>()
    for (const name of ['leaves', 'returns']) offs.set(name, await snac.remove(name))
    for (const [name, off] of offs) {
      const outage = await told(watching, address(name), isGone('not_found', 'deleted'))
      expectTrueBounds(outage, off, null)
      expect.soft(outage.identity?.id).toBe(`${snac.origin}/${name}`)
      expect.soft([outage.explicit, outage.trust, outage.disputed]).toEqual([false, 'high', []])
    }
    const back = await snac.create('returns')
    const closed = await told(watching, address('returns'), (outage) => outage?.state === 'closed')
    expectTrueBounds(closed, offs.get('returns')!, back)
  })

  test('one that has moved away is still there, since this server does not say that it went', async () => {
    const beliefs = await watching.accounts()
    expect(beliefs.filter(({ belief }) => belief === 'up').map(({ account }) => account)).toEqual(
      ['stays', 'returns', 'mover', 'target'].map(address),
    )
  })

  test('all of it is told once and in order', () => expectAllTold(watching))
})

describe.skipIf(!isInstalled)('users of a real MediaWiki', () => {
  let wiki: MediaWiki
  let watching: Watching
  const ids = new Map<string, string>()
  const stops: (() => Promise<void>)[] = []
  const host = (): string => new URL(wiki.origin).host
  const address = (name: string): string => `mediawiki:${name}@${host()}`

  beforeAll(async () => {
    wiki = await startMediaWiki()
    stops.push(() => wiki.stop())
    for (const name of ['Known', 'Stays', 'Blocked', 'Pardoned', 'Renamed', 'Coveted']) {
      ids.set(name, (await wiki.create(name)).id)
    }
    const settings = {
      hosts: { [host()]: wiki.api },
      controls: { known: [`Known@${host()}`] },
      budget: '100000/5m',
    }
    const names = ['Stays', 'Blocked', 'Pardoned', 'Renamed', 'Coveted', 'Never was']
    watching = await startWatching(names.map(address), () => ({ mediawiki: settings }))
    stops.push(watching.stop)
  })
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
  })

  test('all are pinned to their ids but the one that never was', async () => {
    const accounts = await watching.accounts()
    expect(accounts.map(({ account, belief, identity }) => [account, belief, identity?.id])).toEqual([
      ...['Stays', 'Blocked', 'Pardoned', 'Renamed', 'Coveted'].map((name) => [address(name), 'up', ids.get(name)]),
      [address('Never was'), 'down', undefined],
    ])
  })

  test('blocked, renamed and taken over are told apart, and a pardon closes, with true bounds', async () => {
    const offs = new Map<string, Done>()
    for (const name of ['Blocked', 'Pardoned']) offs.set(name, await wiki.block(name))
    offs.set('Renamed', await wiki.rename('Renamed', 'Renewed'))
    await wiki.rename('Coveted', 'Evicted')
    const newcomer = await wiki.create('Coveted')
    offs.set('Coveted', newcomer)

    for (const name of ['Blocked', 'Pardoned']) {
      const outage = await told(watching, address(name), isGone('suspended'))
      expectTrueBounds(outage, offs.get(name)!, null)
      expect.soft(outage.explicit).toBe(true)
    }
    const renamed = await told(watching, address('Renamed'), isGone('renamed'))
    expect(renamed.now).toMatchObject({ id: ids.get('Renamed'), handle: `Renewed@${host()}` })
    const taken = await told(watching, address('Coveted'), isGone('taken_over'))
    expect(taken).toMatchObject({ identity: { id: ids.get('Coveted') }, now: { id: newcomer.id } })

    const back = await wiki.unblock('Pardoned')
    const closed = await told(watching, address('Pardoned'), (outage) => outage?.state === 'closed')
    expectTrueBounds(closed, offs.get('Pardoned')!, back)
    const up = (await watching.accounts()).filter(({ belief }) => belief === 'up').map(({ account }) => account)
    expect(up).toEqual([address('Stays'), address('Pardoned')])
  })

  test('all of it is told once and in order', () => expectAllTold(watching))
})
