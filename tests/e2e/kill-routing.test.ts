import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { Delivery } from '../../src/core/delivery.ts'
import type { OutageChange, Transition } from '../../src/core/transition.ts'
import { openStore } from '../../src/io/store.ts'
import {
  AFTER,
  createRoutingStory,
  REMIND,
  reminderOf,
  runOf,
  saidBy,
  TAKEN_ON,
  WORKED_ON,
  type Heard,
  type RoutingStory,
} from '../support/kill-routing-story.ts'
import { BOUNDARIES, happened, type Order } from '../support/kill-story.ts'
import { loadedApp } from '../support/loaded-app.ts'
import { until } from '../support/run-app.ts'

/** Fewer do not leave the broken one broken for long enough. */
const KILLS = Math.max(14, Math.round(Number(process.env['KILLS'] ?? 20) * 0.5))
/** Of the roll, which a run of half a second or two is long. */
const MINUTES_A_RUN = 1

/** What stands in the store of all that had happened up to there. */
async function writtenIn(database: string, newest: number) {
  const store = await openStore({ path: database })
  const transitions = (await store.transitionsAfter(0, 100_000)).filter(({ seq }) => seq <= newest)
  const ids = new Set(transitions.map(({ id }) => id))
  const deliveries: Delivery[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await store.deliveries({ limit: 500, ...(cursor !== undefined && { cursor }) })
    deliveries.push(...page.items.filter(({ transition }) => ids.has(transition)))
    cursor = page.next
  }
  await store.close()
  return { transitions, deliveries }
}

/** What somebody at the desk did, by the time at which it certainly stood in the store. */
type Desk = { readonly dealtWith: Map<string, number>; readonly quiets: { from: number; until: number }[] }

/** Acknowledges what concerns them as soon as it is told, and puts an account under maintenance now and then. */
function createDesk(story: RoutingStory, urlOf: () => string | null) {
  const dealtWith = new Map<string, number>()
  const quiets: Desk['quiets'] = []
  let read = 0

  async function post<T>(path: string, said: object): Promise<T | null> {
    const url = urlOf()
    if (url === null) return null
    try {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(said) })
      return answer.ok ? ((await answer.json()) as T) : null
    } catch {
      // It was killed meanwhile, and nobody knows whether it had heard.
      return null
    }
  }

  async function acknowledge(outage: string): Promise<void> {
    const taken = await post(`/api/v1/outages/${outage}/acknowledge`, { by: 'Ada' })
    if (taken !== null) dealtWith.set(outage, Math.min(dealtWith.get(outage) ?? Infinity, story.now()))
  }

  return {
    dealtWith,
    quiets,
    acknowledge,
    async turn() {
      const news = story.heard.slice(read)
      read = story.heard.length
      for (const one of news.filter(({ subscriber }) => subscriber === 'plain')) {
        for (const { type, account, outage } of saidBy(one)) {
          if (outage === null) continue
          if (type === 'outage.closed') dealtWith.set(outage, Math.min(dealtWith.get(outage) ?? Infinity, one.at))
          if (type === 'outage.opened' && TAKEN_ON.includes(account ?? '')) await acknowledge(outage)
        }
      }
    },
    async work() {
      const said = { of: WORKED_ON, for: '5m', because: 'moving house', by: 'Ada' }
      const quiet = await post<{ from: string; until: string }>('/api/v1/quiet', said)
      if (quiet !== null) quiets.push({ from: Date.parse(quiet.from), until: Date.parse(quiet.until) })
    },
  }
}

test(
  `manners outlive ${KILLS} kills: nothing owed is lost, called off in vain, reminded of twice or summarised twice`,
  { timeout: 120_000 + KILLS * 6_000 },
  async () => {
    const story = await createRoutingStory(Math.max(3, Math.round((KILLS * MINUTES_A_RUN) / 2)))
    /** Of the process that runs; nobody answers there once it was killed. */
    const door: { url: string | null } = { url: null }
    const desk = createDesk(story, () => door.url)
    const order = (run: number, nth: number, startAt = story.now()): Order => ({
      ...{ file: story.file, run, startAt, nth, speed: story.speed },
      boundary: run < KILLS ? (BOUNDARIES[run % BOUNDARIES.length] ?? null) : null,
    })
    const started = async (child: ChildProcess, given: Order): Promise<void> => {
      child.on('message', (said: { url?: string }) => (door.url = said.url ?? null))
      child.send(given)
      await until(
        () => door.url,
        (there) => there !== null,
        'it has started',
      )
    }

    const env = { BEARER: 'a-bearer-token-for-tests', HOOK_SECRET: story.secret }
    let next = loadedApp(env)
    for (let run = 0; run < KILLS; run++) {
      const child = await next
      next = loadedApp(env)
      const ended = once(child, 'exit')
      child.on('message', (said: { url?: string }) => (door.url = said.url ?? null))
      child.send(order(run, 5 + Math.floor(Math.random() * 20)))
      let isWorkedOn = run % 6 !== 0
      while (child.signalCode === null && child.exitCode === null) {
        await desk.turn()
        if (!isWorkedOn && door.url !== null) {
          isWorkedOn = true
          await desk.work()
        }
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5))])
      }
      door.url = null
      expect(await ended).toEqual([null, 'SIGKILL'])
    }

    const last = await next
    next = loadedApp(env)
    await started(last, order(KILLS, 0))
    story.calm()
    story.heal()
    const get = async <T>(path: string): Promise<T> => (await (await fetch(`${door.url}${path}`)).json()) as T
    const owed = async (): Promise<readonly { name: string; owed: number }[]> =>
      (await get<{ subscribers: { name: string; owed: number }[] }>('/api/v1/subscribers')).subscribers
    const up = async (): Promise<number> =>
      (await get<{ accounts: { belief: string }[] }>('/api/v1/accounts')).accounts.filter(
        ({ belief }) => belief === 'up',
      ).length
    await until(up, (count) => count === 6, 'all are up', 60_000)
    // One that nobody takes on for a while is called about and reminded of as ever.
    story.world.set('fay', 'gone')
    const ofFay = (subscriber: string, from: number): readonly Heard[] =>
      story.heard.slice(from).filter((one) => one.subscriber === subscriber && saidBy(one)[0]?.account === 'x:fay')
    const from = story.heard.length
    await until(
      () => [ofFay('called', from).length, ofFay('reminded', from).filter((one) => reminderOf(one) !== null).length],
      ([called = 0, reminders = 0]) => called >= 1 && reminders >= 3,
      'somebody is called and reminded three times',
      60_000,
    )
    await desk.acknowledge(saidBy(ofFay('called', from)[0]!)[0]?.outage ?? '')
    story.world.set('fay', 'active')
    await until(up, (count) => count === 6, 'all are up again', 60_000)
    await until(
      owed,
      (all) => all.every(({ name, owed: left }) => left === 0 || name === 'reader'),
      'only the digest is owed',
      60_000,
    )
    last.kill('SIGKILL')
    await once(last, 'exit')
    door.url = null
    const reader = await next
    const day = 86_400_000
    const days = Math.ceil((story.now() - story.digestAt) / day)
    await started(reader, order(KILLS + 1, 0, story.digestAt + Math.max(0, days) * day + 1_000))
    // It looks on until it is killed, so more may be owed by then; a loaded machine lets answers time out.
    const seq = (await happened(get)).at(-1)?.seq ?? 0
    await until(owed, (all) => all.every(({ owed: left }) => left === 0), 'nothing is owed', 60_000)
    reader.kill('SIGKILL')
    await once(reader, 'exit')

    const { transitions, deliveries } = await writtenIn(story.database, seq)
    const called = expectCalled(story, desk, transitions)
    const reminded = expectReminded(story, desk)
    const summaries = expectSummarised(story)
    const again = expectAgainAfterKills(story.heard)
    expectAllTold(story.heard, transitions)
    expectInOrder(story.heard)
    const held = expectQuiet(story.heard, desk)
    expectSettled(deliveries)
    const deputy = new Map(by(story.heard, 'deputy').map((one) => [one.received.id, one.received.body.type]))
    expect([...deputy.values()]).toEqual(['subscriber.lost', 'subscriber.regained'])
    process.stdout.write(
      `${KILLS} kills, ${transitions.length} transitions, ${story.heard.length} notices, ${again} of them again; ` +
        `${called.told} calls and ${called.off} called off, ${reminded} reminders, ${summaries} summaries, ` +
        `${desk.quiets.length} times of work in which ${held} notices were held\n`,
    )
  },
)

const by = (heard: readonly Heard[], subscriber: string): readonly Heard[] =>
  heard.filter((one) => one.subscriber === subscriber)

const isOpening = (change: Transition): change is OutageChange & Transition => change.name === 'outage.opened'

/** What was dealt with before its time is not told at all, neither its opening nor what followed. */
function expectCalled({ heard }: RoutingStory, { dealtWith }: Desk, transitions: readonly Transition[]) {
  const told = new Set(by(heard, 'called').flatMap((one) => saidBy(one).map(({ outage }) => outage)))
  const openings = transitions.filter(isOpening)
  const off = openings.filter(({ at, outage }) => (dealtWith.get(outage.id) ?? Infinity) < at + AFTER)
  expect(off.filter(({ outage }) => told.has(outage.id))).toEqual([])
  expect(off.length).toBeGreaterThan(0)
  return { told: openings.filter(({ outage }) => told.has(outage.id)).length, off: off.length }
}

/** Each comes once, at its time, and none about what was dealt with before. */
function expectReminded({ heard }: RoutingStory, { dealtWith }: Desk): number {
  const reminders = by(heard, 'reminded').flatMap((one) => {
    const reminder = reminderOf(one)
    return reminder === null ? [] : [{ ...reminder, id: one.received.id, outage: saidBy(one).at(-1)?.outage ?? '' }]
  })
  for (const [outage, all] of Map.groupBy(reminders, (one) => one.outage)) {
    const once = [...new Map(all.map((one) => [one.id, one])).values()]
    expect(once.map(({ number }) => number)).toEqual(
      [...new Set(once.map(({ number }) => number))].sort((a, b) => a - b),
    )
    const slots = once.map(({ at }) => Date.parse(at))
    for (const [index, at] of slots.slice(1).entries()) {
      expect(at).toBeGreaterThan(slots[index] ?? Infinity)
      expect((at - (slots[index] ?? 0)) % REMIND).toBe(0)
    }
    expect(Math.max(...slots)).toBeLessThan(dealtWith.get(outage) ?? Infinity)
  }
  return reminders.length
}

/** Whatever is told in a summary is told in one, which has the same id each time it comes. */
function expectSummarised({ heard }: RoutingStory): number {
  for (const subscriber of ['asleep', 'reader']) {
    const summaries = by(heard, subscriber).filter(({ received }) => received.body.type === 'summary')
    const ids = new Map<number, Set<string>>()
    for (const one of summaries) {
      for (const { seq } of saidBy(one)) ids.set(seq, (ids.get(seq) ?? new Set()).add(one.received.id))
    }
    expect([...ids].filter(([, { size }]) => size > 1)).toEqual([])
    expect(ids.size).toBeGreaterThan(0)
    const single = by(heard, subscriber).filter(({ received }) => received.body.type !== 'summary')
    expect(single.flatMap(saidBy).filter(({ seq }) => ids.has(seq))).toEqual([])
  }
  return new Set(heard.filter(({ received }) => received.body.type === 'summary').map(({ received }) => received.id))
    .size
}

function expectAgainAfterKills(heard: readonly Heard[]): number {
  for (const all of Map.groupBy(heard, ({ received }) => received.id).values()) {
    const runs = all.map(runOf)
    expect(runs).toEqual([...new Set(runs)])
  }
  return heard.length - new Set(heard.map(({ received }) => received.id)).size
}

function expectAllTold(heard: readonly Heard[], transitions: readonly Transition[]): void {
  for (const subscriber of ['plain', 'reminded', 'asleep', 'reader', 'broken']) {
    const told = new Set(by(heard, subscriber).flatMap((one) => saidBy(one).map(({ seq }) => seq)))
    const lost = transitions.filter(({ name, seq }) => name.startsWith('outage.') && !told.has(seq))
    expect(
      lost.map(({ seq }) => seq),
      subscriber,
    ).toEqual([])
  }
}

/** What is told again is told before anything newer is. */
function expectInOrder(heard: readonly Heard[]): void {
  const newest = new Map<string, number>()
  for (const one of heard.filter((each) => reminderOf(each) === null)) {
    for (const [account, said] of Map.groupBy(saidBy(one), (each) => each.account)) {
      const seqs = said.map(({ seq }) => seq)
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
      const line = `${one.subscriber} ${account}`
      expect(seqs.at(-1), line).toBeGreaterThanOrEqual(newest.get(line) ?? 0)
      newest.set(line, seqs.at(-1) ?? 0)
    }
  }
}

/** On its way for as long as this of the fast clock, three seconds of ours, when a quiet began. */
const UNDER_WAY = 180_000

/** What came for the first time in a quiet was sent before it. The broken one is told on what it was told in vain. */
function expectQuiet(heard: readonly Heard[], { quiets }: Desk): number {
  const first = new Map(heard.toReversed().map((one) => [`${one.subscriber} ${one.received.id}`, one]))
  const about = [...first.values()].filter(
    (one) => one.subscriber !== 'broken' && saidBy(one).some(({ account }) => account === WORKED_ON),
  )
  const during = about.filter(({ at }) => quiets.some(({ from, until: end }) => at >= from + UNDER_WAY && at < end))
  expect(during.map(saidBy)).toEqual([])
  return about.filter(({ received }) => Number(received.body.data?.['lateMs']) > 0).length
}

function expectSettled(deliveries: readonly Delivery[]): void {
  const open = deliveries.filter(({ state }) => state !== 'delivered')
  const because = (one: Delivery): string => `${one.subscriber} ${one.state}: ${one.lastError}`
  const whys =
    /^(?:called|reminded) expired: (?:(?:acknowledged by Ada|over) before it was due|its opening was not told|its account was quiet|null)$/
  expect(open.map(because).filter((why) => !whys.test(why))).toEqual([])
}
