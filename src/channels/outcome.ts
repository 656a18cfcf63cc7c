import { retryAfter } from '../core/allowance.ts'
import { looksLikeHtml } from '../core/answer.ts'
import type { Outcome } from '../core/channel.ts'
import type { Reply } from './post.ts'

/** How long a pager's notices are worth telling: later, nobody is woken for them. */
export const HOUR = 60 * 60_000
/** How long most notices are worth telling. */
export const DAY = 24 * 60 * 60_000

const HEALING = new Set([408, 425, 429])

/**
 * What an HTTP status means for a notice, where the receiver says nothing more exact (Standard Webhooks 1.0.0, RFC
 * 9110). Only the status is repeated: bodies of strangers may hold anything.
 *
 * @param now epoch ms, for `Retry-After`
 */
export function outcomeOf({ status, headers }: Pick<Reply, 'status' | 'headers'>, now: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status >= 300 && status < 400) return refused(`answered ${status}, a redirect, which is not followed`)
  if (status === 410) return refused('answered 410: this receiver is gone for good')
  if (status < 500 && !HEALING.has(status)) return refused(`answered ${status}`)
  return { kind: 'retry', reason: `answered ${status}`, retryAt: retryAfter(headers['retry-after'], now) }
}

/**
 * {@link outcomeOf} for targets that never say with a page that they have taken a notice: then somebody in between has
 * answered, or the address leads to somebody else.
 */
export function unpagedOutcome(reply: Reply, now: number): Outcome {
  const outcome = outcomeOf(reply, now)
  if (outcome.kind !== 'delivered' || !looksLikeHtml(reply.text)) return outcome
  return { kind: 'retry', reason: `answered ${reply.status} with a page: check the address`, retryAt: null }
}

/** The target will never take it. @param reason fit to be shown: no secrets, no target address */
export const refused = (reason: string): Outcome => ({ kind: 'refused', reason })
