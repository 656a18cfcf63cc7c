#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { CommanderError } from 'commander'
import type { Acts } from './cli/commands.ts'
import {
  EX_CONFIG,
  EX_SOFTWARE,
  EX_UNAVAILABLE,
  EX_USAGE,
  FileError,
  refuseToStart,
  StartError,
  whole,
} from './cli/exit.ts'
import type { Clock } from './core/clock.ts'
import type { Format } from './platforms/rules.ts'

// What Node has compiled it finds again at the next start, which takes half the time then; a folder that cannot be
// written is no loss. Static imports are read before this line is reached, so the large ones come after it. Each
// command brings what only it needs when it is called.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/rollcall', import.meta.url)))
const { createApp } = await import('./app.ts')
const { channelKinds } = await import('./channels/index.ts')
const { createCommands } = await import('./cli/commands.ts')
const { whenEnough } = await import('./cli/terminal.ts')
const { AddressError, ConfigError, loadConfig, loadForCheck, loadPack, printSchema, watchConfig } =
  await import('./config.ts')
const { createFastClock, systemClock } = await import('./io/clock.ts')
const { createCron } = await import('./io/cron.ts')
const { createLog } = await import('./io/log.ts')
const { reachedAt } = await import('./io/http/address.ts')
const { createOutbound } = await import('./io/outbound.ts')
const { mayReach } = await import('./io/guard.ts')
const { platformKinds } = await import('./platforms/index.ts')
const { FORMATS, packKinds } = await import('./platforms/rules.ts')

const cron = createCron(systemClock)
const options = {
  platforms: platformKinds,
  channels: channelKinds,
  validatePattern: (pattern: string) => cron.fault(pattern),
  env: process.env,
}

/** The file in the current folder, as a user would expect, or the one that comes with Rollcall. */
const defaultFile = (): string =>
  existsSync('config/rollcall.yaml') ? 'config/rollcall.yaml' : inConfig('rollcall.yaml')

const inConfig = (name: string): string => fileURLToPath(new URL(`../config/${name}`, import.meta.url))

const load = (file = defaultFile()) => loadConfig(file, options)

function untilInterrupted(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())
  return controller.signal
}

function onHangup(reload: () => void): () => void {
  process.on('SIGHUP', reload)
  return () => process.off('SIGHUP', reload)
}

/** The monitor goes on, whoever has read its greeting. */
let isMonitor = false
whenEnough(process.stdout, () => {
  if (!isMonitor) process.exit()
})

const serve: Acts['serve'] = async (file = defaultFile(), level) => {
  isMonitor = true
  const told = untilInterrupted()
  const log = createLog({ level, pretty: process.stderr.isTTY })
  const onBug = (fault: unknown): void => {
    log.error('bug', { err: fault })
    process.exit(EX_SOFTWARE)
  }
  const { serve: run } = await import('./cli/serve.ts')
  await run({
    load: () => load(file),
    faultsOf: (thrown) => (thrown instanceof ConfigError ? thrown.message.split('\n') : null),
    createApp: (config) => createApp(config, { log, onBug }),
    watch: watchConfig,
    onHangup,
    told,
    log,
    out: process.stdout,
  })
}

const targets: Acts['targets'] = (addresses, written) => {
  const file = written ?? (existsSync(defaultFile()) ? defaultFile() : null)
  const { accounts, platforms, outbound } = loadForCheck(file, addresses, options)
  const { ask, close } = createOutbound(
    outbound,
    platforms.flatMap(({ origins }) => origins),
  )
  const all = accounts.flatMap((account) =>
    platforms.filter(({ id }) => id === account.platform).map((platform) => ({ ...account, platform, ask })),
  )
  return { targets: all, close }
}

const isFormat = (text: string): text is Format => Object.hasOwn(FORMATS, text)

const pack: Acts['pack'] = (file, format) => {
  const { sites, ...found } = loadPack(file, format !== null && isFormat(format) ? format : null)
  const { kinds, collisions } = packKinds({ ...found, sites }, new Set(platformKinds.map(({ id }) => id)))
  const taken = kinds.map(({ id, title, looks }) => ({ platform: id, title, trust: looks[0]?.trust ?? 'low' }))
  return { ...found, taken, collisions }
}

const replay: Acts['replay'] = async (name, wanted) => {
  const { play } = await import('./replay/player.ts')
  const { loadScenario, ScenarioError } = await import('./replay/scenario.ts')
  const file = /[./\\]/.test(name) ? name : inConfig(`scenarios/${name}.yaml`)
  const scenario = whole(() => loadScenario(file), ScenarioError)
  const log = createLog({ level: 'error', pretty: process.stderr.isTTY })
  const startApp = async (config: string, clock: Clock) => {
    const app = createApp(load(config), { clock, fast: true, log })
    const started = await app.start().catch(refuseToStart)
    return { ...started, stop: app.stop }
  }
  const signal = untilInterrupted()
  await play({ scenario, ...wanted, out: process.stdout, signal, createClock: createFastClock, startApp })
}

const drillBy: Acts['drillBy'] = (file) => {
  const { subscribers, outbound, tokens, listen } = load(file)
  const token = tokens.find(({ role }) => role === 'operator')?.token
  return {
    there: { url: reachedAt(listen), token },
    async own() {
      const [{ createDrill }, { createGates }, { sendMail }] = await Promise.all([
        import('./run/drill.ts'),
        import('./run/outbox-gates.ts'),
        import('./io/mail.ts'),
      ])
      const { ask, close } = createOutbound(outbound, [])
      const common = { subscribers: () => subscribers, clock: systemClock }
      const gates = createGates({ ...common, random: Math.random })
      const send = createDrill({ ...common, gates, log: createLog({ level: 'error' }), ask, mail: sendMail })
      return { subscribers: subscribers.map(({ name }) => name), send, close }
    },
  }
}

const commands = createCommands({
  serve,
  targets,
  replay,
  drillBy,
  pack,
  load,
  untilInterrupted,
  gapMs: (pattern) => cron.longestGap(pattern, Date.now()),
  mayReach,
  schema: () => printSchema(platformKinds, channelKinds),
  platforms: platformKinds,
  formats: Object.keys(FORMATS),
})

try {
  await commands.parseAsync()
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
