/** What an answer's headers say about asking again. Times are epoch milliseconds. */
export type Allowance = {
  /** Nothing more may be asked before this. */
  readonly retryAt: number | null
  /** Requests left until `resetAt`. */
  readonly remaining: number | null
  readonly resetAt: number | null
}

/** No header may silence us for longer, whatever it says. */
const LONGEST_WAIT = 24 * 60 * 60_000

/**
 * Reads `Retry-After` (seconds or HTTP date) and every rate-limit dialect in use: X and atproto and Twitch (Unix
 * seconds), GitHub (Unix seconds), Mastodon (ISO time), Reddit (seconds from now, fractional remaining) and the IETF
 * structured fields. Told apart by the value's format, never by the header's name alone. Garbage and past dates are
 * as if absent.
 *
 * @param status 429 and 503 obey `Retry-After`; a 429 without any hint leaves `retryAt` null for the caller's own backoff
 */
export function allowanceOf(status: number, headers: Readonly<Record<string, string>>, now: number): Allowance {
  const structured = structuredField(headers['ratelimit'], now)
  const remaining =
    structured?.remaining ??
    count(first(headers, 'ratelimit-remaining', 'x-ratelimit-remaining', 'x-rate-limit-remaining'))
  const resetAt =
    structured?.resetAt ?? instant(first(headers, 'ratelimit-reset', 'x-ratelimit-reset', 'x-rate-limit-reset'), now)
  const refused = status === 429 || status === 503
  const after = refused || status === 403 ? retryAfter(headers['retry-after'], now) : null
  const spent = remaining !== null && remaining < 1 && (status === 429 || status === 403 || status < 400)
  return { retryAt: after ?? (spent || status === 429 ? resetAt : null), remaining, resetAt }
}

/** `Retry-After` as epoch ms, or null when it is missing, garbage or past. */
export function retryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return within(now + Number(value) * 1000, now)
  const date = /[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? null : within(date, now)
}

const within = (at: number, now: number): number | null => (at <= now ? null : Math.min(at, now + LONGEST_WAIT))

function first(headers: Readonly<Record<string, string>>, ...names: readonly string[]): string | undefined {
  for (const name of names) if (headers[name] !== undefined) return headers[name]
  return undefined
}

const count = (value: string | undefined): number | null => {
  const number = value === undefined || value.trim() === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) && number >= 0 ? number : null
}

/** A Unix time has ten digits until 2286 (thirteen in ms), a delay in seconds never: so they are told apart. */
function instant(value: string | undefined, now: number): number | null {
  const number = count(value)
  if (number !== null) return within(number > 1e11 ? number : number > 1e8 ? number * 1000 : now + number * 1000, now)
  const date = value === undefined ? Number.NaN : Date.parse(value)
  return Number.isNaN(date) ? null : within(date, now)
}

/** `RateLimit: "default";r=50;t=30` (draft-ietf-httpapi-ratelimit-headers). */
function structuredField(value: string | undefined, now: number): { remaining: number; resetAt: number | null } | null {
  const remaining = /;\s*r=(\d+)/.exec(value ?? '')?.[1]
  const delta = /;\s*t=(\d+)/.exec(value ?? '')?.[1]
  if (remaining === undefined) return null
  return { remaining: Number(remaining), resetAt: delta === undefined ? null : within(now + Number(delta) * 1000, now) }
}
