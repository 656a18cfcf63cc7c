import { expect, onTestFinished, test } from 'vitest'
import { webhook } from '../../src/channels/webhook.ts'
import type { Subscriber } from '../../src/core/channel.ts'
import { createAsk } from '../../src/io/ask.ts'
import { outageChange, record, startOutbox, stateOf, subscriberWith, tempStore, until } from '../support/outbox.ts'
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

/** A real receiver, store and outbox; everybody hears of everything by a path of their own. */
async function hospital(sick: readonly string[]) {
  const store = await tempStore()()
  const receiver = await startReceiver()
  const asking = createAsk({ userAgent: 'Rollcall/test', allowPrivate: ['127.0.0.0/8'], connections: 256 })
  const hook = (name: string): Subscriber => {
    const target = { url: `${receiver.origin}/${encodeURIComponent(name)}`, secret: receiver.secret }
    const channel = webhook.connect(webhook.target.parse(target))
    // Who hangs would keep a try for twenty seconds of real time, which are more than an hour here.
    const deliver: typeof channel.deliver = (notice, ask, now, mail) =>
      channel.deliver(notice, (request) => ask({ ...request, deadlineMs: DEADLINE }), now, mail)
    return { ...subscriberWith(name, () => ({ kind: 'delivered' })), channel: { ...channel, deliver } }
  }
  const subscribers = [...HEALTHY, ...sick].map(hook)
  const run = startOutbox(store, () => subscribers, { ask: asking.ask, speed: SPEED })
  onTestFinished(async () => {
    await run.outbox.stop()
    await asking.close()
    await receiver.stop()
  })
  const startAt = run.clock.now()
  return { ...run, store, receiver, subscribers, startAt }
}

const nameOf = ({ path }: Received): string => decodeURIComponent(path.slice(1))

/** Real time from deciding to the receiver, ms: one in a hundred of the healthy heard it later than that. */
async function slowestHealthy(
  sick: readonly string[],
  isSick: () => boolean,
): Promise<{ p99: number; ward: Awaited<ReturnType<typeof hospital>> }> {
  const ward = await hospital(sick)
  const { receiver, clock, store, subscribers, outbox } = ward
  const took: number[] = []
  const decided = new Map<string, number>()
  receiver.answerAll((received) => {
    const name = nameOf(received)
    const account = String(received.body.data?.['account'])
    const since = decided.get(account)
    if (HEALTHY.includes(name) && since !== undefined && received.body.type === 'outage.opened')
      took.push(performance.now() - since)
    const illness = SICK[name]
    return illness !== undefined && isSick() ? illness(clock.now()) : { status: 204 }
  })
  for (let count = 0; count < OPENINGS; count++) {
    const account = `x:a${count}`
    decided.set(account, performance.now())
    await record(store, [outageChange('outage.opened', account, clock.now())], subscribers)
    outbox.wake()
    await until(() => took.length === (count + 1) * HEALTHY.length)
  }
  took.sort((one, other) => one - other)
  return { p99: took[Math.ceil(took.length * 0.99) - 1] ?? Infinity, ward }
}

test(
  'the sick delay nobody else, and once they heal they hear all of it, the openings with their closings',
  { timeout: 180_000 },
  async () => {
    const sick = Object.keys(SICK)
    // What is compiled first must not count.
    const warm = await slowestHealthy([], () => false)
    await warm.ward.outbox.stop()
    const alone = await slowestHealthy([], () => false)
    await alone.ward.outbox.stop()
    let isSick = true
    const { p99, ward } = await slowestHealthy(sick, () => isSick)
    const { store, receiver, clock, subscribers, outbox, startAt } = ward
    process.stdout.write(
      `p99 of the healthy: ${p99.toFixed(1)} ms beside ${sick.length} sick, ${alone.p99.toFixed(1)} ms without (${(p99 / alone.p99).toFixed(2)} times)\n`,
    )
    // What the machine does besides can double either; a sick one that is waited for would cost 200 ms a try.
    expect(p99).toBeLessThan(alone.p99 * 5 + 200)

    await until(() => clock.now() - startAt > HOUR)
    const closings = Array.from({ length: OPENINGS / 2 }, (_, n) =>
      outageChange('outage.closed', `x:a${n}`, clock.now()),
    )
    await record(store, closings, subscribers)
    isSick = false
    outbox.wake()
    const finite = async () =>
      (await store.subscriberHealth()).every(({ subscriber, owed }) => owed === 0 || subscriber === 'limits for a day')
    await until(finite)
    // One more try is made before a notice expires, whatever a receiver asks for: that is in a day, and not waited for.
    expect((await store.subscriberHealth()).find(({ subscriber }) => subscriber === 'limits for a day')?.expired).toBe(
      0,
    )

    for (const name of sick.filter((one) => one !== 'limits for a day')) {
      const heard = receiver.received.filter((one) => nameOf(one) === name)
      const accepted = new Map(heard.map((one) => [one.id, one]))
      const told = new Set(
        [...accepted.values()].flatMap(({ body }) => {
          const merged = (body.data?.['merged'] ?? []) as { seq: number }[]
          return [Number(body.data?.['seq']), ...merged.map(({ seq }) => seq)]
        }),
      )
      expect(told.size, name).toBe(OPENINGS + OPENINGS / 2)
      const carrying = [...accepted.values()].filter(({ body }) => body.type === 'outage.closed')
      expect(carrying, name).toHaveLength(OPENINGS / 2)
      for (const { body } of carrying)
        expect(body.data, name).toMatchObject({ late: true, merged: [{ type: 'outage.opened' }] })
    }
    const states = Object.values(await stateOf(store))
    expect(states.filter(({ state }) => state === 'refused' || state === 'expired')).toEqual([])
  },
)
