import { WebSocket, type ClientOptions, type RawData } from 'ws'
import type { Connect } from '../core/platform.ts'
import { faultAt, faultOf, type Progress } from './fault.ts'
import { createGuard, type Guard, type OutboundRules } from './guard.ts'

/** How sockets are opened: under which rules, and as whom. */
export type ConnectOptions = OutboundRules & {
  readonly userAgent: string
  /** How often a peer is pinged, ms; one that stays silent for three pings is given up. */
  readonly pingEveryMs?: number
}

const PING_EVERY = 20_000
const SILENT_PINGS = 3
const HANDSHAKE_TIMEOUT = 10_000
const MAX_PAYLOAD = 8 * 1024 * 1024
const SCHEMES = ['ws:', 'wss:']
/** The close code of a connection that ended without a closing handshake (RFC 6455, 7.1.5). */
const BROKEN = 1006

/**
 * Opens sockets to others under the same rules as requests. Answers with how the connection closed, also after an
 * abort; a connection that could not be made, or a frame that is too big, is thrown.
 * @throws {AskFault} dns, connect, tls, forbidden_address, broken (the upgrade was refused), oversize
 */
export function createConnect(options: ConnectOptions): Connect {
  const guard = createGuard(options)
  const pingEveryMs = options.pingEveryMs ?? PING_EVERY

  return async ({ url: address, signal, onMessage, onOpen }) => {
    const { url, isTrusted } = guard.target(address, SCHEMES)
    if (signal.aborted) return { code: BROKEN, reason: 'aborted' }
    // It would never be sent, and ws takes no address with one.
    url.hash = ''
    const socket = new WebSocket(url, socketOptions(options.userAgent, isTrusted ? null : guard))
    const leave = (): void => socket.terminate()
    signal.addEventListener('abort', leave, { once: true })
    socket.on('message', (data, isBinary) => onMessage(isBinary ? bytesOf(data) : bytesOf(data).toString()))
    socket.on('open', () => onOpen((text) => socket.send(text)))
    const stopPings = keepAlive(socket, pingEveryMs)
    try {
      return await closing(socket, url, signal)
    } finally {
      stopPings()
      signal.removeEventListener('abort', leave)
    }
  }
}

const socketOptions = (userAgent: string, guard: Guard | null): ClientOptions => ({
  headers: { 'user-agent': userAgent },
  handshakeTimeout: HANDSHAKE_TIMEOUT,
  maxPayload: MAX_PAYLOAD,
  // A compressed frame costs a stream of its own for each connection, and the sources we follow send none.
  perMessageDeflate: false,
  ...(guard === null ? {} : { lookup: guard.lookup }),
})

function closing(socket: WebSocket, url: URL, signal: AbortSignal): Promise<{ code: number; reason: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number; reason: string }>()
  let progress: Progress = 'connecting'
  let isRefused = false
  socket.on('open', () => (progress = 'connected'))
  socket.on('unexpected-response', () => {
    isRefused = true
    socket.terminate()
  })
  socket.on('error', (error) => {
    if (!signal.aborted) reject(isRefused ? faultAt('broken', url.host) : faultOf(error, url, progress))
  })
  socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  return promise
}

/** Ends the connection to a peer that does not even answer pings: one that is dead sends no close. */
function keepAlive(socket: WebSocket, everyMs: number): () => void {
  let silent = 0
  const heard = (): void => {
    silent = 0
  }
  socket.on('message', heard).on('ping', heard).on('pong', heard)
  const timer = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return
    if (++silent > SILENT_PINGS) socket.terminate()
    else socket.ping()
  }, everyMs)
  return () => clearInterval(timer)
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
