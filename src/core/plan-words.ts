import type { PlatformPlan } from './plan.ts'

/** Whatever will not go as configured, each in a sentence; none where all is well. */
export const planWarnings = (plan: PlatformPlan): readonly string[] => [
  ...requestWarnings(plan),
  ...otherWarnings(plan),
]

/** The same for a whole roll. A thousand sites of a rule pack that all want too much are told of at once. */
export function rollWarnings(plans: readonly PlatformPlan[]): readonly string[] {
  const crowded = plans.filter((plan) => requestWarnings(plan).length > 0)
  return crowded.length <= MOST_NAMED
    ? plans.flatMap(planWarnings)
    : [crowdedWords(crowded), ...plans.flatMap(otherWarnings)]
}

const MOST_NAMED = 5

function crowdedWords(crowded: readonly PlatformPlan[]): string {
  const named = crowded.slice(0, MOST_NAMED).map(({ title }) => title)
  const stretch = Math.max(...crowded.map((plan) => plan.stretch))
  const slower = stretch > 1 ? `: the roll will go up to ${timesWords(stretch)} slower than configured` : ''
  return (
    `${named.join(', ')} and ${crowded.length - MOST_NAMED} more want more than their requests${slower}. ` +
    'Raise their budgets or slow down the schedules of their accounts.'
  )
}

function requestWarnings(plan: PlatformPlan): readonly string[] {
  const { title, platform, share } = plan
  const wants =
    `${title} wants ${Math.ceil(share * 100)} % of its requests: ` +
    `raise platforms.${platform}.budget or slow down the schedule.`
  return [...(plan.fits ? [] : [stretchWords(plan)]), ...(share > 1 ? [wants] : [])]
}

function otherWarnings(plan: PlatformPlan): readonly string[] {
  const { title, accounts, money } = plan
  return [
    ...(money === null || accounts === 0 ? [] : moneyWarnings(plan, money)),
    ...(accounts === 0 ? [`${title} is configured but no account is on it.`] : []),
    ...(accounts > 0 && !plan.tellsAbsence
      ? [`${title} never says that an account is gone: an absence there shows as lost sight only.`]
      : []),
  ]
}

function stretchWords({ title, stretch, apart }: PlatformPlan): string {
  const important =
    apart.importantMs === null ? '' : `; important accounts at least every ${withinWords(apart.importantMs)}`
  return `${title} does not fit: the roll will go ${timesWords(stretch)} slower than configured${important}.`
}

const timesWords = (stretch: number): string => `${(Math.ceil(stretch * 10) / 10).toFixed(1)} times`

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
