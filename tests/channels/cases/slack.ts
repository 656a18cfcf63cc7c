import { slack } from '../../../src/channels/slack.ts'
import type { ChannelCases } from './kind.ts'

export const cases: ChannelCases = {
  kind: slack,
  target: (origin, secret) => ({ url: `${origin}/services/T0/B0/${secret}` }),
  accepted: { status: 200, body: 'ok' },
  answers: [
    ...['invalid_payload', 'no_text', 'user_not_found'].map(
      (body) => ({ name: `400 ${body}`, says: { status: 400, body }, outcome: { kind: 'refused' } }) as const,
    ),
    ...['action_prohibited', 'invalid_token', 'team_disabled'].map(
      (body) => ({ name: `403 ${body}`, says: { status: 403, body }, outcome: { kind: 'refused' } }) as const,
    ),
    { name: '404 no_service', says: { status: 404, body: 'no_service' }, outcome: { kind: 'refused' } },
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
  read({ raw }) {
    const { text, blocks } = JSON.parse(raw) as { text: string; blocks: readonly object[] }
    if (blocks.length > 50) throw new Error(`${blocks.length} blocks`)
    if (text.length > 4_000) throw new Error(`a text of ${text.length}`)
    return { shown: [JSON.stringify(blocks), text] }
  },
  isInjected: (shown) => /<!(?!date\^)|<@|<https:\/\/evil/.test(shown),
}
