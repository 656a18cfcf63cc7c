import { expect, onTestFinished, test } from 'vitest'
import type { Store } from '../../src/core/store.ts'
import type { Verdict } from '../../src/core/verdict.ts'
import { createFastClock } from '../../src/io/clock.ts'
import { createDrift } from '../../src/run/drift.ts'
import { createKeeper } from '../../src/run/keeper.ts'
import { fakeEntry, fakeLook, fakePlatform, here, okAnswer, silentLog as log } from '../support/platform.ts'
import { tempStore, until } from '../support/outbox.ts'

/** A keeper with a heartbeat a minute over one account that is looked at every ten seconds, if at all. */
async function beating() {
  const clock = createFastClock({ startAt: Date.now(), speed: 2_000 })
  const open = await tempStore()()
  const disk = { refuses: false }
  const checkpoint: Store['checkpoint'] = (kept) =>
    disk.refuses ? Promise.reject(new Error('disk full')) : open.checkpoint(kept)
  const store = { ...open, checkpoint }
  const entry = fakeEntry(fakePlatform([fakeLook('app', () => here('a'))]), 'a', { watchedFrom: clock.now() })
  const beats: number[] = []
  const keeper = createKeeper({
    store,
    clock,
    log,
    drift: createDrift(),
    ledger: {
      record: () => Promise.resolve([]),
      storm: () => {
        throw new Error('no storm is asked for')
      },
      calm: () => Promise.resolve(),
      restore: () => Promise.resolve(),
    },
    entries: () => [entry],
    blindAfterMs: () => 60_000,
    heartbeat: () => ({ url: 'https://watcher.example/beat', everyMs: 60_000 }),
    refusing: () => null,
    ask: ({ url }) => {
      beats.push(clock.now())
      return Promise.resolve(okAnswer(url))
    },
  })
  await keeper.start()
  onTestFinished(() => keeper.stop())
  const look = (verdict: Verdict): void => {
    const at = clock.now()
    entry.sightings[0] = { look: 'app', vantage: 'home', askedAt: at, answeredAt: at, verdict }
  }
  return { clock, beats, look, keeper, entry, disk }
}

test('the heartbeat goes on while somebody is looked at, whatever that means, and stops when nobody is', async () => {
  const { clock, beats, look } = await beating()
  await until(() => {
    look({ kind: 'inconclusive', because: 'network' })
    return beats.length >= 5
  })
  const stuckAt = clock.now()
  await until(() => clock.now() - stuckAt > 600_000)
  // What came within a minute or two of the last look may still have been called.
  expect(beats.filter((at) => at - stuckAt > 130_000)).toEqual([])
  const before = beats.length
  await until(() => {
    look(here('a'))
    return beats.length > before
  })
})

test('an account that only waits for the budget is not looked at', async () => {
  const { clock, beats, look } = await beating()
  await until(() => {
    look(here('a'))
    return beats.length >= 2
  })
  const stuckAt = clock.now()
  await until(() => {
    look({ kind: 'inconclusive', because: 'over_budget' })
    return clock.now() - stuckAt > 600_000
  })
  expect(beats.filter((at) => at - stuckAt > 130_000)).toEqual([])
})

test('a disk that refuses the last checkpoint does not keep us from stopping', async () => {
  const { keeper, entry, disk } = await beating()
  entry.dirty = true
  disk.refuses = true
  await keeper.stop()
  expect(entry.dirty).toBe(true)
})
