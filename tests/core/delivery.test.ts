import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { retryDelay, settlementOf, silenceOf, type Delivery } from '../../src/core/delivery.ts'
import { latenessOf, settlementsOf, turnOf, type Told } from '../../src/core/parcel.ts'
import type { OutageChangeName } from '../../src/core/transition.ts'
import { changeNamed, fakeOutage, numbered } from '../support/notices.ts'

const HOUR = 3_600_000

const delivery = (id: string, shape: Partial<Delivery> = {}): Delivery => ({
  id,
  subscriber: 'desk',
  subject: 'x:a',
  transition: `trn ${id}`,
  outage: null,
  form: 'plain',
  reminder: 0,
  state: 'due',
  plannedAt: 0,
  dueAt: 0,
  expiresAt: HOUR,
  tries: 0,
  lastError: null,
  deliveredAt: null,
  mergedInto: null,
  ...shape,
})

/** `opened`, `changed`, `closed` of outage 1; `opened 2` of another. `!` is expired at the time of the tests. */
function line(...words: readonly string[]): readonly Told[] {
  return words.map((word, index) => {
    const [name = '', spell = '1'] = word.replace('!', '').split(' ')
    const outage = fakeOutage({ account: 'x:a', firstAbsentAt: Number(spell) })
    const change =
      name === 'lost'
        ? changeNamed('sight.lost')
        : { name: `outage.${name}` as OutageChangeName, at: index * 1_000, outage }
    return {
      delivery: delivery(word, { expiresAt: word.includes('!') ? 0 : HOUR }),
      transition: numbered(change, index + 1),
    }
  })
}

function turn(...words: readonly string[]): string {
  const [head, ...following] = line(...words)
  const next = turnOf({ ...head!, following, thread: null }, 10_000, () => 0)
  if (next.kind === 'expire') return `expire ${next.expired.map(({ id }) => id).join(', ')}`
  if (next.kind === 'wait') return 'wait'
  const { carrier, merged } = next.parcel
  return [`tell ${carrier.delivery.id}`, ...merged.map((told) => told.delivery.id)].join(' with ')
}

describe('the head of a line', () => {
  test.each([
    [['opened'], 'tell opened'],
    [['opened', 'closed'], 'tell closed with opened'],
    [['opened', 'changed', 'lost', 'closed', 'retracted'], 'tell closed with opened with changed with lost'],
    [['opened', 'changed'], 'tell opened'],
    [['changed', 'closed'], 'tell changed'],
    [['closed', 'opened 2', 'closed 2'], 'tell closed'],
    [['opened', 'opened 2', 'closed 2'], 'tell opened'],
    [['opened!', 'closed'], 'tell closed with opened!'],
    [['opened!', 'changed!', 'closed'], 'tell closed with opened! with changed!'],
    [['opened!', 'closed!'], 'expire opened!, closed!'],
    [['opened!', 'changed'], 'expire opened!'],
    [['changed!', 'opened! 2', 'closed 2'], 'expire changed!'],
    [['changed!'], 'expire changed!'],
  ])('%j: %s', (words, told) => expect(turn(...words)).toBe(told))
})

describe('lateness', () => {
  const [opened, closed] = line('opened', 'closed') as [Told, Told]

  test('is told after a minute, counted from the oldest news', () => {
    expect(latenessOf({ carrier: closed, merged: [opened], thread: null }, 840_000)).toEqual({
      late: true,
      lateMs: 840_000,
    })
    expect(latenessOf({ carrier: opened, merged: [], thread: null }, 59_000)).toEqual({ late: false, lateMs: 0 })
  })

  test('is told after a failed try, however soon', () => {
    const tried = { ...opened, delivery: delivery('opened', { tries: 1 }) }
    expect(latenessOf({ carrier: tried, merged: [], thread: null }, 5_000)).toEqual({ late: true, lateMs: 5_000 })
  })
})

describe('what a try writes', () => {
  const told = (id: string, tries: number): Told => ({ ...line('opened')[0]!, delivery: delivery(id, { tries }) })
  const parcel = { carrier: told('closing', 0), merged: [told('opening', 5)], thread: null }

  test('delivered: what was taken along names what took it', () =>
    expect(settlementsOf(parcel, { kind: 'delivered' }, 7_000, 0)).toMatchObject([
      { id: 'opening', state: 'delivered', tries: 6, deliveredAt: 7_000, mergedInto: 'closing' },
      { id: 'closing', state: 'delivered', tries: 1, deliveredAt: 7_000, mergedInto: null },
    ]))

  test('refused: all of it, each to be tried by hand', () =>
    expect(settlementsOf(parcel, { kind: 'refused', reason: 'answered 410' }, 7_000, 0)).toMatchObject([
      { id: 'opening', state: 'refused', lastError: 'answered 410', mergedInto: null },
      { id: 'closing', state: 'refused', lastError: 'answered 410' },
    ]))

  test('postponed: all of it to one time, after the delay of what was tried most', () => {
    const written = settlementsOf(parcel, { kind: 'retry', reason: 'busy', retryAt: null }, 7_000, 0)
    const dueAt = 7_000 + retryDelay(6, 0)
    expect(written).toMatchObject([
      { id: 'opening', state: 'due', dueAt, tries: 6 },
      { id: 'closing', state: 'due', dueAt, tries: 1 },
    ])
  })
})

test('delays double from 5 s to 15 min, between half and the whole', () => {
  expect([1, 2, 3, 20].map((tries) => retryDelay(tries, 0))).toEqual([2_500, 5_000, 10_000, 450_000])
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (tries, chance) => {
        const delay = retryDelay(tries, chance)
        expect(delay).toBeGreaterThanOrEqual(2_500)
        expect(delay).toBeLessThanOrEqual(900_000)
      },
    ),
  )
})

test('a next try that would come too late is made in the last minute, and after that there is none', () => {
  const retry = { kind: 'retry', reason: 'busy', retryAt: HOUR } as const
  expect(settlementOf(delivery('a'), retry, 0, 0)).toMatchObject({ state: 'due', dueAt: HOUR - 60_000 })
  expect(settlementOf(delivery('a'), { ...retry, retryAt: 24 * HOUR }, HOUR - 60_000, 0)).toMatchObject({
    state: 'due',
    dueAt: HOUR - 30_000,
  })
  expect(settlementOf(delivery('a'), retry, HOUR - 9_000, 0)).toMatchObject({ state: 'expired', lastError: 'busy' })
  expect(settlementOf(delivery('a'), { ...retry, retryAt: HOUR - 1 }, 0, 0)).toMatchObject({
    state: 'due',
    dueAt: HOUR - 1,
  })
})

test('silence is kept for as long as its notice waits, and shortly where that has expired', () => {
  const retry = { kind: 'retry', reason: 'busy', retryAt: 24 * HOUR } as const
  const silence = (now: number, retryAt: number | null = retry.retryAt) => {
    const outcome = { ...retry, retryAt }
    return silenceOf(settlementOf(delivery('a'), outcome, now, 0), outcome, now)
  }
  expect(silence(0, 300_000)).toBe(300_000)
  expect(silence(0)).toBe(HOUR - 60_000)
  expect(silence(HOUR - 9_000)).toBe(HOUR + 21_000)
  expect(silence(0, null)).toBeNull()
})
