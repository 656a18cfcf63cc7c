import { Webhook } from 'standardwebhooks'

const PREFIX = 'whsec_'

/** A key as a secret holds it. */
export type Key = { readonly signer: Webhook; readonly bytes: number }

/**
 * The key that the receivers' library reads in a secret, with or without `whsec_` before it. Any other text signs with
 * its own bytes; the library verifies that where it is told `{ format: 'raw' }`. Null for what says that it is base64
 * and is none.
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
