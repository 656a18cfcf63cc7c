import type { Command } from 'commander'
import { webAddress } from './arguments.ts'
import { tokenHere } from './at-desk.ts'
import type { Drilled, OwnDrill } from './drill.ts'
import { tell } from './tell.ts'
import type { There } from './there.ts'

/** Reads what a configuration says of its monitor, and how a drill is sent where none listens. */
export type DrillBy = (file: string | undefined) => { readonly there: There; readonly own: () => Promise<OwnDrill> }

type DrillWritten = { readonly config?: string; readonly url?: string; readonly json?: true }

export function addDrillCommand(program: Command, drillBy: DrillBy): void {
  program
    .command('drill')
    .description(
      'send a marked test to subscribers by the way their notices go, and tell what became of it: 0 all delivered, ' +
        '1 otherwise. The running monitor sends it; where none listens, it is sent from the configuration',
    )
    .argument('[subscriber...]', 'only these')
    .option('-c, --config <file>', 'where subscribers, the address and the token are taken from')
    .option(
      '--url <url>',
      'where Rollcall listens, whatever the configuration says; the token is in ROLLCALL_TOKEN',
      webAddress,
    )
    .option('--json', 'the reports as JSON')
    .action(async (names: string[], options: DrillWritten) => {
      const { drillLine, isAllDelivered } = await import('./drill.ts')
      const done = await drill(names, options, drillBy)
      tell(forPrint(done), options.json === true, ({ drills }) => drills.map(drillLine).join('\n'))
      if (done.kind === 'done' && !isAllDelivered(done.value)) process.exitCode = 1
    })
}

const forPrint = (done: Drilled) => (done.kind === 'done' ? { kind: done.kind, value: { drills: done.value } } : done)

/** By the running monitor, whose pace and breakers a drill keeps to; by ourselves where nothing listens. */
async function drill(names: readonly string[], { config, url }: DrillWritten, drillBy: DrillBy): Promise<Drilled> {
  const { drillHere, drillThere } = await import('./drill.ts')
  if (url !== undefined) return drillThere({ url, token: tokenHere() }, names)
  const { there, own } = drillBy(config)
  const done = await drillThere({ ...there, token: tokenHere() ?? there.token }, names)
  return done.kind === 'unreachable' && done.isNobody ? drillHere(await own(), names) : done
}
