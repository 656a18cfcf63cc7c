import type { Outcome } from './channel.ts'
import { noticeId } from './delivery.ts'
import { stableId } from './id.ts'
import { imaginedOutage } from './imagined.ts'
import { plainNotice, type Notice } from './notice.ts'
import { transitionId, type OutageChange } from './transition.ts'

/** What became of one notice of a drill. `ms` is from sending to the answer; null where it was not sent. */
export type DrillNotice = {
  readonly id: string
  /** What it plays: an opening, and the closing that ends whatever the opening began. */
  readonly plays: 'outage.opened' | 'outage.closed'
  readonly outcome: Outcome['kind']
  /** Why it was not taken, fit to be shown. */
  readonly reason: string | null
  readonly ms: number | null
}

/** A drill of one subscriber: delivered when all of it was. */
export type DrillReport = {
  readonly subscriber: string
  readonly channel: string
  readonly outcome: Outcome['kind']
  readonly reason: string | null
  readonly ms: number | null
  readonly notices: readonly DrillNotice[]
}

/** No platform has this name. */
const ACCOUNT = 'drill:rollcall'

/**
 * The two notices of a drill: an outage of nobody, opened and closed again, each marked as a drill. The closing follows
 * at once, so that an incident the opening raised somewhere does not stay open. Neither is recorded: nothing happened.
 */
export function drillNotices(subscriber: string, now: number): readonly [opening: Notice, closing: Notice] {
  const open = imaginedOutage(stableId('out', now, `drill ${subscriber}`), ACCOUNT, now)
  const closed = { ...open, firstPresentAt: now + 1, closedAt: now + 1 }
  return [
    notice({ name: 'outage.opened', at: now, outage: open }, subscriber),
    notice({ name: 'outage.closed', at: now + 1, outage: closed }, subscriber),
  ]
}

function notice(change: OutageChange, subscriber: string): Notice {
  const id = transitionId(change)
  return plainNotice({
    id: noticeId(id, subscriber, change.at),
    drill: true,
    transition: { ...change, seq: 0, id },
  })
}

/** The worst of its notices speaks for it. */
export function reportOf(subscriber: string, channel: string, notices: readonly DrillNotice[]): DrillReport {
  const worst = notices.find(({ outcome }) => outcome !== 'delivered') ?? notices[0]
  return {
    subscriber,
    channel,
    outcome: worst?.outcome ?? 'retry',
    reason: worst?.reason ?? null,
    ms: worst?.ms ?? null,
    notices,
  }
}
