import { getTasks } from 'node-cron'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Clock } from '../../src/core/clock.ts'
import { createFastClock, systemClock } from '../../src/io/clock.ts'
import { createCron, type Cron } from '../../src/io/cron.ts'

const at = (text: string): number => Date.parse(`${text}Z`)
const EVENING = at('2017-11-02T22:50:03.500')

let crons: Cron[] = []
const started = (cron: Cron): Cron => {
  crons.push(cron)
  return cron
}

beforeEach(() => void vi.useFakeTimers({ now: EVENING }))
afterEach(async () => {
  await Promise.all(crons.map((cron) => cron.stop()))
  crons = []
  vi.useRealTimers()
  expect(getTasks().size).toBe(0)
})

describe('the slot after an instant', () => {
  const next = (pattern: string, from: string): string =>
    new Date(started(createCron(systemClock)).next(pattern, at(from))).toISOString()

  test.each([
    ['*/10 * * * * *', '2017-11-02T22:50:03.500', '2017-11-02T22:50:10.000Z'],
    ['*/10 * * * * *', '2017-11-02T22:50:10', '2017-11-02T22:50:20.000Z'],
    ['*/10 * * * * *', '2017-11-02T22:50:09.999', '2017-11-02T22:50:10.000Z'],
    ['*/10 * * * * *', '2017-12-31T23:59:50', '2018-01-01T00:00:00.000Z'],
    ['* * * * *', '2017-11-02T22:59:30', '2017-11-02T23:00:00.000Z'],
    ['30 8,20 * * *', '2017-11-02T20:30:00', '2017-11-03T08:30:00.000Z'],
    ['15 50-59/3 23-1 * * *', '2017-11-02T01:59:15', '2017-11-02T23:50:15.000Z'],
    ['15 50-59/3 23-1 * * *', '2017-11-02T23:59:15', '2017-11-03T00:50:15.000Z'],
    ['0 0 1 1 *', '2017-11-02T22:50:00', '2018-01-01T00:00:00.000Z'],
    ['0 0 1 1 *', '2018-01-01T00:00:00', '2019-01-01T00:00:00.000Z'],
    ['0 0 29 2 *', '2017-11-02T22:50:00', '2020-02-29T00:00:00.000Z'],
    ['0 0 29 2 1', '2017-11-02T22:50:00', '2044-02-29T00:00:00.000Z'],
    ['0 12 L * *', '2018-01-31T12:00:00', '2018-02-28T12:00:00.000Z'],
    ['0 0 15W * *', '2017-11-02T22:50:00', '2017-11-15T00:00:00.000Z'],
    ['0 0 * * 5L', '2017-11-02T22:50:00', '2017-11-24T00:00:00.000Z'],
    ['0 0 * * 1#2', '2017-11-02T22:50:00', '2017-11-13T00:00:00.000Z'],
    ['0 9 * * mon-fri', '2017-11-03T10:00:00', '2017-11-06T09:00:00.000Z'],
    ['@hourly', '2017-11-02T22:50:00', '2017-11-02T23:00:00.000Z'],
  ])('%s after %s is %s', (pattern, from, slot) => expect(next(pattern, from)).toBe(slot))

  test('is what node-cron itself would say, and repeated questions move on', () => {
    const cron = started(createCron(systemClock))
    for (const pattern of ['*/7 * * * * *', '5 */13 * * *', '0 30 4 10-12 * *', '0 0 */5 * 1-5']) {
      let from = EVENING
      cron.plan(pattern, () => undefined)
      const task = [...getTasks().values()].at(-1)
      for (const run of task?.getNextRuns(25) ?? []) {
        from = cron.next(pattern, from)
        expect(from).toBe(run.getTime())
      }
    }
  })

  test('and the one after it make the gap', () => {
    const cron = started(createCron(systemClock))
    expect(cron.gapAfter('*/10 * * * * *', EVENING)).toBe(10_000)
    expect(cron.gapAfter('0 8,20 * * *', at('2017-11-02T07:00:00'))).toBe(12 * 3_600_000)
    expect(cron.gapAfter('0 0 29 2 *', EVENING)).toBe(1461 * 86_400_000)
  })

  test('is asked for a hundred thousand accounts without work', () => {
    const cron = started(createCron(systemClock))
    const first = cron.gapAfter('0 0 1 1 *', EVENING)
    const format = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts')
    for (let account = 0; account < 100_000; account++) {
      expect(cron.gapAfter('0 0 1 1 *', EVENING + account)).toBe(first)
    }
    expect(format).not.toHaveBeenCalled()
    format.mockRestore()
  })
})

test.each([
  ['*/10 * * * * *', null],
  ['0 0 1 1 *', null],
  ['@daily', null],
  ['', /illegal/],
  ['* * * *', /field/],
  ['61 * * * * *', /second/],
  ['* * 32 * *', /day of month/],
  ['0 0 31 2 *', /impossible/],
  ['0 0 L-29 2 *', /ever comes/],
  ['every minute', /field/],
])('the fault of "%s" is %s', (pattern, fault) => {
  const found = createCron(systemClock).fault(pattern)
  if (fault === null) expect(found).toBeNull()
  else expect(found).toMatch(fault)
})

describe.each([
  ['on the system clock', () => createCron(systemClock), 1],
  ['on a fast clock', () => createCron(createFastClock({ startAt: EVENING, speed: 60 }), { fast: true }), 60],
] as const)('a plan %s', (_, make, speed) => {
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(Math.ceil(ms / speed))

  function planned(pattern: string) {
    const slots: (readonly [string, number])[] = []
    const cron = started(make())
    const stop = cron.plan(pattern, (slotAt, gapMs) => slots.push([new Date(slotAt).toISOString(), gapMs]))
    return { cron, slots, stop }
  }

  test('calls at every slot, with the time to the next', async () => {
    const { slots } = planned('*/10 * * * * *')
    await pass(30_000)
    expect(slots).toEqual([
      ['2017-11-02T22:50:10.000Z', 10_000],
      ['2017-11-02T22:50:20.000Z', 10_000],
      ['2017-11-02T22:50:30.000Z', 10_000],
    ])
  })

  test('knows gaps that differ, and waits for days', async () => {
    const { slots } = planned('0 9 * * mon-fri')
    await pass(5 * 86_400_000)
    expect(slots).toEqual([
      ['2017-11-03T09:00:00.000Z', 3 * 86_400_000],
      ['2017-11-06T09:00:00.000Z', 86_400_000],
      ['2017-11-07T09:00:00.000Z', 86_400_000],
    ])
  })

  test('calls no more once it is stopped, by itself or with all', async () => {
    const { slots, stop, cron } = planned('* * * * * *')
    await pass(3_000)
    stop()
    const before = slots.length
    const others = vi.fn()
    cron.plan('* * * * * *', others)
    await cron.stop()
    await pass(5_000)
    expect(slots).toHaveLength(before)
    expect(others).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('a task that could not run for a while calls once, for the newest slot', async () => {
  const slots: number[] = []
  const cron = started(createCron(systemClock))
  cron.plan('*/2 * * * * *', (slotAt) => slots.push(slotAt))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(slots).toEqual([at('2017-11-02T22:50:04')])
  vi.setSystemTime(at('2017-11-02T22:50:29.200'))
  await vi.advanceTimersByTimeAsync(1_500)
  expect(slots.slice(1)).toEqual([at('2017-11-02T22:50:30')])
  await vi.advanceTimersByTimeAsync(2_000)
  expect(slots.slice(2)).toEqual([at('2017-11-02T22:50:32')])
})

test('a clock that overslept calls once, for the newest slot', () => {
  let now = EVENING
  let wake = (): void => undefined
  const sleeper: Clock = {
    now: () => now,
    after(_, call) {
      wake = call
      return () => undefined
    },
  }
  const slots: (readonly [number, number])[] = []
  const cron = started(createCron(sleeper, { fast: true }))
  cron.plan('*/2 * * * * *', (slotAt, gapMs) => slots.push([slotAt, gapMs]))
  now = at('2017-11-02T22:50:31.200')
  wake()
  now = at('2017-11-02T22:50:32')
  wake()
  expect(slots).toEqual([
    [at('2017-11-02T22:50:30'), 2_000],
    [at('2017-11-02T22:50:32'), 2_000],
  ])
})

test('a plan whose slot throws is a defect that is not swallowed', async () => {
  const cron = started(createCron(systemClock))
  const loud = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined)
  cron.plan('* * * * * *', () => {
    throw new Error('ours')
  })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(loud).toHaveBeenCalled()
  expect(loud.mock.calls[0]?.[0]).toThrow('ours')
  loud.mockRestore()
})
