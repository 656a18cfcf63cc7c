import { z } from 'zod'
import { matrix } from '../../../src/channels/matrix.ts'
import { isArmed, isHtml } from './armed.ts'
import type { ChannelCases } from './kind.ts'

const ROOM = '!room:example.org'
const FIRST = '$first:example.org'
const PATH = `/_matrix/client/v3/rooms/${encodeURIComponent(ROOM)}/send/m.room.message/`

const Text = z.strictObject({
  msgtype: z.literal('m.text'),
  body: z.string().min(1),
  format: z.literal('org.matrix.custom.html'),
  formatted_body: z.string().min(1),
  'm.mentions': z.strictObject({}),
})
const Edit = Text.extend({
  'm.new_content': Text,
  'm.relates_to': z.strictObject({ rel_type: z.literal('m.replace'), event_id: z.literal(FIRST) }),
})
const Answer = Text.extend({
  'm.relates_to': z.strictObject({
    rel_type: z.literal('m.thread'),
    event_id: z.literal(FIRST),
    is_falling_back: z.literal(true),
    'm.in_reply_to': z.strictObject({ event_id: z.literal(FIRST) }),
  }),
})

/** Of the 65,536 of an event; the server adds who, when, where, hashes and signatures. */
const MOST_BYTES = 60_000

const failed = (
  status: number,
  errcode: string,
  more: object = {},
  headers: Readonly<Record<string, string>> = {},
) => ({
  status,
  headers,
  body: JSON.stringify({ errcode, error: 'words', ...more }),
})
const taken = { status: 200, body: JSON.stringify({ event_id: FIRST }) }

export const cases: ChannelCases = {
  kind: matrix,
  target: (origin, secret) => ({ homeserver: `${origin}/`, room: ROOM, token: secret }),
  accepted: taken,
  answers: [
    { name: '200 with the event', says: taken, outcome: { kind: 'delivered', handle: FIRST } },
    { name: '200 without an event', says: { status: 200, body: '{}' }, outcome: { kind: 'retry', afterMs: null } },
    {
      name: '200 of somebody else',
      says: { status: 200, body: '<!doctype html><title>Welcome</title>' },
      outcome: { kind: 'retry', afterMs: null },
    },
    ...(
      [
        [400, 'M_BAD_JSON'],
        [400, 'M_UNKNOWN'],
        [401, 'M_MISSING_TOKEN'],
        [401, 'M_UNKNOWN_TOKEN'],
        [401, 'M_USER_LOCKED'],
        [403, 'M_FORBIDDEN'],
        [403, 'M_RESOURCE_LIMIT_EXCEEDED'],
        [404, 'M_UNRECOGNIZED'],
        [413, 'M_TOO_LARGE'],
      ] as const
    ).map(([status, code]) => ({
      name: `${status} ${code}`,
      says: failed(status, code),
      outcome: { kind: 'refused' } as const,
    })),
    { name: '500 M_UNKNOWN', says: failed(500, 'M_UNKNOWN'), outcome: { kind: 'retry', afterMs: null } },
    {
      name: '429 the older way',
      says: failed(429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 2_500 }),
      outcome: { kind: 'retry', afterMs: 2_500 },
    },
    {
      name: '429 the newer way',
      says: failed(429, 'M_LIMIT_EXCEEDED', {}, { 'retry-after': '4' }),
      outcome: { kind: 'retry', afterMs: 4_000 },
    },
    {
      name: '429 both ways',
      says: failed(429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 9_000 }, { 'retry-after': '4' }),
      outcome: { kind: 'retry', afterMs: 9_000 },
    },
    { name: '429 without a time', says: failed(429, 'M_LIMIT_EXCEEDED'), outcome: { kind: 'retry', afterMs: null } },
  ],
  read({ raw, path, method, headers }) {
    if (method !== 'PUT' || !path.startsWith(PATH)) throw new Error(`${method} ${path}`)
    if (headers.authorization?.startsWith('Bearer ') !== true) throw new Error('no token')
    if (Buffer.byteLength(raw) > MOST_BYTES) throw new Error(`${Buffer.byteLength(raw)} bytes`)
    const shape = path.endsWith('.edit') ? Edit : raw.includes('"m.thread"') ? Answer : Text
    const { body, formatted_body } = shape.parse(JSON.parse(raw))
    const unlinked = body.replace(/\n(?:Outage|Profile): https:\S*$/gm, '')
    if (isArmed(unlinked.replace(/\d\.\d/g, ''))) throw new Error('the plain text is armed')
    return { shown: [formatted_body] }
  },
  isInjected: isHtml,
}
