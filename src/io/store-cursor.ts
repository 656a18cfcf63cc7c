import { BadCursor } from '../core/store.ts'
import type { OutageKey } from './store-outages.ts'

/** Where the next page begins, opaque to whoever carries it around. */
export const encodeCursor = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url')

/** @throws {BadCursor} when it is none of ours */
function decodeCursor<Key>(cursor: string | undefined, isKey: (key: unknown) => key is Key): Key | null {
  if (cursor === undefined) return null
  const key = parsed(Buffer.from(cursor, 'base64url').toString())
  if (!isKey(key)) throw new BadCursor('This cursor does not come from a page of this list.')
  return key
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

const isPlace = (key: unknown): key is number => Number.isSafeInteger(key)

const isOutageKey = (key: unknown): key is OutageKey =>
  Array.isArray(key) && key.length === 2 && Number.isFinite(key[0]) && typeof key[1] === 'string'

/** @throws {BadCursor} */
export const outageCursor = (cursor: string | undefined): OutageKey | null => decodeCursor(cursor, isOutageKey)

/** @throws {BadCursor} */
export const deliveryCursor = (cursor: string | undefined): number | null => decodeCursor(cursor, isPlace)
