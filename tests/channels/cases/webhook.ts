import { webhook } from '../../../src/channels/webhook.ts'
import type { ChannelCases } from './kind.ts'

/** Standard Webhooks advises 20 kB; a storm's list of accounts is given whole, far below what receivers refuse. */
const MOST_BYTES = 256 * 1024

export const cases: ChannelCases = {
  kind: webhook,
  target: (origin, secret) => ({ url: `${origin}/hooks/${secret}?key=${secret}`, secret }),
  accepted: { status: 204 },
  answers: [
    ...[200, 201, 202].map(
      (status) => ({ name: `a ${status}`, says: { status }, outcome: { kind: 'delivered' } }) as const,
    ),
    ...[405, 410, 415, 422].map(
      (status) => ({ name: `a ${status}`, says: { status }, outcome: { kind: 'refused' } }) as const,
    ),
    ...[408, 425, 429].map(
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
