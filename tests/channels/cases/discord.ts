import { z } from 'zod'
import { discord } from '../../../src/channels/discord.ts'
import { isMarkdown } from './armed.ts'
import { STRANGERS_PAGE, type ChannelCases } from './kind.ts'

const text = (max: number) => z.string().min(1).max(max)
const Embed = z.strictObject({
  color: z.int().min(0).max(0xffffff),
  description: text(4_096).optional(),
  fields: z
    .array(z.strictObject({ name: text(256), value: text(1_024) }))
    .min(1)
    .max(25),
  footer: z.strictObject({ text: text(2_048) }),
})
const Message = z.strictObject({
  content: text(2_000),
  embeds: z.array(Embed).max(1),
  allowed_mentions: z.strictObject({ parse: z.tuple([]) }),
})

const json = (status: number, body: object, headers: Readonly<Record<string, string>> = {}) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

export const cases: ChannelCases = {
  kind: discord,
  target: (origin, secret) => ({ url: `${origin}/api/webhooks/123/${secret}` }),
  accepted: json(200, { id: '1098765432109876543', content: '' }),
  answers: [
    STRANGERS_PAGE,
    {
      name: '200 with the message',
      says: json(200, { id: '1098765432109876543' }),
      outcome: { kind: 'delivered', handle: '1098765432109876543' },
    },
    { name: '204', says: { status: 204 }, outcome: { kind: 'delivered' } },
    { name: '400 invalid form', says: json(400, { code: 50_035 }), outcome: { kind: 'refused' } },
    { name: '401 invalid token', says: json(401, { code: 50_027 }), outcome: { kind: 'refused' } },
    { name: '401 without a body', says: { status: 401 }, outcome: { kind: 'refused' } },
    { name: '403 missing access', says: json(403, { code: 50_001 }), outcome: { kind: 'refused' } },
    { name: '404 unknown webhook', says: json(404, { code: 10_015 }), outcome: { kind: 'refused' } },
    {
      name: '429 with a float',
      says: json(429, { message: 'You are being rate limited.', retry_after: 0.75, global: false }),
      outcome: { kind: 'retry', afterMs: 750 },
    },
    {
      name: '429 of the global limit, which says it in the header only',
      says: { status: 429, headers: { 'retry-after': '65', 'x-ratelimit-global': 'true' } },
      outcome: { kind: 'retry', afterMs: 65_000 },
    },
    {
      name: '429 of a proxy before Discord, with a page',
      says: { status: 429, headers: { 'retry-after': '3600' }, body: '<!doctype html><title>Access denied</title>' },
      outcome: { kind: 'retry', afterMs: 3_600_000 },
    },
    {
      name: '429 with nothing to go by',
      says: json(429, { retry_after: 'soon' }),
      outcome: { kind: 'retry', afterMs: null },
    },
    { name: '502', says: { status: 502 }, outcome: { kind: 'retry', afterMs: null } },
    {
      name: '429 with a header and a float: the later counts',
      says: json(429, { retry_after: 1.336 }, { 'retry-after': '2', 'x-ratelimit-scope': 'shared' }),
      outcome: { kind: 'retry', afterMs: 2_000 },
    },
  ],
  read({ raw, path, method }) {
    const [, id] = /^\/api\/webhooks\/123\/[\w-]+\/messages\/(\d+)$/.exec(path) ?? []
    if (method === 'PATCH' ? id === undefined : !path.endsWith('?wait=true')) throw new Error(`${method} ${path}`)
    const { content, embeds } = Message.parse(JSON.parse(raw))
    const shown = embeds.flatMap(({ description = '', fields, footer }) => [
      description,
      footer.text,
      ...fields.flatMap(({ name, value }) => [name, value]),
    ])
    const total = shown.reduce((sum, part) => sum + part.length, 0)
    if (total > 6_000) throw new Error(`${total} characters in embeds`)
    return { shown: [content, ...shown] }
  },
  isInjected: (shown) => isMarkdown(shown.replace(/^Rollcall [a-z]+\.[a-z]+ \d+$/, '')),
}
