import { z } from 'zod'
import { telegram } from '../../../src/channels/telegram.ts'
import { isHtml } from './armed.ts'
import type { ChannelCases } from './kind.ts'

const CHAT = '-1001234567890'
const Message = z.strictObject({
  chat_id: z.literal(CHAT),
  text: z.string().min(1).max(4_096),
  parse_mode: z.literal('HTML'),
  link_preview_options: z.strictObject({ is_disabled: z.literal(true) }),
})
const Edit = Message.extend({ message_id: z.literal(42) })
const Answer = Message.extend({
  reply_parameters: z.strictObject({ message_id: z.literal(42), allow_sending_without_reply: z.literal(true) }),
})

const failed = (error_code: number, description: string, parameters?: object) => ({
  status: error_code,
  body: JSON.stringify({ ok: false, error_code, description, parameters }),
})
const taken = { status: 200, body: JSON.stringify({ ok: true, result: { message_id: 42, text: '' } }) }

export const cases: ChannelCases = {
  kind: telegram,
  target: (origin, secret) => ({ token: `123456:${secret}`, chat: CHAT, api: `${origin}/` }),
  accepted: taken,
  answers: [
    { name: '200 and ok', says: taken, outcome: { kind: 'delivered', handle: `${CHAT}/42` } },
    {
      name: '200 and not ok',
      says: { status: 200, body: '{"ok":false,"error_code":400}' },
      outcome: { kind: 'refused' },
    },
    { name: '200 and not ok, without a code', says: { status: 200, body: '{"ok":false}' }, outcome: { kind: 'retry' } },
    {
      name: '200 of somebody else',
      says: { status: 200, body: '<!doctype html><title>Welcome</title>' },
      outcome: { kind: 'retry', afterMs: null },
    },
    ...[
      'chat not found',
      'message is too long',
      "can't parse entities: unsupported start tag",
      'not enough rights to send text messages to the chat',
      'TOPIC_CLOSED',
    ].map((words) => ({
      name: `400 ${words}`,
      says: failed(400, `Bad Request: ${words}`),
      outcome: { kind: 'refused' } as const,
    })),
    {
      name: '400 group has moved',
      says: failed(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -1009 }),
      outcome: { kind: 'refused' },
    },
    { name: '401 bad token', says: failed(401, 'Unauthorized'), outcome: { kind: 'refused' } },
    {
      name: '403 kicked',
      says: failed(403, 'Forbidden: bot was kicked from the group chat'),
      outcome: { kind: 'refused' },
    },
    {
      name: '429 that says when',
      says: failed(429, 'Too Many Requests: retry after 5', { retry_after: 5 }),
      outcome: { kind: 'retry', afterMs: 5_000 },
    },
    {
      name: '429 without a time',
      says: failed(429, 'Too Many Requests'),
      outcome: { kind: 'retry', afterMs: null },
    },
    {
      name: '403 blocked',
      says: failed(403, 'Forbidden: bot was blocked by the user'),
      outcome: { kind: 'refused' },
    },
    { name: '404 no such bot', says: failed(404, 'Not Found'), outcome: { kind: 'refused' } },
    {
      name: '500 restarting',
      says: failed(500, 'Internal Server Error: restart', { retry_after: 12 }),
      outcome: { kind: 'retry', afterMs: 12_000 },
    },
    { name: '502', says: failed(502, 'Bad Gateway'), outcome: { kind: 'retry', afterMs: null } },
  ],
  read({ raw, path }) {
    const sent: unknown = JSON.parse(raw)
    const shape = path.endsWith('/editMessageText') ? Edit : raw.includes('"reply_parameters"') ? Answer : Message
    if (!/^\/bot123456:[\w-]+\/(?:sendMessage|editMessageText)$/.test(path)) throw new Error('sent elsewhere')
    const { text } = shape.parse(sent)
    const tags = text.match(/<(?!\/)/g)?.length ?? 0
    if (tags > 100) throw new Error(`${tags} runs of formatting`)
    if (tags !== (text.match(/<\//g)?.length ?? 0)) throw new Error('a tag is not closed')
    return { shown: [text] }
  },
  isInjected: isHtml,
}
