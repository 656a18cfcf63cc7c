import type { Identity } from './verdict.ts'

/** Whom we watch, as the configuration says. */
export type Account = {
  /** `platform:handle`, as written in the configuration and shown everywhere. */
  readonly account: string
  readonly platform: string
  readonly handle: string
  readonly name: string
  /** The platform's id, where the configuration pins it. */
  readonly id: string | null
  readonly important: boolean
  readonly tags: readonly string[]
  /** A node-cron pattern of five or six fields, in UTC. */
  readonly schedule: string
}

/** `bluesky:bsky.app` → `['bluesky', 'bsky.app']`; null when it is no address. Handles may contain further colons. */
export function splitAddress(address: string): readonly [platform: string, handle: string] | null {
  const colon = address.indexOf(':')
  if (colon < 1 || colon === address.length - 1) return null
  return [address.slice(0, colon), address.slice(colon + 1)]
}

/** The handle that leads to an account: its address's, until a person has accepted another one (rule 7). */
export const heldHandle = (identity: Identity | null, { handle }: Pick<Account, 'handle'>): string =>
  identity?.handle ?? handle

/** The form by which addresses are compared: nobody has two accounts that differ by letter case in their address. */
export const addressKey = (address: string): string => address.toLowerCase()

/**
 * A number in [0, 1) that belongs to this text for ever (FNV-1a with a final mix). Used to spread accounts over a
 * period, so that a restart or a neighbour's removal moves nobody.
 */
export function stableFraction(text: string): number {
  return hash32(text, 0x811c9dc5) / 0x1_0000_0000
}

/** 32-bit FNV-1a with murmur's finaliser; not for security. */
export function hash32(text: string, seed: number): number {
  let hash = seed >>> 0
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
