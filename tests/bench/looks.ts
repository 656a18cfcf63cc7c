import type { Account } from '../../src/core/account.ts'
import type { Platform } from '../../src/core/platform.ts'
import { bluesky } from '../../src/platforms/bluesky.ts'
import type { CommonSettings } from '../../src/platforms/kind.ts'
import { x } from '../../src/platforms/x.ts'

export const CONNECTIONS = 50
export const ENTRIES = 2 * CONNECTIONS
export const TOGETHER = 25
export const SLICE = 1_000
export const PAIRS = 9

const common: CommonSettings = {
  controls: { known: ['bsky.app'] },
  budget: { requests: 1e9, windowMs: 1_000 },
  spendPerDay: null,
  timeoutMs: 10_000,
  concurrency: CONNECTIONS,
}

export const onBluesky = (origin: string): Platform =>
  bluesky.connect(bluesky.settings.parse({ appview: origin, directory: origin, firehose: [] }), common)

/** X's own look by name, with as many accounts in a request as the row says. */
export function onX(origin: string): Platform {
  const platform = x.connect({ bearer: 'a-bearer-token-as-long-as-they-are', api: origin }, common)
  return { ...platform, looks: platform.looks.map((look) => ({ ...look, takes: TOGETHER })) }
}

export const accountsOn = (platform: string, handle: (n: number) => string, count: number): readonly Account[] =>
  Array.from({ length: count }, (_, n) => {
    const own = { account: `${platform}:${handle(n)}`, handle: handle(n), name: handle(n) }
    return { platform, ...own, id: null, important: false, tags: [], schedule: '*/10 * * * * *' }
  })
