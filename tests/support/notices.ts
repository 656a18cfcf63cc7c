import type { Notice } from '../../src/core/notice.ts'
import { outageId, type Outage } from '../../src/core/outage.ts'
import { TRANSITION_NAMES, transitionId, type Change, type TransitionName } from '../../src/core/transition.ts'
import type { Transition } from '../../src/core/transition.ts'
import type { Mail } from '../../src/core/mail.ts'
import { fakeAccount } from './platform.ts'

export const GONE_AT = Date.UTC(2017, 10, 2, 22, 52, 3, 101)
export const BACK_AT = Date.UTC(2017, 10, 2, 23, 3, 4, 410)

/** The outage of 2 November 2017; closed unless told otherwise. */
export const fakeOutage = (shape: Partial<Outage> = {}): Outage => ({
  id: outageId(shape.account ?? 'x:realDonaldTrump', shape.firstAbsentAt ?? GONE_AT),
  account: 'x:realDonaldTrump',
  because: ['not_found', 'deactivated'],
  trust: 'high',
  disputed: [],
  lastPresentAt: Date.UTC(2017, 10, 2, 22, 51, 58, 120),
  firstAbsentAt: GONE_AT,
  lastAbsentAt: Date.UTC(2017, 10, 2, 23, 2, 58, 44),
  firstPresentAt: Date.UTC(2017, 10, 2, 23, 3, 3, 90),
  openedAt: GONE_AT + 2_000,
  closedAt: BACK_AT,
  blindMs: 0,
  sightings: 132,
  identity: { id: '25073877', handle: 'realDonaldTrump', displayName: 'Donald J. Trump', followers: 41_700_000 },
  now: null,
  acknowledged: null,
  retracted: null,
  notes: [],
  ...shape,
})

const STILL_OPEN = { firstPresentAt: null, closedAt: null, lastAbsentAt: GONE_AT + 1_500, sightings: 3 }

/** One change of each name, about the same account. `text` stands wherever somebody else's words can stand. */
export function changeNamed(name: TransitionName, text = 'realDonaldTrump', shape: Partial<Outage> = {}): Change {
  const at = name === 'outage.closed' ? BACK_AT : GONE_AT + 2_000
  const account = `x:${text}`
  const remark = { at, by: text, note: text }
  switch (name) {
    case 'sight.lost':
    case 'sight.regained':
      return { name, at, scope: { kind: 'account', account }, since: at - 90_000, because: ['rate_limited'] }
    case 'platform.troubled':
    case 'platform.settled': {
      const accounts = Array.from({ length: 500 }, (_, index) => `${account}${index}`)
      return { name, at, platform: 'x', since: at - 30_000, accounts }
    }
    case 'subscriber.lost':
    case 'subscriber.regained':
      return { name, at, subscriber: text, since: at - 900_000, reason: text, owed: 3, fallback: text }
    default: {
      const open = name === 'outage.closed' ? {} : STILL_OPEN
      const identity = { id: text, handle: text, displayName: text, followers: 41_700_000 }
      const remarks = { acknowledged: remark, retracted: remark, notes: [remark] }
      return { name, at, outage: fakeOutage({ account, ...open, identity, ...remarks, ...shape }) }
    }
  }
}

export const numbered = (change: Change, seq = 121): Transition => ({ ...change, seq, id: transitionId(change) })

/** For channels that send none. */
export const noMail: Mail = () => Promise.reject(new Error('nobody sends mail here'))

export const fakeNotice = (change: Change, shape: Partial<Notice> = {}): Notice => ({
  id: 'ntc_01BY0000000000000000000000',
  transition: numbered(change),
  account: fakeAccount('realDonaldTrump', { account: 'x:realDonaldTrump', platform: 'x', name: 'Donald J. Trump' }),
  profileUrl: 'https://x.com/realDonaldTrump',
  lookWords: { appview: 'in the app', host: 'at its host' },
  late: false,
  lateMs: 0,
  merged: [],
  reminder: null,
  summary: null,
  thread: null,
  link: 'https://rollcall.example.org/#/outages/out_01',
  ...shape,
})

/**
 * Every kind of notice, with a hostile text wherever somebody else's words can stand: each transition, sight of every
 * extent, a storm of a thousand, a reminder, a drill, an account that was never seen, one that was accepted.
 */
export function hostileNotices(text: string): readonly Notice[] {
  const identity = { id: text, handle: text, displayName: text }
  const answer = { look: text, marker: text }
  const shape: Partial<Outage> = {
    because: ['renamed'],
    disputed: [text, text],
    now: identity,
    answers: [answer, answer],
  }
  const accepted = { at: BACK_AT, by: text, identity }
  const notes = [{ at: BACK_AT, by: text, note: text }]
  const hostile = (change: Change, more: Partial<Notice> = {}): Notice =>
    fakeNotice(change, {
      account: fakeAccount(text, { account: `x:${text}`, platform: 'x', name: text }),
      profileUrl: `https://x.com/${text.slice(0, 200)}|<!channel>`,
      link: `https://rollcall.example.org/#/outages/${text}`,
      lookWords: {},
      late: true,
      lateMs: 840_000,
      merged: [{ id: 'ntc_02', transition: numbered(change, 120) }],
      ...more,
    })
  const opened = changeNamed('outage.opened', text, shape)
  return [
    ...TRANSITION_NAMES.map((name) => hostile(changeNamed(name, text, shape))),
    ...hostileSights(text).map((change) => hostile(change)),
    hostile(stormOf(1_000, text)),
    hostile(opened, { reminder: { number: 3, at: BACK_AT } }),
    hostile(opened, { drill: true }),
    hostile(changeNamed('outage.opened', text, { ...shape, lastPresentAt: null, trust: 'low' })),
    hostile(changeNamed('outage.closed', text, { ...shape, accepted, notes })),
  ]
}

/** Our sight of everything, of a platform, and of a look whose answers cannot be read. */
function hostileSights(text: string): readonly Change[] {
  const headers = { 'content-type': text }
  const evidence = { status: 200, headers, marker: text, excerpt: text, digest: 'ab'.repeat(32) }
  const lost = { name: 'sight.lost', at: GONE_AT, since: GONE_AT - 90_000, because: ['unreadable'] } as const
  return [
    { ...lost, scope: { kind: 'everything' } },
    { ...lost, scope: { kind: 'platform', platform: 'x' } },
    { ...lost, scope: { kind: 'look', platform: 'x', look: 'page', home: 'social.example' }, evidence },
  ]
}

/** A storm that has settled for all but half of those who fell. */
export function stormOf(count: number, text = 'jack'): Change {
  const accounts = Array.from({ length: count }, (_, index) => `x:${text}${index}`)
  const gone = accounts.slice(0, count / 2)
  return { name: 'platform.settled', at: BACK_AT, platform: 'x', since: GONE_AT, accounts, gone }
}
