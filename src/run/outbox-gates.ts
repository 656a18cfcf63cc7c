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
import type { Channel, Outcome, Subscriber } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import { slotAt, slotsLeft, tried, unhurried, type Pace } from '../core/pace.ts'

/** Whoever may try holds one; `leave` gives it back, once. */
export type Pass = {
  /**
   * A try was made and ended so. `silentUntil` (epoch ms) is set where the target asked not to be told before.
   */
  tried(outcome: Outcome, silentUntil: number | null): void
  leave(): void
}

/** Each subscriber's own gate: its lanes, its pace, its breaker. Two subscribers of one target have two. */
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
}

export type GateParts = {
  readonly subscribers: () => readonly Subscriber[]
  readonly clock: Clock
  /** In [0, 1), for the jitter. */
  readonly random: () => number
}

type Gate = { busy: number; underWay: number; breaker: Breaker; pace: Pace }

/** Lines of one subscriber that are told at once. */
const LANES = 8

export function createGates({ subscribers, clock, random }: GateParts): Gates {
  const gates = new Map<string, Gate>()
  let waiting: (() => void)[] = []
  const channelOf = (name: string): Channel | undefined => subscribers().find((one) => one.name === name)?.channel

  function gateOf(name: string): Gate {
    let gate = gates.get(name)
    if (gate === undefined) gates.set(name, (gate = { busy: 0, underWay: 0, breaker: untried, pace: unhurried }))
    return gate
  }

  function placesIn(gate: Gate, channel: Channel | undefined, open: number, now: number): number {
    const pace = channel?.pace
    const slots = pace === undefined ? LANES : slotsLeft(gate.pace, pace, gate.underWay, now)
    return Math.max(0, Math.min(open - gate.busy, slots))
  }

  const lanesOf = (channel: Channel | undefined): number => Math.min(LANES, channel?.lanes ?? LANES)

  /** When time alone opens it; null when it is open, or an end has to come first. */
  function turnsAt(gate: Gate, channel: Channel | undefined, now: number): number | null {
    const quiet = quietUntil(gate.breaker)
    if (quiet > now) return quiet
    if (channel?.pace === undefined || slotsLeft(gate.pace, channel.pace, gate.underWay, now) > 0) return null
    return slotAt(gate.pace, channel.pace, now)
  }

  function enter(name: string): Pass {
    const gate = gateOf(name)
    let isTried = false
    gate.busy++
    gate.underWay++
    function end(): void {
      if (!isTried) gate.underWay--
      isTried = true
    }
    return {
      tried(outcome, silentUntil) {
        const now = clock.now()
        const pace = channelOf(name)?.pace
        end()
        if (pace !== undefined) gate.pace = tried(gate.pace, pace, now)
        if (outcome.kind === 'delivered') gate.breaker = accepted(gate.breaker)
        // A refusal is about one notice, or final: it says nothing of whether the next is taken.
        if (outcome.kind === 'retry') gate.breaker = failed(gate.breaker, now, random())
        if (silentUntil !== null) gate.breaker = silenced(gate.breaker, silentUntil)
      },
      leave() {
        end()
        gate.busy--
        for (const go of waiting.splice(0)) go()
      },
    }
  }

  function entered(name: string): Pass | null {
    const gate = gateOf(name)
    const channel = channelOf(name)
    const now = clock.now()
    const open = gate.breaker.silentUntil > now ? 0 : lanesOf(channel)
    return placesIn(gate, channel, open, now) > 0 ? enter(name) : null
  }

  async function admitted(name: string, patienceMs: number): Promise<Pass | null> {
    const until = clock.now() + patienceMs
    for (;;) {
      const pass = entered(name)
      const now = clock.now()
      if (pass !== null || now >= until) return pass
      const gate = gateOf(name)
      const pace = channelOf(name)?.pace
      const slot = pace === undefined ? null : slotAt(gate.pace, pace, now)
      const opens = gate.breaker.silentUntil > now ? gate.breaker.silentUntil : (slot ?? until)
      if (opens > until) return null
      await changed(opens - now)
    }
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

  return {
    free(names) {
      const now = clock.now()
      const places = [...names].map((name): [string, number] => {
        const gate = gateOf(name)
        const channel = channelOf(name)
        return [name, placesIn(gate, channel, lanesOpen(gate.breaker, lanesOf(channel), now), now)]
      })
      return Object.fromEntries(places.filter(([, count]) => count > 0))
    },
    opensAt(names) {
      const now = clock.now()
      const instants = [...names].flatMap((name) => turnsAt(gateOf(name), channelOf(name), now) ?? [])
      return instants.length === 0 ? null : Math.min(...instants)
    },
    enter,
    admitted,
    condition: (name) => conditionOf(gateOf(name).breaker, clock.now()),
  }
}
