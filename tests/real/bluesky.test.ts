import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OutageJson } from '../../src/core/json.ts'
import { until } from '../support/run-app.ts'
import { expectTrueBounds } from './support/bounds.ts'
import { blueskySettings, SCHEDULE } from './support/configuration.ts'
import { measure, printLatency } from './support/latency.ts'
import { isInstalled, startNetwork, type Done, type Names, type Network, type Verb } from './support/network.ts'
import { startWatching, type Watching } from './support/watching.ts'

if (!isInstalled) console.warn('no Bluesky network is installed: run tests/real/install, and these tests run too')

type Fate = {
  readonly off: readonly [Verb, Names?]
  readonly on?: Verb
  readonly because: OutageJson['because']
  readonly disputed?: readonly string[]
  /** Who stands there instead. */
  readonly now?: string
}

/** What happens to whom, and what is to be said of it. */
const FATES: Readonly<Record<string, Fate>> = {
  'paused.test': { off: ['deactivate'], on: 'activate', because: ['deactivated'] },
  'deactivated.test': { off: ['deactivate'], because: ['deactivated'] },
  'suspended.test': { off: ['takedownAtHost'], because: ['suspended'] },
  'restored.test': { off: ['takedownAtHost'], on: 'restoreAtHost', because: ['suspended'] },
  'hidden.test': { off: ['takedownInApp'], because: ['suspended'], disputed: ['host'] },
  'unhidden.test': { off: ['takedownInApp'], on: 'restoreInApp', because: ['suspended'], disputed: ['host'] },
  'deleted.test': { off: ['delete'], because: ['deleted'] },
  'renamed.test': { off: ['rename', { handle: 'renewed.test' }], because: ['renamed'], now: 'renewed.test' },
  'coveted.test': {
    off: ['takeOver', { handle: 'coveted.test', to: 'evicted.test' }],
    because: ['taken_over'],
    now: 'coveted.test',
  },
  'leaving.test': {
    off: ['migrate', { handle: 'arrived.pds-b.test' }],
    because: ['renamed'],
    now: 'arrived.pds-b.test',
  },
}
const TIMED = ['timed-1.test', 'timed-2.test', 'timed-3.test', 'timed-4.test']
const UNTOUCHED = 'untouched.test'
/** Moves to another host and takes its handle with it. */
const MOVING = 'moving.newsroom'
const KNOWN = 'known.test'

const HANDLES = [...Object.keys(FATES), ...TIMED, UNTOUCHED, MOVING]
const ROUNDS = 5

describe.skipIf(!isInstalled)('on a real Bluesky network', () => {
  let network: Network
  let watching: Watching
  const dids = new Map<string, string>()
  const offs = new Map<string, Done>()

  const change = (handle: string, verb: Verb, names?: Names): Promise<Done> =>
    network.change(verb, dids.get(handle)!, names)
  const outageOf = async (handle: string, holds: (outage: OutageJson | undefined) => boolean): Promise<OutageJson> =>
    (await until(() => watching.newest(`bluesky:${handle}`), holds, `what is to be said of ${handle}`, 90_000))!

  const stops: (() => Promise<void>)[] = []

  beforeAll(async () => {
    network = await startNetwork()
    stops.push(network.stop)
    await network.create(KNOWN)
    for (const handle of HANDLES) {
      const { did } = await network.create(handle.replace('.newsroom', '.test'))
      dids.set(handle, did)
    }
    await change(MOVING, 'rename', { handle: MOVING })
    const addresses = HANDLES.map((handle) => `bluesky:${handle}`)
    watching = await startWatching(addresses, (hints) => ({
      bluesky: blueskySettings(network.addresses, KNOWN, hints),
    }))
    stops.push(watching.stop)
  })

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
  })

  test('every account is pinned to its own id', async () => {
    const accounts = await watching.accounts()
    expect(accounts.map(({ handle, belief, identity }) => [handle, belief, identity?.id])).toEqual(
      HANDLES.map((handle) => [handle, 'up', dids.get(handle)]),
    )
  })

  test('whatever makes an account unavailable opens an outage that says so, with true bounds', async () => {
    for (const [handle, { off }] of Object.entries(FATES)) offs.set(handle, await change(handle, ...off))
    await change(MOVING, 'migrate', { handle: MOVING })
    for (const [handle, { because, disputed = [], now }] of Object.entries(FATES)) {
      const said = JSON.stringify([because, disputed, now ?? null])
      const outage = await outageOf(
        handle,
        (one) => JSON.stringify([one?.because, one?.disputed, one?.now?.handle ?? null]) === said,
      )
      expectTrueBounds(outage, offs.get(handle)!, null)
      expect.soft(outage.identity?.id).toBe(dids.get(handle))
    }
  })

  test('whoever comes back closes it, and nobody else', async () => {
    for (const [handle, { on }] of Object.entries(FATES)) {
      if (on === undefined) continue
      const back = await change(handle, on)
      const outage = await outageOf(handle, (one) => one?.state === 'closed')
      expectTrueBounds(outage, offs.get(handle)!, back)
    }
    const beliefs = (await watching.accounts()).map(({ handle, belief }) => [handle, belief])
    const isDown = (handle: string) => FATES[handle] !== undefined && FATES[handle].on === undefined
    expect(beliefs).toEqual(HANDLES.map((handle) => [handle, isDown(handle) ? 'down' : 'up']))
  })

  test('the receiver hears soon after an account is switched off, with hints and without', async () => {
    const timed = new Map(TIMED.map((handle) => [handle, dids.get(handle)!]))
    const withHints = await measure(network, watching, timed, { rounds: ROUNDS, phaseMs: 0 })
    await watching.restart('by schedule')
    const bySchedule = await measure(network, watching, timed, { rounds: ROUNDS, phaseMs: SCHEDULE.periodMs })
    printLatency(withHints, bySchedule)
    expect([withHints.length, bySchedule.length]).toEqual([ROUNDS * TIMED.length, ROUNDS * TIMED.length])
  })

  test('receiver and socket got every transition once and in order, of those accounts only', async () => {
    const all = await watching.transitions()
    await until(
      () => [watching.frames.length, watching.notices.length],
      (counts) => counts.every((count) => count >= all.length),
      'all is told',
    )
    const { frames, notices } = watching
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1))
    expect(frames.map(({ seq, id }) => [seq, id])).toEqual(all.map(({ seq, id }) => [seq, id]))

    expect(notices.filter(({ fault }) => fault !== null)).toEqual([])
    expect(new Set(notices.map(({ id }) => id)).size).toBe(notices.length)
    expect(notices.map(({ seq }) => seq).toSorted((one, other) => one - other)).toEqual(all.map(({ seq }) => seq))
    for (const handle of HANDLES) {
      const own = notices.filter(({ account }) => account === `bluesky:${handle}`)
      expect(own.map(({ seq }) => seq)).toEqual(own.map(({ seq }) => seq).toSorted((one, other) => one - other))
      const turns = own.map(({ type }) => type).filter((type) => type !== 'outage.changed')
      expect([handle, turns]).toEqual([handle, expectedTurns(handle)])
    }
  })
})

function expectedTurns(handle: string): string[] {
  const both = ['outage.opened', 'outage.closed']
  if (TIMED.includes(handle)) return Array.from({ length: 2 * ROUNDS }, () => both).flat()
  const fate = FATES[handle]
  return fate === undefined ? [] : fate.on === undefined ? ['outage.opened'] : both
}
