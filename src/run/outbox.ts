import type { Claimed, Store } from '../core/store.ts'
import type { Gates } from './outbox-gates.ts'
import { createSettler, pauseAfter } from './outbox-settler.ts'
import { createTeller, type TellerParts } from './outbox-teller.ts'

/** Delivers what is owed, from `start` to `stop`. */
export type Outbox = {
  /** Begins to deliver what is owed; answers at once. */
  start(): Promise<void>
  /** Something is owed now. */
  wake(): void
  /** Claims no more and lets tries under way end for a moment. What is left is told after the next start. */
  stop(): Promise<void>
}

export type OutboxParts = TellerParts & {
  readonly store: Store
  readonly gates: Gates
  /** A defect of ours; the process should end. The delivery that showed it is not tried again by this one. */
  readonly onBug: (fault: unknown) => void
}

/** Longer than any try may take, so that nobody else begins one meanwhile. */
const LEASE = 60_000
const LIMIT = 256
const GRACE = 3_000
/** A store that names something due and does not hand it out is not asked without a pause. */
const SHORT_PAUSE = 1_000

/**
 * Delivers what is owed: at least once, in order for one subscriber and subject, every subscriber in lanes of its own,
 * so that a slow or dead one delays nobody else.
 *
 * Each claim hands out the head of a line; the next in line is free once that is settled. Nothing here is kept that a
 * kill could lose: a try without its settlement is made again, under the same id.
 */
export function createOutbox(parts: OutboxParts): Outbox {
  const { store, gates, clock, log } = parts
  const settler = createSettler(parts)
  let isRunning = false
  let isAbandoned = false
  let refusals = 0
  let isRung = false
  let ring: (() => void) | null = null
  let looping: Promise<void> = Promise.resolve()
  /** Lines under way in this process, by subscriber and subject; a lease may run out before its try does. */
  const underWay = new Map<string, UnderWay>()
  /** Everybody whom something may be owed, whether still configured or not. */
  const known = new Set<string>()
  const teller = createTeller(parts, settler, () => isAbandoned)

  function wake(): void {
    isRung = true
    ring?.()
  }

  async function loop(): Promise<void> {
    while (isRunning) {
      isRung = false
      await pause(await pass())
    }
  }

  function pause(ms: number | null): Promise<void> {
    if (isRung || !isRunning) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = ms === null ? () => undefined : clock.after(ms, () => ring?.())
      ring = () => {
        ring = null
        cancel()
        resolve()
      }
    })
  }

  /** Begins what is due and free; answers how long there is nothing to do, null for until somebody wakes us. */
  async function pass(): Promise<number | null> {
    try {
      const wait = await begin()
      refusals = 0
      return wait
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault
      refusals++
      log.error('claim_failed', { err: fault.cause })
      return pauseAfter(refusals)
    }
  }

  async function begin(): Promise<number | null> {
    if (known.size === 0) for (const { subscriber } of await fromStore(store.subscriberHealth())) known.add(subscriber)
    for (const { name } of parts.subscribers()) known.add(name)
    const now = clock.now()
    const free = gates.free(known)
    const claimed = await fromStore(store.claim({ now, leaseMs: LEASE, limit: LIMIT, perSubscriber: free }))
    for (const one of claimed) take(one)
    // The next pass will see for itself.
    if (isRung) return 0
    const opensAt = gates.opensAt(known)
    const dueAt = await fromStore(store.nextDueAt(Object.keys(gates.free(known))))
    const isStuck = dueAt !== null && dueAt <= now && claimed.length === 0
    const next = Math.min(isStuck ? now + SHORT_PAUSE : (dueAt ?? Infinity), opensAt ?? Infinity)
    return next === Infinity ? null : Math.max(0, next - clock.now())
  }

  /**
   * The store frees a line with the settlement, a moment before the try that wrote it is over here: what stands in the
   * line then has its turn after that try. The same head again is a lease that ran out, and its try still counts.
   */
  function take(claimed: Claimed): void {
    const { id, subscriber, subject } = claimed.delivery
    const line = JSON.stringify([subscriber, subject])
    const before = underWay.get(line)
    if (before?.head === id) return
    const pass = gates.enter(subscriber)
    const told = (before?.work ?? Promise.resolve())
      .then(() => pass.turn())
      .then(() => (isRunning ? teller(claimed, pass) : undefined))
    const mine: UnderWay = { head: id, work: told.then(ended, parts.onBug) }
    function ended(): void {
      pass.leave()
      if (underWay.get(line) === mine) underWay.delete(line)
      wake()
    }
    underWay.set(line, mine)
  }

  return {
    start() {
      isRunning = true
      looping = loop().catch(parts.onBug)
      return Promise.resolve()
    },
    wake,
    async stop() {
      isRunning = false
      wake()
      gates.close()
      settler.hurry()
      await looping
      const graceOver = Promise.withResolvers<undefined>()
      const cancel = clock.after(GRACE, () => graceOver.resolve(undefined))
      await Promise.race([Promise.allSettled([...underWay.values()].map(({ work }) => work)), graceOver.promise])
      cancel()
      isAbandoned = true
    },
  }
}

type UnderWay = { readonly head: string; readonly work: Promise<void> }

/** The store would not, which passes; told apart from our own defects, which must not be waited out. */
class Refusal extends Error {
  override readonly name = 'Refusal'
}

const fromStore = <T>(asked: Promise<T>): Promise<T> =>
  asked.catch((cause: unknown) => {
    throw new Refusal('the store refuses', { cause })
  })
