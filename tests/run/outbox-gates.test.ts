import { expect, test } from 'vitest'
import { AskFault } from '../../src/core/answer.ts'
import type { Outcome } from '../../src/core/channel.ts'
import type { Delivery } from '../../src/core/delivery.ts'
import { createGates } from '../../src/run/outbox-gates.ts'
import { createManualClock } from '../support/manual-clock.ts'
import {
  delivered,
  nothingDue,
  outageChange,
  owing,
  postponed,
  startOutbox,
  stateOf,
  subscriberWith,
  until,
} from '../support/outbox.ts'

const openings = (count: number) =>
  Array.from({ length: count }, (_, index) => outageChange('outage.opened', `x:a${index}`, Date.now()))

test('a target that takes two at once is never told three', async () => {
  let underWay = 0
  let most = 0
  const told = async (): Promise<Outcome> => {
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay--
    return delivered
  }
  const { store } = await owing(openings(20), [subscriberWith('narrow', told, { lanes: 2 })])
  await until(nothingDue(store))
  expect(most).toBe(2)
})

test('a pace is kept to, also over many lines', async () => {
  const tries: number[] = []
  const pace = { requests: 3, windowMs: 60_000 }
  const desk = subscriberWith('desk', () => (tries.push(run.clock.now()), delivered), { pace })
  const run = await owing(openings(10), [desk])
  await until(nothingDue(run.store))
  expect(tries).toHaveLength(10)
  for (const [index, at] of tries.slice(0, -3).entries()) {
    expect((tries[index + 3] ?? 0) - at).toBeGreaterThanOrEqual(60_000)
  }
})

test('subscribers that are told in one place share its pace, and none waits for another to have done', async () => {
  const tries: { readonly name: string; readonly at: number }[] = []
  const pace = { requests: 3, windowMs: 60_000 }
  const told = (name: string) => () => (tries.push({ name, at: run.clock.now() }), delivered)
  const both = ['desk', 'night'].map((name) => ({ ...subscriberWith(name, told(name), { pace }), place: 'one hook' }))
  const run = await owing(openings(9), both)
  await until(nothingDue(run.store))
  expect(tries).toHaveLength(18)
  for (const [index, { at }] of tries.slice(0, -3).entries()) {
    expect((tries[index + 3]?.at ?? 0) - at).toBeGreaterThanOrEqual(60_000)
  }
  expect(new Set(tries.slice(0, 6).map(({ name }) => name))).toEqual(new Set(['desk', 'night']))
})

test('who asks for silence is told nothing else meanwhile', async () => {
  const tries: number[] = []
  const SILENCE = 600_000
  const desk = subscriberWith(
    'desk',
    () => {
      tries.push(run.clock.now())
      return tries.length === 1
        ? { kind: 'retry', reason: 'answered 429', retryAt: run.clock.now() + SILENCE }
        : delivered
    },
    { lanes: 1 },
  )
  const run = await owing(openings(6), [desk])
  await until(nothingDue(run.store))
  const [first = 0, second = 0] = tries
  expect(second - first).toBeGreaterThanOrEqual(SILENCE)
})

test('silence for longer than a notice is worth telling leaves it one more try', async () => {
  let tries = 0
  // Stands a little after the moment that the opening is owed from.
  const clock = createManualClock(Date.now() + 60_000)
  const answer = (): Outcome =>
    ++tries === 1 ? { kind: 'retry', reason: 'answered 429', retryAt: clock.now() + 86_400_000 } : delivered
  const pager = subscriberWith('pager', answer, { expiresMs: 3_600_000 })
  const { store, outbox } = await owing(openings(1), [pager], { clock })
  const only = async (): Promise<Delivery | undefined> => Object.values(await stateOf(store))[0]
  await until(async () => (await only())?.tries === 1)
  const { dueAt = 0, expiresAt = 0 } = (await only()) ?? {}
  expect(dueAt).toBeLessThan(expiresAt)
  await clock.advance(dueAt - clock.now())
  outbox.wake()
  await until(nothingDue(store))
  expect(await only()).toMatchObject({ state: 'delivered', tries: 2 })
})

test('a dead target is probed by one at a time; once it takes one, all are told', async () => {
  let isDead = true
  let underWay = 0
  let mostWhileFailing = 0
  const desk = subscriberWith('desk', async () => {
    underWay++
    if (run.gates.condition('desk').kind === 'failing') mostWhileFailing = Math.max(mostWhileFailing, underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay--
    return isDead ? postponed : delivered
  })
  const run = await owing(openings(30), [desk])
  const begun = run.clock.now()
  await until(() => run.gates.condition('desk').kind === 'failing')
  await until(() => run.clock.now() - begun > 600_000)
  const tried = Object.values(await stateOf(run.store)).reduce((sum, { tries }) => sum + tries, 0)
  // Five in a row, then a probe a minute or so; without a breaker thirty notices would have made some 200 tries.
  expect(tried).toBeLessThan(50)
  isDead = false
  await until(nothingDue(run.store))
  expect(mostWhileFailing).toBe(1)
  expect(run.gates.condition('desk')).toEqual({ kind: 'ok', silentUntil: null })
})

test('a name that leads to a private address is tried again, an address that is private is not', async () => {
  const faults = [false, true].map((isFinal) => new AskFault('forbidden_address', 'forbidden_address: no', { isFinal }))
  let named = 0
  const byName = subscriberWith('name', () => {
    if (++named === 1) throw faults[0] as AskFault
    return delivered
  })
  const byAddress = subscriberWith('address', () => {
    throw faults[1] as AskFault
  })
  const { store } = await owing(openings(1), [byName, byAddress])
  await until(nothingDue(store))
  const states = Object.values(await stateOf(store)).map(({ subscriber, state }) => `${subscriber} ${state}`)
  expect(states.toSorted()).toEqual(['address refused', 'name delivered'])
})

test('a restart in the middle of a silence costs the target one request, however much is owed to it', async () => {
  const hour = 3_600_000
  let tries = 0
  const desk = subscriberWith('desk', (): Outcome => {
    tries++
    return { kind: 'retry', reason: 'answered 429', retryAt: run.clock.now() + hour }
  })
  const run = await owing(openings(30), [desk])
  await until(() => run.gates.condition('desk').silentUntil !== null)
  await run.outbox.stop()
  for (let restart = 1; restart <= 3; restart++) {
    const before = tries
    const again = startOutbox(run.store, () => [desk], { clock: run.clock })
    const begun = run.clock.now()
    await until(() => run.clock.now() - begun > hour / 10)
    await again.outbox.stop()
    expect(tries - before).toBe(1)
  }
})

test('after a restart a failing target is tried by one at a time from the start', async () => {
  let underWay = 0
  let most = 0
  let isDead = true
  const desk = subscriberWith('desk', async () => {
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay--
    return isDead ? postponed : delivered
  })
  const { gates, clock, store } = await owing(openings(30), [desk])
  const begun = clock.now()
  await until(() => gates.condition('desk').kind === 'failing' && clock.now() - begun > 120_000)
  expect(most).toBe(1)
  isDead = false
  await until(nothingDue(store))
  expect(most).toBeGreaterThan(1)
})

test('a person who waits for a lane gets the next one, however long the target’s pace looks back', async () => {
  const clock = createManualClock(0)
  const desk = subscriberWith('desk', () => delivered, { lanes: 1, pace: { requests: 20, windowMs: 60_000 } })
  const gates = createGates({ subscribers: () => [desk], clock, random: () => 0.5 })
  const earlier = gates.enter('desk')
  earlier.tried(delivered, null)
  earlier.leave()
  const underWay = gates.enter('desk')
  const admitted = gates.admitted('desk', 15_000)
  await clock.advance(1_000)
  underWay.tried(delivered, null)
  underWay.leave()
  expect(await admitted).not.toBeNull()
  expect(clock.now()).toBe(1_000)
})

test('where the pace itself leaves no room in time, a person is told so at once', async () => {
  const clock = createManualClock(0)
  const desk = subscriberWith('desk', () => delivered, { pace: { requests: 1, windowMs: 60_000 } })
  const gates = createGates({ subscribers: () => [desk], clock, random: () => 0.5 })
  const earlier = gates.enter('desk')
  earlier.tried(delivered, null)
  earlier.leave()
  expect(await gates.admitted('desk', 15_000)).toBeNull()
  expect(clock.now()).toBe(0)
})

test('whoever waits for a turn waits no longer once the gates are closed', async () => {
  const clock = createManualClock(0)
  const desk = subscriberWith('desk', () => delivered, { pace: { requests: 1, windowMs: 3_600_000 } })
  const gates = createGates({ subscribers: () => [desk], clock, random: () => 0.5 })
  await gates.enter('desk').turn()
  const waiting = gates.enter('desk').turn()
  gates.close()
  await waiting
})
