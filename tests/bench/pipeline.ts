import type { Account } from '../../src/core/account.ts'
import type { Look, Platform } from '../../src/core/platform.ts'
import { calm } from '../../src/core/storm.ts'
import { createAsk } from '../../src/io/ask.ts'
import { systemClock as clock } from '../../src/io/clock.ts'
import { createMeters } from '../../src/io/meters.ts'
import { createControls } from '../../src/run/controls.ts'
import type { Entry } from '../../src/run/entry.ts'
import { createDrift } from '../../src/run/drift.ts'
import { createFeed } from '../../src/run/feed.ts'
import type { Ledger } from '../../src/run/ledger.ts'
import { createLooker } from '../../src/run/looker.ts'
import { createQueue } from '../../src/run/queue.ts'
import type { PlatformRun } from '../../src/run/machines.ts'
import { createWatch } from '../../src/run/watch.ts'
import { fakeEntry, silentLog as log } from '../support/platform.ts'

export type Pipeline = {
  /** Looks as often as it can for so long, then lets what is under way end; answers with accounts a second. */
  run(ms: number): Promise<number>
  close(): Promise<void>
}

/** From ask to belief as the app puts it together; whoever was seen is wanted again at once. */
export function createPipeline(platform: Platform, accounts: readonly Account[]): Pipeline {
  const { meters } = createMeters()
  const { ask, close } = createAsk({
    userAgent: 'Rollcall/0.1 (+mailto:ops@example.org)',
    allowPrivate: [],
    trustedOrigins: platform.origins,
    connections: platform.concurrency,
  })
  const watch = createWatch({
    clock,
    log,
    meters,
    drift: createDrift(),
    feed: createFeed({ epoch: 'bench', recent: [], lastSeq: 0, clock }),
    ledger: undecided,
    runOf: (): PlatformRun => run,
    isOnRoll: () => true,
    pinned: () => undefined,
    confirm: () => CONFIRM,
    blindAfterMs: () => 60_000,
  })
  const seen: typeof watch.seen = (entry, look, glance) => {
    if (glance.verdict.kind !== 'present') throw new Error(`the bench saw ${JSON.stringify(glance.verdict)}`)
    count++
    // They are free for their next look once the whole answer has been taken.
    if (free.push(entry) === 1) queueMicrotask(() => wantAgain(free.splice(0)))
    return watch.seen(entry, look, glance)
  }
  const [look] = platform.looks as readonly [Look, ...Look[]]
  const looker = createLooker({ clock, log })
  const queue = createQueue({ platform, ask, looker, clock, meters, seen, before: undefined })
  const run: PlatformRun = { queue, controls: createControls({ platform, clock, log, meters, aside: queue.aside }) }
  const entries = accounts.map((account) => fakeEntry(platform, account.handle, { account }))
  const free: Entry[] = []
  let count = 0
  let open = 0
  let isRunning = false
  let idle = (): void => undefined

  function wantAgain(those: readonly Entry[]): void {
    if (!isRunning) {
      open -= those.length
      if (open === 0) idle()
      return
    }
    const dueAt = clock.now()
    for (const entry of those) queue.want(entry, { look, urgency: 'ordinary', dueAt })
  }

  return {
    async run(ms) {
      isRunning = true
      count = 0
      open = entries.length
      const begin = performance.now()
      wantAgain(entries)
      await new Promise((resolve) => setTimeout(resolve, ms))
      const perSecond = count / ((performance.now() - begin) / 1000)
      isRunning = false
      await new Promise<void>((resolve) => (idle = resolve))
      return perSecond
    },
    close,
  }
}

const CONFIRM = { sightings: 3, looks: 2, vantages: 1, clears: 2, everyMs: 1_000 }

/** Everybody is present all the time: a decision would be a mistake. */
const undecided: Ledger = {
  record: () => Promise.reject(new Error('nothing is to be decided here')),
  storm: () => calm,
  calm: () => Promise.resolve(),
  restore: () => Promise.resolve(),
}
