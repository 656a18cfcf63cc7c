import type { Account } from '../../src/core/account.ts'
import type { Answer, Ask, AskRequest } from '../../src/core/answer.ts'
import { planOf, type PlatformPlan } from '../../src/core/plan.ts'
import type { Platform } from '../../src/core/platform.ts'
import { calm } from '../../src/core/storm.ts'
import type { Transition } from '../../src/core/transition.ts'
import { createCron } from '../../src/io/cron.ts'
import { createDrift } from '../../src/run/drift.ts'
import { createFeed } from '../../src/run/feed.ts'
import type { Ledger } from '../../src/run/ledger.ts'
import { createMachines } from '../../src/run/machines.ts'
import { createRoll } from '../../src/run/roll.ts'
import { createRoster } from '../../src/run/roster.ts'
import { createTurns } from '../../src/run/turns.ts'
import { createWatch, type Watch } from '../../src/run/watch.ts'
import { createManualClock, wholeChains } from './manual-clock.ts'
import { silentLog, silentMeters } from './platform.ts'

/** One platform of a fleet, and what it says to whatever it is asked. */
export type Member = { readonly platform: Platform; readonly answers: (request: AskRequest) => Answer }

export type Told = { readonly account: string; readonly name: string; readonly at: number }

export type Fleet = {
  readonly plans: readonly PlatformPlan[]
  advance(ms: number): Promise<void>
  now(): number
  /** When each platform was asked, epoch ms, in order. */
  readonly requests: ReadonlyMap<string, readonly number[]>
  /** When each account's looks were asked that were answered with something clear. */
  readonly sightings: ReadonlyMap<string, readonly number[]>
  readonly told: readonly Told[]
  stop(): Promise<void>
}

const CONFIRM = { sightings: 3, looks: 2, vantages: 1, clears: 2, everyMs: 1_000 }

/** The whole roll of looks over these platforms, on a clock that stands still until it is told to go on. */
export function createFleet(members: readonly Member[], accounts: readonly Account[], latencyMs: () => number): Fleet {
  const clock = createManualClock(undefined, wholeChains)
  const cron = createCron(clock, { fast: true })
  const requests = new Map(members.map(({ platform }) => [platform.id, [] as number[]]))
  const sightings = new Map(accounts.map(({ account }) => [account, [] as number[]]))
  const told: Told[] = []
  const ledger: Ledger = {
    record: ({ changes }) => {
      for (const change of changes) {
        if ('outage' in change) told.push({ account: change.outage.account, name: change.name, at: clock.now() })
      }
      return Promise.resolve([] as Transition[])
    },
    storm: () => calm,
    calm: () => Promise.resolve(),
    restore: () => Promise.resolve(),
  }

  const lineTo = ({ id }: Platform) => {
    const answers = members.find(({ platform }) => platform.id === id)!.answers
    const ask: Ask = (request) => {
      requests.get(id)!.push(clock.now())
      return new Promise((resolve) => clock.after(latencyMs(), () => resolve(answers(request))))
    }
    return { ask, connect: () => Promise.reject(new Error('no stream here')), close: () => Promise.resolve() }
  }

  const roster = createRoster()
  const machines = createMachines({
    clock,
    log: silentLog,
    meters: silentMeters,
    lineTo,
    seen(entry, look, glance) {
      if (glance.verdict.kind !== 'inconclusive') sightings.get(entry.account.account)?.push(glance.askedAt)
      return watch.seen(entry, look, glance)
    },
  })
  const watch: Watch = createWatch({
    clock,
    log: silentLog,
    meters: silentMeters,
    feed: createFeed({ epoch: 'e', recent: [], lastSeq: 0, clock }),
    drift: createDrift(),
    ledger,
    runOf: machines.of,
    isOnRoll: roster.isOn,
    pinned: roster.pinned,
    confirm: () => CONFIRM,
    blindAfterMs: ({ periodMs }) => Math.max(60_000, 3 * periodMs),
  })
  const roll = createRoll({ clock, cron, turn: createTurns({ clock, watch, runOf: machines.of }) })
  const platforms = members.map(({ platform }) => platform)
  machines.connect(platforms, [], accounts)
  const fresh = roster.adopt(accounts, platforms, clock.now())
  const gapMs = (pattern: string): number => cron.longestGap(pattern, clock.now())
  const plans = planOf({ platforms, accounts, gapMs, confirm: CONFIRM })
  roll.call(roster.all(), fresh)

  return {
    plans,
    requests,
    sightings,
    told,
    now: () => clock.now(),
    advance: (ms) => clock.advance(ms),
    async stop() {
      roll.stop()
      watch.stop()
      machines.halt()
      await machines.close()
      await cron.stop()
    },
  }
}
