import type { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { defineChannel } from './kind.ts'
import { DAY, outcomeOf } from './outcome.ts'
import { post } from './post.ts'
import { keyOf } from './webhook-key.ts'
import { BODIES, bodyOf, FORMATS, typeOf } from './webhook-body.ts'

const LEAST_BYTES = 16
/** Each adds a signature to the header of every notice. */
const MOST_SECRETS = 5

const Secret = z
  .string()
  .refine(
    (secret) => (keyOf(secret)?.bytes ?? 0) >= LEAST_BYTES,
    `whsec_ and at least ${LEAST_BYTES} bytes in base64, made by: echo whsec_$(openssl rand -base64 32)`,
  )
  .meta({
    secret: true,
    description: 'Signs the notices: a key in base64, with or without whsec_; the bytes of any other text',
  })

const Target = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).meta({ description: 'Where notices are posted' }),
  secret: z
    .union([Secret, z.array(Secret).min(1).max(MOST_SECRETS)])
    .describe('One, or a list while it is changed: a notice is then signed with each of them'),
  body: z
    .enum(BODIES)
    .optional()
    .meta({ preset: 'full', description: 'All that is known, or only ids, so that reading more needs a token' }),
  format: z
    .enum(FORMATS)
    .optional()
    .meta({ preset: 'standard', description: 'The envelope: that of Standard Webhooks, or a CloudEvent' }),
})

/**
 * Any receiver that speaks Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks).
 * `webhook-id` is the notice's id and the same on every try: the receiver knows by it what it has had.
 */
export const webhook = defineChannel({
  id: 'webhook',
  target: Target,
  connect({ url, secret, body: size = 'full', format = 'standard' }) {
    const signers = [secret].flat().flatMap((one) => keyOf(one)?.signer ?? [])
    return {
      id: 'webhook',
      expiresMs: DAY,
      async deliver(notice, ask, now) {
        const body = bodyOf(notice, size, format)
        const headers = { 'content-type': typeOf(format), ...signatures(notice.id, body, signers) }
        return outcomeOf(await post(ask, { url, body, headers }), now)
      },
    }
  },
})

/** One signature for each secret; a receiver takes any that it can verify. */
function signatures(id: string, body: string, signers: readonly Webhook[]): Record<string, string> {
  // The receiver holds this time against its own clock; the app's may be a replay's, years away.
  const signedAt = new Date()
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(signedAt.getTime() / 1000)),
    'webhook-signature': signers.map((signer) => signer.sign(id, signedAt, body)).join(' '),
  }
}
