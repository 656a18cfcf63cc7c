import { z } from 'zod'
import { jsonOf, unclear, type Answer, type Ask } from '../../core/answer.ts'
import type { Reading } from '../../core/platform.ts'
import type { Verdict } from '../../core/verdict.ts'
import { DID } from './handle.ts'

/** The servers that the configuration names. */
export type Bases = { readonly appview: string; readonly directory: string }

/** The address of one XRPC query with its one parameter; `base` may end in a slash. */
export const query = (base: string, method: string, name: string, value: string): string =>
  `${base.replace(/\/+$/, '')}/xrpc/${method}?${name}=${encodeURIComponent(value)}`

export const reading = (verdict: Verdict, marker: string | null, answer: Answer | null): Reading => ({
  verdict,
  // Some are the server's own words, and evidence is kept for good.
  marker: marker?.slice(0, 120) ?? null,
  answer,
})

/** What an answer without a meaning of its own says: that we cannot see. */
export const unread = (answer: Answer): Reading => reading(unclear(answer), null, answer)

const Refusal = z.object({ error: z.string(), message: z.string().catch('') })

/** The words of a 400. They alone tell "gone" from "asked wrongly"; under any other status they count for nothing. */
export function refusalOf(answer: Answer): z.infer<typeof Refusal> | null {
  const parsed = answer.status === 400 ? Refusal.safeParse(jsonOf(answer)) : null
  return parsed?.success === true ? parsed.data : null
}

const Resolved = z.object({ did: z.string().regex(DID) })

/**
 * Where a handle leads. `nobody` is the server's finding about a domain of its own. `unable` is all it can say of other
 * domains: the AppView says it when nobody has the handle, a PDS also when its AppView is down or refuses it.
 */
export type Led =
  | { readonly kind: 'did'; readonly did: string; readonly answer: Answer }
  | { readonly kind: 'nobody' | 'unable' | 'unclear'; readonly answer: Answer }

/** Asks a server where a handle leads (com.atproto.identity.resolveHandle). AskFaults pass through. */
export async function resolveHandle(base: string, handle: string, ask: Ask): Promise<Led> {
  const answer = await ask({ url: query(base, 'com.atproto.identity.resolveHandle', 'handle', handle) })
  const resolved = answer.status === 200 ? Resolved.safeParse(jsonOf(answer)) : null
  if (resolved?.success === true) return { kind: 'did', did: resolved.data.did, answer }
  const refusal = refusalOf(answer)
  if (refusal?.error === 'HandleNotFound') return { kind: 'nobody', answer }
  const unable = refusal?.error === 'InvalidRequest' && refusal.message === 'Unable to resolve handle'
  return { kind: unable ? 'unable' : 'unclear', answer }
}
