import { unknown, type Belief } from '../../src/core/belief.ts'
import { noticeId, type Delivery, type Settlement } from '../../src/core/delivery.ts'
import { outageId, type Outage } from '../../src/core/outage.ts'
import type { Sighting } from '../../src/core/sighting.ts'
import type { Decision, Kept } from '../../src/core/store.ts'
import { subjectOf, transitionId, type Change, type OutageChangeName } from '../../src/core/transition.ts'

/** 2 November 2017, 22:52:03 UTC. */
export const T0 = 1_509_663_123_000

export const nothing: Decision = { kept: null, spell: null, sightings: [], changes: [], deliveries: [], notes: {} }

export function outageOf(account: string, at = T0, more: Partial<Outage> = {}): Outage {
  return {
    id: outageId(account, at),
    account,
    because: ['deactivated'],
    trust: 'high',
    disputed: [],
    lastPresentAt: at - 5_000,
    firstAbsentAt: at,
    lastAbsentAt: at + 1_000,
    firstPresentAt: null,
    openedAt: at + 1_500,
    closedAt: null,
    blindMs: 0,
    sightings: 3,
    identity: { id: '25073877', handle: 'realDonaldTrump', displayName: 'Donald J. Trump 🇺🇸' },
    now: null,
    acknowledged: null,
    retracted: null,
    notes: [],
    ...more,
  }
}

export const changeOf = (outage: Outage, name: OutageChangeName = 'outage.opened', at = outage.openedAt): Change => ({
  name,
  at,
  outage,
})

export const closed = (outage: Outage, at: number): Outage => ({ ...outage, firstPresentAt: at - 500, closedAt: at })

/** What a subscriber is owed for a change. */
export function deliveryOf(change: Change, subscriber: string, more: Partial<Delivery> = {}): Delivery {
  const transition = transitionId(change)
  return {
    id: noticeId(transition, subscriber, change.at),
    subscriber,
    subject: subjectOf(change),
    transition,
    outage: 'outage' in change ? change.outage.id : null,
    form: 'plain',
    reminder: 0,
    state: 'due',
    plannedAt: change.at,
    dueAt: change.at,
    expiresAt: change.at + 3_600_000,
    tries: 0,
    lastError: null,
    deliveredAt: null,
    mergedInto: null,
    ...more,
  }
}

export function sightingAt(account: string, askedAt: number, more: Partial<Sighting> = {}): Sighting {
  return {
    account,
    look: 'api',
    vantage: 'home',
    askedAt,
    answeredAt: askedAt + 84,
    verdict: { kind: 'absent', because: ['deactivated'] },
    evidence: {
      status: 404,
      headers: { 'content-type': 'application/json', date: 'Thu, 02 Nov 2017 22:52:03 GMT' },
      marker: 'AccountDeactivated',
      excerpt: '{"error":"AccountDeactivated","message":"Gelöscht – ‘gone’"}',
      digest: 'ab'.repeat(32),
    },
    ...more,
  }
}

export const upBelief = (account: string, at = T0): Belief => ({
  kind: 'up',
  identity: { id: 'did:plc:z72i7hdynmk6r22z27h6tvur', handle: account.slice(account.indexOf(':') + 1), followers: 31 },
  presentAt: { appview: at, host: at - 60_000 },
  conclusiveAt: at + 84,
  seenFrom: at,
})

export const downBelief = (outage: Outage): Belief => ({
  ...unknown(outage.identity),
  kind: 'down',
  outage,
  words: { api: { says: 'absent', because: outage.because, count: 1, since: outage.firstAbsentAt } },
  clear: null,
})

export function keptOf(account: string, belief: Belief = upBelief(account)): Kept {
  const { look, vantage, askedAt, answeredAt, verdict } = sightingAt(account, T0)
  return { account, belief, sightings: [{ look, vantage, askedAt, answeredAt, verdict }] }
}

/** An outage opens, with evidence, and each subscriber is owed a notice. */
export function opening(account: string, at: number, subscribers: readonly string[]): Decision {
  const outage = outageOf(account, at)
  const change = changeOf(outage)
  return {
    kept: keptOf(account, downBelief(outage)),
    spell: null,
    sightings: [{ outage: outage.id, sighting: sightingAt(account, at) }],
    changes: [change],
    deliveries: subscribers.map((subscriber) => deliveryOf(change, subscriber)),
    notes: {},
  }
}

export const settlement = (delivery: Delivery, more: Partial<Settlement> = {}): Settlement => ({
  id: delivery.id,
  state: 'delivered',
  dueAt: delivery.dueAt,
  tries: delivery.tries + 1,
  lastError: null,
  deliveredAt: T0,
  mergedInto: null,
  handle: null,
  ...more,
})
