import type { OutageJson } from '../core/json.ts'
import type { AccountPulse } from './frames.ts'
import type { AccountView } from './view.ts'

/** An account as of its newest pulse; nobody where it is not in the view. */
export function pulsed(account: AccountView | undefined, pulse: AccountPulse): readonly AccountView[] {
  if (account === undefined) return []
  const { belief, lastSightingAt, latencyMs, blind = account.blind } = pulse
  const gone = belief === 'down' ? {} : { because: [], outage: null }
  return [{ ...account, ...gone, belief, lastSightingAt, latencyMs, blind }]
}

/** Open outages that were seen to last a little longer; the same list where none was. */
export function lengthened(open: readonly OutageJson[], pulses: readonly AccountPulse[]): readonly OutageJson[] {
  const until = new Map(pulses.map(({ account, lastAbsentAt }) => [account, lastAbsentAt]))
  const longer = open.map((one): OutageJson => {
    const lastAbsentAt = until.get(one.account) ?? ''
    // ISO instants of one form are ordered as texts.
    return lastAbsentAt > one.lastAbsentAt ? { ...one, lastAbsentAt } : one
  })
  return longer.some((one, at) => one !== open[at]) ? longer : open
}
