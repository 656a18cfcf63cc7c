import { z } from 'zod'
import { apprise } from '../../../src/channels/apprise.ts'
import type { ChannelCases } from './kind.ts'
import { isMarkup } from './markup.ts'

const Message = z.strictObject({
  title: z.string().min(1).max(250),
  body: z.string().min(1).max(32_768),
  type: z.enum(['info', 'success', 'warning', 'failure']),
  format: z.literal('text'),
  tag: z.literal('desk,night shift'),
})

export const cases: ChannelCases = {
  kind: apprise,
  target: (origin, secret) => ({ url: `${origin}/notify/${secret}`, tags: ['desk', 'night shift'] }),
  accepted: { status: 200, body: '{"error":null}' },
  answers: [
    { name: '204, nothing configured', says: { status: 204 }, outcome: { kind: 'refused' } },
    { name: '400', says: { status: 400, body: '{"error":"words"}' }, outcome: { kind: 'refused' } },
    { name: '405', says: { status: 405 }, outcome: { kind: 'refused' } },
    { name: '424, some failed', says: { status: 424 }, outcome: { kind: 'retry', afterMs: null } },
    { name: '431, too large', says: { status: 431 }, outcome: { kind: 'refused' } },
  ],
  read({ raw, path }) {
    if (!path.startsWith('/notify/')) throw new Error(`sent to ${path}`)
    const { title, body } = Message.parse(JSON.parse(raw))
    return { shown: [title, body.replace(/^(?:Outage|Profile): https?:\/\/[^\s<>`|]*$/gm, '')] }
  },
  isInjected: isMarkup,
}
