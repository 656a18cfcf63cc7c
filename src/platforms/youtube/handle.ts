/** A channel's own id, which never changes; letter case counts. */
export const CHANNEL = /^UC[A-Za-z0-9_-]{22}$/

const HANDLE = /^@[\p{L}\p{M}\p{N}_.·-]{3,30}$/u

/** Whether a handle is a channel's own id. */
export const isChannel = (handle: string): boolean => CHANNEL.test(handle)

/** `@NASA` or a channel id as it is; null when it can be neither. A handle may leave out its `@`. */
export function handleOf(raw: string): string | null {
  if (isChannel(raw)) return raw
  const handle = (raw.startsWith('@') ? raw : `@${raw}`).normalize('NFC')
  return HANDLE.test(handle) ? handle : null
}

/** YouTube writes a handle in one way here and in another there; letter case is no difference. */
export const asWatched = (found: string, watched: string): string =>
  found.toLowerCase() === watched.toLowerCase() ? watched : found

/** A handle in what YouTube says of a channel; other forms of custom addresses are none. */
export const handleIn = (text: string | undefined): string | null =>
  text?.startsWith('@') === true ? handleOf(text) : null
