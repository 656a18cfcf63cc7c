import { onTestFinished } from 'vitest'
import type { Channel, Subscriber } from '../../src/core/channel.ts'
import type { Notice } from '../../src/core/notice.ts'
import type { Store } from '../../src/core/store.ts'
import { matterOf } from '../../src/core/matter.ts'
import { subjectOf, type OutageChangeName, type SightChange } from '../../src/core/transition.ts'
import { apart } from '../../src/channels/apart.ts'
import type { Outage } from '../../src/core/outage.ts'
import { createFeed } from '../../src/run/feed.ts'
import { createLedger, type Ledger } from '../../src/run/ledger.ts'
import { createQuiets, type Quiets } from '../../src/run/quiets.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'
import type { Account } from '../../src/core/account.ts'
import { fakeOutage } from './notices.ts'
import { delivered, startOutbox, subscriberWith, tempStore } from './outbox.ts'
import { fakeAccount, silentLog, silentMeters } from './platform.ts'

export const STORM = { accounts: 5, share: 0.3, withinMs: 60_000 }

export type Weather = {
  readonly clock: ManualClock
  store(): Store
  quiets(): Quiets
  /** Something becomes of the account's outage, now. */
  happen(name: OutageChangeName, account: string, shape?: Partial<Outage>): Promise<void>
  /** Something else than an outage changes, now. */
  change(change: Omit<SightChange, 'at'>): Promise<void>
  /** As the keeper does every two seconds. */
  review(down?: (account: string) => boolean): Promise<void>
  /** Time goes by in steps so small that every delivery that is due is told in its own step. */
  pass(ms: number, step?: number): Promise<void>
  /** It is no longer watched. */
  forget(account: string): void
  /** Ends everything and begins again with what is on the disk. */
  restart(): Promise<void>
}

const OPEN = { closedAt: null, firstPresentAt: null }

export const addressOf = (index: number): string => `x:a${index}`

/** A real store and outbox on a clock that stands still between steps; `total` accounts x:a0, x:a1, … are watched. */
export async function createWeather(total: number, subscribers: readonly Subscriber[]): Promise<Weather> {
  const open = tempStore()
  const accounts = new Map(
    Array.from({ length: total }, (_, index) => {
      const account = addressOf(index)
      return [account, fakeAccount(`a${index}`, { account, platform: 'x', tags: index % 2 === 0 ? ['even'] : [] })]
    }),
  )
  const roll = {
    account: (address: string) => accounts.get(address) ?? null,
    some: (test: (account: Account) => boolean) => [...accounts.values()].some(test),
    count: () => total,
    all: () => [...accounts.values()].map((account) => ({ account })),
  }
  let store = await open()
  const clock = createManualClock(undefined, settle)
  let quiets = createOwnQuiets()
  const quietUntil: Quiets['until'] = (...when) => quiets.until(...when)
  let ledger = createOwn()
  let { outbox } = startOutbox(store, () => subscribers, { clock, quietUntil })
  await ledger.restore([])
  onTestFinished(async () => {
    await outbox.stop()
  })

  /** The disk has its own thread: whatever waits for it, and what that leads to, is over after a few turns. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 6; turn++) {
      await store.lastSeq()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  function createOwnQuiets(): Quiets {
    return createQuiets({ store, clock, log: silentLog, roster: roll, wake: () => outbox.wake() })
  }

  function createOwn(): Ledger {
    return createLedger({
      store,
      feed: createFeed({ epoch: store.epoch, recent: [], lastSeq: 0, clock }),
      log: silentLog,
      meters: silentMeters,
      roll,
      subscribers: () => subscribers,
      storms: () => STORM,
      quietUntil,
      wake: () => outbox.wake(),
    })
  }

  const openedAt = new Map<string, number>()
  const draft = { kept: null, spell: null, sightings: [] }

  return {
    clock,
    store: () => store,
    quiets: () => quiets,
    async happen(name, account, shape = {}) {
      const outage = fakeOutage({ account, ...(name === 'outage.closed' ? {} : OPEN), ...shape })
      const at = clock.now()
      if (name === 'outage.opened') openedAt.set(account, at)
      await ledger.record({ ...draft, changes: [{ name, at, outage }] })
    },
    async change(change) {
      await ledger.record({ ...draft, changes: [{ ...change, at: clock.now() }] })
    },
    review: (down = () => false) =>
      ledger.calm(clock.now(), (account) =>
        down(account) ? fakeOutage({ account, ...OPEN, openedAt: openedAt.get(account) ?? 0 }) : null,
      ),
    async pass(ms, step = ms) {
      for (let left = ms; left > step; left -= step) await clock.advance(step)
      await clock.advance(step === 0 ? 0 : ms % step || step)
    },
    forget: (account) => void accounts.delete(account),
    async restart() {
      await outbox.stop()
      store = await open()
      quiets = createOwnQuiets()
      await quiets.restore()
      ledger = createOwn()
      await ledger.restore(await store.transitionsAfter(0, 10_000))
      outbox = startOutbox(store, () => subscribers, { clock, quietUntil }).outbox
    },
  }
}

export type Heard = {
  readonly name: string
  readonly about: string
  readonly thread: string | null
  readonly notice: Notice
}

export type Listener = Subscriber & { readonly heard: Heard[] }

/** A subscriber who keeps what it is told. */
export function listener(
  name: string,
  types: readonly string[] = [],
  { updates = false, alerts = false }: Pick<Channel, 'updates' | 'alerts'> = {},
): Listener {
  const heard: Heard[] = []
  const subscriber = subscriberWith(
    name,
    (notice) => {
      const { transition, thread } = notice
      const about =
        'outage' in transition
          ? transition.outage.account
          : 'accounts' in transition
            ? `${transition.accounts.length}`
            : ''
      heard.push({ name: transition.name, about, thread, notice })
      return updates ? { kind: 'delivered', handle: `message ${heard.length}` } : delivered
    },
    { updates, alerts },
  )
  return { ...subscriber, tell: { ...subscriber.tell, types }, heard }
}

export const names = ({ heard }: { heard: readonly Heard[] }) => heard.map(({ name, about }) => `${name} ${about}`)

/** The alerts that a target would have open which keeps one for each matter. */
export function openAlerts({ heard }: Listener): readonly string[] {
  const open = new Map<string, string>()
  for (const { notice } of heard) {
    for (const { transition } of apart(notice)) {
      const { id, endedAt } = matterOf(transition)
      if (endedAt === null) open.set(id, subjectOf(transition))
      else open.delete(id)
    }
  }
  return [...open.values()]
}
