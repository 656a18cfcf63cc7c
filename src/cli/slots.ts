import { slotAt, slotsLeft, tried, unhurried } from '../core/pace.ts'
import type { Platform } from '../core/platform.ts'

/** Requests to platforms, no more in any window than each one's budget. Whoever took a slot gives it back, once. */
export type Slots = {
  take(platform: Platform): Promise<void>
  back(platform: Platform): void
}

export type SlotsParts = {
  /** Epoch ms. */
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

/** Whoever is under way ends by then, or a slot has come free; if not, it looks again. */
const AGAIN = 100

export function createSlots({ now, sleep }: SlotsParts): Slots {
  const places = new Map<string, { pace: typeof unhurried; underWay: number }>()

  function placeOf({ id }: Platform) {
    let place = places.get(id)
    if (place === undefined) places.set(id, (place = { pace: unhurried, underWay: 0 }))
    return place
  }

  return {
    async take(platform) {
      const place = placeOf(platform)
      while (slotsLeft(place.pace, platform.budget, place.underWay, now()) === 0) {
        await sleep(Math.max(AGAIN, (slotAt(place.pace, platform.budget, now()) ?? 0) - now()))
      }
      place.underWay++
    },
    back(platform) {
      const place = placeOf(platform)
      place.underWay--
      place.pace = tried(place.pace, platform.budget, now())
    },
  }
}
