import { Command, Option } from 'commander'
import { port, positive, webAddress } from './arguments.ts'
import { DEFAULT_URL, tokenHere } from './at-desk.ts'
import type { CheckTarget } from './check.ts'
import { addConfigCommands, type ConfigActs } from './config-commands.ts'
import { addDeskCommands } from './desk-commands.ts'
import { addDrillCommand, type DrillBy } from './drill-command.ts'
import { addPlatformCommands, type PlatformActs } from './platform-commands.ts'
import { addQuietCommand } from './quiet-command.ts'

/** The least of what is logged. */
export type Level = 'debug' | 'info' | 'warn' | 'error'

/** What the commands do that takes more than this room knows. Files are as written; without one it is the default. */
export type Acts = ConfigActs &
  PlatformActs & {
    readonly serve: (file: string | undefined, log: Level) => Promise<void>
    /** Whom these addresses name and how they are asked, until it is closed. */
    readonly targets: (addresses: readonly string[], file: string | undefined) => Targets
    readonly replay: (scenario: string, options: ReplayWritten) => Promise<void>
    readonly drillBy: DrillBy
    /** Aborts when somebody asks us to end. */
    readonly untilInterrupted: () => AbortSignal
  }

type Targets = { readonly targets: readonly CheckTarget[]; readonly close: () => Promise<void> }
type ReplayWritten = { readonly speed: number; readonly port: number }

/** The command line. Throws CommanderError where it ends one. */
export function createCommands(acts: Acts): Command {
  const program = new Command('rollcall')
    .description('Calls the roll of the accounts that matter and knows, within seconds, who no longer answers.')
    .version('0.1.0')
    .showHelpAfterError('(rollcall --help tells more)')
    .exitOverride()
  addServe(program, acts)
  addCheck(program, acts)
  addConfigCommands(program, acts)
  addPlatformCommands(program, acts)
  addReplay(program, acts)
  addTail(program, acts)
  addDeskCommands(program)
  addQuietCommand(program)
  addDrillCommand(program, acts.drillBy)
  return program
}

function addServe(program: Command, acts: Acts): void {
  program
    .command('serve')
    .description('run the monitor until it is told to stop; SIGHUP or a changed file reloads the configuration')
    .option('-c, --config <file>', 'configuration file (default: config/rollcall.yaml)')
    .addOption(
      new Option('--log <level>', 'how much to log').choices(['debug', 'info', 'warn', 'error']).default('info'),
    )
    .action((options: { config?: string; log: Level }) => acts.serve(options.config, options.log))
}

function addCheck(program: Command, acts: Acts): void {
  program
    .command('check')
    .description('look at accounts now, by every look: 0 all present, 1 any absent, 2 any inconclusive')
    .argument('<account...>', 'for example bluesky:bsky.app x:NASA')
    .option('-c, --config <file>', 'take credentials and base addresses from this file')
    .option('--json', 'one JSON document on standard output')
    .action(async (accounts: string[], options: { config?: string; json?: true }) => {
      const { checkAll } = await import('./checked.ts')
      const { targets, close } = acts.targets(accounts, options.config)
      try {
        process.exitCode = await checkAll(targets, options.json === true)
      } finally {
        await close()
      }
    })
}

function addReplay(program: Command, acts: Acts): void {
  program
    .command('replay')
    .description('the whole app against an embedded stand-in platform that plays a scenario')
    .argument('[scenario]', 'a name in config/scenarios or a file', '2017-11-02')
    .option('--speed <n>', 'how many times as fast as life', positive, 60)
    .option('--port <n>', 'where the dashboard listens meanwhile; 0 is any free port', port, 0)
    .action((name: string, options: ReplayWritten) => acts.replay(name, options))
}

function addTail(program: Command, acts: Acts): void {
  program
    .command('tail')
    .description('follow the live socket in a terminal; resumes by itself: 0 told to end, 1 refused')
    .argument('[url]', 'where Rollcall listens', webAddress, DEFAULT_URL)
    .option('--token <token>', 'access token (better: in ROLLCALL_TOKEN)')
    .option('--json', 'one JSON frame a line')
    .action(async (url: string, options: { token?: string; json?: true }) => {
      const { tail } = await import('./tail.ts')
      const token = options.token ?? tokenHere()
      const [out, err, signal] = [process.stdout, process.stderr, acts.untilInterrupted()]
      const end = await tail({ url, token, json: options.json === true, out, err, signal })
      if (end.kind === 'stopped') return
      console.error(end.reason)
      process.exitCode = 1
    })
}
