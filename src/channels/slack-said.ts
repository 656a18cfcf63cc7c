import { z } from 'zod'
import type { Outcome } from '../core/channel.ts'
import { outcomeOf, refused } from './outcome.ts'
import type { Reply } from './post.ts'
import { bodyOf } from './reply.ts'

/** What Slack's Web API said to a call: where the message is, or why there is none. */
export type Said =
  | { readonly ok: true; readonly channel: string; readonly ts: string }
  | {
      readonly ok: false
      readonly word: string | null
      readonly outcome: Outcome
      /** Surely nothing came of the call. After an error of Slack's own the message may be there. */
      readonly isUntaken: boolean
    }

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
  const isFinal = word !== null && FINAL.has(word)
  const outcome = isFinal ? refused(`Slack says ${word}`) : undecided(reply, word, now)
  return { ok: false, word, outcome, isUntaken: isFinal || reply.status === 429 }
}

function undecided(reply: Reply, word: string | null, now: number): Outcome {
  const byStatus = outcomeOf(reply, now)
  if (byStatus.kind !== 'delivered') return byStatus
  const busy = outcomeOf({ status: 429, headers: reply.headers }, now)
  const reason = word !== null && PASSING.has(word) ? `Slack says ${word}` : 'answered 200, and not that it took it'
  return busy.kind === 'retry' ? { ...busy, reason } : busy
}

/** Slack's own troubles, limits, and moves of a workspace or channel: they end. */
const PASSING: ReadonlySet<string> = new Set([
  'external_channel_migrating',
  'fatal_error',
  'internal_error',
  'message_limit_exceeded',
  'org_login_required',
  'rate_limited',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
  'streaming_state_conflict',
  'team_added_to_org',
  'update_failed',
])

/**
 * Said of a token, a channel or a message with which no further try will fare better (both methods' pages, and
 * the words that every method may say).
 */
const FINAL: ReadonlySet<string> = new Set([
  'access_denied',
  'accesslimited',
  'account_inactive',
  'as_user_not_supported',
  'block_mismatch',
  'cannot_reply_to_message',
  'cant_broadcast_message',
  'cant_update_message',
  'channel_not_found',
  'deprecated_endpoint',
  'edit_window_closed',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'invalid_arg_name',
  'invalid_arguments',
  'invalid_array_arg',
  'invalid_attachments',
  'invalid_auth',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_charset',
  'invalid_form_data',
  'invalid_metadata_format',
  'invalid_metadata_schema',
  'invalid_post_type',
  'is_archived',
  'is_inactive',
  'message_not_found',
  'messages_tab_disabled',
  'metadata_must_be_sent_from_app',
  'metadata_too_large',
  'method_deprecated',
  'missing_post_type',
  'missing_scope',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_permission',
  'no_text',
  'not_allowed_token_type',
  'not_authed',
  'not_in_channel',
  'restricted_action',
  'restricted_action_non_threadable_channel',
  'restricted_action_read_only_channel',
  'restricted_action_thread_locked',
  'restricted_action_thread_only_channel',
  'slack_connect_file_link_sharing_blocked',
  'team_access_not_granted',
  'team_not_found',
  'token_expired',
  'token_revoked',
  'too_many_attachments',
  'two_factor_setup_required',
])
