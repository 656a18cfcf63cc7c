import { z } from 'zod'
import { appview } from './bluesky/appview.ts'
import { firehose } from './bluesky/firehose.ts'
import { handleOf, nobody } from './bluesky/handle.ts'
import { host } from './bluesky/host.ts'
import { definePlatform, type PlatformKind } from './kind.ts'

const Address = z.url({ protocol: /^https?$/ })

/** Bluesky and whatever else speaks AT Protocol: the app's view, the account's own host, and a stream of hints. */
export const bluesky: PlatformKind = definePlatform({
  id: 'bluesky',
  title: 'Bluesky',
  settings: z.strictObject({
    appview: Address.default('https://public.api.bsky.app').meta({ description: 'Base address of the AppView.' }),
    directory: Address.default('https://plc.directory').meta({ description: 'Base address of the DID directory.' }),
    firehose: z
      .array(z.url({ protocol: /^wss?$/ }))
      .default(['wss://bsky.network'])
      .meta({ description: 'Relays or hosts whose stream tells when to look; an empty list turns hints off.' }),
  }),
  defaults: {
    controls: { known: ['bsky.app'] },
    // What a host allows one address (docs.bsky.app, rate limits); the public AppView names no number.
    budget: { requests: 3000, windowMs: 5 * 60_000 },
    spendPerDay: null,
    timeoutMs: 10_000,
    concurrency: 8,
  },
  handleIs: 'a domain name such as bsky.app',
  handle: handleOf,
  connect: ({ appview: app, directory, firehose: streams }, common) => ({
    id: 'bluesky',
    title: 'Bluesky',
    looks: [appview({ appview: app, directory }), host({ appview: app, directory })],
    publicLook: 'appview',
    controls: { known: common.controls.known, nobody },
    budget: common.budget,
    concurrency: common.concurrency,
    timeoutMs: common.timeoutMs,
    pricePerAccount: 0,
    spendPerDay: common.spendPerDay,
    origins: [app, directory, ...streams, ...streams.map(asHttp)].map((address) => new URL(address).origin),
    hints: [...new Set(streams)].map((stream) => firehose(stream)),
    profileUrl: (handle) => `https://bsky.app/profile/${handle}`,
  }),
})

/** A WebSocket begins as a request to this address. */
const asHttp = (stream: string): string => stream.replace(/^ws/, 'http')
