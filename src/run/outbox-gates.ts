import {
  accepted,
  conditionOf,
  failed,
  lanesOpen,
  quietUntil,
  silenced,
  untried,
  type Breaker,
  type Condition,
} from '../core/breaker.ts'
import type { Outcome, Subscriber } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import { createPlaces } from './outbox-places.ts'

/** Whoever may try holds one; `leave` gives it back, once. */
export type Pass = {
  /** Settles when its turn has come, where subscribers that are told in one place share its pace. */
  turn(): Promise<void>
  /**
   * A try was made and ended so. `silentUntil` (epoch ms) is set where the target asked not to be told before.
   */
  tried(outcome: Outcome, silentUntil: number | null): void
  leave(): void
}

/** Each subscriber's own gate: its lanes and its breaker. The pace is that of the place, whoever is told there. */
export type Gates = {
  /** How many more tries may begin now, for those where any may. */
  free(names: Iterable<string>): Readonly<Record<string, number>>
  /** When the next of these gates opens by itself, epoch ms; null when none does. */
  opensAt(names: Iterable<string>): number | null
  enter(name: string): Pass
  /**
   * A pass for somebody who waits in person, in turn with the notices. A failing target does not keep them out: theirs
   * is the probe. Null when there is none within so long.
   */
  admitted(name: string, patienceMs: number): Promise<Pass | null>
  condition(name: string): Condition
  /** Nobody waits for a turn any more. */
  close(): void
}

export type GateParts = {
  readonly subscribers: () => readonly Subscriber[]
  readonly clock: Clock
  /** In [0, 1), for the jitter. */
  readonly random: () => number
}

type Gate = { busy: number; breaker: Breaker }

/** Lines of one subscriber that are told at once. */
const LANES = 8

/** All gates are open and nothing is known of any target. */
export function createGates({ subscribers, clock, random }: GateParts): Gates {
  const gates = new Map<string, Gate>()
  const subscriberOf = (name: string): Subscriber | undefined => subscribers().find((one) => one.name === name)
  const lanesOf = (name: string): number => Math.min(LANES, subscriberOf(name)?.channel.lanes ?? LANES)
  const places = createPlaces(subscriberOf, clock)

  function gateOf(name: string): Gate {
    let gate = gates.get(name)
    if (gate === undefined) gates.set(name, (gate = { busy: 0, breaker: untried }))
    return gate
  }

  const roomFor = (name: string, open: number): number =>
    Math.max(0, Math.min(open - gateOf(name).busy, places.slots(name)))

  /** When time alone opens it; null when it is open, or an end has to come first. */
  function turnsAt(name: string, now: number): number | null {
    const quiet = quietUntil(gateOf(name).breaker)
    return quiet > now ? quiet : places.opensAt(name)
  }

  function enter(name: string): Pass {
    const gate = gateOf(name)
    const turn = places.enter(name)
    gate.busy++
    return {
      turn: turn.come,
      tried(outcome, silentUntil) {
        const now = clock.now()
        turn.tried()
        if (outcome.kind === 'delivered') gate.breaker = accepted(gate.breaker)
        // A refusal is about one notice, or final: it says nothing of whether the next is taken.
        if (outcome.kind === 'retry') gate.breaker = failed(gate.breaker, now, random())
        if (silentUntil !== null) gate.breaker = silenced(gate.breaker, silentUntil)
      },
      leave() {
        turn.end()
        gate.busy--
        places.left()
      },
    }
  }

  function entered(name: string): Pass | null {
    const open = gateOf(name).breaker.silentUntil > clock.now() ? 0 : lanesOf(name)
    return roomFor(name, open) > 0 ? enter(name) : null
  }

  async function admitted(name: string, patienceMs: number): Promise<Pass | null> {
    const until = clock.now() + patienceMs
    for (;;) {
      const pass = entered(name)
      const now = clock.now()
      if (pass !== null || now >= until) return pass
      const { silentUntil } = gateOf(name).breaker
      const opens = silentUntil > now ? silentUntil : (places.opensAt(name) ?? until)
      if (opens > until) return null
      await places.changed(opens - now)
    }
  }

  return {
    free(names) {
      const now = clock.now()
      const rooms = [...names].map((name): [string, number] => {
        const open = lanesOpen(gateOf(name).breaker, lanesOf(name), now)
        return [name, roomFor(name, open)]
      })
      return Object.fromEntries(rooms.filter(([, count]) => count > 0))
    },
    opensAt(names) {
      const now = clock.now()
      const instants = [...names].flatMap((name) => turnsAt(name, now) ?? [])
      return instants.length === 0 ? null : Math.min(...instants)
    },
    enter,
    admitted,
    close: places.close,
    condition: (name) => conditionOf(gateOf(name).breaker, clock.now()),
  }
}
