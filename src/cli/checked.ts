import pc from 'picocolors'
import { identityWords, verdictWords, type Checked } from './check.ts'
import type { Verdict } from '../core/verdict.ts'

type Out = { write(text: string): unknown; readonly isTTY?: boolean }

/** A readable answer for each account: one line for what holds, one for what each look said. */
export function printChecked(all: readonly Checked[], out: Out): void {
  const colours = pc.createColors(out.isTTY === true)
  const tint = ({ kind }: Verdict) =>
    kind === 'present' ? colours.green : kind === 'absent' ? colours.red : colours.yellow
  const width = Math.max(...all.flatMap(({ looks }) => looks.map(({ words }) => words.length)), 0)
  for (const { account, verdict, identity, looks } of all) {
    const who = identity === null ? '' : colours.dim(`  ${identityWords(identity)}`)
    out.write(`${colours.bold(account)}  ${tint(verdict)(verdictWords(verdict))}${who}\n`)
    for (const look of looks) {
      const took = colours.dim(`${Math.round(look.answeredAt - look.askedAt)} ms`)
      const marker = look.marker === null || look.verdict.kind === 'present' ? '' : colours.dim(`  (${look.marker})`)
      out.write(`  ${look.words.padEnd(width)}  ${verdictWords(look.verdict)}  ${took}${marker}\n`)
    }
  }
}
