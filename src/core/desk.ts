import type { Again } from './again.ts'
import type { Acceptance } from './accept.ts'
import type { Allowance } from './allowance.ts'
import type { Condition } from './breaker.ts'
import type { DrillReport } from './drill.ts'
import type { Feed } from './feed.ts'
import type { Outage, Remark } from './outage.ts'
import type { PlatformPlan } from './plan.ts'
import type { Budget, Platform } from './platform.ts'
import type { Quiet, QuietWish } from './quiet.ts'
import type { Evidence, Sighting } from './sighting.ts'
import type { Store, SubscriberHealth, Watched } from './store.ts'
import type { Extent } from './transition.ts'
import type { Cause, Identity } from './verdict.ts'

/** A spell of lost sight that lasts. `since` is epoch ms of the last conclusive sighting. */
export type Blindness = { readonly scope: Extent; readonly since: number; readonly because: readonly Cause[] }

/** How one look's controls answered last. */
export type ControlsState = {
  readonly look: string
  /** The server they were asked at, where the platform has many. */
  readonly home: string
  readonly verdict: 'right' | 'wrong' | 'unseen'
  readonly askedAt: number | null
  /** What went wrong, for people: "@nobody answers present". */
  readonly detail: string | null
}

/** One platform as it goes now. */
export type PlatformView = {
  readonly platform: Platform
  readonly accounts: number
  readonly queued: number
  readonly underWay: number
  /** Requests sent within the budget's window. */
  readonly used: number
  readonly budget: Budget
  /** Requests the roll asks for in a window, doubt and controls counted in. */
  readonly planned: number
  /** Null where no absence can be told. */
  readonly worstNoticeMs: number | null
  /** USD a day as the schedules ask, and the most to spend; null where answers cost nothing. */
  readonly money: PlatformPlan['money']
  /** What will not go as configured, in sentences. */
  readonly warnings: readonly string[]
  /** What the platform last said of its own limits. */
  readonly allowance: Allowance | null
  readonly controls: readonly ControlsState[]
  /** Looks whose answers we cannot read any more, since when, and the newest of these answers. */
  readonly unreadable: readonly {
    readonly look: string
    readonly home: string
    readonly since: number
    readonly evidence: Evidence | null
  }[]
  readonly troubledSince: number | null
}

/** One subscriber: what is owed to it, and how its target takes it. */
export type SubscriberView = SubscriberHealth & {
  readonly channel: string
  readonly types: readonly string[]
  /** How its target takes what it is sent. */
  readonly condition: Condition
}

/** Why something asked of the desk cannot be done. */
export type Refusal = 'not_found' | 'conflict'
/** What came of something asked of the desk. `detail` is a sentence for people. */
export type Done<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal; readonly detail: string }

/** All that the doors (HTTP, socket, command line) may see and do. */
export type Desk = {
  readonly startedAt: number
  readonly feed: Feed
  readonly store: Store
  now(): number
  /** In the order of the configuration. */
  accounts(): readonly Watched[]
  /** Letter case of the address does not matter. */
  account(address: string): Watched | null
  platforms(): readonly PlatformView[]
  subscribers(): Promise<readonly SubscriberView[]>
  blindness(): readonly Blindness[]
  /** Looks at the account now, by every look it offers, under the platform's budget. */
  check(address: string): Promise<Done<readonly Sighting[]>>
  /** Pins whoever the account's handle leads to now; ends an outage that was about whom we held before. */
  accept(address: string, said: Acceptance): Promise<Done<Identity>>
  acknowledge(outage: string, remark: Remark): Promise<Done<Outage>>
  annotate(outage: string, remark: Remark): Promise<Done<Outage>>
  retract(outage: string, remark: Remark): Promise<Done<Outage>>
  /** The times in which notices are held, as long as they last. */
  quiets(): readonly Quiet[]
  /** Holds notices about an account, or about all with a tag. */
  quiet(wish: QuietWish): Promise<Done<Quiet>>
  /** Ends it before its time: what it held is due now. */
  endQuiet(id: string): Promise<Done<Quiet>>
  /** Makes a refused or expired delivery due now, as far as its line's order allows it. */
  retry(delivery: string): Promise<Again>
  /** Sends a subscriber a marked test by the way its notices go, and waits for what becomes of it. */
  drill(subscriber: string): Promise<Done<DrillReport>>
  /** True once the store answers and the roll runs; the detail says what is missing. */
  ready(): { readonly ok: boolean; readonly detail: string }
}
