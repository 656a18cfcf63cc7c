import { expect } from 'vitest'
import type { OutageJson } from '../../../src/core/json.ts'
import type { Done } from './network.ts'

const at = (instant: string | null): number => (instant === null ? Number.NaN : Date.parse(instant))

/**
 * Holds an outage's instants to what really happened. A change is one moment for the account's host and a later one for
 * the app, and a look speaks for the one it asks: all we know is that it lies between the first request and `shownAt`.
 */
export function expectTrueBounds(outage: OutageJson, off: Done, on: Done | null): void {
  expect.soft(at(outage.lastPresentAt), `${outage.account}: last present`).toBeLessThanOrEqual(off.shownAt)
  expect.soft(at(outage.firstAbsentAt), `${outage.account}: first absent`).toBeGreaterThanOrEqual(off.startedAt)
  expect.soft(at(outage.openedAt)).toBeGreaterThanOrEqual(at(outage.firstAbsentAt))
  expect.soft(outage.unseen).toBe(false)
  if (on === null) {
    expect.soft([outage.state, outage.firstPresentAt, outage.closedAt]).toEqual(['open', null, null])
    return
  }
  expect.soft(outage.state).toBe('closed')
  expect.soft(at(outage.lastAbsentAt), `${outage.account}: last absent`).toBeLessThanOrEqual(on.shownAt)
  expect.soft(at(outage.firstPresentAt), `${outage.account}: first present`).toBeGreaterThanOrEqual(on.startedAt)
  const { minMs, estimateMs, maxMs } = outage.duration
  expect.soft(minMs, `${outage.account}: at least`).toBeLessThanOrEqual(on.shownAt - off.startedAt)
  expect.soft(maxMs, `${outage.account}: at most`).toBeGreaterThanOrEqual(on.startedAt - off.shownAt)
  expect.soft(estimateMs).toBeGreaterThanOrEqual(minMs)
  expect.soft(estimateMs).toBeLessThanOrEqual(maxMs ?? Number.NaN)
}
