const PREFIX = 'whsec_'

/** The key's bytes; none where the text after `whsec_` is no base64. */
export function keyOf(secret: string): Uint8Array {
  if (!secret.startsWith(PREFIX)) return Buffer.from(secret, 'utf8')
  const text = secret.slice(PREFIX.length).replace(/=+$/, '')
  const key = Buffer.from(text, 'base64')
  return key.toString('base64').replace(/=+$/, '') === text ? key : new Uint8Array()
}
