import { createHash } from 'node:crypto'
import type { Sighting } from '../core/sighting.ts'
import type { ChainedSighting } from '../core/store.ts'

/** The same value always gives the same text: keys in order, undefined ones left out. */
export const canonical = (value: unknown): string => JSON.stringify(value, inOrder)

const inOrder = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value

/** Of a text's UTF-8 bytes, hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** SHA-256 over the hash before it (nothing for the first), a line feed, and the sighting's canonical JSON; hex. */
export const linkHash = (previous: string | null, sighting: string): string => sha256(`${previous ?? ''}\n${sighting}`)

/**
 * Whether an outage's evidence is as it was written: every sighting follows from the one before. Sightings cut off at
 * the end leave no trace in the chain itself.
 *
 * @param chain as `sightingsOf` answers it
 */
export function isWhole(chain: readonly ChainedSighting[]): boolean {
  let previous: string | null = null
  for (const link of chain) {
    const sighting: Sighting = link.sighting
    if (link.previous !== previous || link.hash !== linkHash(previous, canonical(sighting))) return false
    previous = link.hash
  }
  return true
}
