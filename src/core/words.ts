import { iso } from './json.ts'
import type { Duration } from './outage.ts'
import type { Trust } from './platform.ts'
import { CAUSES, REASONS, type Cause, type Identity, type Reason } from './verdict.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

type Rounding = (value: number) => number

/**
 * A length in the two largest units people need: `42 s`, `11 m 02 s`, `2 h 05 m`, `3 d 4 h`.
 *
 * @param round how the smallest unit shown is reached; a lower bound must not be rounded up, nor an upper one down
 */
export function spanWords(ms: number, round: Rounding = Math.round): string {
  const span = Math.max(0, ms)
  const seconds = round(span / SECOND)
  if (seconds < 60) return seconds === 0 && span > 0 ? 'under 1 s' : `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ${twoDigits(seconds % 60)} s`
  const minutes = round(span / MINUTE)
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} m`
  const hours = round(span / HOUR)
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/**
 * An outage's length with its bounds: `11 m 02 s (10 m 58 s to 11 m 06 s)`. Where the start was never seen there is
 * only a least: `at least 11 m 02 s`. The bounds are rounded outwards, so that what is read stays true.
 */
export function durationWords({ estimateMs, minMs, maxMs }: Duration): string {
  if (maxMs === null) return `at least ${spanWords(minMs, Math.floor)}`
  const estimate = spanWords(estimateMs)
  const least = spanWords(minMs, Math.floor)
  const most = spanWords(maxMs, Math.ceil)
  return least === most ? estimate : `${estimate} (${least} to ${most})`
}

/** What people must know of answers that are easily wrong; nothing where they can be trusted. */
export const trustWords = ({ trust }: { readonly trust: Trust }): string =>
  trust === 'high' ? '' : trust === 'medium' ? '; answers of medium trust' : '; answers of low trust, easily wrong'

/** `2017-11-02 22:51:58 UTC` */
export const instantWords = (at: number): string => `${iso(at).slice(0, 19).replace('T', ' ')} UTC`

const twoDigits = (value: number): string => String(value).padStart(2, '0')

const REASON_WORDS: Readonly<Record<Reason, string>> = {
  not_found: 'not found',
  deactivated: 'deactivated',
  suspended: 'suspended',
  deleted: 'deleted',
  withheld: 'withheld',
  renamed: 'renamed',
  taken_over: 'taken over',
}

/**
 * Why an account is absent, as people say it: `suspended`, `gone: not found or deactivated`, `renamed to @new`,
 * `the handle now belongs to another account`.
 *
 * @param now who stands there instead, where that is known
 */
export function reasonWords(because: readonly Reason[], now: Identity | null = null): string {
  const [only] = because
  if (because.length === 1 && only === 'taken_over') return 'the handle now belongs to another account'
  if (because.length === 1 && only !== undefined && only !== 'not_found') return oneReason(only, now)
  const possible = REASONS.filter((reason) => because.includes(reason)).map((reason) => oneReason(reason, now))
  return possible.length === 0 ? 'gone' : `gone: ${orList(possible)}`
}

/** `not found`, `taken over`. */
export const reasonName = (reason: Reason): string => REASON_WORDS[reason]

const oneReason = (reason: Reason, now: Identity | null): string =>
  reason === 'renamed' && now !== null ? `renamed to ${handleWords(now.handle)}` : REASON_WORDS[reason]

/** `@name`, whether or not the platform writes the sign itself; somebody else's text, so it is cleaned. */
export const handleWords = (handle: string): string => `@${cleanName(handle.replace(/^@+/, ''), 80)}`

/** Who it is, for telling namesakes apart: `@name (id 25073877)`. */
export const faceWords = ({ handle, id }: Identity): string =>
  `${handleWords(handle)}${id === null ? '' : ` (id ${cleanName(id, 80)})`}`

const orList = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`

const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  rate_limited: 'rate limited',
  blocked: 'blocked',
  platform_error: 'the platform answers with errors',
  unreadable: 'the answers cannot be read',
  unauthorized: 'our credential is not accepted',
  network: 'network trouble',
  control_failed: 'the control accounts answer wrongly',
  over_budget: 'the request budget is used up',
}

/** Why we cannot see: `rate limited, network trouble`. */
export function causeWords(causes: readonly Cause[]): string {
  const words = CAUSES.filter((cause) => causes.includes(cause)).map((cause) => CAUSE_WORDS[cause])
  return words.length === 0 ? 'no conclusive answer' : words.join(', ')
}

/** `1 sighting`, `3 sightings`. */
export const countWords = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const MILLIONS = new Intl.NumberFormat('en', { notation: 'compact', compactDisplay: 'long', maximumFractionDigits: 1 })
const WHOLE = new Intl.NumberFormat('en')

/** `41.7 million followers`, `12,345 followers`, `1 follower`. */
export const audienceWords = (followers: number): string =>
  `${(followers < 1_000_000 ? WHOLE : MILLIONS).format(followers)} ${followers === 1 ? 'follower' : 'followers'}`

/** Control, format (bidirectional, zero-width, tags) and other characters that show nothing, and halves of pairs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/**
 * Somebody else's text as one plain line: nothing invisible, nothing that reorders what stands around it, at most
 * `max` code points, the last of them `…` when it was longer. Still text: whoever puts it into markup escapes it.
 */
export function cleanName(text: string, max: number): string {
  const clean = text
    .replace(/[\t-\r\u0085\u2028\u2029]/g, ' ')
    .replace(UNSEEN, '')
    .replace(/\s+/g, ' ')
    .trim()
  const points = Array.from(clean)
  return points.length <= max
    ? clean
    : `${points
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`
}
