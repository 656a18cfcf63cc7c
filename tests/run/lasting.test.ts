import { expect, test } from 'vitest'
import type { Belief } from '../../src/core/belief.ts'
import type { Scope, Transition } from '../../src/core/transition.ts'
import { calm } from '../../src/core/storm.ts'
import { createLasting } from '../../src/run/lasting.ts'
import type { Unreadable } from '../../src/run/drift.ts'
import { fakeOutage, numbered } from '../support/notices.ts'
import { fakeEntry, fakePlatform } from '../support/platform.ts'
import { downBelief, upBelief } from '../support/store-samples.ts'

const TROUBLED = { since: 0, accounts: [], lastAt: 0, apart: [], told: { accounts: 0, gone: 0 }, toldAt: 0 }

type Held = { belief?: Belief; stormy?: boolean; blind?: Scope[]; unreadable?: Unreadable[] }

const lasts = (held: Held, about: Transition): boolean =>
  createLasting({
    roster: {
      entry: () =>
        held.belief === undefined ? undefined : fakeEntry(fakePlatform([]), 'jack', { belief: held.belief }),
    },
    ledger: {
      storm: () => (held.stormy === true ? { ...calm, troubled: TROUBLED } : calm),
    },
    drift: { told: () => held.unreadable ?? [] },
    blindness: () =>
      (held.blind ?? []).flatMap((scope) => (scope.kind === 'look' ? [] : [{ scope, since: 0, because: [] }])),
  })(about)

const open = fakeOutage({ closedAt: null, firstPresentAt: null })
const opened = numbered({ name: 'outage.opened', at: 1, outage: open })

test('an outage lasts while the account is held to be gone by it, and nobody has retracted it', () => {
  expect(lasts({ belief: downBelief(open) }, opened)).toBe(true)
  expect(lasts({ belief: downBelief({ ...open, id: 'out_another' }) }, opened)).toBe(false)
  expect(lasts({ belief: downBelief({ ...open, retracted: { at: 2, by: 'desk', note: '' } }) }, opened)).toBe(false)
  expect(lasts({ belief: upBelief(open.account) }, opened)).toBe(false)
  expect(lasts({}, opened)).toBe(false)
})

test('lost sight lasts while exactly that scope is told as lost', () => {
  const lost = (scope: Scope) => numbered({ name: 'sight.lost', at: 1, scope, since: 0, because: ['network'] })
  const platform: Scope = { kind: 'platform', platform: 'x' }
  const look = { kind: 'look', platform: 'x', look: 'api', home: '' } as const
  expect(lasts({ blind: [platform] }, lost(platform))).toBe(true)
  expect(lasts({ blind: [{ kind: 'everything' }] }, lost(platform))).toBe(false)
  expect(lasts({ unreadable: [{ scope: look, since: 0, because: ['unreadable'], evidence: null }] }, lost(look))).toBe(
    true,
  )
  expect(lasts({ blind: [platform] }, lost(look))).toBe(false)
})

test('a storm lasts while its platform is troubled', () => {
  const troubled = numbered({ name: 'platform.troubled', at: 1, platform: 'x', since: 0, accounts: [] })
  expect(lasts({ stormy: true }, troubled)).toBe(true)
  expect(lasts({}, troubled)).toBe(false)
})
