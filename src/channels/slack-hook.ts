import type { Channel, Outcome } from '../core/channel.ts'
import { DAY, refused, unpagedOutcome } from './outcome.ts'
import { post, type Reply } from './post.ts'
import { slackMessage } from './slack-message.ts'

/**
 * A Slack incoming webhook (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). No message id comes
 * back, so every notice is a message of its own. There is neither an idempotency key nor a way to look: what was taken
 * without our hearing of it (a kill, a lost answer) is posted again. Slack takes about one a second for each hook.
 */
export const slackHook = (url: string): Channel => ({
  id: 'slack',
  expiresMs: DAY,
  pace: { requests: 1, windowMs: 1_000 },
  async deliver(notice, ask, now) {
    return hookOutcome(await post(ask, { url, json: slackMessage(notice) }), now)
  },
})

// The words come before the status: with an unexpected status they still mean what they say. Slack may add others.
const hookOutcome = (reply: Reply, now: number): Outcome => {
  const word = reply.text.trim()
  return FINAL.has(word) ? refused(`Slack says ${word} (${reply.status})`) : unpagedOutcome(reply, now)
}

/** Said of a message that will never be taken or of a hook that is no more; none of them heals by itself. */
const FINAL: ReadonlySet<string> = new Set([
  'action_prohibited',
  'channel_is_archived',
  'channel_not_found',
  'invalid_blocks',
  'invalid_payload',
  'invalid_token',
  'msg_blocks_too_long',
  'no_active_hooks',
  'no_service',
  'no_service_id',
  'no_team',
  'no_text',
  'posting_to_general_channel_denied',
  'team_disabled',
  'too_many_attachments',
  'user_not_found',
])
