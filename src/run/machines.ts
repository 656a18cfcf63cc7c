import type { Account } from '../core/account.ts'
import type { Ask } from '../core/answer.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Meters } from '../core/meters.ts'
import type { Connect, Platform } from '../core/platform.ts'
import { createControls, type Controls } from './controls.ts'
import type { Entry } from './entry.ts'
import { createLooker } from './looker.ts'
import { createQueue, type Queue, type QueueParts } from './queue.ts'
import type { Spent } from './spent.ts'

/** How one platform is reached. */
export type Line = { readonly ask: Ask; readonly connect: Connect; close(): Promise<void> }

/** One platform's machinery. */
export type PlatformRun = { readonly queue: Queue; readonly controls: Controls }

/** The queue, the controls and the way out of each platform. */
export type Machines = {
  /**
   * Queues and controls for exactly these platforms; budgets and pauses of those that go on are kept, and so is what
   * their controls answered wrongly where somebody is on the roll. Answers with the accounts whose look was cut off:
   * queued or under way.
   *
   * @param entries who was on the roll until now
   * @param accounts who is from now on
   */
  connect(
    platforms: readonly Platform[],
    entries: readonly Entry[],
    accounts: readonly Pick<Account, 'platform' | 'handle'>[],
  ): readonly Entry[]
  of(platform: string): PlatformRun | undefined
  lineOf(platform: string): Line
  /** No more looks. */
  halt(): void
  close(): Promise<void>
}

/** Each platform's queue, controls and way out. */
export function createMachines(parts: {
  readonly clock: Clock
  readonly log: Log
  readonly meters: Meters
  readonly lineTo: (platform: Platform) => Line
  readonly seen: QueueParts['seen']
  readonly spent?: Spent
}): Machines {
  const { clock, log, meters, seen, spent } = parts
  const looker = createLooker({ clock, log })
  const runs = new Map<string, PlatformRun>()
  const lines = new Map<string, Line>()

  function halt(): void {
    for (const { queue, controls } of runs.values()) {
      queue.stop()
      controls.stop()
    }
  }

  async function close(): Promise<void> {
    const closing = [...lines.values()].map((line) => line.close())
    lines.clear()
    await Promise.all(closing)
  }

  const connect: Machines['connect'] = (platforms, entries, accounts) => {
    halt()
    const cut = entries.filter(({ place }) => place.kind !== 'idle')
    for (const entry of entries) runs.get(entry.platform.id)?.queue.forget(entry)
    const before = new Map(runs)
    runs.clear()
    void close()
    const byPlatform = Map.groupBy(accounts, ({ platform }) => platform)
    for (const platform of platforms) {
      const line = parts.lineTo(platform)
      lines.set(platform.id, line)
      const queue = createQueue({
        platform,
        ask: line.ask,
        looker,
        clock,
        meters,
        seen,
        before: before.get(platform.id)?.queue,
        spent,
      })
      const controls = createControls({ platform, clock, log, meters, aside: queue.aside })
      const homes = new Set(byPlatform.get(platform.id)?.map(({ handle }) => platform.homeOf(handle)))
      const states = before.get(platform.id)?.controls.states() ?? []
      controls.restore(states.filter(({ home }) => homes.has(home)))
      runs.set(platform.id, { queue, controls })
    }
    return cut
  }

  return {
    connect,
    halt,
    close,
    of: (platform) => runs.get(platform),
    lineOf(platform) {
      const line = lines.get(platform)
      if (line === undefined) throw new Error(`${platform} is not connected`)
      return line
    },
  }
}
