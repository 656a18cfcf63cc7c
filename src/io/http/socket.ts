import type { IncomingMessage } from 'node:http'
import { upgradeWebSocket } from '@hono/node-server'
import type { Context } from 'hono'
import type { Seat } from '../live.ts'
import { PROTOCOL } from '../live-frames.ts'
import { CLOSE } from '../live-limits.ts'
import { clientOf } from './address.ts'
import type { DoorEnv } from './env.ts'
import type { Keys } from './keys.ts'
import { problem } from './problem.ts'
import type { Doors } from './route.ts'

const BEARER = 'bearer.'
const NO_TOKEN = { code: CLOSE.badToken, reason: 'token' } as const

/**
 * Decides who may open a socket. Host and Origin were judged before.
 *
 * A token in the Authorization header comes from a program, which can read a 401. A browser offers it as a subprotocol
 * and sees nothing of a refused upgrade, so its socket is opened and closed with 4401.
 */
export function socketRoute(doors: Doors, keys: Keys): { readonly seatOf: (request: IncomingMessage) => Seat | null } {
  const seats = new WeakMap<IncomingMessage, Seat>()

  function refusal(c: Context<DoorEnv>): Response | null {
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') {
      return problem(426, 'This is a WebSocket; see /asyncapi.json.', { upgrade: 'websocket', connection: 'Upgrade' })
    }
    const offered = offeredBy(c)
    if (!offered.includes(PROTOCOL)) return problem(400, `Offer the subprotocol ${PROTOCOL}.`)
    const seat = seatFor(c, offered)
    if (seat === null)
      return problem(401, 'This socket needs a token.', { 'www-authenticate': 'Bearer realm="rollcall"' })
    seats.set(c.env.incoming, seat)
    return null
  }

  function seatFor(c: Context<DoorEnv>, offered: readonly string[]): Seat | null {
    const address = clientOf(c.env.incoming)
    const header = c.req.header('authorization')
    const token = offered.find((protocol) => protocol.startsWith(BEARER))?.slice(BEARER.length)
    const isBrowser = c.req.header('origin') !== undefined
    const credentials = header ?? (token && `Bearer ${Buffer.from(token, 'base64url').toString()}`)
    const holds = (): boolean => typeof keys.bearer(credentials) === 'object'
    if (holds()) return { address, farewell: null, holds }
    return header === undefined && (token !== undefined || isBrowser) ? { address, farewell: NO_TOKEN, holds } : null
  }

  doors.get(
    '/live',
    async (c, next) => refusal(c) ?? next(),
    upgradeWebSocket(() => ({})),
  )
  return { seatOf: (request) => seats.get(request) ?? null }
}

const offeredBy = (c: Context<DoorEnv>): readonly string[] =>
  (c.req.header('sec-websocket-protocol') ?? '').split(',').map((protocol) => protocol.trim())
