import { z } from 'zod'
import { ntfy } from '../../../src/channels/ntfy.ts'
import { isArmed } from './armed.ts'
import type { ChannelCases } from './kind.ts'

const Message = z.strictObject({
  topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/),
  sequence_id: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/),
  title: z.string().min(1),
  message: z.string().min(1),
  priority: z.int().min(1).max(5),
  tags: z.array(z.string().regex(/^\w+$/)),
  click: z.url({ protocol: /^https?$/ }).optional(),
  actions: z
    .array(
      z.strictObject({ action: z.literal('view'), label: z.string().min(1), url: z.url({ protocol: /^https?$/ }) }),
    )
    .max(3),
})

/** The first three digits of its code are the status. */
const failed = (code: number) => {
  const http = Math.floor(code / 100)
  return { status: http, body: JSON.stringify({ code, http, error: 'words' }) }
}

export const cases: ChannelCases = {
  kind: ntfy,
  target: (origin, secret) => ({ url: origin, topic: secret, token: `tk_${secret}` }),
  accepted: { status: 200, body: '{"id":"hwQ2YpKdmg","event":"message"}' },
  answers: [
    ...[40009, 40014, 40101, 40301, 40401, 41301, 41303].map((code) => ({
      name: `${code}`,
      says: failed(code),
      outcome: { kind: 'refused' } as const,
    })),
    ...[42901, 42908, 50001, 50701].map((code) => ({
      name: `${code}`,
      says: failed(code),
      outcome: { kind: 'retry', afterMs: null } as const,
    })),
    { name: '507, no room', says: { status: 507 }, outcome: { kind: 'retry', afterMs: null } },
    {
      name: '200 of somebody else',
      says: { status: 200, body: '<!doctype html><title>Welcome</title>' },
      outcome: { kind: 'retry', afterMs: null },
    },
  ],
  read({ raw, path, headers }) {
    if (path !== '/') throw new Error(`sent to ${path}`)
    if (headers.authorization?.startsWith('Bearer tk_') !== true) throw new Error('no token')
    const { title, message } = Message.parse(JSON.parse(raw))
    // What fills the limit is an attachment already.
    if (Buffer.byteLength(message) >= 4_096) throw new Error(`${Buffer.byteLength(message)} bytes`)
    if (Buffer.byteLength(raw) > 2 * 4_096) throw new Error(`${Buffer.byteLength(raw)} bytes of JSON`)
    if (Buffer.byteLength(title) > 250) throw new Error(`${Buffer.byteLength(title)} bytes of title`)
    return { shown: [title, message.replace(/\d\.\d/g, '')] }
  },
  isInjected: isArmed,
}
