import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { timingSafeEqual } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { Clock } from '../core/clock.ts'
import { listen, type Running } from './listen.ts'

/** A notice that came in with a right signature. `again` is true when its id has come before. */
export type Received = {
  readonly id: string
  readonly type: string
  readonly body: unknown
  readonly at: number
  readonly again: boolean
}

export type ReceiverParts = {
  /** `whsec_` and base64. */
  readonly secret: string
  readonly clock: Clock
  /** How far a notice's timestamp may be from the clock, in the clock's ms: five minutes of real time by the standard. */
  readonly toleranceMs: number
  readonly onNotice: (notice: Received) => void
  /** Why something that came in was turned away. */
  readonly onRefused: (reason: string) => void
}

/** A subscriber's webhook receiver on 127.0.0.1, as the Standard Webhooks specification wants one to be. */
export function createReceiver(parts: ReceiverParts): { start(): Promise<Running> } {
  const seen = new Set<string>()
  const app = new Hono()
  app.post('/hooks/rollcall', async ({ req, body }) => {
    const text = await req.text()
    const at = parts.clock.now()
    const fault = faultIn(parts, req.header(), text, at)
    if (fault !== null) {
      parts.onRefused(fault)
      return body(null, 401)
    }
    const id = req.header('webhook-id') ?? ''
    const json: unknown = JSON.parse(text)
    parts.onNotice({ id, type: typeOf(json), body: json, at, again: seen.has(id) })
    seen.add(id)
    return body(null, 204)
  })
  return { start: () => listen(createAdaptorServer({ fetch: app.fetch })) }
}

/**
 * Why a request is not believed, or null. The library's own `verify` holds the timestamp against the machine's clock,
 * and a replay lives in another year: so the library signs, and the two other steps are taken here.
 */
function faultIn(
  { secret, toleranceMs }: ReceiverParts,
  headers: Readonly<Record<string, string>>,
  text: string,
  now: number,
): string | null {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers
  if (id === undefined || timestamp === undefined || signatures === undefined) return 'a signing header is missing'
  const sentAt = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN
  if (!(Math.abs(now - sentAt) <= toleranceMs)) return 'its timestamp is too far from now'
  const right = new Webhook(secret).sign(id, new Date(sentAt), text)
  return signatures.split(' ').some((signature) => same(signature, right)) ? null : 'no signature matches'
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const typeOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'type' in body && typeof body.type === 'string' ? body.type : 'no type'
