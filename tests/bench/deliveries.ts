import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { webhook } from '../../src/channels/webhook.ts'
import type { Subscriber } from '../../src/core/channel.ts'
import { stableId } from '../../src/core/id.ts'
import type { OutageChange } from '../../src/core/transition.ts'
import { systemClock as clock } from '../../src/io/clock.ts'
import { createMeters } from '../../src/io/meters.ts'
import { createOutbound } from '../../src/io/outbound.ts'
import { openStore } from '../../src/io/store.ts'
import { createFeed } from '../../src/run/feed.ts'
import { createLedger } from '../../src/run/ledger.ts'
import { createOutbox } from '../../src/run/outbox.ts'
import { createGates } from '../../src/run/outbox-gates.ts'
import { fakeOutage, noMail } from '../support/notices.ts'
import { silentLog as log } from '../support/platform.ts'
import { startChild } from './child.ts'
import { inPairs } from './pairs.ts'
import type { Row } from './row.ts'

const SUBSCRIBERS = 32
/** Decisions of a round; each owes one notice to every subscriber. */
const DECISIONS = 250
const PAIRS = 5
const CONNECTIONS = 64
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** Decided, sent and settled: with the ledger, the store on disk and the outbox as the app puts them together. */
async function durable(origin: string): Promise<{ round(): Promise<number>; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const store = await openStore({ path: join(folder, 'rollcall.db') })
  const { meters } = createMeters()
  const outbound = createOutbound({ contact: 'ops@example.org', allowPrivate: ['127.0.0.0/8'] }, [])
  const all: readonly Subscriber[] = Array.from({ length: SUBSCRIBERS }, (_, n) => ({
    name: `subscriber ${n}`,
    channel: webhook.connect({ url: `${origin}/hook/${n}`, secret: SECRET }),
    tell: { types: [], tags: [], platforms: [], accounts: [] },
  }))
  const subscribers = (): readonly Subscriber[] => all
  let left = 0
  let through = (): void => undefined
  let accounts = 0
  const common = { store, clock, log, meters, random: Math.random, subscribers }
  const outbox = createOutbox({
    quietUntil: () => 0,
    ...common,
    // A notice counts once it is settled.
    meters: {
      ...meters,
      delivered() {
        if (--left === 0) through()
      },
    },
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
    roll: { account: () => null, some: () => true, count: () => 1_000_000 },
    storms: () => ({ accounts: 1_000_000, share: 1, withinMs: 1 }),
    quietUntil: () => 0,
    wake: outbox.wake,
  })
  await outbox.start()

  async function round(): Promise<number> {
    left = DECISIONS * SUBSCRIBERS
    const told = new Promise<void>((resolve) => (through = resolve))
    const begin = performance.now()
    const changes = Array.from({ length: DECISIONS }, () => opening(accounts++))
    await Promise.all(
      changes.map((change) => ledger.record({ kept: null, spell: null, sightings: [], changes: [change] })),
    )
    await told
    return (DECISIONS * SUBSCRIBERS) / ((performance.now() - begin) / 1000)
  }

  return {
    round,
    async close() {
      await outbox.stop()
      await outbound.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function opening(n: number): OutageChange {
  const at = Date.now()
  const account = `x:person${n}`
  const shape = { lastPresentAt: at - 4_000, firstAbsentAt: at - 2_000, lastAbsentAt: at, openedAt: at }
  const open = { firstPresentAt: null, closedAt: null, id: stableId('out', at, account) }
  return { name: 'outage.opened', at, outage: fakeOutage({ account, ...shape, ...open }) }
}

/** As many connections, each with one request after the other, and nothing kept. */
function bareLoop(origin: string, body: string) {
  const agent = new Agent({ connections: CONNECTIONS, pipelining: 1 })
  const headers = { 'content-type': 'application/json' }
  async function round(): Promise<number> {
    const begin = performance.now()
    let left = DECISIONS * SUBSCRIBERS
    async function lane(n: number): Promise<void> {
      while (left-- > 0) {
        const answer = await request(`${origin}/hook/${n}`, { method: 'POST', headers, body, dispatcher: agent })
        await answer.body.dump()
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => lane(n)))
    return (DECISIONS * SUBSCRIBERS) / ((performance.now() - begin) / 1000)
  }
  return { round, close: () => agent.destroy() }
}

/** Notices that nothing can lose, to a receiver that takes them at once. */
export const deliveries: Row = {
  name: 'deliveries',
  async run(say) {
    const server = startChild('receiver-server.ts')
    const { origin } = await server.hear<{ origin: string }>('listening')
    const ours = await durable(origin)
    const bare = bareLoop(origin, JSON.stringify({ type: 'outage.opened', data: opening(0) }))
    const { subject, reference, ratio } = await inPairs({
      count: PAIRS,
      subject: ours.round,
      reference: bare.round,
      say,
    })
    await Promise.all([ours.close(), bare.close(), server.stop()])
    return [
      {
        what: `durable deliveries, ${SUBSCRIBERS} subscribers`,
        subject: { value: subject, unit: '/s' },
        reference: { name: 'bare undici POST loop', value: reference, unit: '/s' },
        figure: { value: subject, unit: '/s' },
        mark: { is: 'at least', value: 2_000 },
        note: `decided, signed, sent and settled: ${(ratio * 100).toFixed(0)} % of bare; ${DECISIONS} decisions a round`,
      },
    ]
  },
}
