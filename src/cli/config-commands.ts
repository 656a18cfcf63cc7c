import type { Command } from 'commander'
import { addressKey } from '../core/account.ts'
import type { Subscriber } from '../core/channel.ts'
import type { PlanParts } from '../core/plan.ts'
import type { PackSummary } from '../core/platform.ts'
import { EX_USAGE } from './exit.ts'
import { printJson } from './tell.ts'

/** What of a configuration tells what will happen. */
export type Read = Omit<PlanParts, 'gapMs'> & {
  readonly packs: readonly PackSummary[]
  readonly subscribers: readonly Subscriber[]
  readonly outbound: { readonly allowPrivate: readonly string[] }
}

export type ConfigActs = {
  /** Reads a configuration; without a file the one that `serve` takes. */
  readonly load: (file: string | undefined) => Read
  readonly gapMs: PlanParts['gapMs']
  /** Whether requests of subscribers may go to that origin, as far as it can be told without looking up a name. */
  readonly mayReach: (origin: string, allowPrivate: readonly string[]) => boolean
  /** The JSON Schema as text. */
  readonly schema: () => string
}

type CheckWritten = { readonly json?: true; readonly who?: readonly string[] }

export function addConfigCommands(program: Command, acts: ConfigActs): void {
  const config = program.command('config').description('what a configuration means')
  config
    .command('check', { isDefault: true })
    .description('all faults at once, or the plan: requests and money against budgets, worst-case time to notice')
    .argument('[file]', 'configuration file (default: config/rollcall.yaml)')
    .option('--json', 'the plan, or who would be told, as JSON')
    .option(
      '--who <account-and-type...>',
      'who would be told if this happened to the account now, how and when: --who x:NASA outage.opened',
    )
    .action(async (file: string | undefined, options: CheckWritten) => {
      const json = options.json === true
      if (options.who === undefined) return plan(acts, file, json)
      const [account = '', type = '', last] = options.who
      return who(program, acts.load(file ?? last), { account, type }, json)
    })
  config
    .command('schema')
    .description('the JSON Schema of the configuration, for editors')
    .action(() => void process.stdout.write(acts.schema()))
}

async function plan({ load, gapMs, mayReach }: ConfigActs, file: string | undefined, json: boolean): Promise<void> {
  const { planOf } = await import('../core/plan.ts')
  const { planJson, printPlan } = await import('./plan.ts')
  const found = load(file)
  const all = planOf({ ...found, gapMs })
  const unreached = found.subscribers.flatMap(({ name, origins = [] }) =>
    origins
      .filter((origin) => !mayReach(origin, found.outbound.allowPrivate))
      .map((origin) => unreachedWords(name, origin)),
  )
  if (json) printJson(planJson(all, found.packs, unreached))
  else printPlan(all, found.packs, unreached, process.stdout)
}

const unreachedWords = (subscriber: string, origin: string): string =>
  `Subscriber ${subscriber} will get nothing: ${new URL(origin).hostname} is a private address that ` +
  'outbound.allowPrivate does not name.'

type Wanted = { readonly account: string; readonly type: string }

async function who(program: Command, found: Read, { account, type }: Wanted, json: boolean): Promise<void> {
  const { printWho, whoJson } = await import('./who.ts')
  const { isAccountNews, whoHears } = await import('../core/who.ts')
  const { TRANSITION_NAMES } = await import('../core/transition.ts')
  const known = TRANSITION_NAMES.filter(isAccountNews)
  const name = known.find((one) => one === type)
  const target = found.accounts.find((one) => addressKey(one.account) === addressKey(account))
  if (name === undefined) {
    return program.error(`error: expected an account and one of ${known.join(', ')}`, { exitCode: EX_USAGE })
  }
  if (target === undefined) {
    return program.error(`error: ${JSON.stringify(account)} is not under accounts`, { exitCode: EX_USAGE })
  }
  const all = whoHears(target, name, { ...found, now: Date.now() })
  if (json) printJson(whoJson(target, name, all))
  else printWho(target, name, all, process.stdout)
}
