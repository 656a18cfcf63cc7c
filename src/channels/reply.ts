import type { z } from 'zod'
import { retryAfter } from '../core/allowance.ts'
import { jsonOf } from '../core/answer.ts'
import type { Outcome } from '../core/channel.ts'
import type { Reply } from './post.ts'

/** An answer's JSON body as the target documents it, or null when it is something else. */
export function bodyOf<Shape extends z.ZodType>(reply: Reply, shape: Shape): z.infer<Shape> | null {
  const read = shape.safeParse(jsonOf(reply))
  return read.success ? read.data : null
}

/** A retry that also heeds the delay (ms) that an answer's body asks for; the later of both instants counts. */
export function notBefore(outcome: Outcome, delayMs: number | undefined, now: number): Outcome {
  if (outcome.kind !== 'retry' || delayMs === undefined) return outcome
  const said = retryAfter((Math.max(0, delayMs) / 1000).toFixed(3), now)
  return { ...outcome, retryAt: said === null ? outcome.retryAt : Math.max(said, outcome.retryAt ?? said) }
}

/**
 * A success that is not said in the target's own words, told as a retry: somebody in between has answered, or the
 * address is not the target's. Null where the words are as documented, or where only the head came.
 */
export const inOtherWords = (reply: Reply, shape: z.ZodType): Outcome | null =>
  reply.text === '' || bodyOf(reply, shape) !== null
    ? null
    : {
        kind: 'retry',
        reason: `answered ${reply.status}, but not as this target does: check its address`,
        retryAt: null,
      }

/** An outcome whose reason also has the target's own word for it, where that is a word we know. */
export const worded = (outcome: Outcome, word: string | undefined, known: ReadonlySet<string>): Outcome =>
  outcome.kind === 'delivered' || word === undefined || !known.has(word)
    ? outcome
    : { ...outcome, reason: `${outcome.reason}: ${word}` }
