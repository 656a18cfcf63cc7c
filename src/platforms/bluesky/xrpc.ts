import { z } from 'zod'
import { bodyAs, under } from '../reading.ts'
import type { Answer, Ask } from '../../core/answer.ts'
import { DID } from './handle.ts'

/** The servers that the configuration names. */
export type Bases = { readonly appview: string; readonly directory: string }

/** The address of one XRPC query with its one parameter; `base` may end in a slash. */
export const query = (base: string, method: string, name: string, value: string): string =>
  under(base, `/xrpc/${method}?${name}=${encodeURIComponent(value)}`)

const Refusal = z.object({ error: z.string(), message: z.string().catch('') })

/** The words of a 400. They alone tell "gone" from "asked wrongly"; under any other status they count for nothing. */
export const refusalOf = (answer: Answer): z.infer<typeof Refusal> | null =>
  answer.status === 400 ? bodyAs(Refusal, answer) : null

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
  const resolved = answer.status === 200 ? bodyAs(Resolved, answer) : null
  if (resolved !== null) return { kind: 'did', did: resolved.did, answer }
  const refusal = refusalOf(answer)
  if (refusal?.error === 'HandleNotFound') return { kind: 'nobody', answer }
  const unable = refusal?.error === 'InvalidRequest' && refusal.message === 'Unable to resolve handle'
  return { kind: unable ? 'unable' : 'unclear', answer }
}
