import type { Entry, Queued, Want } from './entry.ts'

/** Accounts that wait for a look, first come, first served. */
export type Line = {
  join(entry: Entry, want: Want): Queued
  leave(place: Queued): void
  first(): Queued | null
  size(): number
}

/** Each place knows its neighbours: accounts come and leave, from the middle too, without anything being looked up. */
export function createLine(): Line {
  let first: Queued | null = null
  let last: Queued | null = null
  let size = 0

  return {
    first: () => first,
    size: () => size,
    join(entry, want) {
      const place: Queued = { kind: 'queued', entry, want, before: last, after: null }
      if (last === null) first = place
      else last.after = place
      last = place
      size++
      return place
    },
    leave(place) {
      const { before, after } = place
      if (before === null) first = after
      else before.after = after
      if (after === null) last = before
      else after.before = before
      // Whoever has left must not keep those in memory who came after.
      place.before = null
      place.after = null
      size--
    },
  }
}
