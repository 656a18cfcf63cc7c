import { z } from 'zod'
import { pagerduty } from '../../../src/channels/pagerduty.ts'
import { STRANGERS_PAGE, type ChannelCases } from './kind.ts'
import { isMarkup } from './markup.ts'

const about = { routing_key: z.string().min(1), dedup_key: z.string().min(1).max(255) }
/** As developer.pagerduty.com describes an event; what follows an alert carries its keys and nothing else. */
const Event = z.discriminatedUnion('event_action', [
  z.strictObject({
    ...about,
    event_action: z.literal('trigger'),
    payload: z.strictObject({
      summary: z.string().min(1).max(1_024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime(),
      class: z.string(),
      component: z.string().optional(),
      custom_details: z.record(z.string(), z.string()),
    }),
    client: z.string(),
    client_url: z.url().optional(),
    links: z.array(z.strictObject({ href: z.url(), text: z.string() })),
  }),
  z.strictObject({ ...about, event_action: z.enum(['acknowledge', 'resolve']) }),
])
const MOST_BYTES = 512 * 1024

export const cases: ChannelCases = {
  kind: pagerduty,
  target: (origin, secret) => ({ key: secret, api: origin }),
  accepted: { status: 202, body: '{"status":"success","message":"Event processed","dedup_key":"out_1"}' },
  answers: [
    STRANGERS_PAGE,
    {
      name: '400 for an event it cannot read',
      says: { status: 400, body: '{"status":"invalid event","message":"Event object is invalid","errors":[]}' },
      outcome: { kind: 'refused' },
    },
    { name: '429, too many', says: { status: 429 }, outcome: { kind: 'retry', afterMs: null } },
    {
      name: '413 for more than 512 KB',
      says: { status: 413 },
      outcome: { kind: 'refused' },
    },
    {
      name: '500 with an error of its own',
      says: { status: 500, body: '{"status":"error","message":"Internal","errors":["try later"]}' },
      outcome: { kind: 'retry', afterMs: null },
    },
    {
      name: '429 that says when',
      says: { status: 429, headers: { 'retry-after': '30' } },
      outcome: { kind: 'retry', afterMs: 30_000 },
    },
  ],
  read({ raw, path }) {
    if (path !== '/v2/enqueue') throw new Error(`sent to ${path}`)
    if (Buffer.byteLength(raw) > MOST_BYTES) throw new Error(`${Buffer.byteLength(raw)} bytes`)
    const sent = Event.parse(JSON.parse(raw))
    if (sent.event_action !== 'trigger') return { shown: [] }
    const { summary, source, custom_details: details } = sent.payload
    return { shown: [summary, source, ...Object.values(details)] }
  },
  isInjected: isMarkup,
}
