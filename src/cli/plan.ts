import { formatBudget } from '../core/durations.ts'
import type { PlatformPlan } from '../core/plan.ts'
import type { Out } from './terminal.ts'

const HEAD = [
  'platform',
  'accounts',
  'requests',
  'budget',
  'share',
  'USD a day',
  'important told within',
  'others told within',
]

/** Prints what the roll will take: an aligned table, then a sentence for whatever will not go as configured. */
export function printPlan(plan: readonly PlatformPlan[], out: Out): void {
  const rows = [HEAD, ...plan.map(row)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  for (const cells of rows) out.write(`${line(cells)}\n`)
  for (const warning of plan.flatMap(warnings)) out.write(`! ${warning}\n`)
}

/** What `--json` prints: the plan as it is, with its warnings. */
export const planJson = (plan: readonly PlatformPlan[]) => ({
  platforms: plan.map((one) => ({ ...one, warnings: warnings(one) })),
})

function row(plan: PlatformPlan): readonly string[] {
  const { money, worst } = plan
  const limit = money === null || money.limitPerDay === null ? '' : ` of ${dollars(money.limitPerDay)}`
  return [
    plan.platform,
    String(plan.accounts),
    String(plan.requests),
    formatBudget(plan.budget),
    `${Math.ceil(plan.share * 100)} %`,
    money === null ? '-' : `${dollars(money.perDay)}${limit}`,
    within(worst.importantMs),
    within(worst.ordinaryMs),
  ]
}

function warnings({ title, platform, accounts, fits, stretch, share, money }: PlatformPlan): readonly string[] {
  const said: string[] = []
  const times = (Math.ceil(stretch * 10) / 10).toFixed(1)
  if (!fits) said.push(`${title} does not fit: the roll will go ${times} times slower than configured.`)
  if (share > 1)
    said.push(
      `${title} wants ${Math.ceil(share * 100)} % of its requests: raise platforms.${platform}.budget or slow down the schedule.`,
    )
  if (money !== null && money.limitPerDay === null && accounts > 0)
    said.push(
      `${title} would cost about ${dollars(money.perDay)} USD a day without a limit: set platforms.${platform}.spend.`,
    )
  if (money !== null && money.limitPerDay !== null && money.perDay > money.limitPerDay)
    said.push(
      `${title} would cost about ${dollars(money.perDay)} USD a day, above its limit of ${dollars(money.limitPerDay)}.`,
    )
  if (accounts === 0) said.push(`${title} is configured but no account is on it.`)
  return said
}

const dollars = (amount: number): string => amount.toFixed(2)

/** Seconds up to two minutes, then minutes, then hours, rounded up: it is a promise. */
function within(ms: number | null): string {
  if (ms === null) return '-'
  if (ms <= 120_000) return `${Math.ceil(ms / 1000)} s`
  return ms <= 7_200_000 ? `${Math.ceil(ms / 60_000)} m` : `${Math.ceil(ms / 3_600_000)} h`
}
