import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Ask } from '../../src/core/answer.ts'
import type { Channel, Outcome, Subscriber } from '../../src/core/channel.ts'
import type { Clock } from '../../src/core/clock.ts'
import type { Delivery } from '../../src/core/delivery.ts'
import type { Notice } from '../../src/core/notice.ts'
import { hearerOf, owedFor } from '../../src/core/owed.ts'
import type { QuietUntil } from '../../src/core/parcel.ts'
import type { Store } from '../../src/core/store.ts'
import type { Change, OutageChange, OutageChangeName } from '../../src/core/transition.ts'
import { createFastClock } from '../../src/io/clock.ts'
import { openStore } from '../../src/io/store.ts'
import { createOutbox, type Outbox } from '../../src/run/outbox.ts'
import { createGates, type Gates } from '../../src/run/outbox-gates.ts'
import { fakeOutage } from './notices.ts'
import { noMail } from './notices.ts'
import { fakeAccount, silentLog, silentMeters } from './platform.ts'

/** A database of the test's own; opening it again is a restart. */
export function tempStore() {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-outbox-'))
  let open: Store | null = null
  onTestFinished(async () => {
    await open?.close()
    rmSync(folder, { recursive: true })
  })
  return async (): Promise<Store> => {
    await open?.close()
    return (open = await openStore({ path: join(folder, 'rollcall.db') }))
  }
}

/** A subscriber whose channel does as `deliver` says. */
export function subscriberWith(
  name: string,
  deliver: (notice: Notice) => Outcome | Promise<Outcome>,
  shape: Partial<Channel> = {},
): Subscriber {
  return {
    name,
    channel: {
      id: 'fake',
      expiresMs: 365 * 86_400_000,
      deliver: async (notice) => deliver(notice),
      ...shape,
    },
    tell: { types: [], tags: [], platforms: [], accounts: [] },
  }
}

export const delivered: Outcome = { kind: 'delivered' }
export const postponed: Outcome = { kind: 'retry', reason: 'busy', retryAt: null }

type StartOptions = {
  readonly ask?: Ask
  readonly speed?: number
  readonly clock?: Clock
  readonly quietUntil?: QuietUntil
}

export function startOutbox(
  store: Store,
  subscribers: () => readonly Subscriber[],
  {
    ask,
    speed = 2_000,
    clock = createFastClock({ startAt: Date.now(), speed }),
    quietUntil = () => 0,
  }: StartOptions = {},
): { outbox: Outbox; gates: Gates; clock: Clock; bugs: unknown[] } {
  const bugs: unknown[] = []
  const gates = createGates({ subscribers, clock, random: () => 0.5 })
  const outbox = createOutbox({
    store,
    subscribers,
    account: () => null,
    profileUrl: () => null,
    lookWords: () => ({}),
    linkTo: () => null,
    quietUntil,
    ask: ask ?? (() => Promise.reject(new Error('nobody asks here'))),
    mail: noMail,
    clock,
    gates,
    log: silentLog,
    meters: silentMeters,
    random: () => 0.5,
    onBug: (fault) => void bugs.push(fault),
  })
  void outbox.start()
  return { outbox, gates, clock, bugs }
}

/** The same until the test ends. */
export function runOutbox(...given: Parameters<typeof startOutbox>): ReturnType<typeof startOutbox> {
  const run = startOutbox(...given)
  onTestFinished(() => run.outbox.stop())
  return run
}

/** An outbox that runs until the test ends, over a database of its own with what all of them are owed for this. */
export async function owing(changes: readonly Change[], subscribers: readonly Subscriber[], options?: StartOptions) {
  const store = await tempStore()()
  await record(store, changes, subscribers)
  return { store, ...runOutbox(store, () => subscribers, options) }
}

/** A subscriber that takes everything; `told` are the ids of what it took. */
export function attentive(): { readonly desk: Subscriber; readonly told: readonly string[] } {
  const told: string[] = []
  const desk = subscriberWith('desk', ({ id }) => {
    told.push(id)
    return delivered
  })
  return { desk, told }
}

/** Writes changes with what is owed for them, as the ledger does. */
export async function record(
  store: Store,
  changes: readonly Change[],
  subscribers: readonly Subscriber[],
  isImportant: (account: string) => boolean = () => false,
) {
  const account = (address: string) => (isImportant(address) ? fakeAccount(address, { important: true }) : null)
  const deliveries = owedFor(changes, subscribers.map(hearerOf), { account, some: () => true }, () => false)
  return store.record({ kept: null, spell: null, sightings: [], changes, deliveries, notes: {} })
}

/** A change of the account's outage number `spell`, `at` epoch ms. */
export function outageChange(name: OutageChangeName, account: string, at: number, spell = 0): OutageChange {
  const firstAbsentAt = Date.UTC(2026, 0, 1) + spell
  return { name, at, outage: fakeOutage({ account, firstAbsentAt }) }
}

export const stateOf = async (store: Store): Promise<Readonly<Record<string, Delivery>>> => {
  const { items } = await store.deliveries({ limit: 1_000 })
  return Object.fromEntries(items.map((delivery) => [delivery.id, delivery]))
}

/** Looks again until it is so; between two looks everything else has its turn. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}

export const nothingDue = (store: Store) => async (): Promise<boolean> =>
  (await store.deliveries({ state: 'due', limit: 1 })).items.length === 0
