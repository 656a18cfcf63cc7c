import { z } from 'zod'
import { jsm } from '../../../src/channels/jsm.ts'
import { STRANGERS_PAGE, type ChannelCases } from './kind.ts'
import { isMarkup } from './markup.ts'

const ALERTS = '/jsm/ops/integration/v2/alerts'
const Alert = z.strictObject({
  message: z.string().min(1).max(130),
  alias: z.string().min(1).max(512),
  description: z.string().max(15_000),
  priority: z.enum(['P1', 'P2', 'P3', 'P4', 'P5']),
  entity: z.string().min(1).max(512),
  source: z.string().max(100),
  tags: z.array(z.string().max(50)).max(20),
  details: z
    .strictObject({ transition: z.string(), outage: z.url().optional(), profile: z.url().optional() })
    .refine((details) => JSON.stringify(details).length <= 8_000),
  note: z.string().max(25_000),
})
const Word = z.strictObject({ source: z.string().max(100), note: z.string().max(25_000) })

export const cases: ChannelCases = {
  kind: jsm,
  target: (origin, secret) => ({ key: secret, api: `${origin}/` }),
  accepted: { status: 202, body: '{"result":"Request will be processed","took":0.1,"requestId":"43a29c5c"}' },
  answers: [
    STRANGERS_PAGE,
    ...[400, 401, 402, 403, 404, 422].map(
      (status) => ({ name: `a ${status}`, says: { status }, outcome: { kind: 'refused' } }) as const,
    ),
    { name: '429, too many', says: { status: 429 }, outcome: { kind: 'retry', afterMs: null } },
    {
      name: '503 that says when',
      says: { status: 503, headers: { 'retry-after': '5' } },
      outcome: { kind: 'retry', afterMs: 5_000 },
    },
  ],
  read({ raw, path, headers }) {
    if (headers.authorization?.startsWith('GenieKey ') !== true) throw new Error('no key')
    if (path === ALERTS) {
      const { message, description, entity, note } = Alert.parse(JSON.parse(raw))
      return { shown: [message, description, entity, note] }
    }
    if (!/^\/jsm\/ops\/integration\/v2\/alerts\/\w+\/(?:acknowledge|close|notes)\?identifierType=alias$/.test(path)) {
      throw new Error(`sent to ${path}`)
    }
    return { shown: [Word.parse(JSON.parse(raw)).note] }
  },
  isInjected: isMarkup,
}
