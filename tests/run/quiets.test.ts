import { expect, test } from 'vitest'
import type { Quiet } from '../../src/core/quiet.ts'
import { createWeather, listener, names, type Weather } from '../support/storm.ts'

const HOUR = 3_600_000

async function quiet({ quiets }: Weather, of: string, forMs: number): Promise<Quiet> {
  const done = await quiets().begin({ of, forMs, because: 'moving house', by: 'ops' })
  if (!done.ok) throw new Error(done.detail)
  return done.value
}

test('while an account is quiet its notices are held, and told once it is over', async () => {
  const desk = listener('desk')
  const weather = await createWeather(4, [desk])
  await quiet(weather, 'x:a0', HOUR)
  await weather.happen('outage.opened', 'x:a0')
  await weather.happen('outage.opened', 'x:a1')
  await weather.pass(HOUR - 1)
  expect(names(desk)).toEqual(['outage.opened x:a1'])
  await weather.pass(1)
  expect(names(desk)).toEqual(['outage.opened x:a1', 'outage.opened x:a0'])
  expect(desk.heard.at(-1)?.notice).toMatchObject({ late: true, lateMs: HOUR })
  expect(weather.quiets().list()).toEqual([])
})

test('who fell and came back meanwhile is one late notice', async () => {
  const desk = listener('desk')
  const weather = await createWeather(4, [desk])
  await quiet(weather, 'even', HOUR)
  await weather.happen('outage.opened', 'x:a2')
  await weather.pass(60_000)
  await weather.happen('outage.closed', 'x:a2')
  await weather.pass(HOUR, HOUR / 2)
  expect(names(desk)).toEqual(['outage.closed x:a2'])
  expect(desk.heard[0]?.notice.merged.map(({ transition }) => transition.name)).toEqual(['outage.opened'])
})

test('what is held is owed, not lost: ended early, it is told at once, also after a restart', async () => {
  const desk = listener('desk')
  const weather = await createWeather(4, [desk])
  const { id } = await quiet(weather, 'x:a0', HOUR)
  await weather.happen('outage.opened', 'x:a0')
  await weather.restart()
  await weather.pass(60_000)
  expect(names(desk)).toEqual([])
  expect(weather.quiets().list()).toMatchObject([{ id, because: 'moving house', by: 'ops' }])
  expect(await weather.quiets().end(id)).toMatchObject({ ok: true })
  await weather.pass(0)
  expect(names(desk)).toEqual(['outage.opened x:a0'])
  expect(await weather.quiets().end(id)).toMatchObject({ ok: false, refusal: 'not_found' })
  await weather.pass(HOUR, HOUR / 2)
  expect(desk.heard).toHaveLength(1)
})

test('a longer quiet over a shorter one holds what that held, and what is left of two holds on', async () => {
  const desk = listener('desk')
  const weather = await createWeather(4, [desk])
  const short = await quiet(weather, 'x:a0', HOUR)
  await weather.happen('outage.opened', 'x:a0')
  const long = await quiet(weather, 'even', 3 * HOUR)
  await weather.pass(HOUR + 1)
  expect(names(desk)).toEqual([])
  const last = await quiet(weather, 'x:a0', HOUR)
  await weather.quiets().end(long.id)
  await weather.pass(HOUR - 1)
  expect(names(desk)).toEqual([])
  expect(
    weather
      .quiets()
      .list()
      .map(({ id }) => id),
  ).toEqual([last.id])
  await weather.pass(1)
  expect(names(desk)).toEqual(['outage.opened x:a0'])
  expect(short.until).toBeLessThan(weather.clock.now())
})

test('what falls in maintenance makes no storm', async () => {
  const desk = listener('desk')
  const weather = await createWeather(10, [desk])
  await quiet(weather, 'even', HOUR)
  for (const index of [0, 2, 4, 6, 8]) await weather.happen('outage.opened', `x:a${index}`)
  await weather.pass(10_000, 1_000)
  expect(names(desk)).toEqual([])
  await weather.pass(HOUR)
  expect(names(desk).toSorted()).toEqual([0, 2, 4, 6, 8].map((index) => `outage.opened x:a${index}`))
})

test('of what is neither on the roll nor a tag nothing is held', async () => {
  const weather = await createWeather(1, [])
  const done = await weather.quiets().begin({ of: 'x:nobody', forMs: HOUR, because: 'why', by: 'ops' })
  expect(done).toEqual({
    ok: false,
    refusal: 'not_found',
    detail: 'Neither an account on the roll nor a tag: x:nobody.',
  })
})
