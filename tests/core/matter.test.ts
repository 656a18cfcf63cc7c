import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matterOf } from '../../src/core/matter.ts'
import type { Change, Scope } from '../../src/core/transition.ts'
import { BACK_AT, changeNamed, fakeOutage, GONE_AT } from '../support/notices.ts'

const remark = (at: number) => ({ at, by: 'desk', note: 'mistaken' })
const open = { firstPresentAt: null, closedAt: null }

test('an outage is one matter under its own id from its opening to its end', () => {
  const outage = fakeOutage(open)
  const since = outage.firstAbsentAt
  for (const name of ['outage.opened', 'outage.changed', 'outage.acknowledged', 'outage.annotated'] as const) {
    expect(matterOf({ name, at: GONE_AT + 1, outage })).toEqual({ kind: 'outage', id: outage.id, since, endedAt: null })
  }
  const closed = fakeOutage()
  expect(matterOf({ name: 'outage.closed', at: BACK_AT, outage: closed })).toEqual({
    kind: 'outage',
    id: outage.id,
    since,
    endedAt: BACK_AT,
  })
})

test('what is said of an outage after its end does not begin it again', () => {
  const annotated = matterOf({ name: 'outage.annotated', at: BACK_AT + 5, outage: fakeOutage() })
  expect(annotated.endedAt).toBe(BACK_AT)
  const outage = fakeOutage({ ...open, retracted: remark(GONE_AT + 10) })
  expect(matterOf({ name: 'outage.retracted', at: GONE_AT + 10, outage }).endedAt).toBe(GONE_AT + 10)
  expect(matterOf({ name: 'outage.changed', at: GONE_AT + 11, outage }).endedAt).toBe(GONE_AT + 10)
})

test('sight is lost and regained under one id for each scope, storms for each platform', () => {
  const sight = (name: 'sight.lost' | 'sight.regained', scope: Scope, at: number) =>
    matterOf({ name, at, scope, since: 1, because: [] })
  const lost = sight('sight.lost', { kind: 'platform', platform: 'x' }, 5)
  expect(lost).toMatchObject({ kind: 'sight', since: 1, endedAt: null })
  expect(sight('sight.regained', { kind: 'platform', platform: 'x' }, 9)).toEqual({ ...lost, endedAt: 9 })
  const storm = (name: 'platform.troubled' | 'platform.settled', platform: string) =>
    matterOf({ name, at: 7, platform, since: 2, accounts: [] })
  expect(storm('platform.settled', 'x')).toEqual({ ...storm('platform.troubled', 'x'), endedAt: 7 })
  const ids = [
    lost.id,
    sight('sight.lost', { kind: 'everything' }, 5).id,
    sight('sight.lost', { kind: 'account', account: 'x' }, 5).id,
    sight('sight.lost', { kind: 'look', platform: 'x', look: 'api', home: '' }, 5).id,
    storm('platform.troubled', 'x').id,
    storm('platform.troubled', 'y').id,
  ]
  expect(new Set(ids).size).toBe(ids.length)
})

test('whoever it is about, the id is short and safe in an address', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('sight.lost', 'platform.troubled'), (text, name) => {
      const change: Change = changeNamed(name, text)
      expect(matterOf(change).id).toMatch(/^\w{1,30}$/)
    }),
  )
})
