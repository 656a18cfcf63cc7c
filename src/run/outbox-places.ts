import type { Subscriber } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import { slotAt, slotsLeft, tried, unhurried, type Pace } from '../core/pace.ts'

/** One try's place in the order of turns. */
export type Turn = {
  /** Settles when the pace lets it begin. */
  come(): Promise<void>
  /** It was tried: the place has heard from us. */
  tried(): void
  /** Nothing is waited for any more; may be called twice. */
  end(): void
}

/** Where subscribers are told: a pace is that of the place, whoever is told there. */
export type Places = {
  /** How many tries may begin now. Those who share a place are each told of the same slots, and then have turns. */
  slots(name: string): number
  /** When the next slot comes free by itself, epoch ms; null when there is one, or an end has to come first. */
  opensAt(name: string): number | null
  enter(name: string): Turn
  /** Settles after so long, or as soon as anybody has left. */
  changed(ms: number): Promise<void>
  /** Somebody has left. */
  left(): void
  /** Nobody waits for a turn any more: a wait that goes on would keep the process alive. */
  close(): void
}

/** `underWay` are the turns that have not ended yet, in order. */
type Place = { readonly underWay: Turn[]; pace: Pace }

/** Somebody ahead has left by then, or a slot has come free; if not, it looks again. */
const LONGEST_WAIT = 60_000

/** Places of which nothing is known: the next try anywhere may begin. */
export function createPlaces(subscriberOf: (name: string) => Subscriber | undefined, clock: Clock): Places {
  const places = new Map<string, Place>()
  let waiting: (() => void)[] = []
  let isClosed = false

  function placeOf(name: string): Place {
    const key = subscriberOf(name)?.place ?? `of ${name}`
    let place = places.get(key)
    if (place === undefined) places.set(key, (place = { underWay: [], pace: unhurried }))
    return place
  }

  function slotsBehind(others: number, { pace }: Place, name: string): number {
    const budget = subscriberOf(name)?.channel.pace
    return budget === undefined ? Infinity : slotsLeft(pace, budget, others, clock.now())
  }

  function slots(name: string): number {
    const place = placeOf(name)
    return slotsBehind(place.underWay.length, place, name)
  }

  function opensAt(name: string): number | null {
    const budget = subscriberOf(name)?.channel.pace
    return budget === undefined || slots(name) > 0 ? null : slotAt(placeOf(name).pace, budget, clock.now())
  }

  function changed(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, go)
      function go(): void {
        cancel()
        waiting = waiting.filter((one) => one !== go)
        resolve()
      }
      waiting.push(go)
    })
  }

  function enter(name: string): Turn {
    const place = placeOf(name)
    function end(): void {
      const at = place.underWay.indexOf(turn)
      if (at >= 0) place.underWay.splice(at, 1)
    }
    const turn: Turn = {
      async come() {
        while (!isClosed && slotsBehind(place.underWay.indexOf(turn), place, name) === 0) {
          const now = clock.now()
          await changed((opensAt(name) ?? now + LONGEST_WAIT) - now)
        }
      },
      tried() {
        end()
        const budget = subscriberOf(name)?.channel.pace
        if (budget !== undefined) place.pace = tried(place.pace, budget, clock.now())
      },
      end,
    }
    place.underWay.push(turn)
    return turn
  }

  function left(): void {
    for (const go of waiting.splice(0)) go()
  }

  return {
    slots,
    opensAt,
    enter,
    changed,
    left,
    close() {
      isClosed = true
      left()
    },
  }
}
