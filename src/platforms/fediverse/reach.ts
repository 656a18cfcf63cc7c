import { z } from 'zod'
import { under } from '../reading.ts'
import { WebBase } from '../settings.ts'
import { hostOf } from './acct.ts'

/** The setting that says where hosts are really to be asked. */
export const hosts = z
  .record(
    z.string().refine((text) => hostOf(text) !== null, { error: 'a host such as example.org or localhost:3000' }),
    WebBase,
  )
  .default({})
  .meta({
    description:
      'Base addresses of servers that are not at https://HOST, by the host in their handles: "localhost:3000: http://localhost:3000". They may be private.',
  })

/** Where servers are asked: by https at their own host, unless the configuration names another address. */
export type Reach = {
  /** The base address of a host. */
  home(host: string): string
  /** The base address of the server that an address of the network leads to; null when it is not to be asked. */
  origin(address: string): string | null
  /** An address of the network as it is to be asked, or null. */
  at(address: string): string | null
}

/** Longer ones are no addresses of accounts, and would be kept with their identities. */
const LONGEST = 2_048

/** @param named base addresses by host, as the setting `hosts` has them */
export function createReach(named: Readonly<Record<string, string>>): Reach {
  const bases = new Map(Object.entries(named).map(([host, base]) => [hostOf(host) ?? host, base]))
  const origins = new Map(Object.values(named).map((base) => [new URL(base).origin, base]))

  function origin(address: string): string | null {
    const url = address.length > LONGEST ? null : URL.parse(address)
    if (url === null || url.username !== '' || url.password !== '') return null
    return bases.get(url.host) ?? origins.get(url.origin) ?? (url.protocol === 'https:' ? url.origin : null)
  }

  return {
    home: (host) => bases.get(host) ?? `https://${host}`,
    origin,
    at(address) {
      const base = origin(address)
      const { pathname, search } = URL.parse(address) ?? {}
      return base === null || pathname === undefined ? null : under(base, `${pathname}${search ?? ''}`)
    },
  }
}
