import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createFastClock, systemClock } from '../../src/io/clock.ts'

const EVENING = Date.UTC(2017, 10, 2, 22, 50)
const DAY = 86_400_000

beforeEach(() => void vi.useFakeTimers({ now: EVENING }))
afterEach(() => void vi.useRealTimers())

describe('the system clock', () => {
  test('tells the machine’s time and calls once after a while', () => {
    const calls: number[] = []
    systemClock.after(1500, () => calls.push(systemClock.now()))
    vi.advanceTimersByTime(1499)
    expect(calls).toEqual([])
    vi.advanceTimersByTime(10_000)
    expect(calls).toEqual([EVENING + 1500])
  })

  test('waits longer than one timer can', () => {
    const calls: number[] = []
    systemClock.after(60 * DAY, () => calls.push(systemClock.now()))
    vi.advanceTimersByTime(60 * DAY - 1)
    expect(calls).toEqual([])
    vi.advanceTimersByTime(1)
    expect(calls).toEqual([EVENING + 60 * DAY])
  })

  test('does not call what was cancelled, also between two timers', () => {
    const call = vi.fn()
    const cancel = systemClock.after(60 * DAY, call)
    systemClock.after(10, call)()
    vi.advanceTimersByTime(30 * DAY)
    cancel()
    vi.advanceTimersByTime(60 * DAY)
    expect(call).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('calls soon for what is already due', () => {
    const call = vi.fn()
    systemClock.after(-5, call)
    expect(call).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(call).toHaveBeenCalledOnce()
  })

  test('waits as long as it was told when the machine’s time is set back', () => {
    const call = vi.fn()
    systemClock.after(1000, call)
    vi.setSystemTime(EVENING - DAY)
    vi.advanceTimersByTime(1000)
    expect(call).toHaveBeenCalledOnce()
  })
})

describe('a fast clock', () => {
  test('starts where it is told and runs as many times as fast', () => {
    const clock = createFastClock({ startAt: EVENING - DAY, speed: 60 })
    expect(clock.now()).toBe(EVENING - DAY)
    vi.advanceTimersByTime(1000)
    expect(clock.now()).toBe(EVENING - DAY + 60_000)
  })

  test('waits in its own time, and never calls early', () => {
    const clock = createFastClock({ startAt: 0, speed: 60 })
    const calls: number[] = []
    clock.after(90_001, () => calls.push(clock.now()))
    vi.advanceTimersByTime(1500)
    expect(calls).toEqual([])
    vi.advanceTimersByTime(1)
    expect(calls).toEqual([90_060])
  })

  test('waits for months', () => {
    const clock = createFastClock({ startAt: 0, speed: 2 })
    const call = vi.fn()
    clock.after(100 * DAY, call)
    vi.advanceTimersByTime(50 * DAY - 1)
    expect(call).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(call).toHaveBeenCalledOnce()
  })
})
