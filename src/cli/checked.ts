import type { Verdict } from '../core/verdict.ts'
import { identityWords, verdictWords, type Checked } from './check.ts'
import { inkFor, oneLine, type Out } from './terminal.ts'

/** A readable answer for each account: one line for what holds, one for what each look said. */
export function printChecked(all: readonly Checked[], out: Out): void {
  const ink = inkFor(out)
  const tint = ({ kind }: Verdict) => (kind === 'present' ? ink.green : kind === 'absent' ? ink.red : ink.yellow)
  const width = Math.max(...all.flatMap(({ looks }) => looks.map(({ words }) => words.length)), 0)
  for (const { account, verdict, identity, looks } of all) {
    const who = identity === null ? '' : ink.dim(`  ${oneLine(identityWords(identity))}`)
    out.write(`${ink.bold(account)}  ${tint(verdict)(verdictWords(verdict))}${who}\n`)
    for (const look of looks) {
      const took = ink.dim(`${Math.round(look.answeredAt - look.askedAt)} ms`)
      const marker =
        look.marker === null || look.verdict.kind === 'present' ? '' : ink.dim(`  (${oneLine(look.marker)})`)
      out.write(`  ${look.words.padEnd(width)}  ${verdictWords(look.verdict)}  ${took}${marker}\n`)
    }
  }
}
