import { expect, test } from 'vitest'
import type { Look } from '../../src/core/platform.ts'
import { calm } from '../../src/core/storm.ts'
import type { Urgency } from '../../src/core/urgency.ts'
import { inconclusive, type Verdict } from '../../src/core/verdict.ts'
import type { Transition } from '../../src/core/transition.ts'
import { createControls } from '../../src/run/controls.ts'
import { createDrift } from '../../src/run/drift.ts'
import { createFeed } from '../../src/run/feed.ts'
import type { Draft, Ledger } from '../../src/run/ledger.ts'
import { createLooker } from '../../src/run/looker.ts'
import { createQueue } from '../../src/run/queue.ts'
import type { PlatformRun } from '../../src/run/machines.ts'
import { createWatch, type Watch } from '../../src/run/watch.ts'
import { createManualClock } from '../support/manual-clock.ts'
import {
  fakeEntry,
  fakeLook,
  fakePlatform,
  gone,
  here,
  okAnswer,
  silentLog,
  silentMeters,
} from '../support/platform.ts'

/** One account `a`, looks that say what `says` holds, and a ledger in memory that can refuse. */
function setUp(lookNames: readonly string[] = ['app', 'host']) {
  const clock = createManualClock(0)
  const says: Record<string, Verdict> = {}
  const controlSays: Record<string, Verdict> = { known: here('known'), nobody: gone }
  const asked: string[] = []
  const looks: Look[] = lookNames.map((name) =>
    fakeLook(name, ({ handle }) => {
      asked.push(`${name} ${handle}`)
      return controlSays[handle] ?? says[name] ?? here(handle)
    }),
  )
  const platform = fakePlatform(looks)
  const entry = fakeEntry(platform, 'a')
  const told: string[] = []
  const drafts: Draft[] = []
  const disk: { refuses: boolean; waits?: Promise<readonly Transition[]> } = { refuses: false }
  const ledger: Ledger = {
    record: (draft) => {
      if (disk.refuses) return Promise.reject(new Error('disk full'))
      drafts.push(draft)
      told.push(...draft.changes.map(({ name }) => name))
      return disk.waits ?? Promise.resolve([] as Transition[])
    },
    storm: () => calm,
    calm: () => Promise.resolve(),
    restore: () => Promise.resolve(),
  }
  const feed = createFeed({ epoch: 'e', recent: [], lastSeq: 0, clock })
  const runs = new Map<string, PlatformRun>()
  const watch: Watch = createWatch({
    clock,
    log: silentLog,
    meters: silentMeters,
    feed,
    drift: createDrift(),
    ledger,
    runOf: (id) => runs.get(id),
    isOnRoll: () => true,
    pinned: () => undefined,
    confirm: () => ({ sightings: 3, looks: 2, vantages: 1, clears: 2, everyMs: 1000 }),
    blindAfterMs: () => 60_000,
  })
  const queue = createQueue({
    platform,
    ask: ({ url }) => Promise.resolve(okAnswer(url)),
    looker: createLooker({ clock, log: silentLog }),
    clock,
    meters: silentMeters,
    seen: watch.seen,
    before: undefined,
  })
  runs.set('fake', {
    queue,
    controls: createControls({ platform, clock, log: silentLog, meters: silentMeters, aside: queue.aside }),
  })
  const look = async (name = looks[0]?.name, urgency: Urgency = 'ordinary') => {
    const one = looks.find((candidate) => candidate.name === name)
    if (one !== undefined) queue.want(entry, { look: one, urgency, dueAt: clock.now() })
    await clock.advance(0)
  }
  return { clock, says, controlSays, asked, entry, told, drafts, disk, look, watch }
}

test('a doubt looks again at once by the other look, asks the controls of each, and opens', async () => {
  const { clock, says, asked, entry, told, look } = setUp()
  await look()
  says['app'] = says['host'] = gone
  await clock.advance(10_000)
  await look()
  expect(entry.belief.kind).toBe('doubted')
  expect(asked.filter((line) => line.startsWith('app'))).toEqual(['app a', 'app a', 'app known', 'app nobody'])
  await clock.advance(2_000)
  expect(told).toEqual(['outage.opened'])
  expect(asked.filter((line) => line === 'host a')).toHaveLength(1)
})

test('a burst of hints does not make up the sightings that a doubt spaces', async () => {
  const { clock, says, asked, told, look } = setUp()
  await look()
  says['app'] = says['host'] = gone
  const burst = [look('host', 'hint'), look('host', 'hint'), look('host', 'hint')]
  await Promise.all(burst)
  await look('host', 'hint')
  expect(asked.filter((line) => line === 'host a')).toHaveLength(1)
  await clock.advance(1_900)
  expect(told).toEqual([])
  await clock.advance(100)
  expect(told).toEqual(['outage.opened'])
})

test('an outage brings along the sightings that led to it', async () => {
  const { clock, says, drafts, look } = setUp()
  await look()
  says['app'] = says['host'] = gone
  await look()
  await clock.advance(2_000)
  expect(drafts[0]?.sightings.map(({ sighting }) => `${sighting.look} ${sighting.verdict.kind}`)).toEqual([
    'app absent',
    'host absent',
    'app absent',
  ])
})

test('while the controls answer wrongly nothing moves, and it is told as that', async () => {
  const { clock, says, controlSays, entry, told, look } = setUp()
  await look()
  says['app'] = says['host'] = gone
  controlSays['known'] = gone
  await look()
  await clock.advance(30_000)
  expect(told).toEqual([])
  expect(entry.sightings.map(({ verdict }) => ('because' in verdict ? verdict.because : verdict.kind))).toContain(
    'control_failed',
  )
})

test('controls that come right again let the doubt go on', async () => {
  const { clock, says, controlSays, told, look } = setUp()
  await look()
  says['app'] = says['host'] = gone
  controlSays['known'] = gone
  await look()
  await clock.advance(5_000)
  controlSays['known'] = here('known')
  await clock.advance(60_000)
  expect(told).toEqual(['outage.opened'])
})

test('when the disk refuses nothing has happened yet, and the next sighting tries again', async () => {
  const { clock, says, entry, disk, told, look } = setUp()
  await look()
  says['app'] = says['host'] = gone
  disk.refuses = true
  await look()
  await clock.advance(5_000)
  expect({ told, belief: entry.belief.kind }).toEqual({ told: [], belief: 'doubted' })
  disk.refuses = false
  await clock.advance(5_000)
  expect({ told, belief: entry.belief.kind }).toEqual({ told: ['outage.opened'], belief: 'down' })
})

test('the first present in an outage is confirmed at once by the looks that had said absent', async () => {
  const { clock, says, told, look } = setUp()
  await look()
  says['app'] = says['host'] = gone
  await look()
  await clock.advance(2_000)
  says['app'] = says['host'] = here('a')
  await look()
  await clock.advance(1_000)
  expect(told).toEqual(['outage.opened', 'outage.closed'])
})

test('a blip is not announced', async () => {
  const { clock, says, entry, told, look } = setUp(['app'])
  await look()
  says['app'] = gone
  await look()
  says['app'] = here('a')
  await clock.advance(5_000)
  expect({ told, belief: entry.belief.kind }).toEqual({ told: [], belief: 'up' })
})

test('a doubt that cannot be settled is asked less and less often', async () => {
  const { clock, says, asked, entry, told, look } = setUp()
  await look('app')
  await look('host')
  says['app'] = gone
  await look('app')
  await clock.advance(600_000)
  expect({ told, belief: entry.belief.kind }).toEqual({ told: [], belief: 'doubted' })
  const first = asked.length
  await clock.advance(60_000)
  expect(asked.length - first).toBeLessThan(15)
})

test('inconclusive answers go on doubting and open nothing', async () => {
  const { clock, says, entry, told, look } = setUp()
  await look()
  says['app'] = gone
  says['host'] = inconclusive('network')
  await look()
  says['app'] = inconclusive('rate_limited')
  await clock.advance(120_000)
  expect({ told, belief: entry.belief.kind }).toEqual({ told: [], belief: 'doubted' })
})

test('a platform that suddenly shows everybody brings nobody back: the controls are asked before an outage ends', async () => {
  const { clock, says, controlSays, told, look } = setUp(['app'])
  says['app'] = gone
  await look()
  await clock.advance(10_000)
  expect(told).toEqual(['outage.opened'])
  says['app'] = here('a')
  controlSays['nobody'] = here('nobody')
  await look()
  await clock.advance(10_000)
  expect(told).toEqual(['outage.opened'])
  controlSays['nobody'] = gone
  await clock.advance(30_000)
  await look()
  await clock.advance(2_000)
  expect(told).toEqual(['outage.opened', 'outage.closed'])
})

test('an id that the configuration pins while a decision is being written is not overwritten by it', async () => {
  const { entry, look, says, drafts, disk } = setUp(['app'])
  await look('app')
  says['app'] = gone
  await look('app')
  await look('app')
  const writing = Promise.withResolvers<readonly Transition[]>()
  disk.waits = writing.promise
  await look('app')
  expect(drafts).toHaveLength(1)
  expect(entry.writing).not.toBeNull()
  entry.account = { ...entry.account, id: 'another' }
  writing.resolve([])
  await entry.writing
  expect(entry.belief).toMatchObject({ kind: 'down', identity: { id: 'another' } })
})

test('of a long dispute the first sighting and the newest are kept as evidence', async () => {
  const { clock, entry, look, says } = setUp()
  await look('app')
  await look('host')
  says['app'] = gone
  const firstAt = clock.now()
  for (let round = 0; round < 20; round++) {
    await look('app')
    await look('host')
    await clock.advance(1_000)
  }
  expect(entry.belief.kind).toBe('doubted')
  expect(entry.pending).toHaveLength(12)
  expect(entry.pending[0]).toMatchObject({ look: 'app', askedAt: firstAt, verdict: { kind: 'absent' } })
  expect(entry.pending.at(-1)?.askedAt).toBeGreaterThan(firstAt + 15_000)
})
