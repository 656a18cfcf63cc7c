import type { Command } from 'commander'
import type { QuietJson } from '../core/json-desk.ts'
import { duration } from './arguments.ts'
import { atDeskJson, thereOf, type AtDesk } from './at-desk.ts'
import { tell } from './tell.ts'

type QuietWritten = AtDesk & {
  readonly for?: string
  readonly because?: string
  readonly by?: string
  readonly list?: true
  readonly end?: string
}

/** Quiet is begun, ended or listed at the running monitor. */
export function addQuietCommand(program: Command): void {
  const does = 'hold notices while somebody works on accounts; looking and recording go on'
  const quiet = atDeskJson(program.command('quiet'), `${does}: 0 done, 1 refused`)
    .argument('[account|tag]', 'for example x:NASA, or a tag')
    .option('--for <duration>', 'how long, for example 2h', duration)
    .option('--because <text>', 'why, for the others')
    .option('--by <name>', 'who says so, where it is not whoever holds the token')
    .option('--list', 'what is quiet now')
    .option('--end <id>', 'end it now; what it held is told')
    .action(async (of: string | undefined, options: QuietWritten) => {
      const { endedLine, endQuietThere, quietLine, quietsThere, quietThere } = await import('./quiet.ts')
      const { because, end, for: span, by = null } = options
      const [there, json] = [thereOf(options), options.json === true]
      if (options.list === true) {
        tell(await quietsThere(there), json, ({ quiets }) => listed(quiets, quietLine))
      } else if (end !== undefined) {
        tell(await endQuietThere(there, end), json, endedLine)
      } else if (of === undefined || span === undefined || because === undefined) {
        quiet.error('error: say whom, --for how long and --because of what; or --list, or --end one')
      } else {
        tell(await quietThere({ ...there, of, span, because, by }), json, quietLine)
      }
    })
}

const listed = (quiets: readonly QuietJson[], line: (quiet: QuietJson) => string): string =>
  quiets.length === 0 ? 'Nothing is quiet.' : quiets.map(line).join('\n')
