import { createHash } from 'node:crypto'
import type { ChannelKind } from '../channels/kind.ts'
import { addressKey } from '../core/account.ts'
import type { Subscriber } from '../core/channel.ts'
import type { Wish } from '../core/tell.ts'
import type { PlatformKind } from '../platforms/kind.ts'
import type { Named } from './accounts.ts'
import { readAddress } from './address.ts'
import { isMapping } from './inside.ts'
import { MANNERS, mannersAt, refuseFallbacks } from './manners.ts'
import { didYouMean, oneOf } from './near.ts'
import type { Path } from './fault.ts'
import type { Reader } from './reader.ts'
import { subscriberName, tell, type Kinds } from './shape.ts'

/** Reads who wants to hear, and binds each to its channel. Those with faults are left out. */
export function readSubscribers(reader: Reader, kinds: Kinds, named: Named): readonly Subscriber[] {
  const section = reader.raw(['subscribers'])
  if (section === undefined) return []
  if (!Array.isArray(section)) {
    reader.expected(['subscribers'], 'a list of subscribers')
    return []
  }
  refuseFallbacks(reader)
  return section.flatMap((_, index) => subscriberAt(reader, ['subscribers', index], kinds, named) ?? [])
}

function subscriberAt(reader: Reader, path: Path, kinds: Kinds, named: Named): Subscriber | undefined {
  if (!isMapping(reader.raw(path))) {
    reader.expected(path, 'a mapping with name and a channel')
    return undefined
  }
  const name = reader.check(subscriberName, [...path, 'name'])
  const wish = wishAt(reader, [...path, 'tell'], kinds.platforms, named)
  const kind = channelAt(reader, path, kinds.channels)
  const target = kind && reader.check(kind.target, [...path, kind.id])
  const manners = mannersAt(reader, path, wish, kind)
  if (name === undefined || wish === undefined || kind === undefined || target === undefined) return undefined
  return {
    name,
    channel: kind.connect(target),
    tell: wish,
    ...manners,
    origins: originsIn(target),
    place: placeOf(kind, target),
  }
}

/** A target holds secrets. */
const placeOf = ({ id }: ChannelKind, target: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([id, target]))
    .digest('base64url')

/** Whatever a channel calls its addresses, and however deep they lie. Mail goes where it is told to. */
function originsIn(target: unknown): readonly string[] {
  if (Array.isArray(target) || isMapping(target)) return [...new Set(Object.values(target).flatMap(originsIn))]
  const url = typeof target === 'string' ? URL.parse(target) : null
  return url !== null && /^https?:$/.test(url.protocol) ? [url.origin] : []
}

/** What a subscriber has beside its channel. */
const OWN = ['name', 'tell', ...MANNERS]

/** The one channel of a subscriber. */
function channelAt(reader: Reader, path: Path, kinds: readonly ChannelKind[]): ChannelKind | undefined {
  const ids = kinds.map(({ id }) => id)
  const others = reader.keys(path).filter((key) => !OWN.includes(key))
  const unknown = others.filter((key) => !ids.includes(key))
  for (const key of unknown) reader.unknownKey([...path, key], [...OWN, ...ids])
  const [kind, ...more] = others.flatMap((key) => kinds.find(({ id }) => id === key) ?? [])
  // An unknown key is most likely the channel, misspelt: one fault is enough.
  if (kind === undefined && unknown.length === 0) reader.expected(path, `a channel (${oneOf(ids)})`, { found: 'none' })
  for (const { id } of more) {
    reader.expected([...path, id], 'one channel a subscriber', { at: 'key', found: `${String(kind?.id)} and ${id}` })
  }
  return kind
}

const EVERYTHING: Wish = { types: [], tags: [], platforms: [], accounts: [] }

function wishAt(reader: Reader, path: Path, kinds: readonly PlatformKind[], named: Named): Wish | undefined {
  if (reader.raw(path) === undefined) return EVERYTHING
  const written = reader.check(tell, path)
  const tags = each(reader, [...path, 'tags'], (at, tag) =>
    meets(reader, at, tag.trim(), [...named.tags], 'a tag that an account has'),
  )
  const used = [...named.byPlatform.keys()]
  const platforms = each(reader, [...path, 'platforms'], (at, id) =>
    meets(reader, at, id, used, 'a platform that an account is on'),
  )
  const accounts = each(reader, [...path, 'accounts'], (at, text) => watched(reader, at, text, kinds, named))
  if (written === undefined) return undefined
  const { types = [], important } = written
  return { types, tags, platforms, accounts, ...(important === undefined ? {} : { important }) }
}

/** Reads the texts of a list one by one, whatever else is wrong around them. */
function each(reader: Reader, path: Path, read: (at: Path, text: string) => string): readonly string[] {
  const list = reader.raw(path)
  const entries: readonly unknown[] = Array.isArray(list) ? list : []
  return entries.flatMap((text, index) => (typeof text === 'string' ? read([...path, index], text) : []))
}

function meets(reader: Reader, path: Path, word: string, among: readonly string[], what: string): string {
  if (!among.includes(word)) reader.expected(path, what, { found: `${JSON.stringify(word)}${didYouMean(word, among)}` })
  return word
}

/** The address as the roll has it. */
function watched(reader: Reader, path: Path, text: string, kinds: readonly PlatformKind[], named: Named): string {
  const read = readAddress(text, kinds)
  const address = 'account' in read ? read.account : text
  const match = named.addresses.find(({ account }) => addressKey(account) === addressKey(address))
  if (match === undefined)
    meets(
      reader,
      path,
      text,
      named.addresses.map(({ account }) => account),
      'an account under accounts',
    )
  return match?.account ?? address
}
