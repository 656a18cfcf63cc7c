import { expect, onTestFinished, test } from 'vitest'
import type { Manners } from '../../src/core/timing.ts'
import { accountOf } from '../../src/core/transition.ts'
import { createRepeater } from '../../src/run/repeater.ts'
import { noMail } from '../support/notices.ts'
import { delivered, postponed, subscriberWith } from '../support/outbox.ts'
import { silentLog } from '../support/platform.ts'
import { addressOf, createWeather, listener, names, type Weather } from '../support/storm.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

async function quiet({ quiets }: Weather, of: string, forMs: number): Promise<string> {
  const done = await quiets().begin({ of, forMs, because: 'moving house', by: 'ops' })
  if (!done.ok) throw new Error(done.detail)
  return done.value.id
}

/** A subscriber with manners; too few accounts are watched for a storm. */
async function desk(manners: Manners) {
  const hearer = { ...listener('desk'), ...manners }
  const weather = await createWeather(4, [hearer])
  const start = weather.clock.now()
  const remark = { at: start, by: 'Ada', note: '' }
  /** Whatever is to be told of it at once has been told. */
  async function happen(...what: Parameters<Weather['happen']>): Promise<void> {
    await weather.happen(...what)
    await weather.pass(0)
    await weather.pass(0)
  }
  return {
    weather,
    happen,
    told: () => names(hearer),
    /** In minutes since the start. */
    reminders: () =>
      hearer.heard.flatMap(({ notice: { reminder } }) => (reminder ? (reminder.at - start) / MINUTE : [])),
    heard: hearer.heard,
    acknowledge: () => happen('outage.acknowledged', 'x:a0', { acknowledged: remark }),
    later: (minutes: number) => weather.pass(minutes * MINUTE, MINUTE),
  }
}

test('nobody is reminded of an account while it is quiet, and the next reminder after it comes at its time', async () => {
  const { weather, happen, later, reminders } = await desk({ remindMs: 30 * MINUTE })
  await happen('outage.opened', 'x:a0')
  await later(40)
  await quiet(weather, 'x:a0', 65 * MINUTE)
  await later(64)
  await weather.restart()
  await later(1)
  expect(reminders()).toEqual([30])
  await later(50)
  expect(reminders()).toEqual([30, 120, 150])
})

test('reminders come again when the quiet is ended early, and others are reminded meanwhile', async () => {
  const { weather, happen, later, reminders, told } = await desk({ remindMs: 30 * MINUTE })
  await happen('outage.opened', 'x:a0')
  await happen('outage.opened', 'x:a1')
  const id = await quiet(weather, 'even', 4 * HOUR)
  await later(70)
  expect(told().slice(2)).toEqual(['outage.opened x:a1', 'outage.opened x:a1'])
  await weather.quiets().end(id)
  await later(20)
  expect(reminders()).toEqual([30, 60, 90, 90])
})

test('an outage acknowledged while its account is quiet is not reminded of after it', async () => {
  const { weather, happen, later, reminders, acknowledge } = await desk({ remindMs: 30 * MINUTE })
  await happen('outage.opened', 'x:a0')
  await quiet(weather, 'x:a0', HOUR)
  await later(40)
  await acknowledge()
  await later(90)
  expect(reminders()).toEqual([])
})

test('an escalation whose time comes in a quiet that began after it waits, and is told when the outage lasts', async () => {
  const { weather, happen, later, told, heard } = await desk({ afterMs: 5 * MINUTE })
  await happen('outage.opened', 'x:a0')
  await happen('outage.opened', 'x:a1')
  await later(2)
  await quiet(weather, 'x:a0', 2 * HOUR)
  await later(119)
  expect(told()).toEqual(['outage.opened x:a1'])
  await weather.restart()
  await later(1)
  expect(told().slice(1)).toEqual(['outage.opened x:a0'])
  expect(heard[1]?.notice).toMatchObject({ late: true, lateMs: 117 * MINUTE })
})

test.each(['outage.acknowledged', 'outage.closed'] as const)(
  'an escalation that waits for the end of a quiet is called off: %s',
  async (how) => {
    const { weather, happen, later, told, acknowledge } = await desk({ afterMs: 5 * MINUTE })
    await happen('outage.opened', 'x:a0')
    await later(2)
    await quiet(weather, 'x:a0', HOUR)
    await later(30)
    await (how === 'outage.closed' ? happen(how, 'x:a0') : acknowledge())
    await later(HOUR / MINUTE)
    expect(told()).toEqual([])
    expect((await weather.store().deliveries({ state: 'due', limit: 1 })).items).toEqual([])
  },
)

test('a quiet that is ended early leaves an escalation its time', async () => {
  const { weather, happen, later, told } = await desk({ afterMs: 5 * MINUTE })
  const id = await quiet(weather, 'x:a0', HOUR)
  await happen('outage.opened', 'x:a0')
  await later(1)
  await weather.quiets().end(id)
  await later(3)
  expect(told()).toEqual([])
  await later(1)
  expect(told()).toEqual(['outage.opened x:a0'])
})

test('what was held for the end of quiet hours is summarised without the accounts that are quiet then, which follow', async () => {
  const { weather, happen, later, heard } = await desk({ hold: { kind: 'digest', at: 60, zone: 'UTC' } })
  for (const index of [0, 1, 2]) await happen('outage.opened', addressOf(index))
  await later(30)
  await quiet(weather, 'x:a1', HOUR)
  await later(31)
  const summarised = (): readonly (readonly (string | null)[])[] =>
    heard.map(({ notice }) => notice.summary?.map(({ transition }) => accountOf(transition)) ?? [])
  expect(summarised()).toEqual([['x:a0', 'x:a2']])
  await later(30)
  expect(summarised()).toEqual([['x:a0', 'x:a2'], ['x:a1']])
})

test('what waits stays worth telling: an opening and its closing are one late notice, however short their life', async () => {
  const pager = listener('pager')
  const hearer = { ...pager, channel: { ...pager.channel, expiresMs: HOUR } }
  const weather = await createWeather(10, [hearer])
  await weather.happen('outage.opened', 'x:a0')
  await weather.happen('outage.closed', 'x:a0')
  await quiet(weather, 'x:a0', 3 * HOUR)
  await weather.pass(3 * HOUR - MINUTE, 10 * MINUTE)
  expect(names(pager)).toEqual([])
  await weather.pass(MINUTE)
  expect(names(pager)).toEqual(['outage.closed x:a0'])
  expect(pager.heard[0]?.notice.merged).toHaveLength(1)
})

test('what was tried before the quiet began may have been heard, and is told on', async () => {
  let isBusy = true
  const told: string[] = []
  const hearer = subscriberWith('desk', ({ transition }) => {
    told.push(transition.name)
    return isBusy ? postponed : delivered
  })
  const weather = await createWeather(4, [hearer])
  await weather.happen('outage.opened', 'x:a0')
  await weather.pass(0)
  await quiet(weather, 'x:a0', HOUR)
  isBusy = false
  await weather.pass(MINUTE, 1_000)
  expect(told).toEqual(['outage.opened', 'outage.opened'])
})

test('a storm is its platform’s: its end is told while some that fell in it are quiet', async () => {
  const desk = listener('desk')
  const weather = await createWeather(10, [desk])
  for (let index = 0; index < 6; index++) await weather.happen('outage.opened', addressOf(index))
  await weather.pass(1_000)
  await quiet(weather, 'even', HOUR)
  await weather.pass(2 * MINUTE, 10_000)
  for (let index = 0; index < 6; index++) await weather.happen('outage.closed', addressOf(index))
  await weather.review()
  await weather.pass(1_000)
  expect(names(desk)).toEqual(['platform.troubled 5', 'platform.settled 6'])
})

test('a fall that waited to see whether others follow goes on waiting when its account is quiet by then', async () => {
  const desk = listener('desk')
  const weather = await createWeather(10, [desk])
  await weather.happen('outage.opened', 'x:a0')
  await weather.happen('outage.opened', 'x:a1')
  await quiet(weather, 'x:a0', HOUR)
  await weather.pass(59 * MINUTE, MINUTE)
  expect(names(desk)).toEqual(['outage.opened x:a1'])
  await weather.pass(MINUTE)
  expect(names(desk)).toEqual(['outage.opened x:a1', 'outage.opened x:a0'])
})

test('what was told before is repeated to those who forget, since silence would tell them that it is over', async () => {
  const alerts = listener('alerts')
  const hearer = { ...alerts, channel: { ...alerts.channel, repeatMs: 10 * MINUTE } }
  const weather = await createWeather(4, [hearer])
  await weather.happen('outage.opened', 'x:a0')
  await weather.pass(MINUTE)
  await quiet(weather, 'even', HOUR)
  await weather.happen('outage.opened', 'x:a2')
  const repeater = createRepeater({
    store: weather.store(),
    subscribers: () => [hearer],
    lasts: () => true,
    account: () => null,
    profileUrl: () => null,
    lookWords: () => ({}),
    linkTo: () => null,
    ask: () => Promise.reject(new Error('nobody asks here')),
    mail: noMail,
    clock: weather.clock,
    log: silentLog,
    onBug: (fault) => expect.unreachable(String(fault)),
  })
  repeater.start()
  onTestFinished(() => repeater.stop())
  await weather.pass(25 * MINUTE, MINUTE)
  expect(names(alerts)).toEqual(Array(4).fill('outage.opened x:a0'))
})

test('a quiet that cannot be written holds nothing, and two that begin at once both last', async () => {
  const { weather, happen, later, told } = await desk({})
  const { record } = weather.store()
  Object.assign(weather.store(), { record: () => Promise.reject(new Error('the disk is full')) })
  await expect(quiet(weather, 'x:a0', HOUR)).rejects.toThrow('the disk is full')
  Object.assign(weather.store(), { record })
  await happen('outage.opened', 'x:a0')
  await later(1)
  expect(told()).toEqual(['outage.opened x:a0'])
  await Promise.all([quiet(weather, 'x:a1', HOUR), quiet(weather, 'x:a2', HOUR)])
  await weather.restart()
  expect(
    weather
      .quiets()
      .list()
      .map(({ of }) => of),
  ).toEqual(['x:a1', 'x:a2'])
})
