import { isPressing, ordinaryShare, rank, URGENCIES, type Urgency } from '../core/urgency.ts'
import { homeOf, UNDER_WAY, type Entry, type Queued, type Want } from './entry.ts'
import { createLine, type Line } from './line.ts'

/** Accounts that share a request. It is as late as the one of them that has waited longest. */
export type Batch = { readonly entries: readonly Entry[]; readonly dueAt: number }

/** One line for each urgency. */
export type Lines = {
  join(entry: Entry, want: Want): Queued
  leave(place: Queued): void
  /** The most urgent; now and then an ordinary one before the important ones, lest it starve while they want it all. */
  first(): Queued | null
  /** Takes out this one and those who can share its request, the most urgent first: same look, same home. */
  batch(first: Queued, most: number): Batch
  size(): number
}

const ORDINARY_EVERY = Math.round(1 / ordinaryShare)

/** The lines of one platform, all of them empty. */
export function createLines(): Lines {
  const lines = URGENCIES.map(createLine)
  const ordinaryBeforeImportant = [...lines.slice(0, -2), ...lines.slice(-2).reverse()]
  /** Requests of the roll so far. */
  let rolled = 0

  const line = (urgency: Urgency): Line => lines[rank(urgency)] as Line

  return {
    join: (entry, want) => line(want.urgency).join(entry, want),
    leave: (place) => line(place.want.urgency).leave(place),
    first() {
      const isOrdinarysTurn = rolled % ORDINARY_EVERY === ORDINARY_EVERY - 1
      const order = isOrdinarysTurn ? ordinaryBeforeImportant : lines
      return order.find((waiting) => waiting.first() !== null)?.first() ?? null
    },
    batch(first, most) {
      const { look, urgency } = first.want
      const home = homeOf(first.entry)
      const entries: Entry[] = []
      let dueAt = Infinity
      const take = (place: Queued): void => {
        line(place.want.urgency).leave(place)
        place.entry.place = UNDER_WAY
        entries.push(place.entry)
        dueAt = Math.min(dueAt, place.want.dueAt)
      }
      if (!isPressing(urgency)) rolled++
      // Before all others: an ordinary account whose turn it is must not lose its place to the important ones again.
      take(first)
      for (const waiting of lines) {
        let next = waiting.first()
        while (next !== null && entries.length < most) {
          const { entry, want, after } = next
          if (want.look === look && homeOf(entry) === home) take(next)
          next = after
        }
      }
      return { entries, dueAt }
    },
    size: () => lines.reduce((sum, waiting) => sum + waiting.size(), 0),
  }
}
