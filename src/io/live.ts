import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Desk } from '../core/desk.ts'
import type { Log } from '../core/log.ts'
import { createTransitionFrames, PROTOCOL } from './live-frames.ts'
import { createGroups } from './live-groups.ts'
import { openLine } from './live-line.ts'
import { CLOSE, LIVE_LIMITS, type Farewell, type LiveLimits } from './live-limits.ts'
import { createPulses } from './live-pulses.ts'

/** What the door found out about a socket before it was opened. */
export type Seat = {
  /** Whom the connection is counted for. */
  readonly address: string
  /** Open it only to say why it cannot stay: browsers cannot read a refused upgrade. */
  readonly farewell: Farewell | null
  /** Whether its token still holds. */
  holds(): boolean
}

/** The live socket, as its owner sees it. */
export type Live = {
  /** Takes no connections by itself; whoever owns the listener hands them over. */
  readonly server: WebSocketServer
  /** For a listener's `upgrade`, where nobody else stands at the door. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Ends the sockets whose token holds no longer. */
  review(): void
  /** Sockets that are open. */
  count(): number
  /** Ends every socket; settles when the last is gone. 1001 stopping, 1012 restart. */
  stop(code?: number): Promise<void>
}

const MAX_PAYLOAD = 16 * 1024

/**
 * The live socket (design, section 5.4).
 *
 * @param parts.seatOf who sits behind an upgraded request; null was let in by nobody and is closed with 1008
 */
export function createLive(parts: {
  readonly desk: Desk
  readonly log: Log
  readonly seatOf: (request: IncomingMessage) => Seat | null
  readonly limits?: Partial<LiveLimits>
}): Live {
  const { desk, log } = parts
  const limits: LiveLimits = { ...LIVE_LIMITS, ...parts.limits }
  const frames = createTransitionFrames(desk)
  const groups = createGroups({ desk, frames, maxBufferedBytes: limits.maxBufferedBytes })
  const pulses = createPulses({ desk, groups })
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD,
    perMessageDeflate: false,
    // Never any other one: the second may be a token.
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  })
  const sockets = new Map<WebSocket, { readonly seat: Seat; readonly end: (farewell: Farewell) => void }>()
  const seats = createSeats(limits)
  const unlisten = desk.feed.listen({
    transitions: (news) => groups.tell(news),
    pulses: (news) => pulses.take(news),
  })

  function welcome(socket: WebSocket, request: IncomingMessage): void {
    // ws ends a socket that breaks the protocol by itself (1002, 1007, 1009); unheard, its error would end the process.
    socket.on('error', (fault) => log.debug('socket_broke', { fault: fault.message }))
    const seat = parts.seatOf(request)
    if (seat === null) {
      dismiss(socket, { code: CLOSE.policy, reason: 'not let in' })
      return
    }
    const farewell = seat.farewell ?? (seats.take(seat.address) ? null : FULL)
    if (farewell !== null) {
      dismiss(socket, farewell)
      return
    }
    seatIn(socket, seat)
  }

  function seatIn(socket: WebSocket, seat: Seat): void {
    const line = openLine({ socket, desk, groups, frames, limits, dismiss: (farewell) => dismiss(socket, farewell) })
    const end = (farewell: Farewell): void => {
      line.hangUp()
      dismiss(socket, farewell)
    }
    sockets.set(socket, { seat, end })
    socket.once('close', () => {
      line.hangUp()
      sockets.delete(socket)
      seats.free(seat.address)
    })
  }

  /** A stalled peer never reads a goodbye: after a moment the connection is cut. */
  function dismiss(socket: WebSocket, { code, reason }: Farewell): void {
    log.debug('socket_closed', { code, reason })
    socket.close(code, reason)
    const cut = setTimeout(() => socket.terminate(), limits.farewellMs)
    socket.once('close', () => clearTimeout(cut))
  }

  server.on('connection', welcome)

  return {
    server,
    upgrade: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (upgraded) => server.emit('connection', upgraded, request)),
    review() {
      for (const { seat, end } of sockets.values()) {
        if (!seat.holds()) end({ code: CLOSE.badToken, reason: 'the token holds no longer' })
      }
    },
    count: () => sockets.size,
    async stop(code = CLOSE.stopping) {
      unlisten()
      pulses.stop()
      const gone = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const { end } of sockets.values()) end({ code, reason: code === CLOSE.restart ? 'restart' : 'stopping' })
      await gone
    },
  }
}

const FULL: Farewell = { code: CLOSE.tooMany, reason: 'too many connections' }

/** Counts the places, all of them and for each address. */
function createSeats({ perAddress, total }: LiveLimits): {
  take(address: string): boolean
  free(address: string): void
} {
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(address) {
      const here = taken.get(address) ?? 0
      if (all >= total || here >= perAddress) return false
      all += 1
      taken.set(address, here + 1)
      return true
    },
    free(address) {
      const here = taken.get(address) ?? 0
      all -= 1
      if (here > 1) taken.set(address, here - 1)
      else taken.delete(address)
    },
  }
}
