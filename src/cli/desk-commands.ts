import { InvalidArgumentError, Option, type Command } from 'commander'
import { parseDuration } from '../core/durations.ts'
import { webAddress } from './arguments.ts'
import type { RemarkName } from './remark.ts'
import type { Done, There } from './there.ts'

type Written = { readonly url: string; readonly json?: true }
type Said = Written & { readonly note: string; readonly by?: string }
type QuietWritten = Written & {
  readonly for?: string
  readonly because?: string
  readonly by?: string
  readonly list?: true
  readonly end?: string
}

const REMARKS = {
  acknowledge: 'say that somebody takes care of an outage: reminders and escalation stop',
  annotate: 'add a note to an outage',
  retract: 'take an outage back',
} as const

/** The commands that speak with the running monitor about outages, by its API. */
export function addDeskCommands(program: Command, parts: { readonly url: string; readonly unreachable: number }): void {
  const there = ({ url }: Written): There => ({ url, token: process.env['ROLLCALL_TOKEN'] })
  const command = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .option('--url <url>', 'where Rollcall listens; the token is in ROLLCALL_TOKEN', webAddress, parts.url)
      .option('--json', 'the answer as JSON')

  function tell<T>(done: Done<T>, json: boolean, words: (value: T) => string): void {
    if (done.kind === 'done') {
      console.log(json ? JSON.stringify(done.value, null, 2) : words(done.value))
    } else {
      console.error(done.reason)
      process.exitCode = done.kind === 'refused' ? 1 : parts.unreachable
    }
  }

  for (const [remark, does] of Object.entries(REMARKS) as [RemarkName, string][]) {
    command(remark, `${does}: 0 done, 1 refused`)
      .argument('<outage>', 'its id, for example out_01BYZ4T5E0…')
      .addOption(noteOption(remark))
      .option('--by <name>', 'who says so, where it is not whoever holds the token')
      .action(async (outage: string, options: Said) => {
        const { remarkedLine, remarkThere } = await import('./remark.ts')
        const { note, by = null } = options
        const done = await remarkThere({ ...there(options), remark, outage, note, by })
        tell(done, options.json === true, (said) => remarkedLine(remark, said))
      })
  }

  program
    .command('report')
    .description('the incident report of an outage, from the running monitor: 0 written, 1 there is none')
    .argument('<outage>', 'its id')
    .addOption(new Option('--format <format>', 'as what').choices(['md', 'html', 'json']).default('md'))
    .option('--url <url>', 'where Rollcall listens; the token is in ROLLCALL_TOKEN', webAddress, parts.url)
    .action(async (outage: string, options: Written & { readonly format: 'md' | 'html' | 'json' }) => {
      const { reportThere } = await import('./report.ts')
      const done = await reportThere({ ...there(options), outage, format: options.format })
      tell(done, false, (text) => text.trimEnd())
    })

  const quiet = command('quiet', 'hold notices while somebody works on accounts; looking and recording go on')
    .argument('[account|tag]', 'for example x:NASA, or a tag')
    .option('--for <duration>', 'how long, for example 2h', duration)
    .option('--because <text>', 'why, for the others')
    .option('--by <name>', 'who says so, where it is not whoever holds the token')
    .option('--list', 'what is quiet now')
    .option('--end <id>', 'end it now; what it held is told')
    .action(async (of: string | undefined, options: QuietWritten) => {
      const { endedLine, endQuietThere, quietLine, quietsThere, quietThere } = await import('./quiet.ts')
      const { because, end, for: span, by = null } = options
      const json = options.json === true
      if (options.list === true) {
        const words = (quiets: readonly Parameters<typeof quietLine>[0][]): string =>
          quiets.length === 0 ? 'Nothing is quiet.' : quiets.map(quietLine).join('\n')
        tell(await quietsThere(there(options)), json, ({ quiets }) => words(quiets))
      } else if (end !== undefined) {
        tell(await endQuietThere(there(options), end), json, endedLine)
      } else if (of === undefined || span === undefined || because === undefined) {
        quiet.error('error: say whom, --for how long and --because of what; or --list, or --end one')
      } else {
        tell(await quietThere({ ...there(options), of, span, because, by }), json, quietLine)
      }
    })
}

/** Who corrects something says why. */
function noteOption(remark: RemarkName): Option {
  const option = new Option('--note <text>', 'why, for the others')
  return remark === 'acknowledge' ? option.default('') : option.makeOptionMandatory()
}

function duration(text: string): string {
  if (parseDuration(text) !== null) return text
  throw new InvalidArgumentError('Expected a duration such as 2h.')
}
