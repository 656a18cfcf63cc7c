import { Webhook } from 'standardwebhooks'

const PREFIX = 'whsec_'

/** What signs with a secret, and how many bytes the key has. */
export type Key = { readonly signer: Webhook; readonly bytes: number }

/**
 * The key that receivers' libraries read in a secret: base64, with or without `whsec_` before it. The bytes of any
 * other text are the key themselves, which the library verifies when it is told `{ format: 'raw' }`. Null where the
 * secret begins with `whsec_`, and what follows is no base64.
 */
export function keyOf(secret: string): Key | null {
  const encoded = secret.replace(PREFIX, '').replace(/=+$/, '')
  try {
    return { signer: new Webhook(secret), bytes: Math.floor((encoded.length * 3) / 4) }
  } catch {
    if (secret === '' || secret.startsWith(PREFIX)) return null
    return { signer: new Webhook(secret, { format: 'raw' }), bytes: Buffer.byteLength(secret) }
  }
}
