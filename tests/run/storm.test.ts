import { expect, test } from 'vitest'
import { delivered, subscriberWith } from '../support/outbox.ts'
import { addressOf, createWeather, listener, names } from '../support/storm.ts'

test('a thousand accounts in ten seconds are one notice, and one at the end', async () => {
  const desk = listener('desk')
  const editor = listener('editor', [], { updates: true })
  const weather = await createWeather(1_000, [desk, editor])
  for (let index = 0; index < 1_000; index++) {
    await weather.happen('outage.opened', addressOf(index))
    await weather.pass(10)
    if (index % 200 === 199) await weather.review(() => true)
  }
  await weather.pass(60_000, 5_000)
  await weather.review(() => true)
  for (let index = 0; index < 998; index++) await weather.happen('outage.closed', addressOf(index))
  await weather.review((account) => ['x:a998', 'x:a999'].includes(account))
  await weather.pass(1_000)
  expect(names(desk)).toEqual(['platform.troubled 300', 'platform.settled 1000'])
  const [first, ...later] = editor.heard
  expect(names(editor)).toEqual([
    'platform.troubled 300',
    expect.stringMatching(/^platform\.troubled [6-9]\d\d$/),
    'platform.troubled 1000',
    'platform.settled 1000',
  ])
  expect(first?.thread).toBeNull()
  expect(new Set(later.map(({ thread }) => thread))).toEqual(new Set(['message 1']))
  expect(desk.heard.at(-1)?.notice.transition).toMatchObject({ gone: ['x:a998', 'x:a999'] })
  const { items } = await weather.store().deliveries({ state: 'due', limit: 1 })
  expect(items).toEqual([])
}, 120_000)

test('five of a thousand are five notices, none later than a storm would take', async () => {
  const told: number[] = []
  const desk = subscriberWith('desk', ({ transition }) => {
    told.push(weather.clock.now() - transition.at)
    return delivered
  })
  const weather = await createWeather(1_000, [desk])
  for (let index = 0; index < 5; index++) {
    await weather.happen('outage.opened', addressOf(index))
    await weather.pass(50)
  }
  await weather.pass(4_500, 100)
  expect(told).toEqual([])
  await weather.pass(60_000, 100)
  expect(told).toHaveLength(5)
  expect(Math.max(...told)).toBeLessThan(10_000)
})

test('one that falls alone is told within half a second, and at once where no storm can be', async () => {
  const desk = listener('desk')
  const large = await createWeather(1_000, [desk])
  await large.happen('outage.opened', addressOf(0))
  await large.pass(299)
  expect(names(desk)).toEqual([])
  await large.pass(1)
  expect(names(desk)).toEqual(['outage.opened x:a0'])
  const wall = listener('wall')
  const small = await createWeather(4, [wall])
  await small.happen('outage.opened', addressOf(0))
  await small.pass(0)
  expect(names(wall)).toEqual(['outage.opened x:a0'])
})

test('who asked for outages only is told of the storm in their place', async () => {
  const news = listener('news', ['outage.*'])
  const weather = await createWeather(10, [news])
  for (let index = 0; index < 8; index++) await weather.happen('outage.opened', addressOf(index))
  await weather.pass(70_000, 10_000)
  for (let index = 0; index < 8; index++) await weather.happen('outage.closed', addressOf(index))
  await weather.review()
  await weather.pass(1_000)
  expect(names(news)).toEqual(['platform.troubled 5', 'platform.settled 8'])
})

test('what fell before the storm shares the fate of its notice', async () => {
  let isBroken = true
  const desk = subscriberWith('desk', () => (isBroken ? { kind: 'refused', reason: '410 Gone' } : delivered))
  const weather = await createWeather(10, [desk])
  for (let index = 0; index < 5; index++) await weather.happen('outage.opened', addressOf(index))
  await weather.pass(100)
  const states = async () => {
    const { items } = await weather.store().deliveries({ limit: 100 })
    return items.map(({ state, outage, mergedInto }) => [state, outage === null ? 'storm' : mergedInto]).reverse()
  }
  const { items } = await weather.store().deliveries({ limit: 100 })
  const storm = items.find(({ outage }) => outage === null)?.id
  // The fifth made the storm, which told it from the first.
  expect(await states()).toEqual([...Array.from({ length: 4 }, () => ['refused', storm]), ['refused', 'storm']])
  isBroken = false
  expect(await weather.store().retry(storm!, weather.clock.now())).toMatchObject({ kind: 'due' })
  await weather.restart()
  await weather.pass(1_000)
  expect((await states()).map(([state]) => state)).toEqual(Array.from({ length: 5 }, () => 'delivered'))
})

test.each([1, 3, 7, 40, 80])('a restart after %i falls changes nothing about it', async (when) => {
  const desk = listener('desk')
  const weather = await createWeather(100, [desk])
  for (let index = 0; index < 100; index++) {
    await weather.happen('outage.opened', addressOf(index))
    if (index + 1 === when) await weather.restart()
    await weather.pass(10)
  }
  await weather.pass(70_000, 10_000)
  for (let index = 0; index < 100; index++) await weather.happen('outage.closed', addressOf(index))
  await weather.review()
  await weather.pass(1_000)
  expect(names(desk)).toEqual(['platform.troubled 30', 'platform.settled 100'])
})

test('a correction is told to whoever was told before, whatever else it wants', async () => {
  const remark = { at: 1, by: 'ops', note: 'the account moved' }
  const pager = listener('pager', ['outage.opened'])
  const wall = listener('wall', ['outage.closed'])
  const weather = await createWeather(4, [pager, wall])
  await weather.happen('outage.opened', addressOf(0))
  await weather.pass(0)
  await weather.happen('outage.acknowledged', addressOf(0), { acknowledged: remark })
  await weather.happen('outage.annotated', addressOf(0), { notes: [remark] })
  await weather.happen('outage.retracted', addressOf(0), { retracted: remark })
  await weather.pass(0)
  expect(names(pager)).toEqual(['outage.opened x:a0', 'outage.annotated x:a0', 'outage.retracted x:a0'])
  expect(names(wall)).toEqual([])
})

test('and of an outage that a storm told to whoever was told of the storm', async () => {
  const pager = listener('pager', ['outage.opened', 'platform.troubled'])
  const weather = await createWeather(10, [pager])
  for (let index = 0; index < 8; index++) await weather.happen('outage.opened', addressOf(index))
  for (const account of ['x:a0', 'x:a7']) {
    await weather.happen('outage.retracted', account, { retracted: { at: 1, by: 'ops', note: 'not true' } })
  }
  await weather.pass(100)
  expect(names(pager).toSorted()).toEqual(['outage.retracted x:a0', 'outage.retracted x:a7', 'platform.troubled 5'])
})
