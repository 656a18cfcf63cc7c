import { z } from 'zod'
import { addressField } from './address.ts'
import { budget, counted, duration } from './fields.ts'
import { peel } from './inside.ts'
import { platformShape } from './platforms.ts'
import { rulesEntry } from './rules.ts'
import { accountShape, defaultsShape, manners, parts, subscriberName, tell, type Kinds } from './shape.ts'

type Json = Record<string, unknown>

/**
 * The configuration as a JSON Schema (2020-12) that editors complete and underline with. What only the loader can
 * know (secrets, duplicates, cron patterns, handles) is not in it.
 */
export function generateSchema(platforms: Kinds['platforms'], channels: Kinds['channels']): object {
  const root = rootShape({ platforms, channels, validatePattern: () => null })
  const schema = z.toJSONSchema(root, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (peel(zodSchema).secret) asReference(jsonSchema)
      withDefault(jsonSchema)
    },
  })
  return { ...schema, title: 'Rollcall configuration', $defs: { ...schema.$defs, secret: SECRET } }
}

/** Stable: the same platforms and channels give the same bytes, keys sorted, with a line break at the end. */
export const printSchema = (platforms: Kinds['platforms'], channels: Kinds['channels']): string =>
  `${JSON.stringify(sorted(generateSchema(platforms, channels)), null, 2)}\n`

function rootShape(kinds: Kinds) {
  const platforms = Object.fromEntries(kinds.platforms.map((kind) => [kind.id, platformShape(kind).optional()]))
  const named = kinds.platforms
    .filter((kind) => kind.named !== undefined)
    .map((kind) => platformShape(kind).safeExtend({ kind: z.literal(kind.id) }))
  const account = z.union([addressField(kinds.platforms), accountShape(kinds)])
  const [first, ...more] = kinds.channels.map((kind) =>
    z.strictObject({ name: subscriberName, tell: tell.optional(), ...mannersOf(kind), [kind.id]: kind.target }),
  )
  return z.strictObject({
    listen: parts.listen.optional().meta({ preset: '127.0.0.1:8787' }),
    publicUrl: parts.publicUrl.optional(),
    store: parts.store.optional().meta({ preset: 'sqlite:./data/rollcall.db' }),
    outbound: parts.outbound.optional(),
    tokens: z.array(parts.token).optional().describe('Who may read and act'),
    origins: parts.origins.optional(),
    defaults: defaultsShape(kinds).optional(),
    heartbeat: parts.heartbeat.optional(),
    platforms: z
      .strictObject(platforms)
      .catchall(z.union([...named, PACKED]))
      .optional()
      .describe('Platforms that need, or are given, settings of their own'),
    rules: z.array(rulesEntry).optional().describe('Rule packs of others: each of their sites becomes a platform'),
    accounts: z.array(account).min(1).describe('The roll: whom to watch'),
    ...(first === undefined
      ? {}
      : {
          subscribers: z
            .array(z.union([first, ...more]))
            .optional()
            .describe('Who wants to hear, and how'),
        }),
  })
}

function mannersOf({ single }: Kinds['channels'][number]) {
  const { quiet, digest, ...others } = z.object(manners).partial().shape
  return single === true ? others : { ...others, quiet, digest }
}

/** Under any other name: which sites the rule packs have, only the loader knows. */
const PACKED = z
  .strictObject({
    controls: z.strictObject({ known: z.array(z.string()).min(1).optional() }).optional(),
    budget: budget().optional(),
    timeout: duration().optional(),
    concurrency: counted(1000).optional(),
  })
  .describe('Settings for a site of a rule pack')

const SECRET = {
  description: 'A secret, by reference: the name of an environment variable, or a file relative to this one',
  oneOf: ['env', 'file'].map((key) => ({
    type: 'object',
    properties: { [key]: { type: 'string', minLength: 1 } },
    required: [key],
    additionalProperties: false,
  })),
}

function asReference(json: Json): void {
  const { description } = json
  for (const key of Object.keys(json)) Reflect.deleteProperty(json, key)
  Object.assign(json, { $ref: '#/$defs/secret' }, description === undefined ? {} : { description })
}

/** zod drops `default` from what is read into another value, so our schemas carry it, as written, under a name of ours. */
function withDefault(json: Json): void {
  if (!('preset' in json)) return
  json['default'] = json['preset']
  Reflect.deleteProperty(json, 'preset')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}
