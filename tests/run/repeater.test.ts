import { expect, onTestFinished, test } from 'vitest'
import { AskFault } from '../../src/core/answer.ts'
import type { Outcome, Subscriber } from '../../src/core/channel.ts'
import type { Delivery } from '../../src/core/delivery.ts'
import type { Log } from '../../src/core/log.ts'
import type { Notice } from '../../src/core/notice.ts'
import type { Told } from '../../src/core/store.ts'
import type { Transition } from '../../src/core/transition.ts'
import { createRepeater } from '../../src/run/repeater.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { fakeOutage, noMail, numbered } from '../support/notices.ts'
import { delivered, subscriberWith } from '../support/outbox.ts'
import { silentLog } from '../support/platform.ts'
import { deliveryOf } from '../support/store-samples.ts'

const START = Date.UTC(2026, 0, 1)
const EVERY = 60_000
const AFTERWARDS = 5 * 60_000

const outageTold = (name: 'outage.opened' | 'outage.closed', account = 'x:jack', at = START): Told => {
  const open =
    name === 'outage.closed' ? { closedAt: at, firstPresentAt: at } : { closedAt: null, firstPresentAt: null }
  return toldAt(numbered({ name, at, outage: fakeOutage({ account, ...open }) }, name === 'outage.closed' ? 2 : 1), at)
}

const toldAt = (transition: Transition, at: number): Told => ({
  delivery: { ...deliveryOf(transition, 'alerts'), state: 'delivered', deliveredAt: at } satisfies Delivery,
  transition,
})

type World = {
  clock: ManualClock
  /** What was delivered, as the store has it. */
  told: Told[]
  over: Set<string>
  log: Log
  subscribers: Subscriber[]
  bugs: unknown[]
}

/** A repeater over a store that holds `told`; everything lasts that is not `over`. */
function start(shape: Partial<World> = {}) {
  const world: World = {
    clock: createManualClock(START),
    told: [],
    over: new Set(),
    log: silentLog,
    subscribers: [],
    bugs: [],
    ...shape,
  }
  const repeater = createRepeater({
    store: { told: async ([name]) => Promise.resolve(world.told.filter((one) => one.delivery.subscriber === name)) },
    subscribers: () => world.subscribers,
    lasts: (transition) => !world.over.has('outage' in transition ? transition.outage.account : transition.name),
    account: () => null,
    profileUrl: () => null,
    lookWords: () => ({}),
    linkTo: () => null,
    ask: () => Promise.reject(new Error('nobody asks here')),
    mail: noMail,
    clock: world.clock,
    log: world.log,
    onBug: (fault) => void world.bugs.push(fault),
  })
  repeater.start()
  onTestFinished(() => expect(world.bugs).toEqual([]))
  return { ...world, repeater }
}

/** Somebody whose target forgets; `heard` says what it was told and when. */
function forgetful(clock: ManualClock, answer: () => Outcome | Promise<Outcome> = () => delivered, name = 'alerts') {
  const heard: string[] = []
  const notices: Notice[] = []
  const tell = (notice: Notice) => {
    heard.push(`${notice.transition.name} at ${(clock.now() - START) / 1000}`)
    notices.push(notice)
    return answer()
  }
  return { heard, notices, subscriber: subscriberWith(name, tell, { repeatMs: EVERY }) }
}

function world(told: Told[] = [outageTold('outage.opened')]) {
  const clock = createManualClock(START)
  const { heard, notices, subscriber } = forgetful(clock)
  return { heard, notices, ...start({ clock, subscribers: [subscriber], told }) }
}

test('what lasts is told again in every round, under the id that it was told under and never as late', async () => {
  const { clock, heard, notices, told, repeater } = world()
  await clock.advance(3 * EVERY + 1)
  expect(heard).toEqual([0, 60, 120, 180].map((at) => `outage.opened at ${at}`))
  expect(new Set(notices.map(({ id }) => id))).toEqual(new Set([told[0]?.delivery.id]))
  expect(notices.at(-1)).toMatchObject({ late: false, lateMs: 0, merged: [], thread: null })
  await repeater.stop()
})

test('nothing is said that was not told before', async () => {
  const { clock, heard, told, repeater } = world([])
  await clock.advance(3 * EVERY)
  expect(heard).toEqual([])
  told.push(outageTold('outage.opened'))
  await clock.advance(EVERY)
  expect(heard).toEqual(['outage.opened at 240'])
  await repeater.stop()
})

test('an end is repeated for five minutes after it was told, instead of the beginning', async () => {
  const { clock, heard, told, over, repeater } = world()
  await clock.advance(EVERY + 1)
  over.add('x:jack')
  told.push(outageTold('outage.closed', 'x:jack', START + EVERY + 1))
  await clock.advance(2 * AFTERWARDS)
  expect(heard).toEqual([
    'outage.opened at 0',
    'outage.opened at 60',
    ...[120, 180, 240, 300, 360].map((at) => `outage.closed at ${at}`),
  ])
  await repeater.stop()
})

test('what is over and not told yet is left to whoever owes it', async () => {
  const { clock, heard, over, repeater } = world()
  over.add('x:jack')
  await clock.advance(3 * EVERY)
  expect(heard).toEqual([])
  await repeater.stop()
})

test('what ends while others are told is not told any more in that round', async () => {
  const clock = createManualClock(START)
  const over = new Set<string>()
  const { heard, subscriber } = forgetful(clock, () => {
    over.add('x:last')
    return delivered
  })
  const others = Array.from({ length: 40 }, (_, index) => outageTold('outage.opened', `x:${index}`))
  const { repeater } = start({
    clock,
    over,
    subscribers: [subscriber],
    told: [...others, outageTold('outage.opened', 'x:last')],
  })
  await clock.advance(1)
  expect(heard).toHaveLength(40)
  await repeater.stop()
})

test('a repetition that fails is said once a round and made up for by the next', async () => {
  const warnings: unknown[] = []
  const clock = createManualClock(START)
  let isDead = true
  const { heard, subscriber } = forgetful(clock, () => {
    if (isDead) throw new AskFault('connect', 'connect: no way there')
    return delivered
  })
  const log: Log = { ...silentLog, warn: (...said) => void warnings.push(said) }
  const told = ['x:a', 'x:b', 'x:c'].map((account) => outageTold('outage.opened', account))
  const { repeater } = start({ clock, log, told, subscribers: [subscriber] })
  await clock.advance(1)
  isDead = false
  await clock.advance(EVERY)
  expect(heard).toHaveLength(6)
  expect(warnings).toEqual([['repeat_failed', { subscriber: 'alerts', reason: 'connect: no way there' }]])
  await repeater.stop()
})

test('whoever does not answer holds up nobody else, and is not told twice at once', async () => {
  const clock = createManualClock(START)
  const hanging = forgetful(clock, () => new Promise<Outcome>(() => undefined), 'hanging')
  const healthy = forgetful(clock)
  const told = ['alerts', 'hanging'].map((subscriber) => {
    const { delivery, transition } = outageTold('outage.opened')
    return { delivery: { ...delivery, subscriber }, transition }
  })
  const { repeater } = start({ clock, told, subscribers: [hanging.subscriber, healthy.subscriber] })
  await clock.advance(3 * EVERY + 1)
  expect(hanging.heard).toHaveLength(1)
  expect(healthy.heard).toHaveLength(4)
  const stopping = repeater.stop()
  await clock.advance(10_000)
  await stopping
})

test('those whose targets remember are left alone, and a new configuration is taken up', async () => {
  const clock = createManualClock(START)
  const { heard, subscriber } = forgetful(clock)
  const { repeatMs, ...channel } = subscriber.channel
  const subscribers: Subscriber[] = [{ ...subscriber, channel }]
  const { repeater } = start({ clock, subscribers, told: [outageTold('outage.opened')] })
  await clock.advance(3 * EVERY)
  expect([heard, repeatMs]).toEqual([[], EVERY])
  subscribers[0] = subscriber
  await clock.advance(15_000)
  expect(heard).toHaveLength(1)
  await repeater.stop()
})

test('after a stop nothing is told and no timer is left', async () => {
  const { clock, heard, repeater } = world()
  await clock.advance(1)
  await repeater.stop()
  expect(clock.waiting()).toBe(0)
  await clock.advance(3 * EVERY)
  expect(heard).toHaveLength(1)
})
