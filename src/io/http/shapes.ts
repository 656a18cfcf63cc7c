import { z } from '@hono/zod-openapi'
import type { AccountJson, OutageJson, TransitionJson } from '../../core/json.ts'
import { TRUSTS } from '../../core/platform.ts'
import { TRANSITION_NAMES } from '../../core/transition.ts'
import { CAUSES, REASONS } from '../../core/verdict.ts'

/*
 * The nouns of the contract, for the documents that describe it. `satisfies` holds them to the types that core/json
 * writes.
 */
const at = z.iso.datetime().meta({ examples: ['2017-11-02T22:51:58.120Z'] })
/** An instant in UTC with its milliseconds. */
export const instant = at
/** Null where there is none yet. */
export const instantOrNull = at.nullable()

/** Who answered: `id` is the platform's own, null where it has none. */
export const identity = z
  .object({
    id: z.string().nullable(),
    handle: z.string(),
    displayName: z.string().exactOptional(),
    followers: z.number().exactOptional(),
  })
  .openapi('Identity')

/** What an answer looked like. */
export const evidence = z
  .object({
    status: z.int().nullable(),
    headers: z.record(z.string(), z.string()),
    marker: z.string().nullable(),
    excerpt: z.string().nullable(),
    digest: z.string().nullable(),
  })
  .openapi('Evidence')

const remark = z.object({ at, by: z.string(), note: z.string() }).openapi('Remark')
const accepted = z.object({ at, by: z.string(), identity }).openapi('Accepted', {
  description: 'Whom a person took for the account from then on, which closed it; nobody had come back',
})
const reasons = z.array(z.enum(REASONS)).readonly()
const causes = z.array(z.enum(CAUSES)).readonly()
const texts = z.array(z.string()).readonly()

/** The newest sighting by one look, without its evidence. */
export const look = z
  .object({
    look: z.string(),
    vantage: z.string(),
    verdict: z.enum(['present', 'absent', 'inconclusive']),
    because: texts,
    askedAt: at,
    answeredAt: at,
  })
  .openapi('Look')

/** An account on the roll, and what we hold of it. */
export const account = z
  .object({
    account: z.string().meta({ examples: ['bluesky:bsky.app'] }),
    platform: z.string(),
    handle: z.string(),
    name: z.string(),
    important: z.boolean(),
    tags: texts,
    belief: z.enum(['unknown', 'up', 'doubted', 'down']),
    blind: z.boolean(),
    because: reasons,
    outage: z.string().nullable(),
    identity: identity.nullable(),
    lastSightingAt: instantOrNull,
    lastPresentAt: instantOrNull,
    looks: z.array(look),
  })
  .openapi('Account') satisfies z.ZodType<AccountJson>

const duration = z
  .object({ estimateMs: z.number(), minMs: z.number(), maxMs: z.number().nullable(), coverage: z.number() })
  .openapi('Duration')

/** An outage with its four instants; `duration` counts up while it is open. */
export const outage = z
  .object({
    id: z.string(),
    account: z.string(),
    name: z.string(),
    state: z.enum(['open', 'closed']),
    because: reasons,
    explicit: z.boolean(),
    trust: z.enum(TRUSTS),
    answers: z.array(z.object({ look: z.string(), marker: z.string().nullable() })).readonly(),
    disputed: texts,
    unseen: z.boolean(),
    lastPresentAt: instantOrNull,
    firstAbsentAt: at,
    lastAbsentAt: at,
    firstPresentAt: instantOrNull,
    openedAt: at,
    closedAt: instantOrNull,
    duration,
    acknowledged: remark.nullable(),
    retracted: remark.nullable(),
    notes: z.array(remark.nullable()),
    accepted: accepted.nullable(),
    identity: identity.nullable(),
    now: identity.nullable(),
  })
  .openapi('Outage') satisfies z.ZodType<OutageJson>

const head = {
  seq: z.int(),
  id: z.string(),
  at,
  name: z.enum(TRANSITION_NAMES),
  account: z.string().nullable(),
}

/** Something happened to an outage; it is shown as of then. */
export const outageTransition = z.object({ ...head, outage }).openapi('OutageTransition')
/** A storm began, grew or settled. */
export const platformTransition = z
  .object({
    ...head,
    platform: z.string(),
    since: at,
    accounts: texts,
    gone: texts
      .exactOptional()
      .openapi({ description: 'Of a storm that has settled, or is told again: who is still gone' }),
    again: z.literal(true).exactOptional().openapi({ description: 'A storm told before, as it stands now' }),
  })
  .openapi('PlatformTransition')
/** We lost or regained sight. */
export const sightTransition = z
  .object({
    ...head,
    scope: z.enum(['account', 'platform', 'look', 'everything']),
    replaces: texts
      .exactOptional()
      .openapi({ description: 'Accounts and platforms told as lost before that this loss takes the place of' }),
    platform: z.string().exactOptional(),
    look: z.string().exactOptional(),
    home: z.string().exactOptional(),
    evidence: evidence.nullable().exactOptional(),
    since: at,
    because: causes,
  })
  .openapi('SightTransition')

/** A subscriber cannot be reached, or can be again. */
export const subscriberTransition = z
  .object({
    ...head,
    subscriber: z.string(),
    since: at,
    reason: z.string(),
    owed: z.int(),
    fallback: z.string().nullable(),
  })
  .openapi('SubscriberTransition')

/** Every transition there is. */
export const transition = z
  .union([outageTransition, platformTransition, sightTransition, subscriberTransition])
  .openapi('Transition') satisfies z.ZodType<TransitionJson>
