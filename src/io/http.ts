import type { Server, ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve, type WebSocketServerLike } from '@hono/node-server'
import type { Desk } from '../core/desk.ts'
import type { Log } from '../core/log.ts'
import { createLive } from './live.ts'
import { LIVE_LIMITS, type LiveLimits } from './live-limits.ts'
import { isLoopback, reachedAt, type Listen } from './http/address.ts'
import { createDoors } from './http/doors.ts'
import type { Rate } from './http/flow.ts'
import type { Metrics } from './http/health.ts'
import { createKeys, type Token } from './http/keys.ts'
import { listening } from './http/listening.ts'
import { createPolicy } from './http/policy.ts'
import type { Presses } from './http/slack.ts'

/** What the listener needs. */
export type HttpParts = {
  readonly desk: Desk
  /** Port 0 lets the system choose. */
  readonly listen: Listen
  readonly tokens: readonly Token[]
  /** Origins of further pages that may act and open sockets. */
  readonly origins: readonly string[]
  readonly publicUrl: string | null
  /** The folder with the built dashboard. */
  readonly web: string | null
  readonly metrics: Metrics
  readonly log: Log
  /** Whose buttons people may press, and the way to answer them; nobody's unless given. */
  readonly presses?: Presses
  /** For each address. */
  readonly rates?: Rate
  readonly live?: Partial<LiveLimits>
}

/** The listener with everything behind it. */
export type Http = {
  /** @throws when the address cannot be listened on */
  start(): Promise<{ readonly url: string; readonly port: number }>
  /** Ends the sockets with 1001 (or 1012 for a restart), lets answers under way finish for a moment, then closes. */
  stop(code?: number): Promise<void>
  /** Other tokens from now on; sockets whose token is no longer among them are closed with 4401. */
  retoken(tokens: readonly Token[]): void
}

/** A dashboard asks for a handful of things at a time; a newsroom, or everybody behind a proxy, is one address. */
const GENEROUS: Rate = { burst: 2_000, perSecond: 200 }
const PATIENCE = 2_000

const SERVER: ServerOptions = {
  // Whoever offers another protocol (curl its HTTP/2) is answered in this one. Node would hand such a connection over,
  // nobody would take it, and it would stay open for ever: neither answered nor closed when we stop.
  shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  // Our requests are small: who takes longer than this to send one only holds the connection.
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
}
/** Descriptors are needed for looks and notices, too. Live sockets have a limit of their own below this one. */
const MOST_CONNECTIONS = LIVE_LIMITS.total + 1_000

/**
 * The API, the live socket and the dashboard on one listener.
 *
 * @throws {Error} when others than this machine could reach it and there are no tokens
 */
export function createHttp(parts: HttpParts): Http {
  const { listen, log } = parts
  if (!isLoopback(listen.host) && parts.tokens.length === 0) {
    throw new Error(`Listening on ${listen.host} needs tokens; without them only a loopback address is possible.`)
  }
  let port = listen.port
  const keys = createKeys(parts.tokens, isLoopback(listen.host))
  const policy = createPolicy({ ...parts, port: () => port })
  const { doors, seatOf } = createDoors({
    ...parts,
    keys,
    policy,
    rate: parts.rates ?? GENEROUS,
  })
  const live = createLive({ desk: parts.desk, log, seatOf, ...(parts.live && { limits: parts.live }) })
  let server: Server | null = null

  async function start(): Promise<{ url: string; port: number }> {
    server = await listening(
      () =>
        serve({
          fetch: (request, bindings) => doors.fetch(request, bindings),
          // Their types differ in an undefined only.
          websocket: { server: live.server as WebSocketServerLike },
          hostname: listen.host,
          port: listen.port,
          serverOptions: SERVER,
        }) as Server,
      listen,
    )
    server.maxConnections = MOST_CONNECTIONS
    port = (server.address() as AddressInfo).port
    const url = reachedAt({ ...listen, port })
    log.info('listening', { url })
    return { url, port }
  }

  async function stop(code?: number): Promise<void> {
    const closing = server
    server = null
    const closed = closing && new Promise<void>((resolve) => closing.close(() => resolve()))
    await live.stop(code)
    const impatient = setTimeout(() => closing?.closeAllConnections(), PATIENCE)
    await closed
    clearTimeout(impatient)
  }

  return {
    start,
    stop,
    retoken(tokens) {
      keys.replace(tokens)
      live.review()
    },
  }
}
