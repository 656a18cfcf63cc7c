import { z } from 'zod'
import type { ChannelKind } from '../channels/kind.ts'
import { WEEKDAYS } from '../core/hours.ts'
import { TRANSITION_NAMES } from '../core/transition.ts'
import type { PlatformKind } from '../platforms/kind.ts'
import { addressField } from './address.ts'
import {
  counted,
  duration,
  label,
  listen,
  origin,
  publicUrl,
  range,
  share,
  store,
  timeOfDay,
  timeZone,
} from './fields.ts'
import { didYouMean } from './near.ts'

/** Every ten seconds. */
export const DEFAULT_SCHEDULE = '*/10 * * * * *'

/** What the shape of a configuration depends on. `validatePattern` answers with what is wrong, or null. */
export type Kinds = {
  readonly platforms: readonly PlatformKind[]
  readonly channels: readonly ChannelKind[]
  readonly validatePattern: (pattern: string) => string | null
}

/** The parts whose shape is the same whatever platforms and channels there are. */
export const parts = {
  listen: listen().describe('Where the dashboard, the API and the socket listen. Beyond loopback only with tokens'),
  publicUrl: publicUrl().describe('How people reach this Rollcall; links in notices start with it'),
  store: store().describe('Where beliefs, outages and notices owed are kept, relative to this file'),
  outbound: z
    .strictObject({
      contact: label(120)
        .regex(/^[\x20-\x7e]*$/, 'plain ASCII text such as ops@example.org')
        .optional()
        .describe('Who answers for this monitor; goes into the User-Agent'),
      allowPrivate: z.array(range()).optional().describe('Private ranges that answers and subscribers may lead to'),
    })
    .describe('Rules for every request that leaves'),
  token: z.strictObject({
    name: label(64).describe('Who holds it'),
    role: z.enum(['viewer', 'operator']).describe('A viewer reads, an operator acts'),
    token: z.string().min(16).meta({ secret: true, description: 'At least 16 characters' }),
  }),
  origins: z.array(origin()).describe('Further web origins whose pages may use the socket and act'),
  heartbeat: z
    .strictObject({
      url: z
        .url()
        .meta({ secret: true, description: 'Called while the roll runs, so that somebody watches the watcher' }),
      every: duration().optional().meta({ preset: '1m' }),
    })
    .describe('A monitor must itself be watched'),
}

const confirm = z.strictObject({
  sightings: counted(100).optional().meta({ preset: 3, description: 'Absent sightings before an outage opens' }),
  looks: counted(10).optional().meta({ preset: 2, description: 'Different looks that must agree, where offered' }),
  vantages: counted(10).optional().meta({ preset: 1, description: 'Places that must agree' }),
  clears: counted(100).optional().meta({ preset: 2, description: 'Present sightings before an outage closes' }),
  every: duration().optional().meta({ preset: '1s', description: 'Pause between looks while in doubt' }),
})

const storm = z.strictObject({
  accounts: counted(100_000).optional().meta({ preset: 5 }),
  share: share().optional().meta({ preset: '30%' }),
  within: duration().optional().meta({ preset: '60s' }),
})

/** A node-cron pattern of five or six fields, in UTC. */
const schedule = (validatePattern: Kinds['validatePattern']) =>
  z
    .string()
    .superRefine((pattern, context) => {
      const wrong = validatePattern(pattern)
      if (wrong === null) return
      const message = 'a cron pattern of five or six fields'
      context.addIssue({ code: 'custom', message, params: { found: `${JSON.stringify(pattern)} (${wrong})` } })
    })
    .meta({ examples: [DEFAULT_SCHEDULE], description: 'When to look: a cron pattern of five or six fields, in UTC' })

/** The section `defaults`. */
export const defaultsShape = ({ validatePattern }: Kinds) =>
  z
    .strictObject({
      schedule: schedule(validatePattern).optional().meta({ preset: DEFAULT_SCHEDULE }),
      confirm: confirm.optional().describe('What it takes to be sure'),
      blindAfter: duration().optional().describe('How long without a clear answer is blindness; default three periods'),
      storm: storm.optional().describe('When so many accounts fall together, the platform is in trouble'),
    })
    .describe('What holds for every account that does not say otherwise')

/** An entry of `accounts` that is more than an address. */
export const accountShape = (kinds: Kinds) =>
  z.strictObject({
    account: addressField(kinds.platforms),
    name: label(200).optional().describe('What people call it'),
    id: z
      .string({ error: "the platform's id as text, in quotes" })
      .min(1)
      .optional()
      .describe("The platform's own id, in quotes: pins the identity from the start"),
    important: z.boolean().optional().meta({ preset: false }),
    tags: z.array(label(64)).optional(),
    schedule: schedule(kinds.validatePattern).optional(),
  })

const TYPES = [...TRANSITION_NAMES, 'outage.*', 'sight.*', 'platform.*', 'subscriber.*'] as const

const type = z
  .string()
  .superRefine((text, context) => {
    if (TYPES.some((known) => known === text)) return
    const message = 'a transition such as outage.opened, or outage.*'
    context.addIssue({
      code: 'custom',
      message,
      params: { found: `${JSON.stringify(text)}${didYouMean(text, TYPES)}` },
    })
  })
  .meta({ enum: [...TYPES] })

/** Tags, platforms and accounts are held against the roll later: here they are only text. */
export const tell = z
  .strictObject({
    types: z.array(type).optional(),
    tags: z.array(z.string()).optional(),
    platforms: z.array(z.string()).optional(),
    accounts: z.array(z.string()).optional(),
    important: z.boolean().optional().describe('Only important accounts'),
  })
  .describe('About what; every list given must match, a list left out matches everything')

/** A subscriber's name, also where another one falls back to it. */
export const subscriberName = label(64).describe('How logs and pages call this subscriber')

const quiet = z
  .strictObject({
    from: timeOfDay().describe('When the quiet hours begin'),
    to: timeOfDay().describe('When they end; at or before the beginning it is on the next day'),
    zone: timeZone(),
    days: z.array(z.enum(WEEKDAYS)).min(1).optional().describe('On which days they begin; all, unless they are named'),
  })
  .refine(({ from, to }) => from !== to, { error: 'an end other than the beginning', path: ['to'] })
  .describe('Hours in which only important accounts are told of; the rest comes after them, in one message')

export const dailyDigest = z.literal('daily', {
  error: 'daily, or a time such as { at: "08:00", zone: Europe/Berlin }',
})
export const timedDigest = z.strictObject({ at: timeOfDay(), zone: timeZone().optional().meta({ preset: 'UTC' }) })

const digest = z
  .union([dailyDigest, timedDigest])
  .describe(
    'Everything but important accounts in one message a day: daily, which is at 08:00 UTC, or a time of your own',
  )

/** When a subscriber is told. */
export const manners = {
  after: duration().describe('Tell of an outage so much later, and only if nobody has acknowledged it by then'),
  remind: duration().describe('Tell of an outage again so often while it lasts and nobody has acknowledged it'),
  quiet,
  digest,
  fallback: subscriberName.describe('The subscriber who is told when this one cannot be reached'),
}
