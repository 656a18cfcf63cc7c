/** How many may pass at once, and how many a second in the long run. */
export type Rate = { readonly burst: number; readonly perSecond: number }

/** A token bucket. `now` is in ms, of the clock that it was made with. */
export type Flow = {
  /** 0 when one more may pass, else the milliseconds until one may. */
  take(now: number): number
  /** Whether it is full again, like a new one. */
  isIdle(now: number): boolean
}

/** @param now any clock that never goes back, ms */
export function createFlow({ burst, perSecond }: Rate, start: number): Flow {
  let left = burst
  let at = start
  const refill = (now: number): void => {
    left = Math.min(burst, left + ((now - at) * perSecond) / 1000)
    at = now
  }
  return {
    take(now) {
      refill(now)
      if (left < 1) return Math.ceil(((1 - left) * 1000) / perSecond)
      left -= 1
      return 0
    },
    isIdle(now) {
      refill(now)
      return left >= burst
    },
  }
}

const MOST_KNOWN = 10_000

/** One flow for each address. When there are many, those that are full again are forgotten. */
export function createFlows(rate: Rate): { take(address: string, now: number): number } {
  const flows = new Map<string, Flow>()
  return {
    take(address, now) {
      const known = flows.get(address)
      if (known !== undefined) return known.take(now)
      if (flows.size >= MOST_KNOWN) {
        for (const [other, flow] of flows) if (flow.isIdle(now)) flows.delete(other)
      }
      const flow = createFlow(rate, now)
      flows.set(address, flow)
      return flow.take(now)
    },
  }
}
