import { fileURLToPath } from 'node:url'
import type { Config } from './config.ts'
import type { Ask } from './core/answer.ts'
import type { Clock } from './core/clock.ts'
import type { Desk } from './core/desk.ts'
import type { Log } from './core/log.ts'
import { planOf, type PlatformPlan } from './core/plan.ts'
import type { Platform } from './core/platform.ts'
import type { Store } from './core/store.ts'
import { systemClock } from './io/clock.ts'
import { createCron } from './io/cron.ts'
import { createHttp } from './io/http.ts'
import { createLog } from './io/log.ts'
import { sendMail } from './io/mail.ts'
import { createMeters } from './io/meters.ts'
import { createOutbound, createOutward } from './io/outbound.ts'
import { openStore } from './io/store.ts'
import { createAccept } from './run/accept.ts'
import { createCheck } from './run/check.ts'
import { createDesk } from './run/desk.ts'
import type { Entry } from './run/entry.ts'
import { createDrift } from './run/drift.ts'
import { createDrill } from './run/drill.ts'
import { createFeed } from './run/feed.ts'
import { showGauges } from './run/gauges.ts'
import { createHints } from './run/hints.ts'
import { createKeeper } from './run/keeper.ts'
import { createLasting } from './run/lasting.ts'
import { createLedger } from './run/ledger.ts'
import { createMachines } from './run/machines.ts'
import { createOutbox } from './run/outbox.ts'
import { createGates } from './run/outbox-gates.ts'
import { createQuiets, type Quiets } from './run/quiets.ts'
import { createRemarks } from './run/remarks.ts'
import { createReach, type Reaching } from './run/reach.ts'
import { createRepeater } from './run/repeater.ts'
import { createRoll } from './run/roll.ts'
import { createRoster } from './run/roster.ts'
import { createSpent } from './run/spent.ts'
import { createTurns } from './run/turns.ts'
import { createWatch, type Watch } from './run/watch.ts'
import { createWritable } from './run/writable.ts'

/** What a test or a replay may put in place of the real thing. */
export type Parts = {
  readonly clock?: Clock
  /** The clock does not run at the system's pace: cron slots are reckoned by it. */
  readonly fast?: boolean
  readonly log?: Log
  readonly random?: () => number
  /** Stands between the app and its disk, and between it and the targets of its notices. */
  readonly aroundStore?: (store: Store) => Store
  readonly aroundAsk?: (ask: Ask) => Ask
  /** A defect of ours that no request caused; the process should end. */
  readonly onBug?: (fault: unknown) => void
}

/** The monitor as a whole. */
export type App = {
  /** Opens the store, the doors and the roll; answers once all of them stand. */
  start(): Promise<{ readonly url: string; readonly desk: Desk }>
  /** Takes up another configuration without losing an outage, an identity or a socket. */
  reload(config: Config): void
  stop(): Promise<void>
}

/** Transitions kept in memory for those who resume. */
const RECENT = 10_000

/** What a reload cannot change while doors and store are open. */
const FIXED = ['listen', 'store', 'publicUrl', 'origins'] as const

/** The built dashboard lies beside the source as beside the publishable JavaScript. */
const WEB = fileURLToPath(new URL('../dist/web', import.meta.url))

/** An app that is not started yet: nothing is opened before `start`. */
export function createApp(config: Config, parts: Parts = {}): App {
  const given: Given = {
    clock: parts.clock ?? systemClock,
    fast: parts.fast ?? false,
    log: parts.log ?? createLog({ level: 'info' }),
    random: parts.random ?? Math.random,
    aroundStore: parts.aroundStore ?? asItIs,
    aroundAsk: parts.aroundAsk ?? asItIs,
    onBug: parts.onBug ?? fail,
  }
  let house: House | null = null
  return {
    async start() {
      const store = given.aroundStore(await openStore({ path: config.store.path }))
      try {
        house = await open(config, store, given)
        return house
      } catch (fault) {
        await store.close()
        throw fault
      }
    },
    reload(next) {
      house?.reload(next)
    },
    async stop() {
      await house?.close()
      house = null
      given.log.info('stopped')
    },
  }
}

type Given = Required<Parts>

const asItIs = <T>(thing: T): T => thing

type House = {
  readonly url: string
  readonly desk: Desk
  reload(config: Config): void
  close(): Promise<void>
}

/** The only place that knows every room: who exists, and who is introduced to whom. */
async function open(first: Config, kept: Store, given: Given): Promise<House> {
  const { clock, fast, log, random, onBug } = given
  let config = first
  let isReady = false
  let plans: readonly PlatformPlan[] = []
  let reloading = Promise.resolve()

  const cron = createCron(clock, { fast })
  const outward = createOutward(config.outbound)
  const metrics = createMeters()
  const { meters } = metrics
  const { store, refusing } = createWritable(kept, clock)
  const common = { store, clock, log, meters }
  const roster = createRoster()
  const ask = given.aroundAsk(outward.ask)
  const subscribers = () => config.subscribers
  const blindAfterMs = (entry: Entry): number => config.blindAfterMs ?? Math.max(60_000, 3 * entry.periodMs)
  roster.remember(await store.kept())

  const lastSeq = await store.lastSeq()
  const recent = await store.transitionsAfter(Math.max(0, lastSeq - RECENT), RECENT)
  const feed = createFeed({ epoch: store.epoch, recent, lastSeq, clock })
  const gates = createGates({ subscribers, clock, random })
  const telling = {
    ...common,
    subscribers,
    account: roster.account,
    profileUrl: roster.profileUrl,
    lookWords: roster.lookWords,
    linkTo: (outage: string) => (config.publicUrl === null ? null : `${config.publicUrl}/#/outages/${outage}`),
    ask,
    mail: sendMail,
    onBug,
  }
  const quietUntil: Quiets['until'] = (...when) => quiets.until(...when)
  const outbox = createOutbox({ ...telling, gates, random, quietUntil, tried: (...ended) => reach.tried(...ended) })
  const { wake } = outbox
  const drift = createDrift()
  const quiets = createQuiets({ ...common, roster, wake })
  const storms = () => config.storm
  const ledger = createLedger({ ...common, feed, roll: roster, subscribers, storms, quietUntil, wake })
  const spent = createSpent(common)
  // Looks are seen by the watch, and the watch asks for looks: one of the two has to be introduced first.
  const machines = createMachines({
    ...common,
    spent,
    lineTo: ({ origins }) => createOutbound(config.outbound, origins),
    seen: (...sight) => watch.seen(...sight),
  })
  const { of: runOf } = machines
  const watch: Watch = createWatch({
    ...common,
    feed,
    ledger,
    drift,
    runOf,
    isOnRoll: roster.isOn,
    pinned: roster.pinned,
    confirm: () => config.confirm,
    blindAfterMs,
  })
  const roll = createRoll({ clock, cron, turn: createTurns({ clock, watch, runOf }) })
  const heartbeat = () => config.heartbeat
  const reach: Reaching = createReach({ ...common, ledger, subscribers })
  const keeper = createKeeper({ ...common, ledger, drift, entries: roster.all, blindAfterMs, heartbeat, refusing, ask })
  const lasts = createLasting({ roster, ledger, drift, blindness: keeper.blindness })
  const repeater = createRepeater({ ...telling, lasts })
  const connect = ({ id }: Platform) => machines.lineOf(id).connect
  const { ids, byId, byHandle } = roster
  const hints = createHints({ ...common, connect, runOf, ids, byId, byHandle, onBug })
  const desk = createDesk({
    ...common,
    feed,
    roster,
    ledger,
    quiets,
    remarks: createRemarks({ store, roster, watch, ledger }),
    drill: createDrill({ ...common, subscribers, gates, ask, mail: sendMail }),
    condition: gates.condition,
    check: createCheck({ clock, roster, runOf }),
    accept: createAccept({ ...common, roster, watch, ledger, runOf, blindAfterMs }),
    runOf,
    platforms: () => config.platforms,
    plans: () => plans,
    subscribers,
    blindAfterMs,
    blindness: keeper.blindness,
    unreadable: drift.told,
    wake,
    isCalling: () => isReady,
    refusing,
  })
  showGauges({ gauge: metrics.gauge, roster, subscribers, gates, refusing })
  const buttons = () => config.subscribers.flatMap(({ channel }) => channel.buttons ?? [])
  const http = createHttp({ ...config, desk, web: WEB, metrics, log, presses: { buttons, ask } })

  function callTheRoll(): void {
    const cut = machines.connect(config.platforms, roster.all(), config.accounts)
    plans = planOf({ ...config, gapMs: (pattern) => cron.longestGap(pattern, clock.now()) })
    const fresh = roster.adopt(config.accounts, config.platforms, clock.now())
    roll.call(roster.all(), [...fresh, ...cut.filter(roster.isOn)])
    hints.follow(config.platforms)
  }

  await quiets.restore()
  await ledger.restore(recent)
  await spent.restore()
  const { url } = await http.start()
  await keeper.start()
  await reach.start()
  await outbox.start()
  callTheRoll()
  repeater.start()
  isReady = true
  log.info('calling', { accounts: roster.all().length, url })

  function reload(next: Config): void {
    const fixed = FIXED.filter((key) => JSON.stringify(next[key]) !== JSON.stringify(first[key]))
    if (fixed.length > 0) log.warn('needs_restart', { changed: fixed })
    config = next
    outward.renew(config.outbound)
    http.retoken(config.tokens)
    // One after the other: what the last one opened has to be closed before the next one opens it again.
    reloading = reloading.then(async () => {
      await hints.stop()
      if (isReady) callTheRoll()
    })
    reloading.catch(onBug)
    log.info('reloaded', { accounts: config.accounts.length })
  }

  async function close(): Promise<void> {
    isReady = false
    roll.stop()
    watch.stop()
    roster.leaveAlone()
    await reloading
    await hints.stop()
    machines.halt()
    await http.stop()
    await repeater.stop()
    await outbox.stop()
    await reach.stop()
    await keeper.stop()
    feed.stop()
    await cron.stop()
    await machines.close()
    await outward.close()
    await store.close()
  }

  return { url, desk, reload, close }
}

function fail(fault: unknown): never {
  throw fault
}
