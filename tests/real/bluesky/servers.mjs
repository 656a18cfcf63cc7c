import { setTimeout as pause } from 'node:timers/promises'
import { RepoSubscription } from '@atproto/bsky'
import { TestNetwork, TestPds } from '@atproto/dev-env'

/** Handles under this domain belong to their owners and not to a host; `domains` says where each leads. */
export const OWN_DOMAIN = '.newsroom'

/**
 * The whole network: directory, two hosts (A has `*.test`, B has `*.pds-b.test`), and the app, which reads the streams
 * of both since there is no relay between.
 */
export async function startServers(postgresUrl) {
  const network = await TestNetwork.create({ dbPostgresUrl: postgresUrl, dbPostgresSchema: 'rollcall' })
  const { plc, pds: a, bsky } = network
  const b = await TestPds.create({
    didPlcUrl: plc.url,
    serviceHandleDomains: ['.pds-b.test'],
    bskyAppViewUrl: bsky.url,
    bskyAppViewDid: bsky.ctx.cfg.serverDid,
  })
  const { idResolver } = bsky.dataplane
  const fromB = new RepoSubscription({ service: `ws://localhost:${b.port}`, db: bsky.db, idResolver })
  const domains = new Map()
  for (const resolver of new Set([a.ctx.idResolver, b.ctx.idResolver, bsky.ctx.idResolver, idResolver])) {
    resolver.handle.resolve = (handle) => resolve(handle, { a, b, domains })
  }
  await fromB.start()

  return {
    a,
    b,
    app: bsky,
    plc,
    domains,
    /** Settles when the app shows what the hosts have said so far. */
    async shown() {
      await network.processAll()
      await caughtUp(b, fromB)
    },
    async stop() {
      await fromB.destroy()
      await b.close()
      await network.close()
    },
  }
}

/** Stands in for DNS: hosts answer for their own domains over HTTP, owners by what they wrote down. */
async function resolve(handle, { a, b, domains }) {
  if (handle.endsWith(OWN_DOMAIN)) return domains.get(handle)
  if (!handle.endsWith('.test')) return undefined
  const host = handle.endsWith('.pds-b.test') ? b : a
  const account = await host.ctx.accountManager.getAccount(handle)
  return account?.did
}

async function caughtUp(pds, subscription) {
  await pds.processAll()
  const newest = await pds.ctx.sequencer.curr()
  while (newest !== null && ((await subscription.getCursor()) ?? 0) < newest) {
    await subscription.processAll()
    await pause(5)
  }
}
