import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { listen, type Running } from './listen.ts'

/** A notice that came in with a right signature. `again` is true when its id has come before. */
export type Received = { readonly id: string; readonly type: string; readonly body: unknown; readonly again: boolean }

/** What a receiver needs, and whom it tells. */
export type ReceiverParts = {
  /** `whsec_` and base64. */
  readonly secret: string
  readonly onNotice: (notice: Received) => void
  /** Why something that came in was turned away. */
  readonly onRefused: (reason: string) => void
}

/**
 * A subscriber's webhook receiver on 127.0.0.1. It verifies with the library of the Standard Webhooks specification,
 * against the machine's own clock as any receiver would, and shares no code with the sender.
 */
export function createReceiver({ secret, onNotice, onRefused }: ReceiverParts): { start(): Promise<Running> } {
  const verifier = new Webhook(secret)
  const seen = new Set<string>()
  const app = new Hono()
  app.post('/hooks/rollcall', async ({ req, body }) => {
    const text = await req.text()
    try {
      verifier.verify(text, req.header(), { jsonParse: false })
    } catch (fault) {
      if (!(fault instanceof WebhookVerificationError)) throw fault
      onRefused(fault.message)
      return body(null, 401)
    }
    const id = req.header('webhook-id') ?? ''
    const json: unknown = JSON.parse(text)
    onNotice({ id, type: typeOf(json), body: json, again: seen.has(id) })
    seen.add(id)
    return body(null, 204)
  })
  return { start: () => listen(createAdaptorServer({ fetch: app.fetch })) }
}

const typeOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'type' in body && typeof body.type === 'string' ? body.type : 'no type'
