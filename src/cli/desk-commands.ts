import { Option, type Command } from 'commander'
import { address } from './arguments.ts'
import { atDesk, atDeskJson, thereOf, type AtDesk } from './at-desk.ts'
import type { RemarkName } from './remark.ts'
import type { ReportOptions } from './report.ts'
import { tell } from './tell.ts'

type Remarked = AtDesk & { readonly note: string; readonly by?: string }

const REMARKS = {
  acknowledge: 'say that somebody takes care of an outage: reminders and escalation stop',
  annotate: 'add a note to an outage',
  retract: 'take an outage back',
} as const

/** The commands that speak with the running monitor about accounts and outages. */
export function addDeskCommands(program: Command): void {
  addAcceptCommand(program)
  for (const [remark, does] of Object.entries(REMARKS) as [RemarkName, string][]) {
    addRemarkCommand(program, remark, does)
  }
  addReportCommand(program)
}

function addAcceptCommand(program: Command): void {
  const does = 'tell the running monitor that whoever the handle leads to now is the account'
  atDeskJson(program.command('accept'), `${does}: 0 done, 1 refused`)
    .argument('<account>', 'for example x:NASA', address)
    .option('--note <text>', 'why, for the others', '')
    .action(async (account: string, options: AtDesk & { readonly note: string }) => {
      const { acceptedLine, acceptThere } = await import('./accept.ts')
      const done = await acceptThere({ ...thereOf(options), account, note: options.note })
      tell(done, options.json === true, acceptedLine)
    })
}

function addRemarkCommand(program: Command, remark: RemarkName, does: string): void {
  atDeskJson(program.command(remark), `${does}: 0 done, 1 refused`)
    .argument('<outage>', 'its id, for example out_01BYZ4T5E0…')
    .addOption(noteOption(remark))
    .option('--by <name>', 'who says so, where it is not whoever holds the token')
    .action(async (outage: string, options: Remarked) => {
      const { remarkedLine, remarkThere } = await import('./remark.ts')
      const { note, by = null } = options
      const done = await remarkThere({ ...thereOf(options), remark, outage, note, by })
      tell(done, options.json === true, (said) => remarkedLine(remark, said))
    })
}

/** Who corrects something says why. */
function noteOption(remark: RemarkName): Option {
  const option = new Option('--note <text>', 'why, for the others')
  return remark === 'acknowledge' ? option.default('') : option.makeOptionMandatory()
}

function addReportCommand(program: Command): void {
  const does = 'the incident report of an outage, from the running monitor: 0 written, 1 there is none'
  atDesk(program.command('report'), does)
    .argument('<outage>', 'its id')
    .addOption(new Option('--format <format>', 'as what').choices(['md', 'html', 'json']).default('md'))
    .action(async (outage: string, options: AtDesk & Pick<ReportOptions, 'format'>) => {
      const { reportThere } = await import('./report.ts')
      const done = await reportThere({ ...thereOf(options), outage, format: options.format })
      tell(done, false, (text) => text.trimEnd())
    })
}
