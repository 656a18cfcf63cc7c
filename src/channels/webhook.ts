import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { transitionJson } from '../core/json.ts'
import type { Notice } from '../core/notice.ts'
import { defineChannel } from './kind.ts'
import { DAY, outcomeOf } from './outcome.ts'
import { post } from './post.ts'

const PREFIX = 'whsec_'
const LEAST_BYTES = 16

const Target = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, abort: true })
    .refine((url) => new URL(url).username === '', 'an address without a user name')
    .meta({ description: 'Where notices are posted' }),
  secret: z
    .string()
    .refine(
      (secret) => keyOf(secret).length >= LEAST_BYTES,
      `whsec_ and base64, or plain text, of at least ${LEAST_BYTES} bytes`,
    )
    .meta({
      secret: true,
      description: 'Signs the notices: whsec_ and a key in base64, or else a text whose bytes are the key',
    }),
})

/**
 * Any receiver that speaks Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks).
 * `webhook-id` is the notice's id and the same on every try: the receiver knows by it what it has had.
 */
export const webhook = defineChannel({
  id: 'webhook',
  target: Target,
  connect({ url, secret }) {
    const signer = new Webhook(keyOf(secret), { format: 'raw' })
    return {
      id: 'webhook',
      expiresMs: DAY,
      async deliver(notice, ask, now) {
        const body = JSON.stringify(bodyOf(notice))
        return outcomeOf(await post(ask, { url, body, headers: headersOf(notice.id, body, signer) }), now)
      },
    }
  },
})

/** The key's bytes; none where the text after `whsec_` is no base64. */
function keyOf(secret: string): Uint8Array {
  if (!secret.startsWith(PREFIX)) return Buffer.from(secret, 'utf8')
  const text = secret.slice(PREFIX.length).replace(/=+$/, '')
  const key = Buffer.from(text, 'base64')
  return key.toString('base64').replace(/=+$/, '') === text ? key : new Uint8Array()
}

function headersOf(id: string, body: string, signer: Webhook): Record<string, string> {
  // The receiver holds this time against its own clock; the app's may be a replay's, years away.
  const signedAt = new Date()
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(signedAt.getTime() / 1000)),
    'webhook-signature': signer.sign(id, signedAt, body),
  }
}

/** An open outage's length is as of the transition, so that a notice reads the same on every try. */
function bodyOf({ transition, account, late, lateMs, link, merged }: Notice) {
  const { name, at, ...fields } = transitionJson(transition, (address) => account?.name ?? address, transition.at)
  return {
    type: name,
    timestamp: at,
    data: {
      ...fields,
      late,
      lateMs,
      link,
      merged: merged.map(({ id, transition: { seq, name: type } }) => ({ id, seq, type })),
    },
  }
}
