import type { Account } from '../../src/core/account.ts'
import { unknown, type Belief } from '../../src/core/belief.ts'
import type { Delivery } from '../../src/core/delivery.ts'
import type { Blindness, Desk, Done, PlatformView, SubscriberView } from '../../src/core/desk.ts'
import { drillNotices, reportOf, type DrillReport } from '../../src/core/drill.ts'
import type { Log } from '../../src/core/log.ts'
import type { Outage, Remark } from '../../src/core/outage.ts'
import type { Platform } from '../../src/core/platform.ts'
import { quietId, type Quiet } from '../../src/core/quiet.ts'
import type { Sighting } from '../../src/core/sighting.ts'
import { BadCursor, type ChainedSighting, type Page, type Store, type Watched } from '../../src/core/store.ts'
import { transitionId, type Change, type Transition } from '../../src/core/transition.ts'
import { createFeed, type LiveFeed } from '../../src/run/feed.ts'

/** 2017-11-02T23:10:00Z. */
export const NOW = Date.UTC(2017, 10, 2, 23, 10)

export const accountAt = (address: string, more: Partial<Account> = {}): Account => {
  const [platform = '', handle = ''] = address.split(/:(.*)/s)
  const plain = { name: handle, id: null, important: false, tags: [], schedule: '*/10 * * * * *' }
  return { account: address, platform, handle, ...plain, ...more }
}

export const upSince = (presentAt: number): Belief => ({
  ...unknown({ id: '25073877', handle: 'realDonaldTrump', followers: 41_700_000 }),
  kind: 'up',
  presentAt: { app: presentAt },
  conclusiveAt: presentAt,
  seenFrom: 0,
})

export const downFor = (outage: Outage): Belief => ({
  ...upSince(outage.lastPresentAt ?? outage.firstAbsentAt),
  kind: 'down',
  outage,
  words: {},
  clear: null,
})

/** The eleven minutes. */
export const theOutage: Outage = {
  id: 'out_01BYZ4T5E0000000000000000A',
  account: 'x:realDonaldTrump',
  because: ['not_found', 'deactivated'],
  trust: 'high',
  disputed: [],
  lastPresentAt: Date.parse('2017-11-02T22:51:58.120Z'),
  firstAbsentAt: Date.parse('2017-11-02T22:52:03.101Z'),
  lastAbsentAt: Date.parse('2017-11-02T23:02:58.044Z'),
  firstPresentAt: Date.parse('2017-11-02T23:03:03.090Z'),
  openedAt: Date.parse('2017-11-02T22:52:05.300Z'),
  closedAt: Date.parse('2017-11-02T23:03:04.410Z'),
  blindMs: 0,
  sightings: 66,
  identity: { id: '25073877', handle: 'realDonaldTrump', followers: 41_700_000 },
  now: null,
  acknowledged: null,
  retracted: null,
  notes: [],
}

export const stillOpen: Outage = { ...theOutage, firstPresentAt: null, closedAt: null }

export const seenAt = (askedAt: number, more: Partial<Sighting> = {}): Sighting => ({
  account: 'x:realDonaldTrump',
  look: 'app',
  vantage: 'home',
  askedAt,
  answeredAt: askedAt + 84,
  verdict: { kind: 'absent', because: ['not_found'] },
  evidence: { status: 404, headers: {}, marker: 'Not Found', excerpt: null, digest: null },
  ...more,
})

const soon = (_: number, call: () => void) => {
  queueMicrotask(call)
  return () => undefined
}

export type FakeDesk = Desk & {
  readonly feed: LiveFeed
  readonly watched: Map<string, Watched>
  readonly outages: Map<string, Outage>
  readonly deliveries: Map<string, Delivery>
  readonly sightings: Map<string, readonly ChainedSighting[]>
  readonly subscriberViews: SubscriberView[]
  readonly blind: Blindness[]
  readonly spells: { from: number; to: number }[]
  clockAt: number
  readiness: { ok: boolean; detail: string }
  watch(account: Account, belief?: Belief): void
  /** Numbers them, keeps them and tells the feed, as `record` does. */
  happen(...changes: readonly Change[]): readonly Transition[]
}

/** A desk in memory over a real feed. What is not part of the doors' business throws. */
export function createFakeDesk(options: { epoch?: string; feedSize?: number } = {}): FakeDesk {
  const transitions: Transition[] = []
  const watched = new Map<string, Watched>()
  const outages = new Map<string, Outage>()
  const deliveries = new Map<string, Delivery>()
  const sightings = new Map<string, readonly ChainedSighting[]>()
  const spells: { from: number; to: number }[] = []
  const subscriberViews: SubscriberView[] = []
  const blind: Blindness[] = []
  const quiets: Quiet[] = []
  const epoch = options.epoch ?? 'epoch-1'
  const atOnce = { now: () => NOW, after: soon }
  const size = options.feedSize === undefined ? {} : { size: options.feedSize }
  const feed = createFeed({ epoch, recent: [], lastSeq: 0, clock: atOnce, ...size })

  const foreign = (): never => {
    throw new Error('not the business of a door')
  }
  const store: Store = {
    epoch,
    record: foreign,
    lastSeq: async () => Promise.resolve(transitions.length),
    transitionsAfter: async (seq, limit) => Promise.resolve(transitions.slice(seq, seq + limit)),
    transitionsOf: async ({ id }) =>
      Promise.resolve(transitions.filter((one) => !('outage' in one) || one.outage.id === id)),
    kept: foreign,
    checkpoint: foreign,
    outages: async ({ state, account, from, to, cursor, limit }) =>
      paged(
        [...outages.values()].filter(
          (outage) =>
            (state === undefined || (outage.closedAt === null) === (state === 'open')) &&
            (account === undefined || outage.account === account) &&
            (from === undefined || (outage.closedAt ?? Infinity) >= from) &&
            (to === undefined || outage.openedAt <= to),
        ),
        cursor,
        limit,
      ),
    outage: async (id) => Promise.resolve(outages.get(id) ?? null),
    sightingsOf: async (outage) => Promise.resolve(sightings.get(outage) ?? []),
    isWhole: () => true,
    spells: async () => Promise.resolve(spells),
    claim: foreign,
    told: foreign,
    settle: foreign,
    nextDueAt: foreign,
    deliveries: async ({ state, outage, cursor, limit }) =>
      paged(
        [...deliveries.values()].filter(
          (one) => (state === undefined || one.state === state) && (outage === undefined || one.outage === outage),
        ),
        cursor,
        limit,
      ),
    retry: async (id) => {
      const wanted = deliveries.get(id)
      if (wanted === undefined) return Promise.resolve({ kind: 'unknown' })
      const { state, deliveredAt: at, mergedInto: by } = wanted
      return Promise.resolve(state === 'delivered' ? { kind: 'told', at, by } : { kind: 'due', ids: [id] })
    },
    subscriberHealth: foreign,
    note: foreign,
    writeNote: foreign,
    close: foreign,
  }

  const desk: FakeDesk = {
    startedAt: NOW,
    feed,
    store,
    watched,
    outages,
    deliveries,
    sightings,
    subscriberViews,
    blind,
    spells,
    clockAt: NOW,
    readiness: { ok: true, detail: 'calling the roll' },
    now: () => desk.clockAt,
    accounts: () => [...watched.values()],
    account: (address) => watched.get(address.toLowerCase()) ?? null,
    platforms: () => [platformView()],
    subscribers: async () => Promise.resolve(subscriberViews),
    blindness: () => blind,
    check: async (address) => Promise.resolve({ ok: true, value: [seenAt(NOW, { account: address })] }),
    accept: async (address, { by, note, id }) => {
      const watching = watched.get(address.toLowerCase())
      if (watching === undefined) return { ok: false, refusal: 'not_found', detail: `${address} is not on the roll.` }
      if (note === 'refuse') return { ok: false, refusal: 'conflict', detail: 'There is nothing to accept.' }
      const identity = { id: id ?? '99', handle: 'accepted', displayName: by }
      desk.watch(watching.account, { ...upSince(NOW), identity })
      return Promise.resolve({ ok: true, value: identity })
    },
    acknowledge: (id, remark) => remarked(outages, id, acknowledgedBy(remark)),
    annotate: (id, remark) => remarked(outages, id, (one) => done({ ...one, notes: [...one.notes, remark] })),
    retract: (id, remark) => remarked(outages, id, (one) => done({ ...one, retracted: remark })),
    quiets: () => quiets,
    quiet: async ({ of, forMs, because, by }) => {
      if (of === 'nobody') return { ok: false, refusal: 'not_found', detail: `Neither an account nor a tag: ${of}.` }
      const kind = of.includes(':') ? 'account' : 'tag'
      const value: Quiet = { id: quietId(of, NOW), kind, of, from: NOW, until: NOW + forMs, because, by }
      quiets.push(value)
      return Promise.resolve({ ok: true, value })
    },
    endQuiet: async (id) => {
      const [value] = quiets.splice(
        quiets.findIndex((one) => one.id === id),
        1,
      )
      if (value?.id !== id) return { ok: false, refusal: 'not_found', detail: `No quiet ${id} lasts.` }
      return Promise.resolve({ ok: true, value: { ...value, until: NOW } })
    },
    drill: async (name) => Promise.resolve(drilled(name)),
    retry: (delivery) => store.retry(delivery, NOW),
    ready: () => desk.readiness,
    watch(account, belief = unknown()) {
      watched.set(account.account.toLowerCase(), { account, belief, blind: false, sightings: [] })
    },
    happen(...changes) {
      const numbered = changes.map((change, index) => ({
        ...change,
        seq: transitions.length + index + 1,
        id: transitionId(change),
      }))
      transitions.push(...numbered)
      feed.publish(numbered)
      return numbered
    },
  }
  return desk
}

/** `gone` refuses, `nobody` is not there, all others take it. */
function drilled(name: string): Done<DrillReport> {
  if (name === 'nobody') return { ok: false, refusal: 'not_found', detail: `There is no subscriber ${name}.` }
  const [opening] = drillNotices(name, NOW)
  const end =
    name === 'gone'
      ? ({ outcome: 'refused', reason: 'answered 410' } as const)
      : ({ outcome: 'delivered', reason: null } as const)
  return { ok: true, value: reportOf(name, 'webhook', [{ id: opening.id, plays: 'outage.opened', ms: 12, ...end }]) }
}

async function remarked(
  outages: Map<string, Outage>,
  id: string,
  apply: (outage: Outage) => Done<Outage>,
): Promise<Done<Outage>> {
  const outage = outages.get(id)
  const done: Done<Outage> =
    outage === undefined ? { ok: false, refusal: 'not_found', detail: `There is no outage ${id}.` } : apply(outage)
  if (done.ok) outages.set(id, done.value)
  return Promise.resolve(done)
}

const acknowledgedBy =
  (remark: Remark) =>
  (outage: Outage): Done<Outage> =>
    outage.acknowledged === null
      ? { ok: true, value: { ...outage, acknowledged: remark } }
      : { ok: false, refusal: 'conflict', detail: `Already acknowledged by ${outage.acknowledged.by}.` }

const done = (value: Outage): Done<Outage> => ({ ok: true, value })

async function paged<T>(items: readonly T[], cursor: string | undefined, limit: number): Promise<Page<T>> {
  const start = cursor === undefined ? 0 : Number(cursor)
  if (!Number.isInteger(start)) return Promise.reject(new BadCursor('not a cursor of ours'))
  const next = start + limit < items.length ? String(start + limit) : null
  return Promise.resolve({ items: items.slice(start, start + limit), next })
}

const platform: Platform = {
  id: 'x',
  title: 'X',
  source: null,
  looks: [
    {
      name: 'app',
      words: 'in the app',
      takes: 1,
      trust: 'high',
      says: [['not_found', 'deactivated']],
      requests: 1,
      usually: 1,
      needsId: false,
      ask: async () => Promise.resolve([]),
    },
  ],
  publicLook: 'app',
  homeOf: () => '',
  controls: { known: ['jack'], nobody: () => 'nobody' },
  budget: { requests: 300, windowMs: 900_000 },
  concurrency: 2,
  timeoutMs: 10_000,
  pricePerAccount: 0.01,
  spendPerDay: null,
  origins: [],
  hints: [],
  profileUrl: (handle) => `https://x.com/${handle}`,
}

const platformView = (): PlatformView => ({
  platform,
  accounts: 1,
  queued: 0,
  underWay: 0,
  used: 12,
  budget: platform.budget,
  planned: 90,
  worstNoticeMs: 14_000,
  money: null,
  warnings: [],
  allowance: { remaining: 288, resetAt: NOW + 60_000, retryAt: null },
  controls: [{ look: 'app', home: '', verdict: 'right', askedAt: NOW - 5_000, detail: null }],
  unreadable: [],
  troubledSince: null,
})

/** Keeps every line, for tests that look for what must not be there. */
export function createLinesLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const keep = (verb: string, fields: object = {}): void => void lines.push(`${verb} ${JSON.stringify(fields)}`)
  return { lines, debug: keep, info: keep, warn: keep, error: keep }
}
