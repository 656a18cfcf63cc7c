import { z } from 'zod'
import { ntfy } from '../../../src/channels/ntfy.ts'
import { isArmed } from './armed.ts'
import type { ChannelCases } from './kind.ts'

const Message = z.strictObject({
  topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/),
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

export const cases: ChannelCases = {
  kind: ntfy,
  target: (origin, secret) => ({ url: origin, topic: secret, token: `tk_${secret}` }),
  accepted: { status: 200, body: '{"id":"hwQ2YpKdmg","event":"message"}' },
  answers: [
    ...[400, 401, 403, 404, 413].map(
      (status) => ({ name: `a ${status}`, says: { status }, outcome: { kind: 'refused' } }) as const,
    ),
    { name: '429, too many', says: { status: 429, body: '{"code":42901}' }, outcome: { kind: 'retry', afterMs: null } },
    { name: '507, no room', says: { status: 507 }, outcome: { kind: 'retry', afterMs: null } },
  ],
  read({ raw, path, headers }) {
    if (path !== '/') throw new Error(`sent to ${path}`)
    if (headers.authorization?.startsWith('Bearer tk_') !== true) throw new Error('no token')
    const { title, message } = Message.parse(JSON.parse(raw))
    if (Buffer.byteLength(message) > 4_096) throw new Error(`${Buffer.byteLength(message)} bytes`)
    return { shown: [title, message.replace(/\d\.\d/g, '')] }
  },
  isInjected: isArmed,
}
