import { z } from 'zod'

/**
 * The nouns of the contract as its page writes them, made from that page and not from the program. Further fields are
 * allowed: a reader ignores what it does not know.
 */
export const at = z.iso.datetime({ precision: 3 })
const reason = z.enum(['not_found', 'deactivated', 'suspended', 'deleted', 'withheld', 'renamed', 'taken_over'])
const cause = z.enum([
  'rate_limited',
  'blocked',
  'platform_error',
  'unreadable',
  'unauthorized',
  'network',
  'control_failed',
  'over_budget',
])

export const Identity = z.looseObject({
  id: z.string().nullable(),
  handle: z.string(),
  displayName: z.string().optional(),
  followers: z.int().optional(),
})

const look = { look: z.string(), vantage: z.string(), askedAt: at, answeredAt: at }
export const Look = z.discriminatedUnion('verdict', [
  z.looseObject({ ...look, verdict: z.literal('present'), because: z.array(z.never()) }),
  z.looseObject({ ...look, verdict: z.literal('absent'), because: z.array(reason).min(1) }),
  z.looseObject({ ...look, verdict: z.literal('inconclusive'), because: z.array(cause).length(1) }),
])

export const Account = z.looseObject({
  account: z.string(),
  platform: z.string(),
  handle: z.string(),
  name: z.string(),
  important: z.boolean(),
  tags: z.array(z.string()),
  belief: z.enum(['unknown', 'up', 'doubted', 'down']),
  blind: z.boolean(),
  because: z.array(reason),
  outage: z.string().nullable(),
  identity: Identity.nullable(),
  lastSightingAt: at.nullable(),
  lastPresentAt: at.nullable(),
  looks: z.array(Look),
})
export type Account = z.infer<typeof Account>

const share = z.number().min(0).max(1).nullable()
export const AccountDetail = Account.extend({
  spells: z.array(z.looseObject({ from: at, to: at.nullable() })),
  availability: z.looseObject({ '24h': share, '7d': share, '30d': share, '90d': share }),
})
export type AccountDetail = z.infer<typeof AccountDetail>

const Remark = z.looseObject({ at, by: z.string(), note: z.string() })
export const Outage = z.looseObject({
  id: z.string().regex(/^out_[0-9A-HJKMNP-TV-Z]+$/),
  account: z.string(),
  name: z.string(),
  state: z.enum(['open', 'closed']),
  because: z.array(reason).min(1),
  explicit: z.boolean(),
  disputed: z.array(z.string()),
  unseen: z.boolean(),
  lastPresentAt: at.nullable(),
  firstAbsentAt: at,
  lastAbsentAt: at,
  firstPresentAt: at.nullable(),
  openedAt: at,
  closedAt: at.nullable(),
  duration: z.looseObject({
    estimateMs: z.int().min(0),
    minMs: z.int().min(0),
    maxMs: z.int().min(0).nullable(),
    coverage: z.number().min(0).max(1),
  }),
  acknowledged: Remark.nullable(),
  retracted: Remark.nullable(),
  identity: Identity.nullable(),
})
export type Outage = z.infer<typeof Outage>

const Evidence = z.looseObject({
  status: z.int().nullable(),
  marker: z.string().nullable(),
  excerpt: z.string().nullable(),
  digest: z.string().nullable(),
})
export const Delivery = z.looseObject({
  id: z.string(),
  subscriber: z.string(),
  state: z.enum(['due', 'delivered', 'refused', 'expired']),
  tries: z.int().min(0),
  lastError: z.string().nullable(),
})
export type Delivery = z.infer<typeof Delivery>
export const OutageDetail = Outage.extend({
  sightings: z.array(z.intersection(Look, z.looseObject({ evidence: Evidence.nullable() }))).min(1),
  deliveries: z.array(Delivery),
})
export type OutageDetail = z.infer<typeof OutageDetail>

const head = { seq: z.int().min(1), id: z.string(), at }
export const Transition = z.union([
  z.looseObject({ ...head, name: z.string().regex(/^outage\./), account: z.string(), outage: Outage }),
  z.looseObject({ ...head, name: z.string().regex(/^(?:sight|platform)\./), outage: z.undefined() }),
])
export type Transition = z.infer<typeof Transition>

export const Subscriber = z.looseObject({
  name: z.string(),
  channel: z.string(),
  owed: z.int(),
  refused: z.int(),
  lastError: z.string().nullable(),
})
export type Subscriber = z.infer<typeof Subscriber>

export const Problem = z.looseObject({
  type: z.string(),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
})

export const Notice = z.looseObject({
  type: z.string(),
  timestamp: at,
  data: z.looseObject({
    seq: z.int().min(1),
    outage: Outage.optional(),
    late: z.boolean(),
    link: z.string().nullable(),
  }),
})
export type Notice = z.infer<typeof Notice>

/** A frame of the live socket, as loosely as a first reader takes it. */
export type Frame = {
  readonly type: string
  readonly seq?: number
  readonly epoch?: string
  readonly at?: string
  readonly re?: number | string
  readonly heartbeatMs?: number
  readonly code?: string
  readonly detail?: string
  readonly name?: string
  readonly account?: string
  readonly outage?: Outage
  readonly outages?: readonly Outage[]
  readonly accounts?: readonly (Account & { readonly latencyMs?: number })[]
}
