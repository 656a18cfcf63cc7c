import { expect, onTestFinished, test } from 'vitest'
import type { Subscriber } from '../../src/core/channel.ts'
import type { Delivery } from '../../src/core/delivery.ts'
import type { Hold } from '../../src/core/hours.ts'
import { headline, lines, plainLine } from '../../src/core/message.ts'
import type { Notice } from '../../src/core/notice.ts'
import type { Outage } from '../../src/core/outage.ts'
import type { Store } from '../../src/core/store.ts'
import type { Change, OutageChange, OutageChangeName } from '../../src/core/transition.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { fakeOutage } from '../support/notices.ts'
import { delivered, postponed, record, startOutbox, stateOf, subscriberWith, tempStore } from '../support/outbox.ts'

const MINUTE = 60_000
/** Minutes that go by before everybody has had another turn. */
const STEP = 5
const T0 = Date.UTC(2026, 5, 1, 12)

/** One outage of x:a that began at `at`, and what happens to it so many minutes later. */
function spell(at = T0, account = 'x:a') {
  const still = { lastPresentAt: at - 2_000, lastAbsentAt: at, firstPresentAt: null, closedAt: null }
  const open = fakeOutage({ account, firstAbsentAt: at, openedAt: at, ...still })
  const change = (name: OutageChangeName, minutes: number, shape: Partial<Outage> = {}): OutageChange => ({
    name,
    at: at + minutes * MINUTE,
    outage: { ...open, ...shape },
  })
  const remark = (minutes: number) => ({ at: at + minutes * MINUTE, by: 'Ada', note: '' })
  return {
    opened: change('outage.opened', 0),
    changed: (minutes: number) => change('outage.changed', minutes, { because: ['suspended'] }),
    acknowledged: (minutes: number) => change('outage.acknowledged', minutes, { acknowledged: remark(minutes) }),
    retracted: (minutes: number) => change('outage.retracted', minutes, { retracted: remark(minutes) }),
    closed: (minutes: number) => {
      const back = at + minutes * MINUTE
      return change('outage.closed', minutes, { lastAbsentAt: back, firstPresentAt: back, closedAt: back })
    },
  }
}

const important = new Set(['x:important'])
const isImportant = (account: string): boolean => important.has(account)

const told = (notices: readonly Notice[]) => notices.map(({ transition: { name } }) => name)

/** A subscriber, its outbox, and a clock that goes on only when it is told to. */
async function desk(
  manners: Partial<Subscriber>,
  answer: (tries: number) => typeof delivered = () => delivered,
  startAt = T0,
) {
  const open = tempStore()
  const clock = createManualClock(startAt)
  const heard: Notice[] = []
  const subscriber = {
    ...subscriberWith('desk', (notice) => answer(heard.push(notice)), { expiresMs: 86_400_000 }),
    ...manners,
  }
  let store = await open()
  let run = startOutbox(store, () => [subscriber], { clock })
  onTestFinished(() => run.outbox.stop())

  /** Whatever can be done at this instant is done: the store answers in the order in which it is asked. */
  async function idle(): Promise<void> {
    for (let turn = 0; turn < 12; turn++) {
      await store.lastSeq()
      await clock.advance(0)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  return {
    heard,
    store: () => store,
    async pass(minutes: number): Promise<void> {
      for (let left = minutes; left > 0; left -= STEP) {
        await clock.advance(Math.min(left, STEP) * MINUTE)
        await idle()
      }
    },
    async happens(...changes: readonly Change[]): Promise<void> {
      await record(store, changes, [subscriber], isImportant)
      run.outbox.wake()
      await idle()
    },
    async restart(minutesLater: number): Promise<void> {
      await run.outbox.stop()
      store = await open()
      await clock.advance(minutesLater * MINUTE)
      run = startOutbox(store, () => [subscriber], { clock })
      await idle()
    },
    /** Oldest first. */
    rows: async (): Promise<readonly Delivery[]> => Object.values(await stateOf(store)).reverse(),
  }
}

test('an escalation waits, is told when nobody has acknowledged, and so is what follows', async () => {
  const { heard, happens, pass } = await desk({ afterMs: 5 * MINUTE })
  const { opened, closed } = spell()
  await happens(opened)
  await pass(4)
  expect(heard).toEqual([])
  await pass(1)
  expect(told(heard)).toEqual(['outage.opened'])
  expect(heard[0]).toMatchObject({ late: false, lateMs: 0 })
  await pass(15)
  await happens(closed(20))
  expect(told(heard)).toEqual(['outage.opened', 'outage.closed'])
})

test('an escalation says how long it has lasted by then, and not how it began', async () => {
  const { heard, happens, pass } = await desk({ afterMs: 5 * MINUTE })
  const { opened, changed } = spell()
  await happens(opened)
  await pass(3)
  await happens(changed(3))
  await pass(2)
  expect(told(heard)).toEqual(['outage.opened', 'outage.changed'])
  expect(lines(heard[0]!).map(plainLine)).toContain('So far: 5 m 01 s (0 s to 5 m 02 s)')
  expect(headline(heard[0]!)).toBe('x:a is suspended')
})

test('an opening that was retracted before it could be told goes with its retraction', async () => {
  const { heard, happens, pass } = await desk({}, (tries) => (tries < 3 ? postponed : delivered))
  const { opened, retracted, closed } = spell()
  await happens(opened)
  await happens(retracted(1))
  await pass(20)
  await happens(closed(20))
  expect(told(heard)).toEqual(['outage.opened', 'outage.retracted', 'outage.retracted', 'outage.closed'])
  expect(heard[2]!.merged.map(({ transition }) => transition.name)).toEqual(['outage.opened'])
})

test('the length of what comes late is as of its own time, and says so', async () => {
  const { heard, happens, pass } = await desk({}, (tries) => (tries < 2 ? postponed : delivered))
  await happens(spell().opened)
  await pass(5)
  expect(lines(heard[0]!).map(plainLine)).toContain('So far: 1 s (0 s to 2 s)')
  expect(lines(heard[1]!).map(plainLine)).toContain('At that time: 1 s (0 s to 2 s)')
})

test.each([
  ['acknowledged', 'acknowledged by Ada before it was due'],
  ['retracted', 'retracted by Ada before it was due'],
  ['closed', 'over before it was due'],
] as const)('an escalation is called off at once when it is %s, and nothing of it is told', async (how, reason) => {
  const { heard, happens, pass, rows } = await desk({ afterMs: 5 * MINUTE })
  const changes = spell()
  await happens(changes.opened)
  await pass(1)
  await happens(changes[how](1))
  expect((await rows())[0]).toMatchObject({ state: 'expired', tries: 0, lastError: reason })
  await pass(10)
  await happens(changes.closed(11))
  expect(heard).toEqual([])
  const [, ...others] = await rows()
  for (const other of others) expect(other).toMatchObject({ state: 'expired', lastError: 'its opening was not told' })
})

test('an acknowledgement counts, whether or not the one who would be called hears of it', async () => {
  const tell = { types: ['outage.opened'], tags: [], platforms: [], accounts: [] }
  const { heard, happens, pass, rows } = await desk({ afterMs: 5 * MINUTE, tell })
  const { opened, acknowledged } = spell()
  await happens(opened)
  await happens(acknowledged(1))
  await pass(6)
  expect(heard).toEqual([])
  expect(await rows()).toMatchObject([{ state: 'expired', lastError: 'acknowledged by Ada before it was due' }])
})

test('an escalation that was tried may have been heard, so its end is told', async () => {
  let isBusy = true
  const { heard, happens, pass } = await desk({ afterMs: 5 * MINUTE }, () => (isBusy ? postponed : delivered))
  const { opened, acknowledged, closed } = spell()
  await happens(opened)
  await pass(5)
  expect(heard.length).toBeGreaterThan(0)
  await happens(acknowledged(6), closed(7))
  isBusy = false
  await pass(20)
  expect(told(heard).at(-1)).toBe('outage.closed')
  expect(told(heard)).not.toContain('outage.acknowledged')
})

test('whatever waits for escalation survives a restart: told late when nobody acknowledged, else called off', async () => {
  const { heard, happens, restart, rows } = await desk({ afterMs: 5 * MINUTE })
  await happens(spell().opened)
  await restart(15)
  expect(heard.map(({ late, lateMs }) => [late, lateMs])).toEqual([[true, 10 * MINUTE]])
  const again = spell(T0 + 20 * MINUTE)
  await happens(spell().closed(20), again.opened, again.acknowledged(1))
  await restart(15)
  expect(told(heard)).toEqual(['outage.opened', 'outage.closed'])
  expect((await rows()).filter(({ state }) => state === 'expired')).toHaveLength(2)
})

test('an opening is told again while nobody acknowledges it, each time as a notice of its own', async () => {
  const { heard, happens, pass, rows } = await desk({ remindMs: 30 * MINUTE })
  const { opened, changed, acknowledged } = spell()
  await happens(opened)
  await pass(70)
  await happens(changed(70))
  await pass(20)
  expect(told(heard)).toEqual(['outage.opened', 'outage.opened', 'outage.opened', 'outage.changed', 'outage.opened'])
  expect(heard.map(({ reminder }) => reminder?.number ?? 0)).toEqual([0, 1, 2, 0, 3])
  expect(headline(heard[2]!)).toMatch(/a is still gone, for 1 h 00 m: not found or deactivated$/)
  expect(headline(heard[4]!)).toMatch(/a is still gone, for 1 h 30 m: suspended$/)
  expect(new Set(heard.map(({ id }) => id)).size).toBe(heard.length)
  await happens(acknowledged(91))
  await pass(60)
  expect(told(heard).at(-1)).toBe('outage.acknowledged')
  expect((await rows()).at(-2)).toMatchObject({
    reminder: 4,
    state: 'expired',
    lastError: 'acknowledged by Ada before it was due',
  })
})

test.each(['closed', 'retracted'] as const)('reminders end when the outage is %s', async (how) => {
  const { heard, happens, pass } = await desk({ remindMs: 30 * MINUTE })
  const changes = spell()
  await happens(changes.opened)
  await pass(40)
  await happens(changes[how](40))
  await pass(90)
  expect(told(heard)).toEqual(['outage.opened', 'outage.opened', `outage.${how}`])
})

test('a reminder that comes too late is skipped, and the next one comes at its time', async () => {
  const { heard, happens, pass, restart, rows } = await desk({ remindMs: 30 * MINUTE })
  await happens(spell().opened)
  await restart(100)
  expect(heard).toHaveLength(1)
  await pass(20)
  expect(heard.map(({ reminder, late }) => [reminder?.at, late])).toEqual([
    [undefined, false],
    [T0 + 120 * MINUTE, false],
  ])
  expect((await rows()).map(({ reminder, state }) => [reminder, state])).toEqual([
    [0, 'delivered'],
    [1, 'expired'],
    [2, 'delivered'],
    [3, 'due'],
  ])
})

test('a reminder under way does not let its recovery overtake it, nor waits before news', async () => {
  let isBusy = false
  const { heard, happens, pass } = await desk({ remindMs: 30 * MINUTE }, () => (isBusy ? postponed : delivered))
  const { opened, closed } = spell()
  await happens(opened)
  isBusy = true
  await pass(31)
  const tries = heard.length
  isBusy = false
  await happens(closed(31))
  await pass(10)
  expect(told(heard.slice(tries))).toEqual(['outage.closed'])
})

/** From 22:00 to 07:00 in Berlin; in June that is from 20:00 to 05:00 UTC. */
const NIGHT: Hold = { kind: 'quiet', from: 22 * 60, to: 7 * 60, zone: 'Europe/Berlin', days: [] }
const EVENING = Date.UTC(2026, 5, 1, 19, 50)

test('in quiet hours what is important comes through; the rest comes after them in one message', async () => {
  const { heard, happens, pass, rows } = await desk({ hold: NIGHT }, () => delivered, EVENING)
  const at = EVENING + 20 * MINUTE
  const short = spell(at, 'x:short')
  const long = spell(at, 'x:long')
  await happens(spell(EVENING, 'x:evening').opened)
  await pass(20)
  await happens(short.opened, long.opened, spell(at, 'x:important').opened)
  await pass(30)
  await happens(short.closed(30))
  expect(
    heard.map(({ transition, summary }) => ['outage' in transition && transition.outage.account, summary]),
  ).toEqual([
    ['x:evening', null],
    ['x:important', null],
  ])
  await pass(9 * 60)
  expect(heard).toHaveLength(3)
  const summary = heard[2]!
  expect(summary).toMatchObject({ late: false, link: null, account: null, thread: null })
  expect(headline(summary)).toBe('Summary: x:long still gone; 1 outage over')
  expect(lines(summary).map(plainLine)).toEqual([
    'Still gone: x:long: gone: not found or deactivated, since 2026-06-01 20:10:00 UTC',
    'Was gone: x:short: gone: not found or deactivated, from 2026-06-01 20:10:00 UTC, 30 m 01 s (30 m 00 s to 30 m 02 s)',
  ])
  const held = (await rows()).filter(({ form }) => form === 'held')
  expect(held.map(({ state, mergedInto }) => [state, mergedInto])).toEqual([
    ['delivered', summary.id],
    ['delivered', summary.id],
    ['delivered', null],
  ])
  await happens(long.closed(12 * 60))
  expect(told(heard).at(-1)).toBe('outage.closed')
})

test('a summary says how outages stand, whatever the subscriber hears of', async () => {
  const tell = { types: ['outage.opened'], tags: [], platforms: [], accounts: [] }
  const { heard, happens, pass } = await desk({ hold: NIGHT, tell }, () => delivered, EVENING)
  const at = EVENING + 20 * MINUTE
  const { opened, closed } = spell(at)
  await pass(20)
  await happens(opened)
  await happens(closed(10))
  await pass(9 * 60)
  expect(heard.map(headline)).toEqual(['Summary: 1 outage over'])
})

test('a summary that fails is tried again, after a restart too, and what comes after it waits for it', async () => {
  let isBusy = true
  const answer = () => (isBusy ? postponed : delivered)
  const { heard, happens, pass, restart } = await desk({ hold: NIGHT }, answer, EVENING)
  const changes = ['x:a', 'x:b', 'x:c'].map((account) => spell(EVENING + 20 * MINUTE, account))
  await pass(20)
  await happens(...changes.map(({ opened }) => opened))
  await pass(8 * 60 + 51)
  expect(heard.length).toBeGreaterThan(0)
  await happens(changes[0]!.closed(8 * 60 + 52))
  expect(heard.every(({ summary }) => summary?.length === 3)).toBe(true)
  isBusy = false
  await restart(20)
  await pass(5)
  const [last, before] = [heard.at(-1)!, heard.at(-2)!]
  expect(before.summary).toHaveLength(3)
  expect(before.late).toBe(true)
  expect(last.transition.name).toBe('outage.closed')
  expect(new Set(heard.slice(0, -1).map(({ id }) => id)).size).toBe(1)
})

test('what is held about the same subject is told before what is not', async () => {
  const { heard, happens, pass } = await desk({ hold: NIGHT }, () => delivered, EVENING)
  const platform = (name: 'platform.troubled' | 'platform.settled', minutes: number, accounts: readonly string[]) =>
    ({ name, at: EVENING + minutes * MINUTE, platform: 'x', since: EVENING, accounts }) as const
  await pass(20)
  await happens(platform('platform.troubled', 20, ['x:a', 'x:b']))
  expect(heard).toEqual([])
  await pass(1)
  await happens(platform('platform.settled', 21, ['x:a', 'x:b', 'x:important']))
  expect(heard.map((one) => headline(one))).toEqual([
    'Summary: 1 other matter',
    expect.stringMatching(/^x has settled/) as string,
  ])
})

test('what was dealt with before an escalation fell into quiet hours is not told after them', async () => {
  const { heard, happens, pass, rows } = await desk({ hold: NIGHT, afterMs: 15 * MINUTE }, () => delivered, EVENING)
  const [short, long] = [spell(EVENING, 'x:short'), spell(EVENING, 'x:long')]
  await happens(short.opened, long.opened)
  await pass(5)
  await happens(long.changed(5), short.closed(5))
  await pass(15)
  await happens(long.closed(20))
  expect(heard).toEqual([])
  await pass(9 * 60)
  expect(heard.map(headline)).toEqual(['Summary: 1 outage over'])
  expect(heard[0]!.summary).toHaveLength(3)
  const ofShort = (await rows()).filter(({ subject }) => subject === 'x:short')
  expect(ofShort.map(({ state, lastError }) => [state, lastError])).toEqual([
    ['expired', 'over before it was due'],
    ['expired', 'over before it was due'],
  ])
})

test('the end of an outage whose account has become important takes along what was held of it', async () => {
  const { heard, happens, pass } = await desk({ hold: NIGHT }, () => delivered, EVENING)
  const { opened, closed } = spell(EVENING + 20 * MINUTE)
  await pass(20)
  await happens(opened)
  important.add('x:a')
  onTestFinished(() => void important.delete('x:a'))
  await pass(10)
  await happens(closed(10))
  expect(told(heard)).toEqual(['outage.closed'])
  expect(heard[0]!.merged.map(({ transition }) => transition.name)).toEqual(['outage.opened'])
})

test('a digest comes once a day, with all that is not important', async () => {
  const hold: Hold = { kind: 'digest', at: 8 * 60, zone: 'UTC' }
  const { heard, happens, pass } = await desk({ hold })
  await happens(spell(T0, 'x:a').opened, spell(T0, 'x:important').opened)
  await pass(10 * 60)
  await happens(spell(T0 + 600 * MINUTE, 'x:b').opened)
  expect(heard).toHaveLength(1)
  await pass(40 * 60)
  expect(heard.map(headline).slice(1)).toEqual(['Summary: x:a, x:b still gone'])
})

test('a summary that a kill cut short comes again as it was, whatever has been held until a later hour since', async () => {
  const open = tempStore()
  const reader = {
    ...subscriberWith('reader', () => delivered),
    hold: { kind: 'digest', at: 13 * 60, zone: 'UTC' } as const,
  }
  const changes = ['x:a', 'x:b'].map((account) => spell(T0, account))
  const day = 24 * 60
  const claimed = async (store: Store, minutes: number) => {
    const wanted = { now: T0 + minutes * MINUTE, leaseMs: MINUTE, limit: 10, perSubscriber: { reader: 8 } }
    return (await store.claim(wanted)).map((one) => [one, ...one.following].map(({ delivery }) => delivery.id))
  }
  const before = await open()
  await record(
    before,
    changes.map(({ opened }) => opened),
    [reader],
  )
  const [first] = await claimed(before, 60)
  expect(first).toHaveLength(2)
  const after = await open()
  await record(after, [changes[0]!.closed(120), spell(T0 + 120 * MINUTE, 'x:c').opened], [reader])
  await record(after, [changes[1]!.closed(121)], [reader])
  expect(await claimed(after, 60 + day)).toEqual([first])
})

test('after quiet hours reminders begin for what a summary told of and still lasts', async () => {
  const { heard, happens, pass } = await desk({ hold: NIGHT, remindMs: 60 * MINUTE }, () => delivered, EVENING)
  const over = spell(EVENING + 20 * MINUTE, 'x:over')
  await happens(spell(EVENING, 'x:evening').opened)
  await pass(20)
  await happens(spell(EVENING + 20 * MINUTE, 'x:night').opened, over.opened, over.closed(5))
  await pass(10 * 60)
  const reminded = heard.flatMap(({ reminder, transition }) =>
    reminder !== null && 'outage' in transition
      ? [`${transition.outage.account} ${new Date(reminder.at).toISOString()}`]
      : [],
  )
  expect(reminded).toEqual([
    'x:evening 2026-06-02T05:00:00.000Z',
    'x:evening 2026-06-02T06:00:00.000Z',
    'x:night 2026-06-02T06:00:00.000Z',
  ])
})
