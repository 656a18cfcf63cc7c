import { formatBudget } from '../core/durations.ts'
import { dollars, planWarnings, rollWarnings, withinWords } from '../core/plan-words.ts'
import type { PlatformPlan } from '../core/plan.ts'
import type { PackSummary } from '../core/platform.ts'
import { oneLine, type Out } from './terminal.ts'

const HEAD = [
  'platform',
  'accounts',
  'requests',
  'budget',
  'share',
  'headroom',
  'USD a day',
  'important told within',
  'others told within',
]

/** Prints what the roll will take: an aligned table, then a sentence for whatever will not go as configured. */
export function printPlan(
  plan: readonly PlatformPlan[],
  packs: readonly PackSummary[],
  more: readonly string[],
  out: Out,
): void {
  const rows = [HEAD, ...plan.map(row)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  for (const cells of rows) out.write(`${line(cells)}\n`)
  for (const pack of packs) out.write(`${packWords(pack)}\n`)
  for (const warning of [...rollWarnings(plan), ...more]) out.write(`! ${oneLine(warning)}\n`)
}

/** What `--json` prints: the plan as it is, with its warnings; `more` are those of no platform. */
export const planJson = (plan: readonly PlatformPlan[], packs: readonly PackSummary[], more: readonly string[]) => ({
  packs: packs.map(({ name, licence, source, file, taken, refused, clashing }) => ({
    name,
    licence,
    source,
    file,
    taken,
    refused,
    clashing,
  })),
  platforms: plan.map((one) => ({ ...one, warnings: planWarnings(one) })),
  warnings: more,
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
    String(plan.budget.requests - plan.requests),
    money === null ? '-' : `${dollars(money.perDay)}${limit}`,
    toldWithin(plan, worst.importantMs),
    toldWithin(plan, worst.ordinaryMs),
  ]
}

function packWords({ name, licence, source, file, taken, refused, clashing }: PackSummary): string {
  const gives = clashing.length === 0 ? '' : `, ${clashing.length} give way to other platforms`
  const counts = `${taken} sites, ${refused} rules refused${gives}`
  return oneLine(`${file}: ${name}, ${licence} (${source}): ${counts}; rollcall rules check tells more`)
}

const toldWithin = ({ tellsAbsence }: PlatformPlan, ms: number | null): string =>
  ms === null ? '-' : tellsAbsence ? withinWords(ms) : 'never'
