import { resolve } from 'node:path'
import { readAccounts } from './config/accounts.ts'
import { readDefaults, refuseUnmet, type Defaults } from './config/defaults.ts'
import { readDoors, refuseNamesakes, type Doors } from './config/doors.ts'
import { isMapping } from './config/inside.ts'
import { withNamed } from './config/named.ts'
import { connectPlatforms } from './config/platforms.ts'
import { createReader, type Reader } from './config/reader.ts'
import { readRules } from './config/rules.ts'
import type { Kinds } from './config/shape.ts'
import { readSource } from './config/source.ts'
import { readSubscribers } from './config/subscribers.ts'
import type { Account } from './core/account.ts'
import type { Subscriber } from './core/channel.ts'
import type { PackSummary, Platform } from './core/platform.ts'

export { ConfigError, type Fault } from './config/fault.ts'
export type { Token } from './config/doors.ts'
export { generateSchema, printSchema } from './config/json-schema.ts'
export { AddressError, loadForCheck } from './config/for-check.ts'
export { loadPack } from './config/rules.ts'
export { watchConfig } from './config/watch.ts'

/** A configuration without faults: secrets resolved, defaults filled in, platforms and channels connected. */
export type Config = Doors &
  Omit<Defaults, 'schedule'> & {
    /** Absolute. */
    readonly file: string
    /** What became of the rule packs. */
    readonly packs: readonly PackSummary[]
    /** Those configured or used, in the order of the list of platforms. */
    readonly platforms: readonly Platform[]
    readonly accounts: readonly Account[]
    readonly subscribers: readonly Subscriber[]
  }

/** What a file is read against; `env` is where secrets may be. */
export type LoadOptions = Kinds & { readonly env: NodeJS.ProcessEnv }

/** The keys at the top of the file. */
const SECTIONS = [
  'listen',
  'publicUrl',
  'store',
  'outbound',
  'tokens',
  'origins',
  'defaults',
  'heartbeat',
  'platforms',
  'rules',
  'accounts',
  'subscribers',
] as const

/**
 * Reads a configuration file and the secrets it refers to. Opens no socket.
 *
 * @throws {ConfigError} with every fault at once
 */
export function loadConfig(path: string, options: LoadOptions): Config {
  const source = readSource(path)
  const reader = createReader(source, options.env)
  refuseUnknownSections(reader)
  const doors = readDoors(reader, source.folder)
  const { schedule, ...defaults } = readDefaults(reader, options)
  const own = withNamed(reader, options.platforms)
  const rules = readRules(reader, source.folder, own)
  const kinds = { ...options, platforms: [...own, ...rules.kinds] }
  const { accounts, named } = readAccounts(reader, kinds, schedule)
  const platforms = connectPlatforms(reader, kinds.platforms, named.byPlatform)
  refuseUnmet(reader, platforms)
  const subscribers = readSubscribers(reader, kinds, named)
  refuseNamesakes(reader, 'subscribers')
  reader.finish()
  return { file: resolve(path), ...doors, ...defaults, packs: rules.packs, platforms, accounts, subscribers }
}

function refuseUnknownSections(reader: Reader): void {
  const root = reader.raw([])
  // An empty file has no accounts, and that is said.
  if (root !== undefined && !isMapping(root)) {
    reader.expected([], 'a mapping of sections')
    reader.finish()
  }
  for (const key of reader.keys([])) {
    if (!SECTIONS.some((section) => section === key)) reader.unknownKey([key], SECTIONS)
  }
}
