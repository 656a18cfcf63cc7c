import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { webhook } from '../../src/channels/webhook.ts'
import type { Subscriber } from '../../src/core/channel.ts'
import { stableId } from '../../src/core/id.ts'
import type { StormPolicy } from '../../src/core/storm.ts'
import type { OutageChange } from '../../src/core/transition.ts'
import { systemClock as clock } from '../../src/io/clock.ts'
import { createMeters } from '../../src/io/meters.ts'
import { createOutbound } from '../../src/io/outbound.ts'
import { openStore } from '../../src/io/store.ts'
import { createFeed } from '../../src/run/feed.ts'
import { createLedger, type Ledger } from '../../src/run/ledger.ts'
import { createOutbox } from '../../src/run/outbox.ts'
import { createGates } from '../../src/run/outbox-gates.ts'
import { fakeOutage, noMail } from '../support/notices.ts'
import { silentLog as log } from '../support/platform.ts'

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

export type Telling = {
  /** Decides that an account has fallen; settles once that is written. */
  fall(account: string): Promise<void>
  readonly calm: Ledger['calm']
  close(): Promise<void>
}

/** Decided, sent and settled: the ledger, a store on disk and the outbox as the app puts them together. */
export async function openTelling(parts: {
  readonly subscribers: readonly Subscriber[]
  readonly storms: StormPolicy
  /** Accounts watched on a platform. */
  readonly count: (platform: string) => number
  /** A notice is settled. */
  readonly delivered?: () => void
}): Promise<Telling> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const store = await openStore({ path: join(folder, 'rollcall.db') })
  const outbound = createOutbound({ contact: 'ops@example.org', allowPrivate: ['127.0.0.0/8'] }, [])
  const meters = { ...createMeters().meters, ...(parts.delivered && { delivered: parts.delivered }) }
  const subscribers = (): readonly Subscriber[] => parts.subscribers
  const common = { store, clock, log, meters, random: Math.random, subscribers, quietUntil: () => 0 }
  const outbox = createOutbox({
    ...common,
    gates: createGates(common),
    account: () => null,
    profileUrl: () => null,
    lookWords: () => ({}),
    linkTo: () => null,
    ask: outbound.ask,
    mail: noMail,
    onBug: (fault) => {
      throw fault
    },
  })
  const ledger = createLedger({
    ...common,
    feed: createFeed({ epoch: store.epoch, recent: [], lastSeq: 0, clock }),
    roll: { account: () => null, some: () => true, count: parts.count },
    storms: () => parts.storms,
    wake: outbox.wake,
  })
  await outbox.start()
  return {
    async fall(account) {
      await ledger.record({ kept: null, spell: null, sightings: [], changes: [opening(account)] })
    },
    calm: ledger.calm,
    async close() {
      await outbox.stop()
      await outbound.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Webhooks of as many subscribers, each with a path of its own, who hear everything. */
export const hooksOf = (origin: string, count: number): readonly Subscriber[] =>
  Array.from({ length: count }, (_, n) => ({
    name: `hook ${n}`,
    channel: webhook.connect({ url: `${origin}/hook/${n}`, secret: SECRET }),
    tell: EVERYTHING,
  }))

export const EVERYTHING = { types: [], tags: [], platforms: [], accounts: [] }

export function opening(account: string): OutageChange {
  const at = Date.now()
  const shape = { lastPresentAt: at - 4_000, firstAbsentAt: at - 2_000, lastAbsentAt: at, openedAt: at }
  const open = { firstPresentAt: null, closedAt: null, id: stableId('out', at, account) }
  return { name: 'outage.opened', at, outage: fakeOutage({ account, ...shape, ...open }) }
}
