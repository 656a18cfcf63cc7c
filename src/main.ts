#!/usr/bin/env node
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError, Option } from 'commander'
import type { App, Parts } from './app.ts'
import { address, port, positive, webAddress } from './cli/arguments.ts'
import { addDeskCommands } from './cli/desk-commands.ts'
import type { Drilled } from './cli/drill.ts'
import type { Config } from './config.ts'
import type { Log } from './core/log.ts'
import type { LogLevel } from './io/log.ts'
import type { Format } from './platforms/rules.ts'

// What Node has compiled it finds again at the next start, which takes half the time then; a folder that cannot be
// written is no loss. Static imports are read before this line is reached, so the large ones come after it. Each
// command brings what only it needs when it is called.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/rollcall', import.meta.url)))
const { createApp } = await import('./app.ts')
const { channelKinds } = await import('./channels/index.ts')
const { AddressError, ConfigError, loadConfig, loadForCheck, loadPack, printSchema, watchConfig } =
  await import('./config.ts')
const { planOf } = await import('./core/plan.ts')
const { createFastClock, systemClock } = await import('./io/clock.ts')
const { createCron } = await import('./io/cron.ts')
const { createLog } = await import('./io/log.ts')
const { reachedAt } = await import('./io/http/address.ts')
const { createOutbound } = await import('./io/outbound.ts')
const { platformKinds } = await import('./platforms/index.ts')
const { FORMATS, packKinds } = await import('./platforms/rules.ts')

/** Exit codes as sysexits.h names them. */
const EX_USAGE = 64
const EX_CONFIG = 78
const EX_SOFTWARE = 70
const EX_UNAVAILABLE = 69

class StartError extends Error {}
class FileError extends Error {}

const DEFAULT_CONFIG = fileURLToPath(new URL('../config/rollcall.yaml', import.meta.url))
const DEFAULT_URL = 'http://127.0.0.1:8787'
const SCENARIOS = fileURLToPath(new URL('../config/scenarios/', import.meta.url))

const cron = createCron(systemClock)
const kinds = {
  platforms: platformKinds,
  channels: channelKinds,
  validatePattern: (pattern: string) => cron.fault(pattern),
}
const load = (file: string): Config => loadConfig(file, { ...kinds, env: process.env })

/** The file in the current folder, as a user would expect, or the one that comes with Rollcall. */
const defaultFile = (): string => (existsSync('config/rollcall.yaml') ? 'config/rollcall.yaml' : DEFAULT_CONFIG)

const program = new Command('rollcall')
  .description('Calls the roll of the accounts that matter and knows, within seconds, who no longer answers.')
  .version('0.1.0')
  .showHelpAfterError('(rollcall --help tells more)')
  .exitOverride()

program
  .command('serve')
  .description('run the monitor until it is told to stop; SIGHUP or a changed file reloads the configuration')
  .option('-c, --config <file>', 'configuration file (default: config/rollcall.yaml)')
  .addOption(new Option('--log <level>', 'how much to log').choices(['debug', 'info', 'warn', 'error']).default('info'))
  .action(async (options: { config?: string; log: LogLevel }) => {
    await serve(options.config ?? defaultFile(), options.log)
  })

program
  .command('check')
  .description('look at accounts now, by every look: 0 all present, 1 any absent, 2 any inconclusive')
  .argument('<account...>', 'for example bluesky:bsky.app x:NASA')
  .option('-c, --config <file>', 'take credentials and base addresses from this file')
  .option('--json', 'one JSON document on standard output')
  .action(async (accounts: string[], options: { config?: string; json?: true }) => {
    process.exitCode = await checkAll(
      accounts,
      options.config ?? (existsSync(defaultFile()) ? defaultFile() : null),
      options.json === true,
    )
  })

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
  .action(async (file: string | undefined, options: { json?: true; who?: string[] }) => {
    if (options.who !== undefined) return who(options.who, file, options.json === true)
    const { planJson, printPlan } = await import('./cli/plan.ts')
    const found = load(file ?? defaultFile())
    const plan = planOf({ ...found, gapMs: (pattern) => cron.longestGap(pattern, Date.now()) })
    if (options.json === true) console.log(JSON.stringify(planJson(plan, found.packs), null, 2))
    else printPlan(plan, found.packs, process.stdout)
  })
config
  .command('schema')
  .description('the JSON Schema of the configuration, for editors')
  .action(() => {
    process.stdout.write(printSchema(platformKinds, channelKinds))
  })

program
  .command('platforms')
  .description('what each platform needs, can tell and cannot')
  .argument('[platform...]', 'only these')
  .option('--json', 'as JSON')
  .action(async (ids: string[], options: { json?: true }) => {
    const { platformsJson, printPlatforms } = await import('./cli/platforms.ts')
    const unknown = ids.find((id) => !platformKinds.some((kind) => kind.id === id))
    if (unknown !== undefined)
      program.error(`error: there is no platform ${JSON.stringify(unknown)}`, { exitCode: EX_USAGE })
    const wanted = platformKinds.filter(({ id }) => ids.length === 0 || ids.includes(id))
    if (options.json === true) console.log(JSON.stringify(platformsJson(wanted), null, 2))
    else printPlatforms(wanted, process.stdout)
  })

const rules = program.command('rules').description('rule packs of others, each of whose sites becomes a platform')
rules
  .command('check')
  .description('what of a rule file is taken, refused and flagged, each with its reason; 78 when it is none')
  .argument('<file>', 'for example wmn-data.json')
  .addOption(
    new Option('--format <format>', 'whose format it has, unless the content tells').choices(Object.keys(FORMATS)),
  )
  .option('--json', 'as JSON, with every site that is taken')
  .action(async (file: string, options: { format?: Format; json?: true }) => {
    const { printRules, rulesJson } = await import('./cli/rules.ts')
    const { sites, ...pack } = loadPack(file, options.format ?? null)
    const { kinds: own, collisions } = packKinds({ ...pack, sites }, new Set(platformKinds.map(({ id }) => id)))
    const taken = own.map(({ id, title, looks }) => ({ platform: id, title, trust: looks[0]?.trust ?? 'low' }))
    if (options.json === true) console.log(JSON.stringify(rulesJson({ ...pack, taken, collisions }), null, 2))
    else printRules({ ...pack, taken, collisions }, process.stdout)
  })

program
  .command('replay')
  .description('the whole app against an embedded stand-in platform that plays a scenario')
  .argument('[scenario]', 'a name in config/scenarios or a file', '2017-11-02')
  .option('--speed <n>', 'how many times as fast as life', positive, 60)
  .option('--port <n>', 'where the dashboard listens meanwhile; 0 is any free port', port, 0)
  .action(async (name: string, options: { speed: number; port: number }) => {
    await replay(name, options)
  })

program
  .command('tail')
  .description('follow the live socket in a terminal; resumes by itself')
  .argument('[url]', 'where Rollcall listens', webAddress, DEFAULT_URL)
  .option('--token <token>', 'access token (better: in ROLLCALL_TOKEN)')
  .option('--json', 'one JSON frame a line')
  .action(async (url: string, options: { token?: string; json?: true }) => {
    const { tail } = await import('./cli/tail.ts')
    const end = await tail({
      url,
      token: options.token ?? process.env['ROLLCALL_TOKEN'],
      json: options.json === true,
      out: process.stdout,
      err: process.stderr,
      signal: untilInterrupted(),
    })
    if (end.kind === 'refused') {
      console.error(end.reason)
      process.exitCode = 1
    }
  })

program
  .command('accept')
  .description('tell the running monitor that whoever the handle leads to now is the account: 0 done, 1 refused')
  .argument('<account>', 'for example x:NASA', address)
  .option('--url <url>', 'where Rollcall listens; the token is in ROLLCALL_TOKEN', webAddress, DEFAULT_URL)
  .option('--note <text>', 'why, for the others', '')
  .option('--json', 'the account as JSON')
  .action(async (account: string, options: { url: string; note: string; json?: true }) => {
    const { acceptedLine, acceptThere } = await import('./cli/accept.ts')
    const { url, note } = options
    const done = await acceptThere({ account, url, note, token: process.env['ROLLCALL_TOKEN'] })
    if (done.kind === 'accepted') {
      console.log(options.json === true ? JSON.stringify(done.account, null, 2) : acceptedLine(done.account))
    } else {
      console.error(done.reason)
      process.exitCode = done.kind === 'refused' ? 1 : EX_UNAVAILABLE
    }
  })

addDeskCommands(program, { url: DEFAULT_URL, unreachable: EX_UNAVAILABLE })

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
  .action(async (names: string[], options: { config?: string; url?: string; json?: true }) => {
    const { drillLine, isAllDelivered } = await import('./cli/drill.ts')
    const done = await drill(names, options)
    if (done.kind === 'drilled') {
      if (options.json === true) console.log(JSON.stringify({ drills: done.reports }, null, 2))
      else for (const report of done.reports) console.log(drillLine(report))
      process.exitCode = isAllDelivered(done.reports) ? 0 : 1
    } else {
      console.error(done.reason)
      process.exitCode = 1
    }
  })

/** @param words account and type, and the file where it comes last */
async function who([account = '', type = '', last]: readonly string[], file: string | undefined, json: boolean) {
  const { printWho, whoJson } = await import('./cli/who.ts')
  const { isAccountNews, whoHears } = await import('./core/who.ts')
  const { addressKey } = await import('./core/account.ts')
  const { TRANSITION_NAMES } = await import('./core/transition.ts')
  const found = load(file ?? last ?? defaultFile())
  const name = TRANSITION_NAMES.filter(isAccountNews).find((one) => one === type)
  const target = found.accounts.find((one) => addressKey(one.account) === addressKey(account))
  if (name === undefined) {
    const known = TRANSITION_NAMES.filter(isAccountNews).join(', ')
    return program.error(`error: expected an account and one of ${known}`, { exitCode: EX_USAGE })
  }
  if (target === undefined) {
    return program.error(`error: ${JSON.stringify(account)} is not under accounts`, { exitCode: EX_USAGE })
  }
  const all = whoHears(target, name, { ...found, now: Date.now() })
  if (json) console.log(JSON.stringify(whoJson(target, name, all), null, 2))
  else printWho(target, name, all, process.stdout)
}

/**
 * Runs until a signal says stop. Signals are heard from the first moment on: who stops or reloads us while we start is
 * obeyed as soon as we stand.
 */
async function serve(file: string, level: LogLevel): Promise<void> {
  const told = untilInterrupted()
  const log = createLog({ level, pretty: process.stderr.isTTY })
  const first = load(file)
  const onBug = (fault: unknown): void => {
    log.error('bug', { err: fault })
    process.exit(EX_SOFTWARE)
  }
  const app = createApp(first, { log, onBug })
  const starting = app.start()
  const reload = (): void => {
    // What fails to start says so below.
    void starting.then(
      () => reloadFrom(file, app, log),
      () => undefined,
    )
  }
  process.on('SIGHUP', reload)
  // Rule packs are the configuration's, too.
  const watches = [file, ...first.packs.map(({ path }) => path)].map((path) =>
    watchConfig(path, reload, (fault) => log.warn('config_unwatched', { err: fault })),
  )
  const { url } = await starting.catch(refuseToStart)
  if (process.stdout.isTTY) console.log(`Rollcall calls ${first.accounts.length} accounts. Dashboard: ${url}`)
  if (!told.aborted) await once(told, 'abort')
  for (const unwatch of watches) unwatch()
  process.off('SIGHUP', reload)
  await app.stop()
  await cron.stop()
}

/** A bad file changes nothing and is told. */
function reloadFrom(file: string, app: App, log: Log): void {
  try {
    app.reload(load(file))
  } catch (fault) {
    if (!(fault instanceof ConfigError)) throw fault
    log.error('reload_refused', { faults: fault.message.split('\n') })
  }
}

/** What the machine refuses (the port, the disk) is told in a line; a defect of ours keeps its stack. */
function refuseToStart(fault: unknown): never {
  if (fault instanceof Error && fault.constructor === Error) throw new StartError(fault.message, { cause: fault })
  throw fault
}

/** By the running monitor, whose pace and breakers a drill keeps to; by ourselves where nothing listens. */
async function drill(names: readonly string[], options: { config?: string; url?: string }): Promise<Drilled> {
  const { drillThere } = await import('./cli/drill.ts')
  const token = process.env['ROLLCALL_TOKEN']
  if (options.url !== undefined) return drillThere({ url: options.url, token }, names)
  const found = load(options.config ?? defaultFile())
  const operator = found.tokens.find(({ role }) => role === 'operator')?.token
  const done = await drillThere({ url: reachedAt(found.listen), token: token ?? operator }, names)
  return done.kind === 'nobody' ? drillHere(found, names) : done
}

async function drillHere(found: Config, names: readonly string[]): Promise<Drilled> {
  const [{ strangerWords }, { createDrill }, { createGates }, { sendMail }] = await Promise.all([
    import('./cli/drill.ts'),
    import('./run/drill.ts'),
    import('./run/outbox-gates.ts'),
    import('./io/mail.ts'),
  ])
  const all = found.subscribers.map(({ name }) => name)
  const stranger = names.find((name) => !all.includes(name))
  if (stranger !== undefined) return { kind: 'refused', reason: strangerWords(stranger, all) }
  const outward = createOutbound(found.outbound, [])
  const common = { subscribers: () => found.subscribers, clock: systemClock }
  const gates = createGates({ ...common, random: Math.random })
  const send = createDrill({ ...common, gates, log: createLog({ level: 'error' }), ask: outward.ask, mail: sendMail })
  const done = await Promise.all((names.length === 0 ? all : [...new Set(names)]).map(send))
  await outward.close()
  return { kind: 'drilled', reports: done.flatMap((one) => (one.ok ? [one.value] : [])) }
}

async function checkAll(addresses: readonly string[], file: string | null, json: boolean): Promise<number> {
  const { checkEach, checkedJson, exitCodeOf } = await import('./cli/check.ts')
  const { printChecked } = await import('./cli/checked.ts')
  const { progressLine } = await import('./cli/terminal.ts')
  const { accounts, platforms, outbound } = loadForCheck(file, addresses, { ...kinds, env: process.env })
  const { ask, close } = createOutbound(
    outbound,
    platforms.flatMap(({ origins }) => origins),
  )
  const targets = accounts.flatMap((account) =>
    platforms.filter(({ id }) => id === account.platform).map((platform) => ({ ...account, platform, ask })),
  )
  const progress = progressLine(process.stderr)
  try {
    const all = await checkEach(targets, Date.now, (done) => {
      if (targets.length > 1) progress.show(`${done} of ${targets.length}`)
    })
    progress.clear()
    if (json) console.log(JSON.stringify({ accounts: all.map(checkedJson) }, null, 2))
    else printChecked(all, process.stdout)
    return exitCodeOf(all)
  } finally {
    await close()
  }
}

async function replay(name: string, options: { speed: number; port: number }): Promise<void> {
  const file = /[./\\]/.test(name) ? name : `${SCENARIOS}${name}.yaml`
  const { play } = await import('./replay/player.ts')
  const { loadScenario, ScenarioError } = await import('./replay/scenario.ts')
  const scenario = whole(() => loadScenario(file), ScenarioError)
  const quiet = createLog({ level: 'error', pretty: process.stderr.isTTY })
  await play({
    scenario,
    ...options,
    out: process.stdout,
    signal: untilInterrupted(),
    createClock: createFastClock,
    startApp: async (configFile: string, clock: Parts['clock']) => {
      const app = createApp(load(configFile), { ...(clock === undefined ? {} : { clock }), fast: true, log: quiet })
      const started = await app.start().catch(refuseToStart)
      return { ...started, stop: app.stop }
    },
  })
  await cron.stop()
}

/** What stands in a file and cannot be used is told as it is. */
function whole<T>(read: () => T, Refusal: new (...given: never[]) => Error): T {
  try {
    return read()
  } catch (fault) {
    if (fault instanceof Refusal) throw new FileError(fault.message, { cause: fault })
    throw fault
  }
}

function untilInterrupted(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())
  return controller.signal
}

try {
  await program.parseAsync()
} catch (fault) {
  if (fault instanceof ConfigError || fault instanceof FileError) {
    console.error(fault.message)
    process.exitCode = fault instanceof AddressError ? EX_USAGE : EX_CONFIG
  } else if (fault instanceof StartError) {
    console.error(`rollcall cannot start: ${fault.message}`)
    process.exitCode = EX_UNAVAILABLE
  } else if (fault instanceof CommanderError) {
    process.exitCode = fault.exitCode === 0 ? 0 : EX_USAGE
  } else {
    throw fault
  }
}
await cron.stop()
