import { Agent } from 'undici'
import type { Ask, AskRequest } from '../core/answer.ts'
import { exchange } from './exchange.ts'
import { faultAt } from './fault.ts'
import { createGuard, type OutboundRules } from './guard.ts'

/** How requests are made: under which rules, as whom, and how many at once. */
export type AskOptions = OutboundRules & {
  readonly userAgent: string
  /** Connections to one origin at once; further requests wait, their deadline running. */
  readonly connections?: number
}

/** A way to ask, until it is closed. */
export type Asking = {
  readonly ask: Ask
  /** Lets requests under way end for a moment, then cuts them off. */
  readonly close: () => Promise<void>
}

const DEADLINE = 10_000
const MAX_BYTES = 2 * 1024 * 1024
const CONNECTIONS = 64
const CONNECT_TIMEOUT = 10_000
const CLOSE_GRACE = 2_000
const SCHEMES = ['http:', 'https:']

/**
 * The one way requests leave this machine: bounded in time and size, redirects not followed, private networks closed.
 *
 * Trust belongs to an origin, but an open connection only knows its host: requests to trusted origins therefore have
 * connections of their own.
 */
export function createAsk({ userAgent, connections = CONNECTIONS, ...rules }: AskOptions): Asking {
  const guard = createGuard(rules)
  // Our deadline spans everything; undici's own timers would only cost.
  const common = { connections, allowH2: false, headersTimeout: 0, bodyTimeout: 0 }
  const trusted = new Agent({ ...common, connect: { timeout: CONNECT_TIMEOUT } })
  const guarded = new Agent({ ...common, connect: { timeout: CONNECT_TIMEOUT, lookup: guard.lookup } })

  let underWay = 0
  let idle = (): void => undefined
  let closing: Promise<void> | null = null

  async function counted<T>(asking: Promise<T>): Promise<T> {
    underWay++
    try {
      return await asking
    } finally {
      if (--underWay === 0) idle()
    }
  }
  /** Not by undici's own `close()`: after that it no longer knows its connections, and could not cut them off. */
  async function end(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cut = setTimeout(resolve, underWay === 0 ? 0 : CLOSE_GRACE)
      idle = () => {
        clearTimeout(cut)
        resolve()
      }
    })
    await Promise.all([trusted.destroy(), guarded.destroy()])
  }

  const ask: Ask = async (request) => {
    const { url, isTrusted } = guard.target(request.url, SCHEMES)
    if (closing !== null) throw faultAt('broken', url.host)
    return counted(
      exchange({
        agent: isTrusted ? trusted : guarded,
        url,
        address: request.url,
        method: request.method ?? 'GET',
        headers: headersOf(request, userAgent),
        body: request.json === undefined ? (request.body ?? null) : JSON.stringify(request.json),
        deadlineMs: request.deadlineMs ?? DEADLINE,
        maxBytes: request.maxBytes ?? MAX_BYTES,
      }),
    )
  }

  return { ask, close: () => (closing ??= end()) }
}

/** Names in lower case, so that a caller's own header replaces ours however it is written. */
function headersOf(request: AskRequest, userAgent: string): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': userAgent, 'accept-encoding': 'gzip, br' }
  if (request.json !== undefined) headers['content-type'] = 'application/json'
  for (const name in request.headers) {
    const value = request.headers[name]
    if (value !== undefined) headers[name.toLowerCase()] = value
  }
  return headers
}
