import { fileURLToPath } from 'node:url'
import type { Config } from './config.ts'
import type { Clock } from './core/clock.ts'
import type { Desk } from './core/desk.ts'
import type { Log } from './core/log.ts'
import { planOf, type PlatformPlan } from './core/plan.ts'
import type { Connect, Platform } from './core/platform.ts'
import type { Store } from './core/store.ts'
import { createAsk } from './io/ask.ts'
import { systemClock } from './io/clock.ts'
import { createConnect } from './io/connect.ts'
import { createCron } from './io/cron.ts'
import { createHttp } from './io/http.ts'
import { createLog } from './io/log.ts'
import { createMeters } from './io/meters.ts'
import { openStore } from './io/store.ts'
import { createControls } from './run/controls.ts'
import { createDesk } from './run/desk.ts'
import type { Entry } from './run/entry.ts'
import { createFeed } from './run/feed.ts'
import { createHints } from './run/hints.ts'
import { createKeeper } from './run/keeper.ts'
import { createLedger } from './run/ledger.ts'
import { createLooker } from './run/looker.ts'
import { createOutbox } from './run/outbox.ts'
import { createQueue } from './run/queue.ts'
import { createRemarks } from './run/remarks.ts'
import { createRoll } from './run/roll.ts'
import { createRoster } from './run/roster.ts'
import { createTurns } from './run/turns.ts'
import { createWatch, type PlatformRun } from './run/watch.ts'

/** What a test or a replay may put in place of the real thing. */
export type Parts = {
  readonly clock?: Clock
  /** The clock does not run at the system's pace: cron slots are reckoned by it. */
  readonly fast?: boolean
  readonly log?: Log
  readonly random?: () => number
  /** A defect of ours that no request caused; the process should end. */
  readonly onBug?: (fault: unknown) => void
}

export type App = {
  /** Opens the store, the doors and the roll; answers once all of them stand. */
  start(): Promise<{ readonly url: string; readonly desk: Desk }>
  /** Takes up another configuration without losing an outage, an identity or a socket. */
  reload(config: Config): void
  stop(): Promise<void>
}

const RECENT = 10_000

/** The built dashboard lies beside the source as beside the publishable JavaScript. */
const WEB = fileURLToPath(new URL('../dist/web', import.meta.url))

/** The only place that knows every room: who exists, and who is introduced to whom. */
export function createApp(first: Config, parts: Parts = {}): App {
  const clock = parts.clock ?? systemClock
  const log = parts.log ?? createLog({ level: 'info' })
  const random = parts.random ?? Math.random
  const onBug = parts.onBug ?? fail
  const cron = createCron(clock, { fast: parts.fast ?? false })
  const metrics = createMeters()
  const { meters } = metrics
  const looker = createLooker({ clock, log })
  const roster = createRoster()
  let config = first
  let stopAll: (() => Promise<void>) | null = null
  let takeUp: ((next: Config) => void) | null = null

  const blindAfterMs = (entry: Entry): number => config.blindAfterMs ?? Math.max(60_000, 3 * entry.periodMs)
  const linkTo = (outage: string): string | null =>
    config.publicUrl === null ? null : `${config.publicUrl}/#/outages/${outage}`

  async function start(): Promise<{ url: string; desk: Desk }> {
    const store = await openStore({ path: config.store.path })
    try {
      return await open(store)
    } catch (fault) {
      await store.close()
      throw fault
    }
  }

  async function open(store: Store): Promise<{ url: string; desk: Desk }> {
    const lastSeq = await store.lastSeq()
    const recent = await store.transitionsAfter(Math.max(0, lastSeq - RECENT), RECENT)
    roster.remember(await store.kept())

    const runs = new Map<string, PlatformRun>()
    const lines = new Map<string, Outbound>()
    const runOf = (platform: string): PlatformRun | undefined => runs.get(platform)
    let asking = outbound(config, [])
    let isReady = false
    let plans: readonly PlatformPlan[] = []

    const feed = createFeed({ epoch: store.epoch, recent, lastSeq, clock })
    const outbox = createOutbox({
      store,
      subscribers: () => config.subscribers,
      account: (address) => roster.account(address),
      profileUrl: (address) => profileUrl(config, address),
      lookWords: (address) => lookWords(config, address),
      linkTo,
      ask: (request) => asking.ask(request),
      clock,
      log,
      meters,
      random,
      onBug,
    })
    const ledger = createLedger({
      store,
      feed,
      log,
      meters,
      roll: roster,
      subscribers: () => config.subscribers,
      storms: () => config.storm,
      wake: outbox.wake,
    })
    const watch = createWatch({
      clock,
      log,
      meters,
      feed,
      ledger,
      runOf,
      isOnRoll: roster.isOn,
      pinned: roster.pinned,
      confirm: () => config.confirm,
      blindAfterMs,
    })
    const roll = createRoll({ clock, cron, turn: createTurns({ clock, watch, runOf }) })
    const keeper = createKeeper({
      store,
      ledger,
      clock,
      log,
      entries: roster.all,
      blindAfterMs,
      heartbeat: () => config.heartbeat,
      ask: (request) => asking.ask(request),
    })
    metrics.gauge(
      'rollcall_last_sighting_timestamp_seconds',
      'When an account of the platform was last asked about and answered for, whatever the answer meant',
      ['platform'],
      () => lastSightings(roster.all()),
    )
    const hints = createHints({
      store,
      clock,
      log,
      meters,
      connect: (platform) => lines.get(platform.id)?.connect ?? missing(platform.id),
      runOf,
      byId: roster.byId,
      byHandle: roster.byHandle,
      onBug,
    })
    const desk = createDesk({
      clock,
      store,
      feed,
      roster,
      ledger,
      remarks: createRemarks({ store, roster, watch, ledger }),
      runOf,
      platforms: () => config.platforms,
      plans: () => plans,
      subscribers: () => config.subscribers,
      blindAfterMs,
      blindness: keeper.blindness,
      wake: outbox.wake,
      ready: () => (isReady ? { ok: true, detail: 'calling the roll' } : { ok: false, detail: 'starting or stopping' }),
    })
    const http = createHttp({
      desk,
      listen: config.listen,
      tokens: config.tokens,
      origins: config.origins,
      publicUrl: config.publicUrl,
      web: WEB,
      metrics,
      log,
    })

    function connectPlatforms(): void {
      const before = new Map(runs)
      for (const run of before.values()) {
        run.queue.stop()
        run.controls.stop()
      }
      for (const entry of roster.all()) runs.get(entry.platform.id)?.queue.forget(entry)
      runs.clear()
      for (const line of lines.values()) void line.close()
      lines.clear()
      for (const platform of config.platforms) {
        const line = outbound(config, platform.origins)
        lines.set(platform.id, line)
        const queue = createQueue({
          platform,
          ask: line.ask,
          looker,
          clock,
          meters,
          seen: watch.seen,
          before: before.get(platform.id)?.queue,
        })
        runs.set(platform.id, { queue, controls: createControls({ platform, clock, log, meters, aside: queue.aside }) })
      }
    }

    function adopt(): void {
      connectPlatforms()
      plans = planOf({ ...config, gapMs: (pattern) => cron.longestGap(pattern, clock.now()) })
      const fresh = roster.adopt(config.accounts, config.platforms, clock.now())
      roll.call(roster.all(), fresh)
      hints.follow(config.platforms)
    }

    await ledger.restore()
    const { url } = await http.start()
    await keeper.start()
    await outbox.start()
    adopt()
    isReady = true
    log.info('calling', { accounts: roster.all().length, url })

    takeUp = (next) => {
      const idle = asking
      config = next
      asking = outbound(config, [])
      void idle.close()
      http.retoken(config.tokens)
      void hints.stop().then(() => (takeUp === null ? undefined : adopt()))
      log.info('reloaded', { accounts: config.accounts.length })
    }
    stopAll = async () => {
      isReady = false
      takeUp = null
      roll.stop()
      watch.stop()
      for (const entry of roster.all()) entry.again?.cancel()
      await hints.stop()
      for (const run of runs.values()) {
        run.queue.stop()
        run.controls.stop()
      }
      await http.stop()
      await outbox.stop()
      await keeper.stop()
      feed.stop()
      await cron.stop()
      await Promise.all([...lines.values(), asking].map((line) => line.close()))
      await store.close()
    }
    return { url, desk }
  }

  return {
    start,
    reload(next) {
      takeUp?.(next)
    },
    async stop() {
      await stopAll?.()
      stopAll = null
      log.info('stopped')
    },
  }
}

/** For each platform the newest answer, in seconds since 1970; none yet is no row. */
function lastSightings(entries: readonly Entry[]): Iterable<readonly [{ platform: string }, number]> {
  const newest = new Map<string, number>()
  for (const { platform, sightings } of entries) {
    for (const { answeredAt } of sightings) {
      newest.set(platform.id, Math.max(newest.get(platform.id) ?? 0, answeredAt))
    }
  }
  return [...newest].map(([platform, at]) => [{ platform }, at / 1000] as const)
}

type Outbound = { readonly ask: ReturnType<typeof createAsk>['ask']; readonly connect: Connect; close(): Promise<void> }

/** Requests under one set of rules. Subscribers and answers are trusted with nothing; a platform with its own bases. */
function outbound({ outbound: { contact, allowPrivate } }: Config, trustedOrigins: readonly string[]): Outbound {
  const options = { userAgent: userAgentOf(contact), allowPrivate, trustedOrigins }
  return { ...createAsk(options), connect: createConnect(options) }
}

/** How a platform's looks are called among people. */
function lookWords({ platforms }: Config, address: string): Readonly<Record<string, string>> {
  const looks = platforms.find(({ id }) => address.startsWith(`${id}:`))?.looks ?? []
  return Object.fromEntries(looks.map(({ name, words }) => [name, words]))
}

/** Who we are, and how to reach whoever runs us. */
export const userAgentOf = (contact: string | null): string =>
  contact === null ? 'Rollcall/0.1' : `Rollcall/0.1 (+${contact.includes('@') ? `mailto:${contact}` : contact})`

function profileUrl({ platforms, accounts }: Config, address: string): string | null {
  const account = accounts.find((one) => one.account === address)
  const platform: Platform | undefined = platforms.find(({ id }) => id === account?.platform)
  return account === undefined || platform === undefined ? null : platform.profileUrl(account.handle)
}

function missing(platform: string): never {
  throw new Error(`${platform} is not connected`)
}

function fail(fault: unknown): never {
  throw fault
}
