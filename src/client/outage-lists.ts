import type { OutageJson } from '../core/json.ts'

/** Outages as people read them. */
export type OutageLists = {
  /** Longest gone first. */
  readonly open: readonly OutageJson[]
  /** Closed ones, newest first; older ones are forgotten. */
  readonly recent: readonly OutageJson[]
}

const RECENT = 50

/** Puts an outage where it belongs now, in place of what was known of it. */
export function withOutage(lists: OutageLists, outage: OutageJson): OutageLists {
  const open = lists.open.filter(({ id }) => id !== outage.id)
  const recent = lists.recent.filter(({ id }) => id !== outage.id)
  return outage.state === 'open'
    ? { open: [...open, outage].toSorted(longestFirst), recent }
    : { open, recent: [...recent, outage].toSorted(newestFirst).slice(0, RECENT) }
}

// ISO instants of one form are ordered as texts.
const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
/** Sorts outages by their first absence. */
export const longestFirst = (one: OutageJson, other: OutageJson): number =>
  byText(one.firstAbsentAt, other.firstAbsentAt)
const newestFirst = (one: OutageJson, other: OutageJson): number => byText(other.closedAt ?? '', one.closedAt ?? '')
