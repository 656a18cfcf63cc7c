import { expect, test } from 'vitest'
import type { Ask } from '../../src/core/answer.ts'
import type { Look, Platform } from '../../src/core/platform.ts'
import type { Entry } from '../../src/run/entry.ts'
import { createLooker } from '../../src/run/looker.ts'
import { createQueue, type Queue } from '../../src/run/queue.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { fakeEntry, fakeLook, fakePlatform, here, okAnswer, silentLog, silentMeters } from '../support/platform.ts'

/** A queue whose requests wait until they are let go. */
function setUp(
  platform: Platform,
  answer?: (url: string) => ReturnType<typeof okAnswer>,
  meters = silentMeters,
  answerHeld: (url: string) => ReturnType<typeof okAnswer> = okAnswer,
) {
  const clock = createManualClock()
  const held: (() => void)[] = []
  const seen: string[] = []
  let most = 0
  let open = 0
  const ask: Ask = async ({ url }) => {
    most = Math.max(most, ++open)
    if (answer === undefined) await new Promise<void>((go) => held.push(go))
    open--
    return (answer ?? answerHeld)(url)
  }
  const queue: Queue = createQueue({
    platform,
    ask,
    looker: createLooker({ clock, log: silentLog }),
    clock,
    meters,
    seen: (entry: Entry, look: Look, { verdict }) => {
      seen.push(
        `${entry.account.handle} ${look.name} ${verdict.kind === 'inconclusive' ? verdict.because : verdict.kind}`,
      )
      return undefined
    },
    before: undefined,
  })
  return {
    clock,
    queue,
    seen,
    held,
    most: () => most,
    letGo: async () => {
      for (const go of held.splice(0)) go()
      await clock.advance(0)
    },
  }
}

const want = (
  queue: Queue,
  entry: Entry,
  look: Look,
  urgency: 'doubt' | 'hint' | 'down' | 'important' | 'ordinary' = 'ordinary',
) => queue.want(entry, { look, urgency, dueAt: 0 })

test('accounts that are due together share a request, as many as the look takes', async () => {
  const look = fakeLook('batch', ({ handle }) => here(handle), { takes: 3 })
  const platform = fakePlatform([look])
  const { queue, letGo, clock } = setUp(platform)
  for (const name of ['a', 'b', 'c', 'd']) want(queue, fakeEntry(platform, name), look)
  await clock.advance(0)
  await letGo()
  expect(look.calls.map((asked) => asked.map(({ handle }) => handle).join(''))).toEqual(['abc', 'd'])
})

test('a request is timed once, whoever it is about, and is as late as the account that has waited longest', async () => {
  const look = fakeLook('batch', ({ handle }) => here(handle), { takes: 3 })
  const platform = fakePlatform([look])
  const measured: (readonly [string, number])[] = []
  const { queue, letGo, clock } = setUp(platform, undefined, {
    ...silentMeters,
    late: (_, seconds) => measured.push(['late', seconds]),
    answered: (_, name, seconds) => measured.push([name, seconds]),
  })
  const now = clock.now()
  for (const [name, ms] of [['a', 1_000] as const, ['b', 4_000] as const, ['c', 2_000] as const]) {
    queue.want(fakeEntry(platform, name), { look, urgency: 'ordinary', dueAt: now - ms })
  }
  await clock.advance(0)
  await clock.advance(250)
  await letGo()
  expect(measured).toEqual([
    ['late', 4],
    ['batch', 0.25],
  ])
})

test('a doubt goes before a hint, a hint before the down, the important before the ordinary', async () => {
  const look = fakeLook('one', ({ handle }) => here(handle))
  const platform = fakePlatform([look], { concurrency: 1 })
  const { queue, letGo, clock, seen } = setUp(platform)
  for (const urgency of ['ordinary', 'important', 'down', 'hint', 'doubt'] as const) {
    want(queue, fakeEntry(platform, urgency), look, urgency)
  }
  await clock.advance(0)
  for (let turn = 0; turn < 5; turn++) await letGo()
  expect(seen.map((line) => line.split(' ')[0])).toEqual(['doubt', 'hint', 'down', 'important', 'ordinary'])
})

test('ordinary accounts have their turns however many important ones wait', async () => {
  const look = fakeLook('one', ({ handle }) => here(handle))
  const platform = fakePlatform([look], { concurrency: 1 })
  const { queue, letGo, clock, seen } = setUp(platform)
  for (let index = 0; index < 40; index++) {
    want(queue, fakeEntry(platform, `important-${index}`), look, 'important')
    want(queue, fakeEntry(platform, `ordinary-${index}`), look)
  }
  await clock.advance(0)
  for (let turn = 0; turn < 32; turn++) await letGo()
  const ordinary = seen.filter((line) => line.startsWith('ordinary'))
  expect([seen.length, ordinary.length]).toEqual([32, 4])
})

test('an account is under one look at a time; a doubt that comes meanwhile is asked right after', async () => {
  const look = fakeLook('one', ({ handle }) => here(handle))
  const other = fakeLook('two', ({ handle }) => here(handle))
  const platform = fakePlatform([look, other])
  const { queue, letGo, clock, seen, most } = setUp(platform)
  const entry = fakeEntry(platform, 'a')
  want(queue, entry, look)
  await clock.advance(0)
  want(queue, entry, other, 'doubt')
  want(queue, entry, look)
  await clock.advance(0)
  await letGo()
  await letGo()
  await letGo()
  expect(seen).toEqual(['a one present', 'a two present'])
  expect(most()).toBe(1)
})

test('of two wishes for the look after the one under way the more urgent wins', async () => {
  const named = (name: string) => fakeLook(name, ({ handle }) => here(handle))
  const [first, second, third] = [named('one'), named('two'), named('three')]
  const platform = fakePlatform([first, second, third])
  const { queue, letGo, clock, seen } = setUp(platform)
  const entry = fakeEntry(platform, 'a')
  want(queue, entry, first)
  await clock.advance(0)
  want(queue, entry, second, 'hint')
  want(queue, entry, third, 'doubt')
  want(queue, entry, second, 'hint')
  for (let turn = 0; turn < 3; turn++) await letGo()
  expect(seen).toEqual(['a one present', 'a three present'])
})

test('a look asked for on the side of a queue that has stopped is answered with nothing', async () => {
  const look = fakeLook('one', ({ handle }) => here(handle))
  const { queue } = setUp(fakePlatform([look]))
  queue.stop()
  const asked = [{ handle: 'a', id: null }]
  expect(await new Promise((done) => queue.aside({ look, asked, done }))).toEqual([])
})

test('refusals that were under way together are one, and what was asked before them ends no pause', async () => {
  const look = fakeLook('one', ({ handle }) => here(handle))
  const platform = fakePlatform([look])
  const answers = [429, 429, 429, 200].map((status) => okAnswer('http://platform.invalid/one', status))
  let asked = 0
  const { queue, clock, seen, letGo } = setUp(platform, undefined, silentMeters, () => answers[asked++] ?? answers[3]!)
  for (let index = 0; index < 4; index++) want(queue, fakeEntry(platform, `a${index}`), look)
  await clock.advance(0)
  await letGo()
  const isPaused = (): boolean => queue.polite.pausedUntil('http://platform.invalid') !== null
  await clock.advance(4_999)
  expect(isPaused()).toBe(true)
  await clock.advance(2)
  expect(isPaused()).toBe(false)
  expect(seen).toHaveLength(4)
})

test('no more requests are under way than the platform allows', async () => {
  const look = fakeLook('one', ({ handle }) => here(handle))
  const platform = fakePlatform([look], { concurrency: 3 })
  const { queue, letGo, clock, most } = setUp(platform)
  for (let index = 0; index < 10; index++) want(queue, fakeEntry(platform, `a${index}`), look)
  await clock.advance(0)
  for (let turn = 0; turn < 5; turn++) await letGo()
  expect(most()).toBe(3)
  expect(look.calls).toHaveLength(10)
})

test('a spent budget holds the roll back, and what is kept back goes to a doubt', async () => {
  const look = fakeLook('one', ({ handle }) => here(handle))
  const platform = fakePlatform([look], { budget: { requests: 20, windowMs: 20_000 } })
  const { queue, clock, seen } = setUp(platform, (url) => okAnswer(url))
  for (let index = 0; index < 6; index++) want(queue, fakeEntry(platform, `a${index}`), look)
  await clock.advance(0)
  expect(seen).toHaveLength(2)
  want(queue, fakeEntry(platform, 'doubted'), look, 'doubt')
  await clock.advance(0)
  expect(seen.at(-1)).toBe('doubted one present')
  await clock.advance(20_000)
  expect(seen).toHaveLength(7)
})

test('a look that reserved three requests and needed one gives two back', async () => {
  const look = fakeLook('greedy', ({ handle }) => here(handle), { requests: 3 })
  const platform = fakePlatform([look], { budget: { requests: 60, windowMs: 60_000 } })
  const { queue, clock } = setUp(platform, (url) => okAnswer(url))
  want(queue, fakeEntry(platform, 'a'), look)
  await clock.advance(0)
  expect(queue.purse.left().requests.tokens).toBe(11)
  expect(queue.polite.used()).toBe(1)
})

test('after a 429 that origin is left alone until it said, and its accounts are not judged meanwhile', async () => {
  const look = fakeLook('one', ({ handle }) => here(handle))
  const platform = fakePlatform([look])
  let refused = 0
  const { queue, clock, seen } = setUp(platform, (url) =>
    refused++ === 0 ? okAnswer(url, 429, { 'retry-after': '30' }) : okAnswer(url),
  )
  const ask = async (name: string) => {
    want(queue, fakeEntry(platform, name), look)
    await clock.advance(0)
  }
  await ask('first')
  await ask('second')
  await clock.advance(29_000)
  await ask('third')
  expect(refused).toBe(1)
  expect(seen.slice(1)).toEqual(['second one rate_limited', 'third one rate_limited'])
  await clock.advance(1_001)
  await ask('fourth')
  expect(seen.at(-1)).toBe('fourth one present')
})

test('an account taken off the roll while it is asked is not heard of again', async () => {
  const look = fakeLook('one', ({ handle }) => here(handle))
  const platform = fakePlatform([look])
  const { queue, letGo, clock, seen } = setUp(platform)
  const entry = fakeEntry(platform, 'a')
  want(queue, entry, look)
  await clock.advance(0)
  queue.forget(entry)
  await letGo()
  expect(seen).toEqual([])
})

test('where answers cost money no more accounts are returned than the day allows, and doubts have their share', async () => {
  const look = fakeLook('paid', ({ handle }) => here(handle), { takes: 100 })
  const platform = fakePlatform([look], { pricePerAccount: 0.01, spendPerDay: 1 })
  const { queue, clock, seen } = setUp(platform, (url) => okAnswer(url))
  for (let index = 0; index < 300; index++) want(queue, fakeEntry(platform, `a${index}`), look)
  await clock.advance(0)
  expect(seen).toHaveLength(10)
  want(queue, fakeEntry(platform, 'doubted'), look, 'doubt')
  await clock.advance(0)
  expect(seen[10]).toBe('doubted paid present')
  await clock.advance(86_400_000)
  expect(seen.length).toBeGreaterThan(80)
  expect(seen.length).toBeLessThanOrEqual(100)
})
