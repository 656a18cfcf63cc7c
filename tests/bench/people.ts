import { stableFraction } from '../../src/core/account.ts'

/** The people of the bench: the n-th has always the same names and ids, and either end of a socket can tell them. */

const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567'

const numbered = (n: number): string => String(n).padStart(6, '0')

export const blueskyHandle = (n: number): string => `person-${numbered(n)}.bsky.social`

/** As long as a real one: 24 letters of which the last four tell who. */
export const did = (n: number): string => {
  const own = [15, 10, 5, 0].map((shift) => DIGITS[(n >> shift) & 31]).join('')
  return `did:plc:k4w7ziqhq3c5yvmd2ntx${own}`
}

export const xHandle = (n: number): string => `Person${numbered(n)}`
export const xId = (n: number): string => `10200000000${numbered(n)}`

/** Who a DID, a handle or a name means. */
export function personIn(actor: string): number {
  if (actor.startsWith('did:'))
    return Array.from(actor.slice(-4)).reduce((n, letter) => n * 32 + DIGITS.indexOf(letter), 0)
  return Number(/\d{6}/.exec(actor)?.[0])
}

export const followers = (n: number): number => Math.floor(stableFraction(numbered(n)) * 1_000_000)
