import { AskFault, causeOfFault, type Answer, type Ask } from '../core/answer.ts'
import type { Clock } from '../core/clock.ts'
import { discreet, type Discreet } from '../core/credentials.ts'
import type { Log } from '../core/log.ts'
import type { Asked, Look, Platform, Reading } from '../core/platform.ts'
import type { Evidence, Sighting } from '../core/sighting.ts'
import { inconclusive, type Cause, type Verdict } from '../core/verdict.ts'
import type { Entry } from './entry.ts'
import { Paused } from './polite.ts'

/** What one look said of one account. Times are epoch ms of this place. */
export type Glance = {
  readonly verdict: Verdict
  readonly askedAt: number
  readonly answeredAt: number
  readonly evidence: Evidence | null
  /** Whom it was asked about; nobody where no question could be sent. */
  readonly asked?: Asked
}

/** Where all looks are made from, as long as there is one place. */
const VANTAGE = 'home'

/** A glance at an account as a sighting of it; `verdict` is what the answer means for this account. */
export const sightingOf = (
  { account }: Pick<Entry, 'account'>,
  { name }: Look,
  { askedAt, answeredAt, evidence }: Glance,
  verdict: Verdict,
): Sighting => ({ account: account.account, look: name, vantage: VANTAGE, askedAt, answeredAt, verdict, evidence })

/** What an answer says, as long as the look's controls are not wrong: then nothing it says counts. */
export const vouched = (verdict: Verdict, hasFailed: boolean): Verdict =>
  hasFailed && verdict.kind !== 'inconclusive' ? inconclusive('control_failed') : verdict

/** Makes one look at some accounts; always answers, one glance each, in order. */
export type Looker = (platform: Platform, look: Look, asked: readonly Asked[], ask: Ask) => Promise<readonly Glance[]>

/**
 * The one place where what goes wrong outside becomes `inconclusive`. The platform's timeout spans the whole look,
 * however many requests it makes.
 */
export function createLooker({ clock, log }: { clock: Clock; log: Log }): Looker {
  return async (platform, look, asked, ask) => {
    const askedAt = clock.now()
    const { ask: asking, scrub } = discreet(within(platform.timeoutMs, ask))
    const readings = await read(platform, look, asked, asking)
    const answeredAt = clock.now()
    return asked.map((one, index) => {
      const reading = readings[index] ?? UNREAD
      return { verdict: reading.verdict, askedAt, answeredAt, evidence: evidenceOf(reading, scrub), asked: one }
    })
  }

  async function read(platform: Platform, look: Look, asked: readonly Asked[], ask: Ask): Promise<readonly Reading[]> {
    try {
      return await look.ask(asked, ask)
    } catch (fault) {
      const reading: Reading = { verdict: inconclusive(causeOfThrown(fault)), marker: markerOf(fault), answer: null }
      if (!(fault instanceof AskFault || fault instanceof Paused)) {
        // An answer that breaks a look is a defect of ours, but nobody's answer may stop the roll.
        log.error('look_broke', { platform: platform.id, look: look.name, err: fault })
      }
      return asked.map(() => reading)
    }
  }
}

const UNREAD: Reading = { verdict: inconclusive('unreadable'), marker: null, answer: null }

function causeOfThrown(fault: unknown): Cause {
  if (fault instanceof AskFault) return causeOfFault(fault)
  return fault instanceof Paused ? 'rate_limited' : 'unreadable'
}

const markerOf = (fault: unknown): string | null =>
  fault instanceof AskFault || fault instanceof Paused ? fault.message : null

/** Every request of a look gets what is left of the look's own time. */
function within(timeoutMs: number, ask: Ask): Ask {
  const end = performance.now() + timeoutMs
  return (request) => {
    const left = Math.max(1, end - performance.now())
    return ask({ ...request, deadlineMs: Math.min(request.deadlineMs ?? left, left) })
  }
}

/** Headers that help to understand an answer later; nothing that identifies a session. */
const TELLING = ['content-type', 'date', 'server', 'location', 'retry-after', 'cf-mitigated', 'etag', 'x-request-id']

type Scrub = Discreet['scrub']

function evidenceOf({ verdict, marker, answer }: Reading, scrub: Scrub): Evidence | null {
  // A present answer is the everyday: its evidence would only be a copy of somebody's profile.
  if (verdict.kind === 'present') return null
  const words = marker === null ? null : scrub(marker)
  if (answer === null)
    return words === null ? null : { status: null, headers: {}, marker: words, excerpt: null, digest: null }
  return {
    status: answer.status,
    headers: telling(answer, scrub),
    marker: words,
    excerpt: excerptOf(answer.text, scrub),
    digest: answer.digest(),
  }
}

const MOST = 300

/** A copy: a slice would keep the whole body in memory as long as the evidence waits. */
const excerptOf = (text: string, scrub: Scrub): string =>
  Buffer.from(scrub(text.slice(0, MOST)).slice(0, MOST)).toString()

const telling = ({ headers }: Answer, scrub: Scrub): Record<string, string> =>
  Object.fromEntries(
    TELLING.flatMap((name) => {
      const value = headers[name]
      return value === undefined ? [] : [[name, scrub(value.slice(0, 200))]]
    }),
  )
