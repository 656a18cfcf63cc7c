const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const HANDLE = new RegExp(`^(?:${LABEL}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`)

/** Top-level domains under which nobody can have a handle (atproto.com/specs/handle). `.test` is for development. */
const RESERVED = new Set(['alt', 'arpa', 'example', 'internal', 'invalid', 'local', 'localhost', 'onion'])

/** What servers write where an account has no handle that holds in both directions. */
export const NO_HANDLE = 'handle.invalid'

/** A handle as it is kept: lower case, without the leading `@`; null when it can be none. */
export function handleOf(raw: string): string | null {
  const handle = raw.replace(/^@/, '').toLowerCase()
  if (handle.length > 253 || !HANDLE.test(handle)) return null
  return RESERVED.has(handle.slice(handle.lastIndexOf('.') + 1)) ? null : handle
}

/**
 * The methods of decentralised identifiers (DIDs) in use are lower-case letters; what follows depends on the method, and
 * ends in no colon or percent sign (atproto.com/specs/did).
 */
export const DID = /^did:[a-z]+:[A-Za-z0-9._:%-]{0,2000}[A-Za-z0-9._-]$/

/** bsky.social hands out front parts of 3 to 18 characters, so that nobody can ever get this one. */
export const nobody = (): string => `nobody-${crypto.randomUUID().replaceAll('-', '')}.bsky.social`
