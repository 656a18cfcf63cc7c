import { addressKey, type Account } from '../core/account.ts'
import type { Platform } from '../core/platform.ts'
import type { PlatformKind } from '../platforms/kind.ts'
import { accountOf, readAccounts } from './accounts.ts'
import { readAddress, type Address } from './address.ts'
import { readOutbound, type Doors } from './doors.ts'
import { ConfigError, type Fault } from './fault.ts'
import { connectEach } from './platforms.ts'
import { withNamed } from './named.ts'
import { createReader, type Reader } from './reader.ts'
import { readRules } from './rules.ts'
import { DEFAULT_SCHEDULE, type Kinds } from './shape.ts'
import { parseSource, readSource } from './source.ts'

/** What was asked for on the command line is no address: bad usage, not a bad file, and told without a place in one. */
export class AddressError extends ConfigError {
  constructor(faults: readonly Fault[]) {
    super(faults)
    this.message = faults.map(({ path, message }) => `${path}: ${message}`).join('\n')
  }
}

/** What it takes to look at a few accounts once. */
export type ForCheck = {
  readonly accounts: readonly Account[]
  readonly platforms: readonly Platform[]
  readonly outbound: Doors['outbound']
}

/**
 * Takes from a configuration file only what looking at these accounts needs: their platforms' settings, the rules for
 * requests, and what the roll says of them. Faults elsewhere, such as a subscriber's missing secret, do not matter.
 *
 * @param file null for the defaults of every platform
 * @throws {AddressError} when an address is none
 * @throws {ConfigError} when what is needed has faults
 */
export function loadForCheck(
  file: string | null,
  addresses: readonly string[],
  options: Kinds & { readonly env: NodeJS.ProcessEnv },
): ForCheck {
  const source = file === null ? parseSource('(no file)', '') : readSource(file)
  const reader = createReader(source, options.env)
  const all = { ...options, platforms: kindsFor(addresses, reader, source.folder, options.platforms) }
  const wanted = wantedOf(addresses, all)
  const used = Map.groupBy(wanted, ({ platform }) => platform)
  const users = new Map([...used].map(([id, some]) => [id, some.map(({ account }) => account)]))
  const kinds = all.platforms.filter(({ id }) => used.has(id))
  const outbound = readOutbound(reader)
  const platforms = connectEach(reader, kinds, users)
  reader.finish()
  // The roll is read by a reader of its own, whose faults nobody hears: it only says more about whom we know.
  const { accounts } = readAccounts(createReader(source, options.env), all, DEFAULT_SCHEDULE)
  const known = new Map(accounts.map((account) => [addressKey(account.account), account]))
  return {
    // As it was asked for: where letter case makes another name, the roll's spelling is somebody else.
    accounts: wanted.map((account) => ({
      ...(known.get(addressKey(account.account)) ?? accountOf({ account }, DEFAULT_SCHEDULE)),
      ...account,
    })),
    platforms,
    outbound,
  }
}

/** Rule files are read only for an address that nobody else knows: then what is wrong with them matters. */
function kindsFor(
  addresses: readonly string[],
  reader: Reader,
  folder: string,
  platforms: readonly PlatformKind[],
): readonly PlatformKind[] {
  const own = withNamed(reader, platforms)
  const isKnown = (address: string): boolean => own.some(({ id }) => address.startsWith(`${id}:`))
  if (addresses.every(isKnown)) return own
  const all = [...own, ...readRules(reader, folder, own).kinds]
  reader.finish()
  return all
}

function wantedOf(addresses: readonly string[], { platforms }: Kinds): readonly Address[] {
  const faults: Fault[] = []
  const wanted = addresses.flatMap((text, index) => {
    const read = readAddress(text, platforms)
    if ('account' in read) return read
    const message = `expected ${read.expected}, found ${read.found}`
    faults.push({ file: '(arguments)', line: 1, column: index + 1, path: text, message })
    return []
  })
  if (faults.length > 0) throw new AddressError(faults)
  return wanted
}
