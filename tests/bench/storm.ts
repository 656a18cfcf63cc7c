import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
import { startReceiver } from '../support/receiver.ts'
import { short } from './pairs.ts'
import type { Row } from './row.ts'

const SUBSCRIBERS = 8
const ROUNDS = 3
const FALLS = 1_000
const LASTS = 10_000
/** Accounts of other platforms fall so often, ms. */
const OTHERS_EVERY = 50
/** As the keeper judges. */
const JUDGE_EVERY = 2_000
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
/** The share that the fifth of them makes, so that no rule waits for more. */
const FIFTH = { accounts: 5, share: 5 / FALLS, withinMs: 60_000 }

type Round = { readonly storm: readonly number[]; readonly others: readonly number[] }

/** A real store, ledger, outbox and receiver, put together as the app does. */
async function openHouse() {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const store = await openStore({ path: join(folder, 'rollcall.db') })
  const receiver = await startReceiver(SECRET)
  const outbound = createOutbound({ contact: 'ops@example.org', allowPrivate: ['127.0.0.0/8'] }, [])
  const all = [...hooksOf(receiver.origin), editor]
  const subscribers = (): readonly Subscriber[] => all
  const { meters } = createMeters()
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
    roll: { account: () => null, some: () => true, count: (platform) => (platform === 'x' ? FALLS : 1) },
    storms: () => FIFTH,
    wake: outbox.wake,
  })
  await outbox.start()
  return {
    receiver,
    ledger,
    async close() {
      await outbox.stop()
      await Promise.all([outbound.close(), receiver.stop(), store.close()])
      rmSync(folder, { recursive: true })
    },
  }
}

const ALL = { types: [], tags: [], platforms: [], accounts: [] }

const hooksOf = (origin: string): readonly Subscriber[] =>
  Array.from({ length: SUBSCRIBERS }, (_, n) => ({
    name: `hook ${n}`,
    channel: webhook.connect({ url: `${origin}/${n}`, secret: SECRET }),
    tell: ALL,
  }))

/** Somebody for whom the list is kept current: its writes are part of a storm. */
const editor: Subscriber = {
  name: 'editor',
  channel: {
    ...{ id: 'editor', expiresMs: 60_000, updates: true },
    deliver: () => Promise.resolve({ kind: 'delivered', handle: 'message' }),
  },
  tell: { ...ALL, platforms: ['x'] },
}

/** Ten seconds in which accounts of other platforms fall now and then, and a thousand of one, where it is stormy. */
async function live(isStormy: boolean): Promise<Round> {
  const { receiver, ledger, close } = await openHouse()
  const decided = new Map<string, number>()
  const took: { storm: number[]; others: number[] } = { storm: [], others: [] }
  receiver.answerAll(({ body }) => {
    const now = performance.now()
    const account = body.data?.['account']
    if (body.type === 'platform.troubled') took.storm.push(now - (decided.get('x:4') ?? NaN))
    else if (typeof account === 'string') took.others.push(now - (decided.get(account) ?? NaN))
    return { status: 204 }
  })
  const fall = async (account: string): Promise<void> => {
    decided.set(account, performance.now())
    await ledger.record({ kept: null, spell: null, sightings: [], changes: [opening(account)] })
  }
  const others = LASTS / OTHERS_EVERY
  await Promise.all([
    every(OTHERS_EVERY, others, (n) => fall(`y${n}:somebody`)),
    every(JUDGE_EVERY, LASTS / JUDGE_EVERY, () => ledger.calm(clock.now(), () => open)),
    every(LASTS / FALLS, isStormy ? FALLS : 0, (n) => fall(`x:${n}`)),
  ])
  await receiver.until((others + (isStormy ? 1 : 0)) * SUBSCRIBERS)
  await close()
  return took
}

/** However long one of them takes, the next one is on time. */
async function every(ms: number, count: number, act: (n: number) => Promise<void>): Promise<void> {
  const begin = performance.now()
  const under: Promise<void>[] = []
  for (let n = 0; n < count; n++) {
    const wait = begin + n * ms - performance.now()
    if (wait > 0) await new Promise((next) => setTimeout(next, wait))
    under.push(act(n))
  }
  await Promise.all(under)
}

const open = fakeOutage({ closedAt: null, firstPresentAt: null })

function opening(account: string): OutageChange {
  const at = Date.now()
  const shape = { lastPresentAt: at - 4_000, firstAbsentAt: at - 2_000, lastAbsentAt: at, openedAt: at }
  const open = { firstPresentAt: null, closedAt: null, id: stableId('out', at, account) }
  return { name: 'outage.opened', at, outage: fakeOutage({ account, ...shape, ...open }) }
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.ceil(values.length * share) - 1] ?? NaN

/** What a storm costs: those who hear of it, and those who hear of something else meanwhile. */
export const storm: Row = {
  name: 'storm',
  async run(say) {
    // What is compiled first must not count.
    await live(true)
    const quiet: Round[] = []
    const stormy: Round[] = []
    for (let round = 1; round <= ROUNDS; round++) {
      quiet.push(await live(false))
      stormy.push(await live(true))
      say(`round ${round} of ${ROUNDS}`)
    }
    const told = stormy.flatMap((one) => one.storm)
    const calm = quiet.flatMap(({ others }) => others)
    const meanwhile = stormy.flatMap(({ others }) => others)
    const [median, p99] = [quantile(told, 0.5), quantile(told, 0.99)]
    const [alone, beside] = [quantile(calm, 0.99), quantile(meanwhile, 0.99)]
    return [
      {
        what: 'fifth fall to the storm notice, p99',
        subject: { value: p99, unit: 'ms' },
        reference: { name: 'p99 of one opening in quiet times', value: alone, unit: 'ms' },
        figure: { value: p99, unit: 'ms' },
        mark: { is: 'under', value: 1_000 },
        note: `p50 ${short(median)} ms; ${FALLS} falls in ${LASTS / 1_000} s, ${SUBSCRIBERS} subscribers, ${ROUNDS} storms; the fifth makes the share`,
      },
      {
        what: "other platforms' notices meanwhile, p99",
        subject: { value: beside, unit: 'ms' },
        reference: { name: 'the same in quiet times', value: alone, unit: 'ms' },
        figure: { value: beside / alone, unit: 'of quiet' },
        mark: { is: 'at most', value: 1.2 },
        note: `p50 ${short(quantile(meanwhile, 0.5))} ms beside ${short(quantile(calm, 0.5))} ms; one every ${OTHERS_EVERY} ms`,
      },
    ]
  },
}
