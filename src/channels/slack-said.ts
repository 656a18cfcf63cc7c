import { z } from 'zod'
import type { Outcome } from '../core/channel.ts'
import { outcomeOf, refused } from './outcome.ts'
import type { Reply } from './post.ts'
import { bodyOf } from './reply.ts'

/** What Slack's Web API said to a call: where the message is, or why there is none. */
export type Said =
  | { readonly ok: true; readonly channel: string; readonly ts: string }
  | { readonly ok: false; readonly word: string | null; readonly outcome: Outcome }

const Taken = z.object({ ok: z.literal(true), channel: z.string(), ts: z.string() })
const Refusal = z.object({ ok: z.literal(false), error: z.string() })

/**
 * Reads an answer of the Web API: HTTP says 200 of failures, too (docs.slack.dev/reference/methods/chat.postmessage).
 * An unknown word is no reason to give up: whatever it means, the notice is still owed.
 */
export function saidBy(reply: Reply, now: number): Said {
  const taken = reply.status === 200 ? bodyOf(reply, Taken) : null
  if (taken !== null) return taken
  const word = bodyOf(reply, Refusal)?.error ?? null
  if (word !== null && FINAL.has(word)) return { ok: false, word, outcome: refused(`Slack says ${word}`) }
  return { ok: false, word, outcome: undecided(reply, word, now) }
}

function undecided(reply: Reply, word: string | null, now: number): Outcome {
  const byStatus = outcomeOf(reply, now)
  if (byStatus.kind !== 'delivered') return byStatus
  const busy = outcomeOf({ status: 429, headers: reply.headers }, now)
  const reason = word !== null && PASSING.has(word) ? `Slack says ${word}` : 'answered 200, and not that it took it'
  return busy.kind === 'retry' ? { ...busy, reason } : busy
}

const PASSING: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'rate_limited',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
])

/** Said of a token, a channel or a message with which no further try will fare better. */
const FINAL: ReadonlySet<string> = new Set([
  'access_denied',
  'account_inactive',
  'cannot_reply_to_message',
  'cant_update_message',
  'channel_not_found',
  'edit_window_closed',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'invalid_arguments',
  'invalid_auth',
  'invalid_blocks',
  'invalid_blocks_format',
  'is_archived',
  'is_inactive',
  'message_not_found',
  'missing_scope',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_permission',
  'no_text',
  'not_allowed_token_type',
  'not_authed',
  'not_in_channel',
  'org_login_required',
  'restricted_action',
  'team_access_not_granted',
  'token_expired',
  'token_revoked',
])
