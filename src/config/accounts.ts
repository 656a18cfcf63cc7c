import { addressKey, type Account } from '../core/account.ts'
import { kindOf, readAddress, type Address } from './address.ts'
import { isMapping } from './inside.ts'
import type { Reader } from './reader.ts'
import { accountShape, type Kinds } from './shape.ts'

/**
 * Whom the file names, whether or not the rest of their entries is right: so that one fault in an entry does not make
 * faults of everything that refers to it.
 */
export type Named = {
  readonly addresses: readonly Address[]
  readonly tags: ReadonlySet<string>
  /** Addresses by platform id. */
  readonly byPlatform: ReadonlyMap<string, readonly string[]>
}

/** Reads the roll; entries with faults are left out of the accounts, not of the names. */
export function readAccounts(reader: Reader, kinds: Kinds, schedule: string): { accounts: Account[]; named: Named } {
  const section = reader.raw(['accounts'])
  if (!Array.isArray(section) || section.length === 0) {
    reader.expected(['accounts'], 'a list of at least one account')
    return { accounts: [], named: namedIn([], kinds) }
  }
  const shape = accountShape(kinds)
  const accounts = section.flatMap(
    (_, index) => accountAt(reader, shape, ['accounts', index], { kinds, schedule }) ?? [],
  )
  refuseTwins(reader, section, kinds)
  return { accounts, named: namedIn(section, kinds) }
}

type Shape = ReturnType<typeof accountShape>

type AccountParts = { readonly kinds: Kinds; readonly schedule: string }

function accountAt(
  reader: Reader,
  shape: Shape,
  path: [string, number],
  { kinds, schedule }: AccountParts,
): Account | undefined {
  const entry = reader.raw(path)
  if (typeof entry !== 'string' && !isMapping(entry)) {
    reader.expected(path, 'platform:handle, or a mapping with account')
    return undefined
  }
  const written =
    typeof entry === 'string'
      ? ifAny(reader.check(shape.shape.account, path), (account) => ({ account }))
      : reader.check(shape, path)
  return isIdRefused(reader, path, entry, kinds) ? undefined : ifAny(written, (found) => accountOf(found, schedule))
}

/** An id that the platform's answers can never show would make a stranger of whoever is there. */
function isIdRefused(reader: Reader, path: [string, number], entry: unknown, kinds: Kinds): boolean {
  const id = isMapping(entry) ? entry['id'] : undefined
  const address = typeof id === 'string' && id !== '' ? addressIn(entry, kinds) : null
  const kind = address === null ? undefined : kindOf(address.platform, kinds.platforms)
  if (typeof id !== 'string' || address === null || kind === undefined) return false
  const form = kind.idForm?.(address.handle)
  if (kind.stableId !== null && (form === undefined || form.pattern.test(id))) return false
  const { title } = kind
  reader.expected(
    [...path, 'id'],
    form === undefined ? `no id: ${title} shows none` : `an id on ${title}: ${form.words}`,
  )
  return true
}

/** An account as one entry of the roll describes it. */
export function accountOf(
  written: Partial<ReturnType<Shape['parse']>> & { account: Address },
  schedule: string,
): Account {
  const { account, platform, handle } = written.account
  // There may be a hundred thousand: written out, an object is half as large as one that others are spread into.
  return {
    account,
    platform,
    handle,
    name: written.name ?? handle,
    id: written.id ?? null,
    important: written.important ?? false,
    tags: written.tags === undefined ? UNTAGGED : [...new Set(written.tags)],
    schedule: written.schedule ?? schedule,
  }
}

const UNTAGGED: readonly string[] = []

const ifAny = <T, U>(value: T | undefined, then: (value: T) => U): U | undefined =>
  value === undefined ? undefined : then(value)

function addressIn(entry: unknown, kinds: Kinds): Address | null {
  const text = isMapping(entry) ? entry['account'] : entry
  const read = typeof text === 'string' ? readAddress(text, kinds.platforms) : null
  return read !== null && 'account' in read ? read : null
}

function namedIn(section: readonly unknown[], kinds: Kinds): Named {
  const addresses = section.flatMap((entry) => addressIn(entry, kinds) ?? [])
  const tags = section.flatMap(
    (entry) => (isMapping(entry) && Array.isArray(entry['tags']) ? entry['tags'] : []) as unknown[],
  )
  const byPlatform = new Map<string, string[]>()
  for (const { platform, account } of addresses) {
    const before = byPlatform.get(platform)
    if (before === undefined) byPlatform.set(platform, [account])
    else before.push(account)
  }
  return { addresses, tags: new Set(tags.map((tag) => String(tag).trim())), byPlatform }
}

function refuseTwins(reader: Reader, section: readonly unknown[], kinds: Kinds): void {
  const first = new Map<string, { index: number; account: string }>()
  for (const [index, entry] of section.entries()) {
    const address = addressIn(entry, kinds)
    if (address === null) continue
    const twin = first.get(addressKey(address.account))
    first.set(addressKey(address.account), twin ?? { index, account: address.account })
    if (twin === undefined) continue
    const path = ['accounts', index, ...(isMapping(entry) ? ['account'] : [])]
    const again = twin.account === address.account ? 'again, as' : 'again, in other letter case, as'
    reader.expected(path, 'each account once', { found: `${address.account} ${again} accounts[${twin.index}]` })
  }
}
