import { expect, onTestFinished, test } from 'vitest'
import { webhook } from '../../src/channels/webhook.ts'
import type { Subscriber } from '../../src/core/channel.ts'
import { createAsk } from '../../src/io/ask.ts'
import {
  outageChange,
  record,
  nothingDue,
  startOutbox,
  stateOf,
  subscriberWith,
  tempStore,
  until,
} from '../support/outbox.ts'
import { startReceiver, type Answering, type Received } from '../support/receiver.ts'

/** An hour is a quarter of a minute. */
const SPEED = 240
const HOUR = 3_600_000
/** Of the real clock, and below a lease of the other. */
const DEADLINE = 200
const HEALTHY = ['desk', 'wall', 'newsroom', 'press']
const OPENINGS = 120

/** What each of the sick does to a request until it heals. */
const SICK: Readonly<Record<string, (now: number) => Answering>> = {
  hangs: () => ({ hang: 'head' }),
  resets: () => ({ reset: 'before' }),
  fails: () => ({ status: 500 }),
  'limits in seconds': () => ({ status: 429, headers: { 'retry-after': '120' } }),
  'limits in fractions': () => ({ status: 429, headers: { 'retry-after': '90.5' } }),
  'limits by date': (now) => ({ status: 429, headers: { 'retry-after': new Date(now + 120_000).toUTCString() } }),
  'limits for a day': () => ({ status: 429, headers: { 'retry-after': '86400' } }),
  'limits without saying': () => ({ status: 429 }),
  'limits in words': () => ({ status: 429, headers: { 'retry-after': 'later' } }),
}

/** Answers nothing before it heals, however long that takes; only then its connections break. */
const STUCK = 'hangs for good'
const EVERYBODY = [...HEALTHY, ...Object.keys(SICK), STUCK]

const nameOf = ({ path }: Received): string => decodeURIComponent(path.slice(1))

/** A real receiver, store and outbox; everybody hears of everything by a path of their own. */
async function hospital() {
  const store = await tempStore()()
  const receiver = await startReceiver()
  const asking = createAsk({ userAgent: 'Rollcall/test', allowPrivate: ['127.0.0.0/8'], connections: 256 })
  const hook = (name: string): Subscriber => {
    const target = { url: `${receiver.origin}/${encodeURIComponent(name)}`, secret: receiver.secret }
    const channel = webhook.connect(webhook.target.parse(target))
    const deadlineMs = name === STUCK ? 600_000 : DEADLINE
    // Who hangs would keep a try for twenty seconds of real time, which are more than an hour here.
    const deliver: typeof channel.deliver = (notice, ask, now, mail) =>
      channel.deliver(notice, (request) => ask({ ...request, deadlineMs }), now, mail)
    return { ...subscriberWith(name, () => ({ kind: 'delivered' })), channel: { ...channel, deliver } }
  }
  const subscribers = EVERYBODY.map(hook)
  const run = startOutbox(store, () => subscribers, { ask: asking.ask, speed: SPEED })
  // Whoever takes nothing from the start has one lane; these fall ill later.
  await record(store, [outageChange('outage.opened', 'x:first', run.clock.now())], subscribers)
  run.outbox.wake()
  await until(nothingDue(store))
  onTestFinished(async () => {
    await run.outbox.stop()
    await asking.close()
    await receiver.stop()
  })
  let isSick = false
  receiver.answerAll((received) => {
    const name = nameOf(received)
    if (!isSick) return { status: 204 }
    return name === STUCK ? { hang: 'head' } : (SICK[name]?.(run.clock.now()) ?? { status: 204 })
  })
  return {
    ...{ ...run, store, receiver, subscribers },
    startAt: run.clock.now(),
    heardBy: (name: string) => receiver.received.filter((one) => nameOf(one) === name),
    fallIll: () => void (isSick = true),
    heal() {
      isSick = false
      receiver.breakAll()
    },
  }
}

type Ward = Awaited<ReturnType<typeof hospital>>

/**
 * Tells everybody of so many openings, each once the healthy have taken the one before.
 * Answers with how long each of the healthy waited, from the decision to its receiver; ms of the real clock.
 */
async function tellOf(openings: number, { receiver, store, subscribers, outbox, clock }: Ward) {
  const took: number[] = []
  for (let count = 0; count < openings; count++) {
    const account = `x:a${count}`
    const decidedAt = performance.now()
    const before = receiver.received.length
    let read = before
    let heard = 0
    await record(store, [outageChange('outage.opened', account, clock.now())], subscribers)
    outbox.wake()
    await until(() => {
      for (const one of receiver.received.slice(read)) {
        read++
        if (!HEALTHY.includes(nameOf(one)) || one.body.data?.['account'] !== account) continue
        heard++
        took.push(performance.now() - decidedAt)
      }
      return heard === HEALTHY.length
    })
  }
  return took
}

const p99 = (took: readonly number[]): number =>
  took.toSorted((one, other) => one - other)[Math.ceil(took.length * 0.99) - 1] ?? Infinity

/** Tries of one subscriber that are under way at once. */
const LANES = 8
const ROUNDS = 2

test(
  'the sick delay nobody else: all is told beside them while those who hang are waited for',
  { timeout: 180_000 },
  async () => {
    const took = { sick: [] as number[], well: [] as number[] }
    // The first one is not counted: what is compiled in it would be.
    for (let round = -1; round < 2 * ROUNDS; round++) {
      const ward = await hospital()
      const how = round % 2 === 0 ? 'sick' : 'well'
      if (how === 'sick') ward.fallIll()
      const each = await tellOf(OPENINGS, ward)
      if (round >= 0) took[how].push(...each)
      // Its lanes are full, and nothing else of it is.
      if (how === 'sick') {
        expect(ward.heardBy(STUCK)).toHaveLength(1 + LANES)
        const health = await ward.store.subscriberHealth()
        expect(health.find(({ subscriber }) => subscriber === STUCK)?.owed).toBe(OPENINGS)
      }
      ward.heal()
      await ward.outbox.stop()
    }
    const [sick, well] = [p99(took.sick), p99(took.well)]
    process.stdout.write(
      `p99 of the healthy: ${sick.toFixed(1)} ms beside ${EVERYBODY.length - HEALTHY.length} sick, ${well.toFixed(1)} ms where all are well (${(sick / well).toFixed(2)} times)\n`,
    )
  },
)

test(
  'after an hour the sick heal and hear all that is owed to them, the openings with their closings',
  { timeout: 180_000 },
  async () => {
    const ward = await hospital()
    const { store, clock, subscribers, outbox, startAt } = ward
    ward.fallIll()
    await tellOf(OPENINGS, ward)
    await until(() => clock.now() - startAt > HOUR)
    const closings = Array.from({ length: OPENINGS / 2 }, (_, n) =>
      outageChange('outage.closed', `x:a${n}`, clock.now()),
    )
    await record(store, closings, subscribers)
    ward.heal()
    outbox.wake()
    await until(async () =>
      (await store.subscriberHealth()).every(({ subscriber, owed }) => owed === 0 || subscriber === 'limits for a day'),
    )
    // One more try is made before a notice expires, whatever a receiver asks for: that is in a day, and not waited for.
    expect((await store.subscriberHealth()).find(({ subscriber }) => subscriber === 'limits for a day')?.expired).toBe(
      0,
    )
    for (const name of EVERYBODY.filter((one) => !HEALTHY.includes(one) && one !== 'limits for a day')) {
      expectAllTold(name, ward.heardBy(name))
    }
    const states = Object.values(await stateOf(store))
    expect(states.filter(({ state }) => state === 'refused' || state === 'expired')).toEqual([])
  },
)

function expectAllTold(name: string, heard: readonly Received[]): void {
  const accepted = [...new Map(heard.map((one) => [one.id, one])).values()]
  const told = new Set(
    accepted.flatMap(({ body }) => {
      const merged = (body.data?.['merged'] ?? []) as { seq: number }[]
      return [Number(body.data?.['seq']), ...merged.map(({ seq }) => seq)]
    }),
  )
  expect(told.size, name).toBe(1 + OPENINGS + OPENINGS / 2)
  const carrying = accepted.filter(({ body }) => body.type === 'outage.closed')
  expect(carrying, name).toHaveLength(OPENINGS / 2)
  for (const { body } of carrying)
    expect(body.data, name).toMatchObject({ late: true, merged: [{ type: 'outage.opened' }] })
}
