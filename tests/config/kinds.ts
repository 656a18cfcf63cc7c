import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import cron from 'node-cron'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { defineChannel } from '../../src/channels/kind.ts'
import { slack as realSlack } from '../../src/channels/slack.ts'
import { ConfigError, loadConfig, type Config, type Fault } from '../../src/config.ts'
import { http } from '../../src/platforms/http.ts'
import { definePlatform, type CommonSettings } from '../../src/platforms/kind.ts'

/** What the small kinds below were connected with, newest last. */
export const connectedWith: unknown[] = []

const terms = { takes: 1, trust: 'high', says: [['not_found']] } as const

const defaults: CommonSettings = {
  controls: { known: ['known'] },
  budget: { requests: 300, windowMs: 900_000 },
  spendPerDay: null,
  timeoutMs: 10_000,
  concurrency: 2,
}

const silent = () => Promise.resolve([])

const connected = <Asks>(id: string, settings: unknown, common: CommonSettings, asks: Asks) => {
  connectedWith.push({ id, settings, common })
  return { asks, nobody: () => 'nobody', bases: [], profileUrl: (handle: string) => `https://${id}.example/${handle}` }
}

/** Free of charge and of credentials; handles are domain names. */
const bluesky = definePlatform({
  id: 'bluesky',
  title: 'Bluesky',
  settings: z.strictObject({
    appview: z.url().default('https://appview.example'),
    firehose: z.array(z.url()).default([]),
  }),
  defaults: { ...defaults, controls: { known: ['bsky.app'] } },
  handleIs: 'a domain name such as bsky.app',
  handle: (raw) => (/^[a-z\d-]+(\.[a-z\d-]+)+$/i.test(raw) ? raw.toLowerCase() : null),
  cannot: 'Nothing.',
  stableId: 'the DID',
  looks: {
    app: { words: 'app', ...terms },
    host: { words: 'host', ...terms },
    directory: { words: 'directory', ...terms },
  },
  publicLook: 'app',
  connect: (settings, common) =>
    connected('bluesky', settings, common, { app: silent, host: silent, directory: silent }),
})

/** Needs a credential. */
const x = definePlatform({
  id: 'x',
  title: 'X',
  settings: z.strictObject({
    bearer: z.string().min(8).meta({ secret: true, description: 'App-only bearer token' }),
    api: z.url().default('https://api.example'),
  }),
  defaults,
  handleIs: 'up to 15 letters, digits and underscores',
  handle: (raw) => (/^@?\w{1,15}$/.test(raw) ? raw.replace('@', '') : null),
  cannot: 'Why.',
  stableId: 'the numeric id',
  idForm: () => ({ pattern: /^\d{1,19}$/, words: 'a number such as 25073877' }),
  looks: { name: { words: 'name', ...terms } },
  publicLook: 'name',
  connect: (settings, common) => connected('x', settings, common, { name: silent }),
})

const channel = (id: string) => (target: unknown) => {
  connectedWith.push({ id, target })
  return { id, expiresMs: 1, deliver: () => Promise.resolve({ kind: 'delivered' as const }) }
}

const Secret = z.string().min(8).meta({ secret: true })

/** One secret, or a list of them. */
const webhook = defineChannel({
  id: 'webhook',
  target: z.strictObject({ url: z.url(), secret: z.union([Secret, z.array(Secret).min(1)]).optional() }),
  connect: channel('webhook'),
})

/** Slack's own target, which has two forms. */
const slack = defineChannel({ id: 'slack', target: realSlack.target, connect: channel('slack') })

/** Keeps one alert for each outage. */
const pager = defineChannel({
  id: 'pager',
  single: true,
  target: z.strictObject({ url: z.url() }),
  connect: channel('pager'),
})

export const kinds = { platforms: [bluesky, http, x], channels: [slack, webhook, pager] }

export const validatePattern = (pattern: string): string | null => {
  const { valid, errors } = cron.validateDetailed(pattern)
  return valid ? null : errors.map(({ message }) => message).join('; ')
}

/** What the fixtures may refer to. */
export const env = {
  WALL_TOKEN: 'a-wall-token-of-24-bytes',
  SHORT_TOKEN: 'short-one',
  SHORT: 'seven77',
  X_BEARER: ' bearer-of-x \n',
  SLACK_URL: 'https://hooks.slack.example/services/T0/B0/sssssecret',
  PLAIN_TEXT: 'sssssecret-but-no-address',
  EMPTY: '  ',
}

export const load = (path: string): Config => loadConfig(path, { ...kinds, validatePattern, env })

export function faultsOf(path: string): { faults: readonly Fault[]; message: string } {
  try {
    load(path)
  } catch (fault) {
    if (fault instanceof ConfigError) return fault
    throw fault
  }
  return { faults: [], message: '' }
}

/** A file in a folder of its own that goes when the test does. */
export function write(text: string | Uint8Array, more: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(more)) writeFileSync(join(folder, name), content)
  writeFileSync(join(folder, 'rollcall.yaml'), text)
  return join(folder, 'rollcall.yaml')
}
