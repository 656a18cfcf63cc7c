import { dateAt, instantOf, nextDate, weekdayOf } from './zone.ts'

/** In the order of `Date.getUTCDay`. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/**
 * When somebody wants to hear of what is not important: not in quiet hours, which begin on these days (none: on every
 * day) and may last over midnight; or once a day. Times are minutes since midnight in an IANA zone.
 */
export type Hold =
  | {
      readonly kind: 'quiet'
      readonly from: number
      readonly to: number
      readonly zone: string
      readonly days: readonly Weekday[]
    }
  | { readonly kind: 'digest'; readonly at: number; readonly zone: string }

/** Until when something of this instant is held, epoch ms; null when it is told at once. */
export function heldUntil(hold: Hold, at: number): number | null {
  return hold.kind === 'quiet' ? quietUntil(hold, at) : digestAfter(hold, at)
}

function quietUntil({ from, to, zone, days }: Extract<Hold, { kind: 'quiet' }>, at: number): number | null {
  const today = dateAt(zone, at)
  for (const date of [nextDate(today, -1), today]) {
    const weekday = WEEKDAYS[weekdayOf(date)]
    if (days.length > 0 && !days.some((day) => day === weekday)) continue
    const end = instantOf(zone, to > from ? date : nextDate(date, 1), to)
    if (instantOf(zone, date, from) <= at && at < end) return end
  }
  return null
}

function digestAfter({ at: minutes, zone }: Extract<Hold, { kind: 'digest' }>, at: number): number {
  const today = instantOf(zone, dateAt(zone, at), minutes)
  return today > at ? today : instantOf(zone, nextDate(dateAt(zone, at), 1), minutes)
}

/** Minutes since midnight of a time such as `07:30`; null when it is none. */
export function parseTime(text: string): number | null {
  const [, hours, minutes] = /^(\d{2}):(\d{2})$/.exec(text) ?? []
  const time = Number(hours) * 60 + Number(minutes)
  return Number(hours) < 24 && Number(minutes) < 60 ? time : null
}

/** `07:30` */
export const formatTime = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
