import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { channelKinds } from '../../src/channels/index.ts'
import { generateSchema, loadConfig, printSchema } from '../../src/config.ts'
import { platformKinds } from '../../src/platforms/index.ts'
import { kinds, validatePattern } from './kinds.ts'

const FILE = new URL('../../config/rollcall.schema.json', import.meta.url)
const EXAMPLE = new URL('../../config/rollcall.yaml', import.meta.url).pathname

// UPDATE=1 writes the schema anew, as `npm run schema` does.
if (process.env['UPDATE'] === '1') writeFileSync(FILE, printSchema(platformKinds, channelKinds))

/** The parts of a schema that the tests below look into. */
type Schema = {
  readonly properties: Readonly<Record<string, Schema>>
  readonly anyOf: readonly Schema[]
  readonly items: Schema
  readonly required: readonly string[]
  readonly description: string
}

const schema = generateSchema(kinds.platforms, kinds.channels) as Schema

test('the schema in config/ is the one that these platforms and channels make', () => {
  expect(readFileSync(FILE, 'utf8')).toBe(printSchema(platformKinds, channelKinds))
})

test('the configuration in config/ runs as it is, without any credential', () => {
  const parts = { platforms: platformKinds, channels: channelKinds, validatePattern, env: {} }
  const { accounts, subscribers, listen } = loadConfig(EXAMPLE, parts)
  expect(accounts.length).toBeGreaterThan(5)
  expect([subscribers, listen]).toEqual([[], { host: '127.0.0.1', port: 8787 }])
})

test('a secret is a reference, wherever it stands', () => {
  const secret = { $ref: '#/$defs/secret' }
  expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', $defs: { secret: {} } })
  expect(schema.properties['platforms']?.properties['x']?.properties['bearer']).toEqual({
    ...secret,
    description: 'App-only bearer token',
  })
  expect(schema.properties['tokens']?.items.properties['token']).toMatchObject(secret)
  expect(schema.properties['heartbeat']?.properties['url']).toMatchObject(secret)
  const [slack, webhook] = schema.properties['subscribers']!.items.anyOf
  expect(slack?.properties['slack']?.properties['url']).toMatchObject(secret)
  expect(webhook?.properties['webhook']?.properties['secret']).toEqual({
    anyOf: [secret, { type: 'array', minItems: 1, items: secret }],
  })
})

test('a subscriber has a name and exactly one channel', () => {
  const required = schema.properties['subscribers']!.items.anyOf.map((one) => one.required)
  expect(required).toEqual([
    ['name', 'slack'],
    ['name', 'webhook'],
    ['name', 'pager'],
  ])
})

test('platforms show their defaults in the way they are written', () => {
  expect(schema.properties['platforms']?.properties['bluesky']).toMatchObject({
    additionalProperties: false,
    properties: {
      appview: { default: 'https://appview.example' },
      budget: { default: '300/15m', type: 'string' },
      timeout: { default: '10s' },
      controls: { properties: { known: { default: ['bsky.app'] } } },
    },
  })
})

test('an account is an address, or more about one', () => {
  const [short, long] = schema.properties['accounts']!.items.anyOf
  expect(short).toMatchObject({ type: 'string', examples: ['bluesky:bsky.app'] })
  expect(long?.required).toEqual(['account'])
})

test('the printed schema is stable and ends in a line break', () => {
  const printed = printSchema(kinds.platforms, kinds.channels)
  expect(printed).toBe(printSchema(kinds.platforms, kinds.channels))
  expect(printed.endsWith('}\n')).toBe(true)
  expect(Object.keys(JSON.parse(printed) as object)).toEqual(Object.keys(JSON.parse(printed) as object).toSorted())
})
