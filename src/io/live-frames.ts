import { z } from '@hono/zod-openapi'
import type { Desk } from '../core/desk.ts'
import { transitionJson } from '../core/json.ts'
import type { Transition } from '../core/transition.ts'
import {
  account,
  instant,
  outage,
  outageTransition,
  platformTransition,
  sightTransition,
  subscriberTransition,
} from './http/shapes.ts'

/** The subprotocol: a client has to offer it, and the server always selects it (design, section 5.4). */
export const PROTOCOL = 'rollcall.v1'

const texts = z.array(z.string().min(1).max(300)).optional()

/** Empty or missing lists match everything. */
export const filter = z.strictObject({
  tags: texts,
  platforms: texts,
  accounts: texts,
  types: texts,
  important: z.boolean().optional(),
})

/**
 * The only message a client sends. Its `filter` is parsed separately: a bad filter is answered with an error frame, and
 * does not end the connection.
 */
export const watch = z.object({
  type: z.literal('watch'),
  id: z.union([z.int(), z.string().max(64)]),
  filter: z.unknown().optional(),
  after: z.object({ epoch: z.string().max(200), seq: z.int().min(0) }).nullish(),
})
/** A `watch` message; `filter` is not parsed yet. */
export type Watch = z.infer<typeof watch>

const re = watch.shape.id
const position = { epoch: z.string(), seq: z.int() }
const pulse = z.object({
  account: z.string(),
  belief: account.shape.belief,
  blind: z.boolean(),
  lastSightingAt: instant,
  latencyMs: z.number(),
  lastAbsentAt: instant.optional().describe('Of its open outage, which has lasted at least until then'),
})

/** What the server says (design, section 5.4); the description of the socket is made from these. */
export const serverFrames = {
  hello: z.object({ type: z.literal('hello'), ...position, at: instant, heartbeatMs: z.int() }),
  resumed: z.object({ type: z.literal('resumed'), re, ...position }),
  snapshot: z.object({
    type: z.literal('snapshot'),
    re,
    ...position,
    accounts: z.array(account),
    outages: z.array(outage),
  }),
  transition: z.union([
    z.object({ type: z.literal('transition'), ...outageTransition.shape }),
    z.object({ type: z.literal('transition'), ...platformTransition.shape }),
    z.object({ type: z.literal('transition'), ...sightTransition.shape }),
    z.object({ type: z.literal('transition'), ...subscriberTransition.shape }),
  ]),
  pulse: z.object({ type: z.literal('pulse'), accounts: z.array(pulse) }),
  beat: z.object({ type: z.literal('beat'), seq: z.int(), at: instant }),
  error: z.object({ type: z.literal('error'), re, code: z.literal('bad_filter'), detail: z.string() }),
} as const

/** What a client says; only for the description of the socket. The server reads `watch` and `filter` apart. */
export const clientFrames = { watch: watch.extend({ filter: filter.optional() }) } as const

/** For `send`: frames that are shared as bytes still go out as text frames. */
export const AS_TEXT = { binary: false } as const

/** A frame encoded once, to be sent to many sockets. */
export const bytes = (frame: object): Buffer => Buffer.from(JSON.stringify(frame))

/** Encoded transitions that are kept, for sockets that resume. */
const REMEMBERED = 2_048

/** The encoded frame of a transition; the same bytes for every socket. */
export type TransitionFrames = (transition: Transition) => Buffer

/**
 * Each transition as bytes, made once and shared by all sockets, those that resume included. Its outage counts up to
 * the transition's own instant, so that it reads the same whenever it is sent.
 */
export function createTransitionFrames(desk: Desk): TransitionFrames {
  const made = new Map<number, Buffer>()
  const nameOf = (address: string): string => desk.account(address)?.account.name ?? address
  return (transition) => {
    const known = made.get(transition.seq)
    if (known !== undefined) return known
    const frame = bytes({ type: 'transition', ...transitionJson(transition, nameOf, transition.at) })
    const oldest = made.keys().next()
    if (made.size >= REMEMBERED && oldest.done !== true) made.delete(oldest.value)
    made.set(transition.seq, frame)
    return frame
  }
}
