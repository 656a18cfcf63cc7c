/** No underscore in front and no two of them together (keybase/client, libkb/checkers.go). */
const HANDLE = /^[a-z\d](?:_?[a-z\d])*_?$/

/** A name as it is kept: lower case, without the leading `@`; null when it can be none. */
export function handleOf(raw: string): string | null {
  const handle = raw.replace(/^@/, '').toLowerCase()
  return handle.length >= 2 && handle.length <= 16 && HANDLE.test(handle) ? handle : null
}
