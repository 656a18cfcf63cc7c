import { z } from 'zod'
import { teams } from '../../../src/channels/teams.ts'
import type { ChannelCases } from './kind.ts'

/** What of Adaptive Cards 1.4 is used here, as its schema has it (adaptivecards.io/schemas/1.4.0). */
const TextRun = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string().min(1),
  weight: z.enum(['Default', 'Lighter', 'Bolder']).optional(),
  size: z.enum(['Default', 'Small', 'Medium', 'Large', 'ExtraLarge']).optional(),
  fontType: z.enum(['Default', 'Monospace']).optional(),
  isSubtle: z.boolean().optional(),
})
const RichText = z.strictObject({ type: z.literal('RichTextBlock'), inlines: z.array(TextRun).min(1) })
const Container = z.strictObject({
  type: z.literal('Container'),
  style: z.enum(['default', 'emphasis', 'good', 'attention', 'warning', 'accent']),
  bleed: z.boolean(),
  items: z.array(RichText).min(1),
})
const Card = z.strictObject({
  $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
  type: z.literal('AdaptiveCard'),
  version: z.literal('1.4'),
  body: z.array(z.discriminatedUnion('type', [Container, RichText])).min(1),
  actions: z
    .array(
      z.strictObject({
        type: z.literal('Action.OpenUrl'),
        title: z.string().min(1),
        url: z.url({ protocol: /^https?$/ }),
      }),
    )
    .max(6),
  msteams: z.strictObject({ width: z.literal('Full') }),
})
const Message = z.strictObject({
  type: z.literal('message'),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      contentUrl: z.null(),
      content: Card,
    }),
  ]),
})

const MOST_BYTES = 28 * 1024

export const cases: ChannelCases = {
  kind: teams,
  target: (origin, secret) => ({
    url: `${origin}/workflows/1/triggers/manual/paths/invoke?api-version=2016-06-01&sig=${secret}`,
  }),
  accepted: { status: 202 },
  answers: [
    { name: 'a 200', says: { status: 200, body: '1' }, outcome: { kind: 'delivered' } },
    {
      name: 'a 200 that hides a 429',
      says: {
        status: 200,
        body: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429',
      },
      outcome: { kind: 'retry', afterMs: null },
    },
    {
      name: '429 that says when',
      says: { status: 429, headers: { 'retry-after': '10' } },
      outcome: { kind: 'retry', afterMs: 10_000 },
    },
  ],
  read({ raw }) {
    if (Buffer.byteLength(raw) > MOST_BYTES) throw new Error(`${Buffer.byteLength(raw)} bytes`)
    const [{ content }] = Message.parse(JSON.parse(raw)).attachments
    const blocks = content.body.flatMap((block) => (block.type === 'Container' ? block.items : [block]))
    return { shown: blocks.map(({ inlines }) => inlines.map(({ text }) => text).join('')) }
  },
  // Text runs are never Markdown; only placeholders are read in them.
  isInjected: (shown) => /\{\{|\$\{|[\u202A-\u202E\u2066-\u2069]/.test(shown),
}
