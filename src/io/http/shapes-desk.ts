import { z } from '@hono/zod-openapi'
import type { sightingJson } from '../../core/json.ts'
import type {
  ChainedJson,
  DeliveryJson,
  PlatformJson,
  QuietJson,
  SpellJson,
  SubscriberJson,
} from '../../core/json-desk.ts'
import type { DrillReport } from '../../core/drill.ts'
import { TRUSTS } from '../../core/platform.ts'
import { CAUSES, REASONS } from '../../core/verdict.ts'
import { evidence, identity, instant, instantOrNull, look } from './shapes.ts'

/** A blind spell. (This file has the shapes that only the API shows; those of the socket, too, are in `shapes.ts`.) */
export const spell = z.object({ from: instant, to: instantOrNull }).openapi('Spell', {
  description: 'A time in which we could not see; `to` is null while it lasts',
}) satisfies z.ZodType<SpellJson>

/** A sighting with its evidence, where that was kept. */
export const sighting = look
  .extend({
    account: z.string(),
    identity: identity.nullable(),
    now: identity.nullable(),
    evidence: evidence.nullable(),
  })
  .openapi('Sighting') satisfies z.ZodType<ReturnType<typeof sightingJson>>

/** A sighting in the chain of its outage; `hash` covers `previous` and the sighting. */
export const chained = sighting
  .extend({ hash: z.string(), previous: z.string().nullable() })
  .openapi('ChainedSighting') satisfies z.ZodType<ChainedJson>

/** What may have become of a delivery. */
export const DELIVERY_STATES = ['due', 'delivered', 'refused', 'expired'] as const

/** A notice owed; its id is the notice's. */
export const delivery = z
  .object({
    id: z.string(),
    subscriber: z.string(),
    about: z.string(),
    transition: z.string(),
    outage: z.string().nullable(),
    form: z.enum(['plain', 'urgent', 'held', 'escalation']),
    reminder: z.int(),
    state: z.enum(DELIVERY_STATES),
    plannedAt: instant,
    dueAt: instant,
    expiresAt: instant,
    tries: z.int(),
    lastError: z.string().nullable(),
    deliveredAt: instantOrNull,
    mergedInto: z.string().nullable(),
  })
  .openapi('Delivery') satisfies z.ZodType<DeliveryJson>

const control = z.object({
  look: z.string(),
  home: z.string(),
  verdict: z.enum(['right', 'wrong', 'unseen']),
  askedAt: instantOrNull,
  detail: z.string().nullable(),
})

/** A platform: its budget, plan, looks and controls, and our sight of it. */
export const platform = z
  .object({
    platform: z.string(),
    title: z.string(),
    source: z.object({ name: z.string(), licence: z.string(), file: z.string() }).nullable(),
    accounts: z.int(),
    queued: z.int(),
    underWay: z.int(),
    budget: z.object({
      requests: z.number(),
      windowMs: z.number(),
      used: z.number(),
      planned: z.number(),
      headroom: z.number(),
    }),
    worstNoticeMs: z.number().nullable(),
    money: z.object({ perDay: z.number(), limitPerDay: z.number().nullable() }).nullable(),
    warnings: z.array(z.string()).readonly(),
    allowance: z
      .object({ remaining: z.number().nullable(), resetAt: instantOrNull, retryAt: instantOrNull })
      .nullable(),
    controls: z.array(control),
    looks: z.array(
      z.object({
        look: z.string(),
        words: z.string(),
        trust: z.enum(TRUSTS),
        takes: z.int(),
        tells: z.array(z.array(z.enum(REASONS)).readonly()).readonly(),
        public: z.boolean(),
      }),
    ),
    unreadable: z
      .array(
        z.object({
          look: z.string(),
          words: z.string(),
          home: z.string(),
          since: instantOrNull,
          because: z.string(),
          evidence: evidence.nullable(),
        }),
      )
      .readonly(),
    sight: z.object({ lostSince: instant, because: z.array(z.enum(CAUSES)).readonly() }).nullable(),
    troubledSince: instantOrNull,
  })
  .openapi('Platform') satisfies z.ZodType<PlatformJson>

/** A subscriber: what it hears of, and how its target takes what it is sent. */
export const subscriber = z
  .object({
    name: z.string(),
    channel: z.string(),
    types: z.array(z.string()).readonly(),
    state: z.enum(['ok', 'failing']).openapi({
      description: 'failing: it took nothing lately, and is tried one notice at a time until it takes one',
    }),
    failingSince: instantOrNull,
    silentUntil: instantOrNull.openapi({ description: 'It asked to be told nothing before' }),
    owed: z.int(),
    refused: z.int(),
    expired: z.int(),
    lastDeliveredAt: instantOrNull,
    lastError: z.string().nullable(),
  })
  .openapi('Subscriber') satisfies z.ZodType<SubscriberJson>

/** A time in which notices about an account or a tag are held. */
export const quiet = z
  .object({
    id: z.string(),
    kind: z.enum(['account', 'tag']),
    of: z.string(),
    accounts: z.int(),
    from: instant,
    until: instant,
    because: z.string(),
    by: z.string(),
  })
  .openapi('Quiet') satisfies z.ZodType<QuietJson>

const drillHead = {
  outcome: z.enum(['delivered', 'retry', 'refused']).openapi({
    description: 'retry: not now; a real notice would be tried again, a drill is not',
  }),
  reason: z.string().nullable(),
  ms: z.number().nullable().openapi({ description: 'From sending to the answer; null where it was not sent' }),
}

/** What became of a drill: as a whole, and of each of its notices. */
export const drill = z
  .object({
    subscriber: z.string(),
    channel: z.string(),
    ...drillHead,
    notices: z
      .array(z.object({ id: z.string(), plays: z.enum(['outage.opened', 'outage.closed']), ...drillHead }))
      .readonly(),
  })
  .openapi('Drill') satisfies z.ZodType<DrillReport>
