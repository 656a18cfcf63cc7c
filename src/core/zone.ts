const DAY = 86_400_000

/** A day as the people of a zone count it: midnight of that date as if it were UTC, epoch ms. */
export type CivilDate = number

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const fields = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, hourCycle: 'h23', ...fields, second: 'numeric' })
  formats.set(zone, format)
  return format
}

/** How far a zone's clocks are ahead of UTC at an instant, ms. @throws {RangeError} when there is no such zone */
export function offsetAt(zone: string, at: number): number {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000
}

/** The date in a zone at an instant. */
export const dateAt = (zone: string, at: number): CivilDate => Math.floor((at + offsetAt(zone, at)) / DAY) * DAY

/** So many days later; earlier where they are negative. */
export const nextDate = (date: CivilDate, days: number): CivilDate => date + days * DAY

/** 0 is Sunday. */
export const weekdayOf = (date: CivilDate): number => new Date(date).getUTCDay()

/**
 * When the clocks of a zone show a time: the first of the two where they show it twice (set back), as much later as they
 * were set forward where they skip it.
 *
 * @param minutes since midnight
 */
export function instantOf(zone: string, date: CivilDate, minutes: number): number {
  const shown = date + minutes * 60_000
  const before = offsetAt(zone, shown - DAY)
  const after = offsetAt(zone, shown + DAY)
  const isAfter = offsetAt(zone, shown - before) !== before && offsetAt(zone, shown - after) === after
  return shown - (isAfter ? after : before)
}
