import type { Budget } from './platform.ts'

/** `500ms`, `1s`, `1.5m`, `24h`, `1d`. Patterns are exported for the configuration's schema. */
export const DURATION = /^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/
/** `300/15m`. */
export const BUDGET = /^\d+\/\d+(?:\.\d+)?(?:ms|s|m|h|d)$/
/** `40/day`, in USD. */
export const SPEND = /^\d+(?:\.\d+)?\/day$/
/** `30%`. */
export const PERCENT = /^\d+(?:\.\d+)?\s?%$/

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

/** Milliseconds, whole and above zero; null when the text is no duration. */
export function parseDuration(text: string): number | null {
  if (!DURATION.test(text)) return null
  const unit = UNITS.find(([name]) => name === text.replace(/^[\d.]+/, ''))
  const ms = Math.round(Number.parseFloat(text) * (unit?.[1] ?? Number.NaN))
  return Number.isSafeInteger(ms) && ms > 0 ? ms : null
}

/** In the largest unit that keeps it whole, so that `parseDuration` gives the same number back. */
export function formatDuration(ms: number): string {
  const [name, size] = UNITS.find(([, size]) => ms % size === 0) ?? ['ms', 1]
  return `${ms / size}${name}`
}

/** Null when the text is no budget, or one that allows nothing. */
export function parseBudget(text: string): Budget | null {
  const [requests = '', window = ''] = text.split('/')
  const windowMs = parseDuration(window)
  if (!BUDGET.test(text) || windowMs === null) return null
  return Number(requests) > 0 && Number.isSafeInteger(Number(requests))
    ? { requests: Number(requests), windowMs }
    : null
}

export const formatBudget = ({ requests, windowMs }: Budget): string => `${requests}/${formatDuration(windowMs)}`

/** USD a day; null when the text is no such amount. */
export const parseSpend = (text: string): number | null => (SPEND.test(text) ? Number.parseFloat(text) : null)

/** `30%` → 0.3; null when it is no percentage above zero and up to a hundred. */
export function parsePercent(text: string): number | null {
  const share = PERCENT.test(text) ? Number.parseFloat(text) / 100 : Number.NaN
  return share > 0 && share <= 1 ? share : null
}
