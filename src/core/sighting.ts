import type { Verdict } from './verdict.ts'

/**
 * What an answer looked like: enough to prove a verdict, not a copy of somebody's profile.
 * `excerpt` is at most 300 characters of the body, kept for absent and inconclusive verdicts only.
 */
export type Evidence = {
  readonly status: number | null
  readonly headers: Readonly<Record<string, string>>
  /** The words or field that decided, for example `AccountDeactivated`. */
  readonly marker: string | null
  readonly excerpt: string | null
  /** SHA-256 of the decompressed body, hex. */
  readonly digest: string | null
}

/** One verdict about one account. Written once, never changed. Times are epoch ms of the place that asked. */
export type Sighting = {
  readonly account: string
  readonly look: string
  readonly vantage: string
  readonly askedAt: number
  readonly answeredAt: number
  readonly verdict: Verdict
  readonly evidence: Evidence | null
}
