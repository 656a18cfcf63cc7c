import { expect, onTestFinished, test } from 'vitest'
import { unknown } from '../../src/core/belief.ts'
import type { Platform } from '../../src/core/platform.ts'
import { present, type Identity } from '../../src/core/verdict.ts'
import { createMachines } from '../../src/run/machines.ts'
import { createPolite } from '../../src/run/polite.ts'
import { createPurse } from '../../src/run/purse.ts'
import { createRoster } from '../../src/run/roster.ts'
import { createSpent } from '../../src/run/spent.ts'
import { createManualClock } from '../support/manual-clock.ts'
import {
  fakeAccount,
  fakeLook,
  fakePlatform,
  gone,
  here,
  okAnswer,
  silentLog,
  silentMeters,
} from '../support/platform.ts'

/** A roster of one account that was seen as `identity`, its address as it is written by then. */
function seenAs(identity: Identity, handle: string) {
  const platform = fakePlatform([fakeLook('app', ({ handle: asked }) => here(asked))])
  const roster = createRoster()
  const adopt = (written: string) => roster.adopt([fakeAccount(written)], [platform], 0)
  adopt(handle)
  const entry = roster.entry(`fake:${handle}`)!
  entry.belief = { kind: 'up', identity, presentAt: { app: 5 }, conclusiveAt: 7, seenFrom: 1 }
  return { roster, adopt, entry }
}

test('who was seen under another spelling is not taken for whoever the address names now', () => {
  const { adopt, entry } = seenAs({ id: null, handle: 'pg' }, 'pg')
  adopt('PG')
  expect(entry.belief).toEqual({ ...unknown(), conclusiveAt: 7, seenFrom: 1 })
})

test('one whose id is known is asked for by the new spelling, and has to be that one', () => {
  const { adopt, entry } = seenAs({ id: '7', handle: 'Nasa' }, 'nasa')
  adopt('NASA')
  expect(entry.belief).toMatchObject({ kind: 'up', identity: { id: '7', handle: 'NASA' }, presentAt: { app: 5 } })
})

test('the platform’s own spelling, and a name that a person accepted, outlive a reload', () => {
  for (const handle of ['NASA', 'nasa2']) {
    const { adopt, entry } = seenAs({ id: '7', handle }, 'nasa')
    adopt('nasa')
    expect(entry.belief.identity).toEqual({ id: '7', handle })
  }
  const { adopt, entry } = seenAs({ id: '7', handle: 'nasa2' }, 'nasa')
  adopt('NASA')
  expect(entry.belief.identity?.handle).toBe('nasa2')
})

test('what was kept of another spelling before a restart is as little believed', () => {
  const roster = createRoster()
  const identity = { id: null, handle: 'pg' }
  const belief = { kind: 'up', identity, presentAt: { app: 5 }, conclusiveAt: 7, seenFrom: 1 } as const
  roster.remember([{ account: 'fake:pg', belief, sightings: [] }])
  roster.adopt([fakeAccount('PG')], [fakePlatform([fakeLook('app', () => present(identity))])], 0)
  expect(roster.entry('fake:PG')?.belief).toEqual({ ...unknown(), conclusiveAt: 7, seenFrom: 1 })
})

test('requests of before a reload count within the window that holds now', async () => {
  const clock = createManualClock(0)
  const ask = () => Promise.resolve(okAnswer('https://a.example/'))
  const before = createPolite(ask, clock, 300_000)
  const asking = before.asking(() => undefined)
  for (let request = 0; request < 4; request++) {
    await asking({ url: 'https://a.example/' })
    await clock.advance(50_000)
  }
  expect(before.used()).toBe(4)
  const after = createPolite(ask, clock, 60_000, before)
  expect(after.used()).toBe(1)
  await clock.advance(60_000)
  expect(after.used()).toBe(0)
  expect(createPolite(ask, clock, 300_000, before).used()).toBe(4)
})

test('controls that answered wrongly before a reload are wrong until they answer right, where anybody is on the roll', async () => {
  const clock = createManualClock(0)
  let isBroken = true
  const look = fakeLook('app', ({ handle }) => (isBroken || handle === 'known' ? here(handle) : gone))
  const platform: Platform = fakePlatform([look], { homeOf: (handle) => handle.split('@')[1] ?? '' })
  const ask = () => Promise.resolve(okAnswer('https://a.example/'))
  const machines = createMachines({
    clock,
    log: silentLog,
    meters: silentMeters,
    lineTo: () => ({ ask, connect: () => Promise.reject(new Error('none')), close: () => Promise.resolve() }),
    seen: () => undefined,
  })
  onTestFinished(() => machines.close())
  onTestFinished(machines.halt)
  const connect = (...handles: string[]) =>
    machines.connect(
      [platform],
      [],
      handles.map((handle) => fakeAccount(handle)),
    )
  const failing = () => ['one', 'two'].filter((home) => machines.of('fake')!.controls.failed(look, home))

  connect('a@one', 'b@two')
  for (const home of ['one', 'two']) machines.of('fake')!.controls.ensure(look, home, 0)
  await clock.advance(1_000)
  expect(failing()).toEqual(['one', 'two'])
  connect('a@one')
  expect(failing()).toEqual(['one'])
  await clock.advance(1_000)
  expect(failing()).toEqual(['one'])
  isBroken = false
  connect('a@one')
  await clock.advance(1_000)
  expect(failing()).toEqual([])
})

test('money that was spent before a restart is spent, and comes in again as it would have without one', async () => {
  const clock = createManualClock(0)
  const notes = new Map<string, string>()
  const store = {
    note: (key: string) => Promise.resolve(notes.get(key) ?? null),
    writeNote: (key: string, value: string) => Promise.resolve(void notes.set(key, value)),
  }
  const platform = fakePlatform([fakeLook('app', () => gone)], { pricePerAccount: 0.01, spendPerDay: 10 })
  const start = async () => {
    const spent = createSpent({ store, clock, log: silentLog })
    await spent.restore()
    return createPurse(platform, clock, undefined, spent)
  }

  const before = await start()
  expect(before.accounts(true)).toBe(200)
  before.ask(200)
  before.settle(0, 10)
  const after = await start()
  expect(after.accounts(true)).toBe(10)
  // Eight hundred come in steadily each day.
  await clock.advance(86_400_000 / 8)
  expect((await start()).accounts(true)).toBe(110)
})
