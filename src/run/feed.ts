import type { Clock } from '../core/clock.ts'
import type { Feed, FeedListener, Pulse } from '../core/feed.ts'
import type { Sighting } from '../core/sighting.ts'
import type { Transition } from '../core/transition.ts'

const PULSE_EVERY = 1_000

type Glimpse = Pick<Sighting, 'account' | 'askedAt' | 'answeredAt'>

/** The feed as whoever fills it has it. */
export type LiveFeed = Feed & {
  /** After `record` returned. Takes transitions in any order and tells them in theirs. */
  publish(transitions: readonly Transition[]): void
  /** Somebody was looked at. Costs nothing while nobody listens. */
  pulse(sighting: Glimpse): void
  stop(): void
}

/**
 * What has happened, in memory: the last `size` transitions for those who resume, and everybody who listens now.
 *
 * @param recent the newest transitions of the store, oldest first
 */
export function createFeed(parts: {
  readonly epoch: string
  readonly recent: readonly Transition[]
  readonly lastSeq: number
  readonly clock: Clock
  readonly size?: number
}): LiveFeed {
  const { epoch, clock, size = 10_000 } = parts
  const ring: Transition[] = [...parts.recent]
  const early = new Map<number, Transition>()
  const listeners = new Set<FeedListener>()
  const pulses = new Map<string, Pulse>()
  let seq = parts.lastSeq
  let flush: (() => void) | null = null

  function publish(transitions: readonly Transition[]): void {
    for (const transition of transitions) if (transition.seq > seq) early.set(transition.seq, transition)
    const inOrder: Transition[] = []
    for (let next = early.get(seq + 1); next !== undefined; next = early.get(seq + 1)) {
      early.delete(next.seq)
      inOrder.push(next)
      seq = next.seq
    }
    if (inOrder.length === 0) return
    ring.push(...inOrder)
    if (ring.length > size * 1.1) ring.splice(0, ring.length - size)
    for (const listener of listeners) listener.transitions?.(inOrder)
  }

  function pulse({ account, askedAt, answeredAt }: Glimpse): void {
    if (listeners.size === 0) return
    pulses.set(account, { account, lastSightingAt: answeredAt, latencyMs: answeredAt - askedAt })
    flush ??= clock.after(PULSE_EVERY, () => {
      flush = null
      const newest = [...pulses.values()]
      pulses.clear()
      for (const listener of listeners) listener.pulses?.(newest)
    })
  }

  return {
    epoch,
    seq: () => seq,
    after(from) {
      const oldest = seq - ring.length
      return from > seq || from < oldest ? null : ring.slice(from - oldest)
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publish,
    pulse,
    stop() {
      flush?.()
      listeners.clear()
    },
  }
}
