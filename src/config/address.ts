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
  const ids = platforms.map((kind) => kind.id)
  const kind = platforms.find(({ id }) => id === platform)
  if (kind === undefined) {
    const found = `${JSON.stringify(platform)}${didYouMean(platform, ids)}`
    return { expected: `a platform (${oneOf(ids)})`, found }
  }
  const handle = kind.handle(raw)
  if (handle === null) return { expected: `a handle on ${kind.title}: ${kind.handleIs}`, found: JSON.stringify(raw) }
  return { account: `${platform}:${handle}`, platform: kind.id, handle }
}

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
