import { expect, test } from 'vitest'
import { owedFor } from '../../src/core/owed.ts'
import type { Wish } from '../../src/core/tell.ts'
import { transitionId, type TransitionName } from '../../src/core/transition.ts'
import { changeNamed, GONE_AT } from '../support/notices.ts'
import { fakeAccount } from '../support/platform.ts'

const account = fakeAccount('realDonaldTrump', {
  account: 'x:realDonaldTrump',
  platform: 'x',
  tags: ['head-of-state'],
})
const roll = {
  account: (address: string) => (address === account.account ? account : null),
  some: (test: (one: typeof account) => boolean) => test(account),
}
const hearer = (name: string, tell: Partial<Wish> = {}) => ({
  name,
  expiresMs: 1_000,
  tell: { types: [], tags: [], platforms: [], accounts: [], ...tell },
})

const owed = (names: readonly TransitionName[], hearers: readonly ReturnType<typeof hearer>[], isFolded = false) =>
  owedFor(
    names.map((name) => changeNamed(name)),
    hearers,
    roll,
    () => isFolded,
  )

test('one delivery for each change and subscriber that wants it', () => {
  const hearers = [hearer('desk'), hearer('wall', { types: ['outage.closed'] }), hearer('news', { tags: ['sport'] })]
  const all = owed(['outage.opened', 'outage.closed'], hearers)
  expect(all.map(({ subscriber, transition }) => [subscriber, transition])).toEqual([
    ['desk', transitionId(changeNamed('outage.opened'))],
    ['desk', transitionId(changeNamed('outage.closed'))],
    ['wall', transitionId(changeNamed('outage.closed'))],
  ])
})

test('it is due at once and worth telling for the channel’s time', () => {
  expect(owed(['outage.opened'], [hearer('desk')])).toMatchObject([
    {
      subject: 'x:realDonaldTrump',
      state: 'due',
      dueAt: GONE_AT + 2_000,
      expiresAt: GONE_AT + 3_000,
      tries: 0,
      mergedInto: null,
    },
  ])
})

test('deciding the same again gives the same ids', () => {
  const ids = () => owed(['outage.opened', 'sight.lost'], [hearer('desk'), hearer('wall')]).map(({ id }) => id)
  expect(ids()).toEqual(ids())
  expect(new Set(ids()).size).toBe(4)
})

test('what a storm tells owes nothing of its own', () => {
  const hearers = [hearer('desk'), hearer('wall', { types: ['outage.*', 'platform.*'] })]
  expect(owed(['outage.opened', 'outage.changed', 'outage.closed'], hearers, true)).toEqual([])
})

test('and whoever asked for outages only is told of the storm in their place', () => {
  const told = (types: readonly string[]) =>
    owed(['platform.troubled', 'platform.settled'], [hearer('news', { types })]).map(({ transition }) => transition)
  expect(told(['outage.*'])).toHaveLength(2)
  expect(told(['outage.opened'])).toEqual(told(['platform.troubled']))
  expect(told(['outage.closed'])).toEqual(told(['platform.settled']))
  expect(told(['outage.acknowledged', 'sight.*'])).toEqual([])
})
