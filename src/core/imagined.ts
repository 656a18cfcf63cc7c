import type { Outage } from './outage.ts'

/** An outage that never was, just opened: for drills, and for those who ask what would be told. `at` is epoch ms. */
export const imaginedOutage = (id: string, account: string, at: number): Outage => ({
  id,
  account,
  because: ['not_found'],
  trust: 'high',
  disputed: [],
  lastPresentAt: at,
  firstAbsentAt: at,
  lastAbsentAt: at,
  firstPresentAt: null,
  openedAt: at,
  closedAt: null,
  blindMs: 0,
  sightings: 0,
  identity: null,
  now: null,
  acknowledged: null,
  retracted: null,
  notes: [],
})
