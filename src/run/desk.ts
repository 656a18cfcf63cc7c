import type { Subscriber } from '../core/channel.ts'
import type { Condition } from '../core/breaker.ts'
import type { Clock } from '../core/clock.ts'
import type { Blindness, Desk, PlatformView, SubscriberView } from '../core/desk.ts'
import type { PlatformPlan } from '../core/plan.ts'
import { planWarnings } from '../core/plan-words.ts'
import { isDark } from '../core/sight.ts'
import type { Store, Watched } from '../core/store.ts'
import type { Platform } from '../core/platform.ts'
import type { Entry } from './entry.ts'
import type { LiveFeed } from './feed.ts'
import { glimpseOf } from './keeper.ts'
import type { Unreadable } from './drift.ts'
import type { Ledger } from './ledger.ts'
import type { Quiets } from './quiets.ts'
import type { Remarks } from './remarks.ts'
import type { Roster } from './roster.ts'
import type { PlatformRun } from './machines.ts'
import type { Writable } from './writable.ts'

export type DeskParts = {
  readonly clock: Clock
  readonly store: Store
  readonly feed: LiveFeed
  readonly roster: Roster
  readonly ledger: Ledger
  readonly remarks: Remarks
  readonly quiets: Quiets
  readonly check: Desk['check']
  readonly accept: Desk['accept']
  readonly drill: Desk['drill']
  readonly condition: (subscriber: string) => Condition
  readonly runOf: (platform: string) => PlatformRun | undefined
  readonly platforms: () => readonly Platform[]
  readonly plans: () => readonly PlatformPlan[]
  readonly subscribers: () => readonly Subscriber[]
  readonly blindAfterMs: (entry: Entry) => number
  readonly blindness: () => readonly Blindness[]
  readonly unreadable: () => readonly Unreadable[]
  /** Neither starting nor stopping. */
  readonly isCalling: () => boolean
  readonly refusing: Writable['refusing']
  /** Something is owed now. */
  readonly wake: () => void
}

/** What the doors may see and do. */
export function createDesk(parts: DeskParts): Desk {
  const { clock, roster } = parts

  const watched = (entry: Entry): Watched => ({
    account: entry.account,
    belief: entry.belief,
    blind: isDark(glimpseOf(entry, parts.blindAfterMs(entry)), clock.now()),
    sightings: entry.sightings,
  })

  function platformView(platform: Platform): PlatformView {
    const run = parts.runOf(platform.id)
    const plan = parts.plans().find((one) => one.platform === platform.id)
    return {
      platform,
      accounts: roster.count(platform.id),
      queued: run?.queue.queued() ?? 0,
      underWay: run?.queue.underWay() ?? 0,
      used: run?.queue.polite.used() ?? 0,
      budget: platform.budget,
      planned: plan?.requests ?? 0,
      worstNoticeMs: plan?.tellsAbsence === false ? null : (plan?.worstNoticeMs ?? 0),
      money: plan?.money ?? null,
      warnings: plan === undefined ? [] : planWarnings(plan),
      allowance: run?.queue.polite.allowance() ?? null,
      controls: run?.controls.states() ?? [],
      unreadable: parts
        .unreadable()
        .filter(({ scope }) => scope.platform === platform.id)
        .map(({ scope, since, evidence }) => ({ look: scope.look, home: scope.home, since, evidence })),
      troubledSince: parts.ledger.storm(platform.id).troubled?.since ?? null,
    }
  }

  async function subscribers(): Promise<readonly SubscriberView[]> {
    const health = new Map((await parts.store.subscriberHealth()).map((one) => [one.subscriber, one]))
    return parts.subscribers().map(({ name, channel, tell }) => ({
      ...(health.get(name) ?? UNTOLD),
      subscriber: name,
      channel: channel.id,
      types: tell.types,
      condition: parts.condition(name),
    }))
  }

  function ready(): ReturnType<Desk['ready']> {
    if (!parts.isCalling()) return { ok: false, detail: 'starting or stopping' }
    const refusing = parts.refusing()
    if (refusing === null) return { ok: true, detail: 'calling the roll' }
    const since = new Date(refusing.since).toISOString()
    return { ok: false, detail: `since ${since} the store refuses what is written: ${refusing.reason}` }
  }

  return {
    startedAt: clock.now(),
    feed: parts.feed,
    store: parts.store,
    now: () => clock.now(),
    accounts: () => roster.all().map(watched),
    account(address) {
      const entry = roster.entry(address)
      return entry === undefined ? null : watched(entry)
    },
    platforms: () => parts.platforms().map(platformView),
    subscribers,
    blindness: parts.blindness,
    check: parts.check,
    accept: parts.accept,
    drill: parts.drill,
    ...parts.remarks,
    quiets: parts.quiets.list,
    quiet: parts.quiets.begin,
    endQuiet: parts.quiets.end,
    async retry(delivery) {
      const again = await parts.store.retry(delivery, clock.now())
      if (again.kind === 'due') parts.wake()
      return again
    },
    ready,
  }
}

const UNTOLD = { owed: 0, refused: 0, expired: 0, lastDeliveredAt: null, lastError: null }
