import { z } from 'zod'
import { teams } from '../../../src/channels/teams.ts'
import { faultsOfCard } from '../../support/adaptive-card.ts'
import type { Answering } from '../../support/receiver.ts'
import type { AnswerCase, ChannelCases } from './kind.ts'

/** What of Adaptive Cards 1.4 is used here, and nothing else: their own reader passes over what it does not know. */
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

/** What the connectors that Workflows replaces said of Teams' own answer. */
const hiding = (status: number, kind: 'retry' | 'refused'): AnswerCase => ({
  name: `a 200 that hides a ${status}`,
  says: {
    status: 200,
    body: `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status} with ContextId x`,
  },
  outcome: { kind },
})

const coded = (status: number, code: string): Answering => ({
  status,
  body: JSON.stringify({ error: { code, message: 'words' } }),
})

export const cases: ChannelCases = {
  kind: teams,
  target: (origin, secret) => ({
    url: `${origin}/workflows/1/triggers/manual/paths/invoke?api-version=2016-06-01&sig=${secret}`,
  }),
  accepted: { status: 202 },
  answers: [
    { name: 'a 200', says: { status: 200, body: '1' }, outcome: { kind: 'delivered' } },
    hiding(429, 'retry'),
    hiding(502, 'retry'),
    hiding(413, 'refused'),
    hiding(403, 'refused'),
    { name: '400, the flow is off', says: coded(400, 'WorkflowTriggerIsNotEnabled'), outcome: { kind: 'refused' } },
    { name: '401, no sig=', says: coded(401, 'DirectApiAuthorizationRequired'), outcome: { kind: 'refused' } },
    { name: '404, no flow', says: coded(404, 'WorkflowNotFound'), outcome: { kind: 'refused' } },
    { name: '429 without a time', says: { status: 429 }, outcome: { kind: 'retry', afterMs: null } },
    {
      name: '429 that says when',
      says: { status: 429, headers: { 'retry-after': '10' } },
      outcome: { kind: 'retry', afterMs: 10_000 },
    },
  ],
  read({ raw }) {
    if (Buffer.byteLength(raw) > MOST_BYTES) throw new Error(`${Buffer.byteLength(raw)} bytes`)
    const [{ content }] = Message.parse(JSON.parse(raw)).attachments
    const faults = faultsOfCard(content)
    if (faults.length > 0) throw new Error(faults.join(' '))
    const blocks = content.body.flatMap((block) => (block.type === 'Container' ? block.items : [block]))
    return { shown: blocks.map(({ inlines }) => inlines.map(({ text }) => text).join('')) }
  },
  // Text runs are never Markdown; only placeholders are read in them.
  isInjected: (shown) => /\{\{|\$\{|[\u202A-\u202E\u2066-\u2069]/.test(shown),
}
