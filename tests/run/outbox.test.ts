import { expect, test } from 'vitest'
import { AskFault } from '../../src/core/answer.ts'
import type { Subscriber } from '../../src/core/channel.ts'
import type { Delivery } from '../../src/core/delivery.ts'
import type { Store } from '../../src/core/store.ts'
import {
  attentive,
  delivered,
  nothingDue,
  outageChange,
  owing,
  postponed,
  record,
  runOutbox,
  startOutbox,
  stateOf,
  subscriberWith,
  tempStore,
  until,
} from '../support/outbox.ts'

const byType = async (store: Store): Promise<Record<string, Delivery>> => {
  const transitions = await store.transitionsAfter(0, 1_000)
  const all = Object.values(await stateOf(store))
  return Object.fromEntries(
    all.map((delivery) => [transitions.find(({ id }) => id === delivery.transition)?.name ?? '', delivery]),
  )
}

test('what is owed is told and settled, and so is what is owed later', async () => {
  const { desk, told } = attentive()
  const { store, outbox } = await owing([outageChange('outage.opened', 'x:a', Date.now())], [desk])
  await until(nothingDue(store))
  await record(store, [outageChange('outage.changed', 'x:a', Date.now() + 1)], [desk])
  outbox.wake()
  await until(nothingDue(store))
  expect(told).toHaveLength(2)
  expect(Object.values(await stateOf(store))).toMatchObject([
    { state: 'delivered', tries: 1 },
    { state: 'delivered', tries: 1 },
  ])
})

test('a failed try is made again with the same id, and says that it is late', async () => {
  const told: [string, boolean][] = []
  const desk = subscriberWith('desk', ({ id, late }) => {
    told.push([id, late])
    if (told.length === 1) return postponed
    if (told.length === 2) throw new AskFault('connect', 'connect: no connection (desk.example)')
    return delivered
  })
  const at = Date.now()
  const { store } = await owing([outageChange('outage.opened', 'x:a', at)], [desk])
  await until(nothingDue(store))
  const [delivery] = Object.values(await stateOf(store))
  expect(told.map(([id]) => id)).toEqual([delivery?.id, delivery?.id, delivery?.id])
  expect(told.slice(1).map(([, late]) => late)).toEqual([true, true])
  expect(delivery).toMatchObject({ state: 'delivered', tries: 3, lastError: null })
})

test('a closing that finds its opening still owed takes it along, and the changes between', async () => {
  const told: string[] = []
  const desk = subscriberWith('desk', ({ id, transition, merged }) => {
    told.push(`${id} ${transition.name} after ${merged.map(({ transition: { name } }) => name).join()}`)
    return transition.name === 'outage.closed' ? delivered : postponed
  })
  const at = Date.now() - 1_200_000
  const { store, outbox } = await owing([outageChange('outage.opened', 'x:a', at)], [desk])
  await until(() => told.length > 0)
  await record(store, [outageChange('outage.changed', 'x:a', at + 1_000)], [desk])
  await record(store, [outageChange('outage.closed', 'x:a', at + 660_000)], [desk])
  outbox.wake()
  await until(nothingDue(store))
  const all = await byType(store)
  const closing = all['outage.closed']!
  expect(told.at(-1)).toBe(`${closing.id} outage.closed after outage.opened,outage.changed`)
  expect(told.filter((line) => line.includes('outage.changed after'))).toEqual([])
  expect(closing).toMatchObject({ state: 'delivered', mergedInto: null })
  expect(all['outage.opened']).toMatchObject({ state: 'delivered', mergedInto: closing.id })
  expect(all['outage.changed']).toMatchObject({ state: 'delivered', mergedInto: closing.id })
})

test('an opening that expired unheard is told with its closing; one without is written off', async () => {
  const told: string[] = []
  const shape = { expiresMs: 3_600_000 }
  const desk = subscriberWith(
    'desk',
    ({ transition, merged, late }) => {
      told.push(`${transition.name} with ${merged.length}${late ? ', late' : ''}`)
      return delivered
    },
    shape,
  )
  const now = Date.now()
  const changes = [
    outageChange('outage.opened', 'x:lost', now - 7_200_000),
    outageChange('outage.opened', 'x:a', now - 7_200_000),
    outageChange('outage.closed', 'x:a', now - 600_000),
  ]
  const { store } = await owing(changes, [desk], { speed: 10 })
  await until(nothingDue(store))
  expect(told).toEqual(['outage.closed with 1, late'])
  const states = Object.values(await stateOf(store)).map(({ subject, state }) => `${subject} ${state}`)
  expect(states.toSorted()).toEqual(['x:a delivered', 'x:a delivered', 'x:lost expired'])
})

test('what will never be taken is refused, keeps nothing behind it, and can be tried by hand', async () => {
  let isGone = true
  const told: string[] = []
  const desk = subscriberWith('desk', ({ transition }) => {
    told.push(transition.name)
    return isGone && transition.name === 'outage.opened' ? { kind: 'refused', reason: 'answered 410' } : delivered
  })
  const at = Date.now()
  const changes = [outageChange('outage.changed', 'x:a', at), outageChange('outage.opened', 'x:a', at + 1)]
  const { store, outbox } = await owing(changes, [desk])
  await until(nothingDue(store))
  const opening = (await byType(store))['outage.opened']!
  expect(opening).toMatchObject({ state: 'refused', tries: 1, lastError: 'answered 410' })
  isGone = false
  await store.retry(opening.id, Date.now())
  outbox.wake()
  await until(nothingDue(store))
  expect(told).toEqual(['outage.changed', 'outage.opened', 'outage.opened'])
})

test('nothing is sent before the receiver wants it', async () => {
  const retryAt = Date.now() + 365 * 86_400_000 * 0.9
  const desk = subscriberWith('desk', () => ({ kind: 'retry', reason: 'answered 429', retryAt }))
  const { store } = await owing([outageChange('outage.opened', 'x:a', Date.now())], [desk])
  await until(async () => Object.values(await stateOf(store))[0]?.tries === 1)
  expect(await store.nextDueAt()).toBeGreaterThanOrEqual(retryAt)
})

test('a subscriber that hangs delays nobody else, and itself only in its own lanes', async () => {
  let hanging = 0
  let isTaken = false
  const stuck = subscriberWith('stuck', () => {
    // What takes the first one has all its lanes.
    if (!isTaken) {
      isTaken = true
      return delivered
    }
    hanging++
    return new Promise(() => undefined)
  })
  const told = new Set<string>()
  const desk = subscriberWith('desk', ({ id }) => {
    told.add(id)
    return delivered
  })
  const changes = Array.from({ length: 40 }, (_, index) => outageChange('outage.opened', `x:a${index}`, Date.now()))
  const { outbox } = await owing(changes, [stuck, desk])
  await until(() => told.size === 40 && hanging >= 8)
  expect(hanging).toBe(8)
  await outbox.stop()
  expect(hanging).toBe(8)
})

test('killed between sending and settling, it sends the same notice again under the same id', async () => {
  const open = tempStore()
  const store = await open()
  const { desk, told } = attentive()
  await record(store, [outageChange('outage.opened', 'x:a', Date.now())], [desk])
  const killed: Store = { ...store, settle: () => new Promise(() => undefined) }
  const { outbox } = startOutbox(killed, () => [desk])
  await until(() => told.length > 0)
  await outbox.stop()
  const again = await open()
  runOutbox(again, () => [desk])
  await until(nothingDue(again))
  expect(told).toHaveLength(2)
  expect(told[1]).toBe(told[0])
})

test('a store that refuses loses nothing and makes nobody hear twice', async () => {
  const store = await tempStore()()
  const { desk, told } = attentive()
  const refusals = { claim: 2, nextDueAt: 1, subscriberHealth: 1, settle: 3 }
  const refusing = <T>(verb: keyof typeof refusals, act: () => Promise<T>): Promise<T> =>
    refusals[verb]-- > 0 ? Promise.reject(new Error('the disk is full')) : act()
  const full: Store = {
    ...store,
    claim: (claim) => refusing('claim', () => store.claim(claim)),
    nextDueAt: (names) => refusing('nextDueAt', () => store.nextDueAt(names)),
    subscriberHealth: () => refusing('subscriberHealth', () => store.subscriberHealth()),
    settle: (settlements) => refusing('settle', () => store.settle(settlements)),
  }
  await record(store, [outageChange('outage.opened', 'x:a', Date.now())], [desk])
  runOutbox(full, () => [desk])
  await until(nothingDue(store))
  await until(() => Math.max(...Object.values(refusals)) < 0)
  expect(told).toHaveLength(1)
})

test('a defect of ours reaches the process, and others are told all the same', async () => {
  const broken = subscriberWith('broken', () => {
    throw new TypeError('a bug')
  })
  const desk = subscriberWith('desk', () => delivered)
  const { store, bugs } = await owing([outageChange('outage.opened', 'x:a', Date.now())], [broken, desk])
  await until(async () => Object.values(await stateOf(store)).some(({ state }) => state === 'delivered'))
  await until(() => bugs.length > 0)
  expect(bugs).toEqual([new TypeError('a bug')])
})

test('a defect outside any delivery reaches the process too', async () => {
  const store = await tempStore()()
  const { bugs } = runOutbox(store, () => {
    throw new TypeError('a bug')
  })
  await until(() => bugs.length > 0)
  expect(bugs).toEqual([new TypeError('a bug')])
})

test('what is owed to a subscriber who left the configuration waits for its return', async () => {
  const store = await tempStore()()
  const { desk, told } = attentive()
  await record(store, [outageChange('outage.opened', 'x:a', Date.now())], [desk])
  let subscribers: readonly Subscriber[] = []
  runOutbox(store, () => subscribers)
  await until(async () => Object.values(await stateOf(store))[0]?.tries === 1)
  expect(told).toEqual([])
  subscribers = [desk]
  await until(nothingDue(store))
  expect(told).toHaveLength(1)
})
