import { inkFor, oneLine, type Out } from './terminal.ts'

/** A rule by its own name, and what there is to say about it. */
type Remark = { readonly name: string; readonly reason: string }

/** What became of a rule pack. */
export type RulesCheck = {
  /** Of the project that keeps it. */
  readonly name: string
  readonly format: string
  readonly licence: string
  readonly source: string
  readonly file: string
  readonly taken: readonly { readonly platform: string; readonly title: string; readonly trust: string }[]
  readonly refused: readonly Remark[]
  /** Taken all the same. */
  readonly flagged: readonly Remark[]
  /** Not taken, since their name is another platform's. */
  readonly collisions: readonly Remark[]
}

/** Where it comes from, how many rules are taken, and a line for each that is not or that has something to it. */
export function printRules(pack: RulesCheck, out: Out): void {
  const ink = inkFor(out)
  const { taken, refused, collisions } = pack
  const flagged = joined(pack.flagged)
  out.write(`${ink.bold(oneLine(pack.name))}  ${oneLine(pack.licence)}  ${ink.dim(pack.source)}\n`)
  const counts = [
    ink.green(`${taken.length} taken`),
    ink.red(`${refused.length} refused`),
    ink.yellow(`${collisions.length} in collision`),
    `${flagged.length} flagged`,
  ]
  out.write(`${oneLine(pack.file)} (${pack.format}): ${counts.join(', ')}\n`)
  const lists = [
    ['refused', ink.red, refused],
    ['in collision', ink.yellow, collisions],
    ['flagged', ink.dim, flagged],
  ] as const
  for (const [head, tint, remarks] of lists) {
    const width = Math.max(...remarks.map(({ name }) => oneLine(name).length), 0)
    if (remarks.length > 0) out.write(`\n${ink.bold(head)}\n`)
    for (const { name, reason } of remarks) out.write(`  ${oneLine(name).padEnd(width)}  ${tint(oneLine(reason))}\n`)
  }
}

/** What `--json` prints. */
export const rulesJson = (pack: RulesCheck) => ({
  ...pack,
  counts: {
    taken: pack.taken.length,
    refused: pack.refused.length,
    collisions: pack.collisions.length,
    flagged: joined(pack.flagged).length,
  },
})

/** One remark for each rule. */
const joined = (remarks: readonly Remark[]): readonly Remark[] =>
  [...Map.groupBy(remarks, ({ name }) => name)].map(([name, some]) => ({
    name,
    reason: some.map(({ reason }) => reason).join('; '),
  }))
