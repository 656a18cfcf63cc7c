import { resolve } from 'node:path'
import { isLoopback, type Listen } from './fields.ts'
import { isMapping } from './inside.ts'
import type { Path } from './fault.ts'
import type { Reader } from './reader.ts'
import { parts } from './shape.ts'

/** Who may come in, and as what. The token is the secret's text. */
export type Token = { readonly name: string; readonly role: 'viewer' | 'operator'; readonly token: string }

/** The part of a configuration that says how Rollcall is reached and where it keeps things. */
export type Doors = {
  readonly listen: Listen
  /** Without a slash at its end. */
  readonly publicUrl: string | null
  /** An absolute path. */
  readonly store: { readonly kind: 'sqlite'; readonly path: string }
  readonly outbound: { readonly contact: string | null; readonly allowPrivate: readonly string[] }
  readonly tokens: readonly Token[]
  /** Further origins, as browsers write them. */
  readonly origins: readonly string[]
  readonly heartbeat: { readonly url: string; readonly everyMs: number } | null
}

/** What is left out keeps Rollcall on this machine, without tokens, beside its configuration. */
export function readDoors(reader: Reader, folder: string): Doors {
  const heartbeat = optional(reader, 'heartbeat', parts.heartbeat)
  return {
    listen: readListen(reader),
    publicUrl: optional(reader, 'publicUrl', parts.publicUrl) ?? null,
    store: { kind: 'sqlite', path: resolve(folder, optional(reader, 'store', parts.store) ?? './data/rollcall.db') },
    outbound: readOutbound(reader),
    tokens: readTokens(reader),
    origins: optional(reader, 'origins', parts.origins) ?? [],
    heartbeat: heartbeat === undefined ? null : { url: heartbeat.url, everyMs: heartbeat.every ?? 60_000 },
  }
}

/** The part of it that a check of a few accounts needs, too. */
export function readOutbound(reader: Reader): Doors['outbound'] {
  const written = optional(reader, 'outbound', parts.outbound)
  return { contact: written?.contact ?? null, allowPrivate: written?.allowPrivate ?? [] }
}

/** Undefined where the file has nothing, which is right, and where it has faults, which are noted. */
const optional: <S extends Parameters<Reader['check']>[0]>(
  reader: Reader,
  key: string,
  schema: S,
) => ReturnType<typeof reader.check<S>> = (reader, key, schema) =>
  reader.raw([key]) === undefined ? undefined : reader.check(schema, [key])

function readListen(reader: Reader): Listen {
  const listen = optional(reader, 'listen', parts.listen) ?? { host: '127.0.0.1', port: 8787 }
  const tokens = reader.raw(['tokens'])
  if (!isLoopback(listen.host) && !(Array.isArray(tokens) && tokens.length > 0)) {
    reader.expected(['listen'], 'a loopback address such as 127.0.0.1:8787 while there are no tokens')
  }
  return listen
}

function readTokens(reader: Reader): readonly Token[] {
  const section = reader.raw(['tokens'])
  if (section === undefined) return []
  if (!Array.isArray(section)) {
    reader.expected(['tokens'], 'a list of tokens')
    return []
  }
  refuseNamesakes(reader, 'tokens')
  return section.flatMap((_, index) => reader.check(parts.token, ['tokens', index]) ?? [])
}

/** Names within one list are told apart by more than letter case. */
export function refuseNamesakes(reader: Reader, list: string): void {
  const first = new Map<string, number>()
  const section = reader.raw([list])
  for (const [index, entry] of (Array.isArray(section) ? section : []).entries()) {
    const name: unknown = isMapping(entry) ? entry['name'] : undefined
    if (typeof name !== 'string') continue
    const key = name.trim().toLowerCase()
    const twin = first.get(key)
    if (twin === undefined) first.set(key, index)
    else
      reader.expected(namePath(list, index), 'each name once', {
        found: `${JSON.stringify(name)} again, as ${list}[${twin}]`,
      })
  }
}

const namePath = (list: string, index: number): Path => [list, index, 'name']
