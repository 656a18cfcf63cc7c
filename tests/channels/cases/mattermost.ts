import { z } from 'zod'
import { mattermost } from '../../../src/channels/mattermost.ts'
import { isArmed, isMarkdown } from './armed.ts'
import { STRANGERS_PAGE, type ChannelCases } from './kind.ts'

const Message = z.strictObject({
  text: z.string().min(1).max(4_000),
  attachments: z.tuple([
    z.strictObject({
      fallback: z.string().min(1),
      color: z.string().regex(/^#[\da-f]{6}$/),
      text: z.string(),
      fields: z.array(z.strictObject({ title: z.string().min(1), value: z.string().min(1), short: z.literal(false) })),
      footer: z.string().max(300),
    }),
  ]),
})

/** The server counts what it stores, where these signs are written as \uXXXX. */
const stored = (value: unknown): number =>
  Array.from(JSON.stringify(value).replace(/[&<>\u2028\u2029]/g, '\\u0000')).length

export const cases: ChannelCases = {
  kind: mattermost,
  target: (origin, secret) => ({ url: `${origin}/hooks/${secret}` }),
  accepted: { status: 200, body: 'ok' },
  answers: [
    STRANGERS_PAGE,
    ...[400, 403, 404].map(
      (status) => ({ name: `a ${status}`, says: { status, body: '{}' }, outcome: { kind: 'refused' } }) as const,
    ),
    {
      name: '501, webhooks are switched off',
      says: { status: 501, body: '{"id":"web.incoming_webhook.disabled.app_error"}' },
      outcome: { kind: 'retry', afterMs: null },
    },
    {
      name: '429 that says when',
      says: { status: 429, headers: { 'retry-after': '3' } },
      outcome: { kind: 'retry', afterMs: 3_000 },
    },
  ],
  read({ raw }) {
    const { text, attachments } = Message.parse(JSON.parse(raw))
    if (stored(attachments) > 7_900) throw new Error(`attachments of ${stored(attachments)}`)
    const [{ fallback, text: below, fields }] = attachments
    // Read before any Markdown, and within code as well.
    if (/<!|<@|<https?:/.test(raw)) throw new Error('markup of Slack')
    if (isArmed(fallback)) throw new Error('an armed fallback')
    return { shown: [text, below, ...fields.map(({ value }) => value)] }
  },
  isInjected: isMarkdown,
}
