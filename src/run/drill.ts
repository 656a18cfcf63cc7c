import type { Outcome, Subscriber } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import type { Done } from '../core/desk.ts'
import { drillNotices, reportOf, type DrillNotice, type DrillReport } from '../core/drill.ts'
import type { Log } from '../core/log.ts'
import type { Notice } from '../core/notice.ts'
import { instantWords } from '../core/words.ts'
import type { Gates } from './outbox-gates.ts'
import { tryOnce, type Ways } from './outbox-try.ts'

/** Sends one subscriber a marked test by the way its notices go: the same channel, guard, pace, lanes and breaker. */
export type Drill = (subscriber: string) => Promise<Done<DrillReport>>

export type DrillParts = Ways & {
  readonly subscribers: () => readonly Subscriber[]
  readonly gates: Gates
  readonly clock: Clock
  readonly log: Log
}

/** How long somebody who asked for a drill waits for a lane, ms. */
const PATIENCE = 15_000
/** A target that names a time is left alone for no longer than this because of a test. */
const MOST_SILENCE = 60_000

/** A drill rejects only with a defect of ours: what goes wrong outside is in its report. */
export function createDrill(parts: DrillParts): Drill {
  const { gates, clock, log } = parts

  async function send({ name, channel }: Subscriber, notice: Notice): Promise<Sent> {
    const pass = await gates.admitted(name, PATIENCE)
    if (pass === null) return { report: told(notice, waitingFor(name), null), handle: null }
    try {
      await pass.turn()
      const startedAt = clock.now()
      const outcome = await tryOnce(channel, notice, startedAt, parts)
      const now = clock.now()
      const retryAt = outcome.kind === 'retry' ? outcome.retryAt : null
      pass.tried(outcome, retryAt === null ? null : Math.min(retryAt, now + MOST_SILENCE))
      const handle = outcome.kind === 'delivered' ? (outcome.handle ?? null) : null
      return { report: told(notice, outcome, now - startedAt), handle }
    } finally {
      pass.leave()
    }
  }

  function waitingFor(name: string): Outcome {
    const { silentUntil } = gates.condition(name)
    const reason =
      silentUntil === null
        ? 'other notices take up all that the target takes at once'
        : `the target asked not to be told before ${instantWords(silentUntil)}`
    return { kind: 'retry', reason, retryAt: silentUntil }
  }

  return async (name) => {
    const subscriber = parts.subscribers().find((one) => one.name === name)
    if (subscriber === undefined) return { ok: false, refusal: 'not_found', detail: `There is no subscriber ${name}.` }
    const [opening, closing] = drillNotices(name, clock.now())
    const first = await send(subscriber, opening)
    const notices = [first.report]
    // What was refused or never sent has begun nothing. What has no answer may have.
    if (first.report.outcome !== 'refused' && first.report.ms !== null) {
      const second = await send(subscriber, { ...closing, thread: first.handle })
      notices.push(second.report)
    }
    const report = reportOf(name, subscriber.channel.id, notices)
    log.info('drilled', { subscriber: name, outcome: report.outcome, reason: report.reason, ms: report.ms })
    return { ok: true, value: report }
  }
}

type Sent = { readonly report: DrillNotice; readonly handle: string | null }

const told = ({ id, transition }: Notice, outcome: Outcome, ms: number | null): DrillNotice => ({
  id,
  plays: transition.name === 'outage.closed' ? 'outage.closed' : 'outage.opened',
  outcome: outcome.kind,
  reason: outcome.kind === 'delivered' ? null : outcome.reason,
  ms,
})
