import { stripVTControlCharacters } from 'node:util'
import picocolors from 'picocolors'
import { cleanName } from '../core/words.ts'

/** Where lines go: `process.stdout`, `process.stderr`, or what a test reads. */
export type Out = { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }

/** Whoever reads may have enough, as `head` soon has: that is nobody's fault, and `end` hears of it. */
export function whenEnough(out: NodeJS.WriteStream, end: () => void): void {
  out.on('error', (fault: NodeJS.ErrnoException) => {
    if (fault.code !== 'EPIPE') throw fault
    end()
  })
}

type Ink = ReturnType<typeof picocolors.createColors>

/** Colours for this stream: only on a terminal, never with `NO_COLOR` (no-color.org) or `TERM=dumb`. */
export function inkFor(out: Out, env: Readonly<Record<string, string | undefined>> = process.env): Ink {
  const wanted = out.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return picocolors.createColors(wanted)
}

/** Text from a platform or a person as one harmless line: it cannot move the cursor, colour or reverse what follows. */
export const oneLine = (text: string): string => cleanName(stripVTControlCharacters(text), 1_000)

/** How far something is, for whoever watches it. */
export type Progress = {
  /** Replaces what the line said. */
  show(text: string): void
  /** Takes the line away; write nothing else to the stream before that. */
  clear(): void
}

/** One line that changes in place. Says nothing where there is no terminal: a log file wants endings only. */
export function progressLine(out: Out): Progress {
  let shown = false
  return {
    show(text) {
      if (out.isTTY !== true) return
      shown = true
      out.write(`\r\u001b[2K${oneLine(text).slice(0, Math.max(20, (out.columns ?? 80) - 1))}`)
    },
    clear() {
      if (shown) out.write('\r\u001b[2K')
      shown = false
    },
  }
}
