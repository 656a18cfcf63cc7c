import { z } from 'zod'
import { appview } from './bluesky/appview.ts'
import { firehose } from './bluesky/firehose.ts'
import { DID, handleOf, nobody } from './bluesky/handle.ts'
import { host } from './bluesky/host.ts'
import { jetstream } from './bluesky/jetstream.ts'
import { definePlatform } from './kind.ts'
import { baseAddress, SocketBase } from './settings.ts'

/** Bluesky and whatever else speaks AT Protocol: the app's view, the account's own host, and a stream of hints. */
export const bluesky = definePlatform({
  id: 'bluesky',
  title: 'Bluesky',
  settings: z.strictObject({
    appview: baseAddress('https://public.api.bsky.app', 'Base address of the AppView.'),
    directory: baseAddress('https://plc.directory', 'Base address of the DID directory.'),
    firehose: z
      .array(SocketBase)
      .default(['wss://bsky.network'])
      .meta({ description: 'Relays or hosts whose stream tells when to look; an empty list leaves them alone.' }),
    jetstream: z.array(SocketBase).default([]).meta({
      description:
        'Jetstream servers, whose stream tells of the watched accounts only; beside the firehose or instead of it.',
    }),
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
  stableId: 'the DID',
  idForm: () => ({ pattern: DID, words: 'did:plc:z72i7hdynmk6r22z27h6tvur or the like' }),
  cannot: 'An account suspended for a time answers like one taken down for good.',
  looks: {
    appview: {
      words: 'in the app',
      takes: 1,
      trust: 'high',
      says: [['suspended'], ['deactivated'], ['not_found', 'deleted'], ['deleted'], ['renamed']],
      requests: 3,
      usually: 1,
    },
    host: {
      words: 'at its host',
      takes: 1,
      trust: 'high',
      says: [
        ['suspended'],
        ['deactivated'],
        ['deleted'],
        ['not_found'],
        ['not_found', 'deleted'],
        ['not_found', 'deactivated', 'suspended', 'deleted'],
      ],
      requests: 3,
    },
  },
  publicLook: 'appview',
  handle: handleOf,
  connect({ appview: app, directory, firehose: relays, jetstream: servers }) {
    const bases = { appview: app, directory }
    return {
      asks: { appview: appview(bases), host: host(bases) },
      nobody,
      bases: [app, directory, ...relays, ...servers],
      hints: [
        ...[...new Set(relays)].map((relay) => firehose(relay)),
        ...[...new Set(servers)].map((server) => jetstream(server)),
      ],
      profileUrl: (handle) => `https://bsky.app/profile/${handle}`,
    }
  },
})
