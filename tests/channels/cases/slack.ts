import { slack } from '../../../src/channels/slack.ts'
import { shownOf } from '../../support/fake-slack.ts'
import type { Received } from '../../support/receiver.ts'
import { STRANGERS_PAGE, type ChannelCases } from './kind.ts'

type Json = Readonly<Record<string, unknown>>

/** Mentions and links that are not ours: these are times, and addresses of our own. */
const isInjected = (shown: string): boolean => /<!(?!date\^)|<@|<#|<https:\/\/evil/.test(shown)

function read({ raw, path }: Received): { readonly shown: readonly string[] } {
  if (path.includes('/conversations.')) return { shown: [] }
  const extra = path.endsWith('chat.update') ? ['channel', 'ts'] : ['channel', 'reply_broadcast']
  const { texts, payload } = shownOf(JSON.parse(raw) as Json, path.startsWith('/api/') ? extra : [])
  if (Buffer.byteLength(String(payload['text'])) > (path.startsWith('/api/') ? 4_000 : 16_000))
    throw new Error('a long text')
  return { shown: texts }
}

export const cases: ChannelCases = {
  kind: slack,
  target: (origin, secret) => ({ url: `${origin}/services/T0/B0/${secret}` }),
  accepted: { status: 200, body: 'ok' },
  answers: [
    { name: '200 ok', says: { status: 200, body: 'ok' }, outcome: { kind: 'delivered' } },
    STRANGERS_PAGE,
    ...['invalid_payload', 'invalid_blocks', 'no_text', 'too_many_attachments', 'user_not_found'].map(
      (body) => ({ name: `400 ${body}`, says: { status: 400, body }, outcome: { kind: 'refused' } }) as const,
    ),
    ...['action_prohibited', 'invalid_token', 'posting_to_general_channel_denied', 'team_disabled'].map(
      (body) => ({ name: `403 ${body}`, says: { status: 403, body }, outcome: { kind: 'refused' } }) as const,
    ),
    ...['channel_not_found', 'no_service', 'no_active_hooks', 'no_team', 'no_service_id'].map(
      (body) => ({ name: `404 ${body}`, says: { status: 404, body }, outcome: { kind: 'refused' } }) as const,
    ),
    {
      name: '410 channel_is_archived',
      says: { status: 410, body: 'channel_is_archived' },
      outcome: { kind: 'refused' },
    },
    {
      name: '500 rollup_error',
      says: { status: 500, body: 'rollup_error' },
      outcome: { kind: 'retry', afterMs: null },
    },
    {
      name: '429 that says when',
      says: { status: 429, headers: { 'retry-after': '30' }, body: 'rate_limited' },
      outcome: { kind: 'retry', afterMs: 30_000 },
    },
  ],
  read,
  isInjected,
}

const word = (error: string) => ({ status: 200, body: JSON.stringify({ ok: false, error }) })
const taken = { status: 200, body: JSON.stringify({ ok: true, channel: 'C024BE91L', ts: '1405894322.002768' }) }
const FINAL = [
  ...['invalid_auth', 'account_inactive', 'token_revoked', 'token_expired', 'not_authed', 'missing_scope'],
  ...['not_allowed_token_type', 'no_permission', 'access_denied', 'accesslimited', 'ekm_access_denied'],
  ...['team_access_not_granted', 'two_factor_setup_required', 'enterprise_is_restricted', 'messages_tab_disabled'],
  ...['channel_not_found', 'not_in_channel', 'is_archived', 'restricted_action', 'restricted_action_read_only_channel'],
  ...['restricted_action_thread_only_channel', 'restricted_action_non_threadable_channel', 'too_many_attachments'],
  ...['restricted_action_thread_locked', 'cannot_reply_to_message', 'invalid_arguments', 'invalid_arg_name'],
  ...['invalid_blocks', 'invalid_blocks_format', 'msg_too_long', 'msg_blocks_too_long', 'no_text'],
  ...['invalid_charset', 'invalid_form_data', 'invalid_post_type', 'missing_post_type', 'method_deprecated'],
]
const PASSING = [
  ...['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org'],
  ...['org_login_required', 'message_limit_exceeded', 'rate_limited', 'a_new_word'],
]

/** The app with a bot token. */
const app: ChannelCases = {
  kind: slack,
  target: (origin, secret) => ({
    token: `xoxb-${secret}`,
    channel: '#desk',
    signingSecret: secret,
    api: `${origin}/api`,
  }),
  accepted: taken,
  answers: [
    { name: '200 and ok', says: taken, outcome: { kind: 'delivered', handle: 'C024BE91L 1405894322.002768' } },
    STRANGERS_PAGE,
    ...FINAL.map((error) => ({ name: `200 ${error}`, says: word(error), outcome: { kind: 'refused' } }) as const),
    ...PASSING.map(
      (error) => ({ name: `200 ${error}`, says: word(error), outcome: { kind: 'retry', afterMs: null } }) as const,
    ),
    { name: '200 and no word of it', says: { status: 200, body: 'ok' }, outcome: { kind: 'retry', afterMs: null } },
    {
      name: '200 ratelimited that says when',
      says: { ...word('ratelimited'), headers: { 'retry-after': '30' } },
      outcome: { kind: 'retry', afterMs: 30_000 },
    },
    {
      name: '429 that says when',
      says: { ...word('ratelimited'), status: 429, headers: { 'retry-after': '3' } },
      outcome: { kind: 'retry', afterMs: 3_000 },
    },
  ],
  read,
  isInjected,
}

export const others = [app]
