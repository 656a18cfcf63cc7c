import { expect, test } from 'vitest'
import type { Account } from '../../src/core/account.ts'
import type { Subscriber } from '../../src/core/channel.ts'
import type { Wish } from '../../src/core/tell.ts'
import { printWho, whoJson } from '../../src/cli/who.ts'
import { isAccountNews, whoHears, type AccountNews } from '../../src/core/who.ts'
import { TRANSITION_NAMES } from '../../src/core/transition.ts'
import { delivered, subscriberWith } from '../support/outbox.ts'
import { fakeAccount } from '../support/platform.ts'

const trump = fakeAccount('realDonaldTrump', { account: 'x:realDonaldTrump', platform: 'x', tags: ['head-of-state'] })
const nasa = fakeAccount('NASA', { account: 'x:NASA', platform: 'x', important: true })
const skeets = fakeAccount('bsky.app', { account: 'bluesky:bsky.app', platform: 'bluesky' })
const accounts = [trump, nasa, skeets]

/** Midnight in Berlin. */
const NOW = Date.UTC(2026, 5, 1, 22)

const one = (name: string, manners: Partial<Subscriber> = {}, tell: Partial<Wish> = {}): Subscriber => ({
  ...subscriberWith(name, () => delivered),
  ...manners,
  tell: { types: [], tags: [], platforms: [], accounts: [], ...tell },
})

const night = { kind: 'quiet', from: 22 * 60, to: 7 * 60, zone: 'Europe/Berlin', days: [] } as const
const words = (account: Account, name: AccountNews, subscriber: Subscriber) => {
  const [who] = whoHears(account, name, { subscribers: [subscriber], accounts, now: NOW })
  return `${who?.told === true ? 'told' : 'not told'} ${who?.words ?? ''}`
}

test.each([
  [one('desk'), 'told now'],
  [one('pager', { afterMs: 300_000 }), 'told after 5m, unless it is acknowledged or over by then'],
  [one('desk', { remindMs: 1_800_000 }), 'told now, then every 30m until it is acknowledged or over'],
  [
    one('desk', { hold: night }),
    'told at the end of the quiet hours (07:00 Europe/Berlin, 2026-06-02 05:00:00 UTC), in one message with the rest',
  ],
  [
    one('mail', { hold: { kind: 'digest', at: 480, zone: 'UTC' } }),
    'told in the next digest (08:00 UTC, 2026-06-02 08:00:00 UTC)',
  ],
  [one('wall', {}, { types: ['sight.*', 'outage.closed'] }), 'not told types has only sight.*, outage.closed'],
  [
    one('press', {}, { tags: ['press', 'radio'], platforms: ['bluesky'], important: true }),
    'not told tags has only press, radio; platforms has only bluesky; it hears of important accounts only',
  ],
  [one('space', {}, { accounts: ['x:NASA'] }), 'not told accounts has only x:NASA'],
])('of an ordinary account’s outage: $1', (subscriber, told) =>
  expect(words(trump, 'outage.opened', subscriber)).toBe(told),
)

test('an important account is told of in quiet hours', () =>
  expect(words(nasa, 'outage.opened', one('desk', { hold: night }))).toBe('told now'))

test.each([
  ['outage.acknowledged', one('pager', { afterMs: 300_000 }), 'told now, if it was told of the opening'],
  [
    'outage.retracted',
    one('wall', {}, { types: ['sight.*'] }),
    'not told types has only sight.*; only if it was told of the outage before',
  ],
  ['platform.troubled', one('space', { hold: night }, { accounts: ['x:NASA'] }), 'told at the end of the quiet hours'],
  [
    'platform.troubled',
    one('skies', {}, { platforms: ['bluesky'] }),
    'not told no account on x is among those it hears of',
  ],
  ['sight.lost', one('pager', { afterMs: 300_000 }), 'told now'],
] as const)('of %s: %o', (name, subscriber, told) => expect(words(trump, name, subscriber)).toContain(told))

test('every kind of news about an account has its answer', () => {
  for (const name of TRANSITION_NAMES.filter(isAccountNews)) {
    expect(whoHears(trump, name, { subscribers: [one('desk')], accounts, now: NOW })).toMatchObject([
      { subscriber: 'desk', channel: 'fake', told: true, at: NOW, words: 'now' },
    ])
  }
})

test('is printed with those who are told first, and as JSON', () => {
  const subscribers = [one('wall', {}, { types: ['sight.*'] }), one('newsroom', { afterMs: 60_000 })]
  const who = whoHears(trump, 'outage.opened', { subscribers, accounts, now: NOW })
  let printed = ''
  printWho(trump, 'outage.opened', who, { write: (text) => (printed += text) })
  expect(printed).toBe(
    'outage.opened of x:realDonaldTrump\nTold:\n' +
      '  newsroom  fake: after 1m, unless it is acknowledged or over by then\nNot told:\n' +
      '  wall      fake: types has only sight.*\n',
  )
  expect(whoJson(trump, 'outage.opened', who)).toMatchObject({
    account: 'x:realDonaldTrump',
    type: 'outage.opened',
    who: [
      { subscriber: 'wall', told: false, at: null },
      { subscriber: 'newsroom', told: true, at: '2026-06-01T22:01:00.000Z' },
    ],
  })
})
