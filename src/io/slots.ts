import { createTask, parse, type ScheduledTask } from 'node-cron'

/** The instants a pattern names, in UTC. */
export type Slots = {
  /** The first one after `at`, epoch ms. Calls near each other cost nothing. */
  readonly next: (at: number) => number
  readonly forget: () => Promise<void>
}

const DAY = 86_400_000
/** Rare ones, such as a leap day that is a Monday, come within 40 years; what does not come by then never does. */
const MOST_DAYS = 41 * 366

/**
 * node-cron's reading of a pattern, asked about any instant: its own `getNextRuns` only counts from now, so its matcher
 * judges the days and its parsed fields give the times within them.
 * @throws {Error} when the pattern is none, or never comes
 */
export function slotsOf(pattern: string): Slots {
  const { second, minute, hour, month } = parse(pattern)
  const times: Times = { hours: ordered(hour), minutes: ordered(minute), seconds: ordered(second) }
  const task = createTask(pattern, () => undefined, { timezone: 'UTC' })
  const firstOfDay = timeAfter(times, -1) ?? 0
  const months = new Set(month)

  function isDay(day: number): boolean {
    return months.has(new Date(day).getUTCMonth() + 1) && task.match(new Date(day + firstOfDay))
  }
  function search(at: number): number {
    const today = Math.floor(at / DAY) * DAY
    const later = timeAfter(times, Math.floor((at - today) / 1000))
    if (later !== null && isDay(today)) return today + later
    for (let days = 1; days < MOST_DAYS; days++) {
      const day = today + days * DAY
      if (isDay(day)) return day + firstOfDay
    }
    throw new Error('no such day ever comes')
  }
  return { next: remembering(search), forget: () => forget(task) }
}

/** A hundred thousand accounts of one pattern ask for the same two slots. */
function remembering(search: (at: number) => number): (at: number) => number {
  let known: { from: number; slot: number }[] = []
  return (at) => {
    const found = known.find(({ from, slot }) => from <= at && at < slot)
    if (found !== undefined) return found.slot
    const slot = search(at)
    known = [...known.slice(-1), { from: at, slot }]
    return slot
  }
}

/** node-cron keeps a list of all tasks it made. */
async function forget(task: ScheduledTask): Promise<void> {
  await task.destroy()
}

type Times = {
  readonly hours: readonly number[]
  readonly minutes: readonly number[]
  readonly seconds: readonly number[]
}

const ordered = (numbers: readonly number[]): readonly number[] => [...new Set(numbers)].sort((a, b) => a - b)

/** The first time of day after `second` (seconds since midnight), in ms since midnight; null when none is left. */
function timeAfter({ hours, minutes, seconds }: Times, second: number): number | null {
  for (const hour of hours) {
    if (hour * 3600 + 3599 <= second) continue
    for (const minute of minutes) {
      const start = hour * 3600 + minute * 60
      const found = start + 59 <= second ? undefined : seconds.find((one) => start + one > second)
      if (found !== undefined) return (start + found) * 1000
    }
  }
  return null
}
