import { expect, test } from 'vitest'
import type { Subscriber } from '../../src/core/channel.ts'
import type { SightChange } from '../../src/core/transition.ts'
import { addressOf, createWeather, listener, names, openAlerts, type Listener, type Weather } from '../support/storm.ts'

const pagerNamed = (name: string, types: readonly string[] = []): Listener => listener(name, types, { alerts: true })

async function fall(weather: Weather, ...indices: readonly number[]): Promise<void> {
  for (const index of indices) await weather.happen('outage.opened', addressOf(index))
  await weather.pass(1_000)
}

async function rise(weather: Weather, ...indices: readonly number[]): Promise<void> {
  for (const index of indices) await weather.happen('outage.closed', addressOf(index))
  await weather.pass(1_000)
}

/** Long enough for a storm to settle, which it does where fewer than five are still gone. */
async function settle(weather: Weather, ...gone: readonly number[]): Promise<void> {
  await weather.pass(70_000, 10_000)
  await weather.review((account) => gone.map(addressOf).includes(account))
  await weather.pass(1_000)
}

test('who is still gone when a storm ends has an alert of its own from then on', async () => {
  const [pager, desk] = [pagerNamed('pager'), listener('desk')]
  const weather = await createWeather(10, [pager, desk])
  await fall(weather, 0, 1, 2, 3, 4, 5, 6, 7)
  await rise(weather, 0, 1, 2, 4, 5, 7)
  expect(openAlerts(pager)).toEqual(['platform x'])
  await settle(weather, 3, 6)
  expect(openAlerts(pager).toSorted()).toEqual(['x:a3', 'x:a6'])
  expect(names(desk)).toEqual(['platform.troubled 5', 'platform.settled 8'])
  await weather.restart()
  await settle(weather, 3, 6)
  await rise(weather, 3, 6)
  expect(openAlerts(pager)).toEqual([])
  expect(names(desk).slice(2)).toEqual(['outage.closed x:a3', 'outage.closed x:a6'])
  expect(names(pager).toSorted()).toEqual([
    'outage.closed x:a3',
    'outage.closed x:a6',
    'outage.opened x:a3',
    'outage.opened x:a6',
    'platform.settled 8',
    'platform.troubled 5',
  ])
})

test('only what it may hear of, and not what somebody has taken on', async () => {
  const all = pagerNamed('all')
  const odd = pagerNamed('odd')
  const late = pagerNamed('late')
  const choosy: Subscriber = { ...odd, tell: { ...odd.tell, accounts: ['x:a1', 'x:a3'] } }
  const patient: Subscriber = { ...late, afterMs: 300_000 }
  const weather = await createWeather(10, [all, choosy, patient])
  await fall(weather, 0, 1, 2, 3, 4, 5)
  await rise(weather, 4, 5)
  const by = { at: 1, by: 'ops', note: '' }
  await weather.happen('outage.acknowledged', 'x:a2', { acknowledged: by })
  await settle(weather, 0, 1, 2, 3)
  // An escalation is called off by what is done before its time.
  await weather.happen('outage.acknowledged', 'x:a0', { acknowledged: by })
  await weather.happen('outage.closed', 'x:a1')
  await weather.pass(600_000, 20_000)
  const opened = (listener: Listener) => names(listener).filter((name) => name.startsWith('outage.opened'))
  expect(opened(odd)).toEqual(['outage.opened x:a1', 'outage.opened x:a3'])
  expect(opened(late)).toEqual(['outage.opened x:a3'])
  expect(opened(all)).toEqual(expect.arrayContaining(['outage.opened x:a0', 'outage.opened x:a1']))
  expect(opened(all)).not.toContain('outage.opened x:a2')
})

test('who wants to be reminded hears of it when a reminder would be due, and goes on hearing', async () => {
  const desk = listener('desk')
  const weather = await createWeather(10, [{ ...desk, remindMs: 600_000 }])
  await fall(weather, 0, 1, 2, 3, 4, 5)
  await rise(weather, 1, 2, 3, 4, 5)
  await settle(weather, 0)
  await weather.pass(590_000, 50_000)
  expect(names(desk)).toEqual(['platform.troubled 5', 'platform.settled 6'])
  await weather.pass(700_000, 50_000)
  expect(names(desk).slice(2)).toEqual(['outage.opened x:a0', 'outage.opened x:a0'])
  expect(desk.heard.map(({ notice }) => notice.reminder?.number)).toEqual([undefined, undefined, undefined, 1])
})

test('what was told by itself before a storm broke out ends by itself', async () => {
  const [pager, desk] = [pagerNamed('pager'), listener('desk')]
  const weather = await createWeather(10, [pager, desk])
  await fall(weather, 0)
  await fall(weather, 1, 2, 3, 4, 5)
  expect(openAlerts(pager).toSorted()).toEqual(['platform x', 'x:a0'])
  await rise(weather, 0, 1, 2, 3, 4, 5)
  await settle(weather)
  expect(openAlerts(pager)).toEqual([])
  expect(names(desk).toSorted()).toEqual([
    'outage.closed x:a0',
    'outage.opened x:a0',
    'platform.settled 6',
    'platform.troubled 5',
  ])
})

test('what was tried before a storm broke out is told on, since it may have been heard', async () => {
  const pager = pagerNamed('pager')
  let isBroken = true
  const deliver: Subscriber['channel']['deliver'] = (...told) =>
    isBroken ? Promise.resolve({ kind: 'retry', reason: 'no answer', retryAt: null }) : pager.channel.deliver(...told)
  const weather = await createWeather(10, [{ ...pager, channel: { ...pager.channel, deliver } }])
  await fall(weather, 0)
  isBroken = false
  await fall(weather, 1, 2, 3, 4, 5)
  await weather.pass(20_000, 1_000)
  expect(openAlerts(pager).toSorted()).toEqual(['platform x', 'x:a0'])
})

test('while those who fell are still gone, whoever falls later is told by itself', async () => {
  const [pager, desk] = [pagerNamed('pager'), listener('desk')]
  const weather = await createWeather(20, [pager, desk])
  await fall(weather, 0, 1, 2, 3, 4, 5)
  await weather.pass(100_000, 10_000)
  await fall(weather, 9)
  expect(names(desk)).toEqual(['platform.troubled 6', 'outage.opened x:a9'])
  await weather.restart()
  await rise(weather, 9)
  expect(names(desk).slice(2)).toEqual(['outage.closed x:a9'])
  await fall(weather, 10, 11, 12, 13, 14, 15, 16)
  expect(names(desk).slice(3)).toEqual(['platform.troubled 12'])
  expect(openAlerts(pager)).toEqual(['platform x'])
})

const lost = (shape: Partial<SightChange> = {}): Omit<SightChange, 'at'> => ({
  name: 'sight.lost',
  scope: { kind: 'account', account: 'x:a0' },
  since: 0,
  because: ['network'],
  ...shape,
})

test('whoever was told of a beginning and has an alert open for it is told of its end, whatever it wants to hear', async () => {
  const pager = pagerNamed('pager', ['sight.lost', 'platform.troubled', 'outage.opened'])
  const even = pagerNamed('even')
  const tagged: Subscriber = { ...even, tell: { ...even.tell, tags: ['even'] } }
  const wall = listener('wall', ['sight.lost', 'platform.troubled'])
  const weather = await createWeather(10, [pager, tagged, wall])
  await weather.change(lost())
  await weather.change(lost({ scope: { kind: 'account', account: 'x:a1' } }))
  await fall(weather, 2, 3, 4, 5, 6)
  expect(openAlerts(even).toSorted()).toEqual(['platform x', 'x:a0'])
  expect(openAlerts(pager).toSorted()).toEqual(['platform x', 'x:a0', 'x:a1'])
  // Nobody could want to hear of them any more by what the configuration says.
  for (let index = 0; index < 10; index++) weather.forget(addressOf(index))
  await weather.change(lost({ name: 'sight.regained' }))
  await weather.change(lost({ name: 'sight.regained', scope: { kind: 'account', account: 'x:a1' } }))
  await settle(weather)
  expect(openAlerts(pager)).toEqual([])
  expect(openAlerts(even)).toEqual([])
  expect(names(even).filter((name) => name.startsWith('sight'))).toHaveLength(2)
  expect(names(wall).toSorted()).toEqual(['platform.troubled 5', 'sight.lost ', 'sight.lost '])
})

test('an account under maintenance has its alert once that is over, if it is still gone', async () => {
  const pager = pagerNamed('pager')
  const weather = await createWeather(10, [pager])
  await fall(weather, 0, 1, 2, 3, 4, 5)
  await rise(weather, 1, 2, 3, 4, 5)
  await weather.quiets().begin({ of: 'x:a0', forMs: 3_600_000, because: 'moving house', by: 'ops' })
  await settle(weather, 0)
  await weather.pass(3_000_000, 300_000)
  expect(openAlerts(pager)).toEqual([])
  await weather.pass(600_000, 100_000)
  expect(openAlerts(pager)).toEqual(['x:a0'])
})
