import type { Say } from './row.ts'

export type Pairs = { readonly subject: number; readonly reference: number; readonly ratio: number }

/**
 * Measures subject and reference in turn, `count` times each, every other pair in the other order: what else the
 * machine does falls on both. Answers with the medians, and with the median of the pairs' ratios, which is not the
 * ratio of the medians.
 */
export async function inPairs(parts: {
  readonly count: number
  readonly subject: () => Promise<number>
  readonly reference: () => Promise<number>
  readonly say: Say
}): Promise<Pairs> {
  const subjects: number[] = []
  const references: number[] = []
  // What is compiled and connected first must not count.
  await parts.reference()
  await parts.subject()
  for (let pair = 0; pair < parts.count; pair++) {
    const steps = [
      async () => void references.push(await parts.reference()),
      async () => void subjects.push(await parts.subject()),
    ]
    for (const step of pair % 2 === 0 ? steps : steps.toReversed()) await step()
    parts.say(`${pair + 1} of ${parts.count}: ${short(subjects.at(-1))} beside ${short(references.at(-1))}`)
  }
  const ratios = subjects.map((subject, pair) => subject / (references[pair] ?? Number.NaN))
  return { subject: median(subjects), reference: median(references), ratio: median(ratios) }
}

/** Of an even count the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  const above = sorted[Math.floor(middle)] ?? Number.NaN
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + above) / 2 : above
}

/** Three digits that matter: 12,300, 84.1, 0.72. */
export const short = (value: number | undefined): string => (value === undefined ? '?' : FORMAT.format(value))

const FORMAT = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
