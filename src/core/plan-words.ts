import type { PlatformPlan } from './plan.ts'

/** Whatever will not go as configured, each in a sentence; none where all is well. */
export function planWarnings(plan: PlatformPlan): readonly string[] {
  const { title, platform, accounts, share, money } = plan
  return [
    ...(plan.fits ? [] : [stretchWords(plan)]),
    ...(share > 1
      ? [
          `${title} wants ${Math.ceil(share * 100)} % of its requests: ` +
            `raise platforms.${platform}.budget or slow down the schedule.`,
        ]
      : []),
    ...(money === null || accounts === 0 ? [] : moneyWarnings(plan, money)),
    ...(accounts === 0 ? [`${title} is configured but no account is on it.`] : []),
    ...(accounts > 0 && !plan.tellsAbsence
      ? [`${title} never says that an account is gone: an absence there shows as lost sight only.`]
      : []),
  ]
}

function stretchWords({ title, stretch, apart }: PlatformPlan): string {
  const times = (Math.ceil(stretch * 10) / 10).toFixed(1)
  const important =
    apart.importantMs === null ? '' : `; important accounts at least every ${withinWords(apart.importantMs)}`
  return `${title} does not fit: the roll will go ${times} times slower than configured${important}.`
}

/** Of a day's money this much comes in steadily, as of every budget. */
const STEADY = 4 / 5

function moneyWarnings(
  { title, platform }: PlatformPlan,
  { perDay, limitPerDay }: NonNullable<PlatformPlan['money']>,
): readonly string[] {
  const cost = `${title} would cost about ${dollars(perDay)} USD a day`
  if (limitPerDay === null) return [`${cost} without a limit: set platforms.${platform}.spend.`]
  if (perDay > limitPerDay) return [`${cost}, above its limit of ${dollars(limitPerDay)}.`]
  return perDay > limitPerDay * STEADY
    ? [`${cost}, and of its limit of ${dollars(limitPerDay)} a fifth is kept for bursts.`]
    : []
}

/** `12.50`. */
export const dollars = (amount: number): string => amount.toFixed(2)

/** Seconds up to two minutes, then minutes, then hours, rounded up: it is a promise. */
export function withinWords(ms: number): string {
  if (ms <= 120_000) return `${Math.ceil(ms / 1000)} s`
  return ms <= 7_200_000 ? `${Math.ceil(ms / 60_000)} m` : `${Math.ceil(ms / 3_600_000)} h`
}
