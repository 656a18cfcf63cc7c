import { z } from 'zod'
import { webhook } from '../../../src/channels/webhook.ts'
import type { ChannelCases } from './kind.ts'

/** Standard Webhooks advises 20 kB; a storm's list is given whole, up to what CloudEvents says everybody takes. */
const MOST_BYTES = 64 * 1024

export const cases: ChannelCases = {
  kind: webhook,
  target: (origin, secret) => ({ url: `${origin}/hooks/${secret}?key=${secret}`, secret }),
  accepted: { status: 204 },
  answers: [
    ...[200, 201, 202, 299].map(
      (status) => ({ name: `a ${status}`, says: { status }, outcome: { kind: 'delivered' } }) as const,
    ),
    ...[301, 302, 303, 304, 308, 402, 405, 409, 410, 415, 422, 451].map(
      (status) => ({ name: `a ${status}`, says: { status }, outcome: { kind: 'refused' } }) as const,
    ),
    ...[408, 425, 429, 501, 507, 599].map(
      (status) => ({ name: `a ${status}`, says: { status }, outcome: { kind: 'retry', afterMs: null } }) as const,
    ),
  ],
  read({ fault, raw, body }) {
    if (fault !== null) throw new Error(fault)
    if (Buffer.byteLength(raw) > MOST_BYTES) throw new Error(`${Buffer.byteLength(raw)} bytes`)
    if (typeof body.type !== 'string' || typeof body.data !== 'object') throw new Error('not the envelope')
    return { shown: [] }
  },
}

/** The other dress: two secrets, and a CloudEvent with ids only. */
const event: ChannelCases = {
  ...cases,
  target: (origin, secret) => ({
    ...cases.target(origin, secret),
    secret: [`anew${secret}`, secret],
    body: 'thin',
    format: 'cloudevents',
  }),
  read({ fault, raw, headers, id }) {
    if (fault !== null) throw new Error(fault)
    if (headers['content-type'] !== 'application/cloudevents+json') throw new Error('another type')
    const read = Event.parse(JSON.parse(raw))
    if (read.id !== id) throw new Error('two ids')
    return { shown: [] }
  },
}

/** CloudEvents 1.0, its JSON format; types and subjects are ours. */
const Event = z.strictObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().min(1).optional(),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  data: z.looseObject({ seq: z.int() }),
})

export const others = [event]
