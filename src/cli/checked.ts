import { setTimeout as sleep } from 'node:timers/promises'
import type { Verdict } from '../core/verdict.ts'
import {
  checkEach,
  checkedJson,
  exitCodeOf,
  identityWords,
  verdictWords,
  type Checked,
  type CheckTarget,
} from './check.ts'
import { createSlots } from './slots.ts'
import { printJson } from './tell.ts'
import { inkFor, oneLine, progressLine, type Out } from './terminal.ts'

/** Looks at all of them and prints what was seen; answers with the exit code. */
export async function checkAll(targets: readonly CheckTarget[], json: boolean): Promise<number> {
  const progress = progressLine(process.stderr)
  const slots = createSlots({ now: Date.now, sleep })
  const all = await checkEach(targets, { now: Date.now, slots }, (done) => {
    if (targets.length > 1) progress.show(`${done} of ${targets.length}`)
  })
  progress.clear()
  if (json) printJson({ accounts: all.map(checkedJson) })
  else printChecked(all, process.stdout)
  return exitCodeOf(all)
}

/** A readable answer for each account: one line for what holds, one for what each look said. */
function printChecked(all: readonly Checked[], out: Out): void {
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
