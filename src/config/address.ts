import { z } from 'zod'
import { splitAddress } from '../core/account.ts'
import type { PlatformKind } from '../platforms/kind.ts'
import { didYouMean, oneOf } from './near.ts'

/** An account's address with the handle as its platform keeps it. */
export type Address = { readonly account: string; readonly platform: string; readonly handle: string }

/** Why a text is no address of ours, as zod's issues carry it. */
type Wrong = { readonly expected: string; readonly found: string }

/** `x:@jack` becomes `x:jack` where the platform reads handles so; or it says what is wrong. */
export function readAddress(text: string, platforms: readonly PlatformKind[]): Address | Wrong {
  const parts = splitAddress(text)
  if (parts === null) return { expected: 'platform:handle such as bluesky:bsky.app', found: JSON.stringify(text) }
  const [platform, raw] = parts
  const kind = kindOf(platform, platforms)
  if (kind === undefined) return noPlatform(platform, platforms)
  const handle = kind.handle(raw)
  if (handle === null) return { expected: `a handle on ${kind.title}: ${kind.handleIs}`, found: JSON.stringify(raw) }
  return { account: `${platform}:${handle}`, platform: kind.id, handle }
}

/** Lists of platforms are made once and asked for every account; rule packs make them long. */
const byId = new WeakMap<readonly PlatformKind[], ReadonlyMap<string, PlatformKind>>()

/** The platform of that id. */
export function kindOf(id: string, platforms: readonly PlatformKind[]): PlatformKind | undefined {
  const known = byId.get(platforms) ?? new Map(platforms.map((kind) => [kind.id, kind]))
  byId.set(platforms, known)
  return known.get(id)
}

/** Those of rule packs are too many to be named. */
function noPlatform(platform: string, platforms: readonly PlatformKind[]): Wrong {
  const own = platforms.flatMap(({ id, source }) => (source === null ? [id] : []))
  const more = platforms.length - own.length
  const ids = platforms.map(({ id }) => id)
  return {
    expected: `a platform (${oneOf(own)}${more === 0 ? '' : `, or one of ${more} from rules: ${LISTED}`})`,
    found: `${JSON.stringify(platform)}${didYouMean(platform, ids)}`,
  }
}

/** How to see them all. */
const LISTED = '`rollcall rules check FILE --json` lists them'

/** An address in the file, read into its parts. */
export const addressField = (platforms: readonly PlatformKind[]) =>
  z
    .string({ error: 'platform:handle' })
    .meta({ examples: ['bluesky:bsky.app'], description: 'platform:handle' })
    .transform((text, context): Address => {
      const read = readAddress(text, platforms)
      if ('account' in read) return read
      context.addIssue({ code: 'custom', message: read.expected, params: { found: read.found } })
      return z.NEVER
    })

/** A handle among a platform's controls, tidied. */
export const handleField = (kind: PlatformKind) =>
  z.string().transform((text, context): string => {
    const handle = kind.handle(text)
    if (handle !== null) return handle
    context.addIssue({ code: 'custom', message: `a handle on ${kind.title}: ${kind.handleIs}` })
    return z.NEVER
  })
