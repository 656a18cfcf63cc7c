import type { Ask } from '../../core/answer.ts'
import type { Asked, Reading } from '../../core/platform.ts'
import { acctOf, homeOf } from '../fediverse/acct.ts'
import { createMemory } from '../fediverse/memory.ts'
import { softwareAt } from '../fediverse/nodeinfo.ts'
import type { Reach } from '../fediverse/reach.ts'
import { finger, type Led, type Unled } from '../fediverse/webfinger.ts'

/** A server as we found it. */
export type Server = {
  /** Its base address. */
  readonly web: string
  /** As its nodeinfo says, '' where it does not. */
  readonly software: string
  /** Whether it answers questions about accounts from anybody; else only its pages are for everybody. */
  readonly isOpen: boolean
}

/** A server, or why we cannot tell what runs there. */
export type Found =
  { readonly kind: 'server'; readonly server: Server } | { readonly kind: 'unclear'; readonly reading: Reading }

/** The server of an account, and what WebFinger said of the account where it had to be asked for that. */
export type Place =
  | { readonly kind: 'server'; readonly server: Server; readonly led: Led | Unled | null }
  | { readonly kind: 'unclear'; readonly reading: Reading }

/** The servers we know, each for an hour. */
export type Servers = {
  /** The server that has this account: up to four requests, and none for the next hour. */
  of(account: Asked, ask: Ask): Promise<Place>
  /** The server at this base address: up to two requests, and none for the next hour. */
  at(web: string, ask: Ask): Promise<Found>
  /** Where an account is, or would be, after what WebFinger said of it. */
  webOf(account: Asked, led: Led | Unled): string
  /** Remembers that the server asked for a token: from now on only its pages are asked. */
  close(server: Server): void
}

const MOST = 1_000
const KEEP_MS = 60 * 60_000

/** A fork that is closed to other servers: no WebFinger leads there, and accounts are known by their number. */
const TRUTH = 'truthsocial.com'

/** Whether a host is Truth Social's. */
export const isTruth = (home: string): boolean => home === TRUTH

/** Finds servers and remembers them for a while. @param now ms of any clock that only goes forward */
export function createServers(reach: Reach, now: () => number): Servers {
  const webs = createMemory<string>(MOST, KEEP_MS, now)
  const known = createMemory<Server>(MOST, KEEP_MS, now)

  async function of(account: Asked, ask: Ask): Promise<Place> {
    const acct = acctOf(account.handle)
    if (isTruth(acct.home)) return { kind: 'server', server: truth(reach), led: null }
    // An account without an id gets the one that WebFinger names, which therefore has to be asked anyhow.
    const web = account.id === null ? null : reach.origin(account.id)
    if (web !== null && webs.get(acct.home) === web) return placed(await at(web, ask), null)
    const led = await finger(acct, reach, ask)
    return led.kind === 'unclear' ? led : placed(await at(webOf(account, led), ask), led)
  }

  async function at(web: string, ask: Ask): Promise<Found> {
    const server = known.get(web)
    if (server !== undefined) return { kind: 'server', server }
    const software = await softwareAt(web, reach, ask)
    if (software.kind === 'unclear') return software
    const fresh: Server = { web, software: software.name, isOpen: software.name !== 'gotosocial' }
    known.set(web, fresh)
    return { kind: 'server', server: fresh }
  }

  /**
   * WebFinger does not say where a name would be that nobody has: that is known from the account's pinned id, or from
   * other accounts of the same host.
   */
  function webOf(account: Asked, led: Led | Unled): string {
    const home = homeOf(account.handle)
    const web = led.kind === 'led' ? led.web : reach.origin(account.id ?? '')
    if (web === null) return webs.get(home) ?? led.web
    webs.set(home, web)
    return web
  }

  return { of, at, webOf, close: (server) => known.set(server.web, { ...server, isOpen: false }) }
}

const placed = (found: Found, led: Led | Unled | null): Place => (found.kind === 'server' ? { ...found, led } : found)

const truth = (reach: Reach): Server => ({ web: reach.home(TRUTH), software: 'truthsocial', isOpen: true })
