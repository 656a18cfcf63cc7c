import { Agent, request } from 'undici'
import type { Account } from '../../src/core/account.ts'
import type { Platform } from '../../src/core/platform.ts'
import { bluesky } from '../../src/platforms/bluesky.ts'
import type { CommonSettings } from '../../src/platforms/kind.ts'
import { x } from '../../src/platforms/x.ts'
import { startChild } from './child.ts'
import { inPairs } from './pairs.ts'
import { blueskyHandle, did, xHandle } from './people.ts'
import { createPipeline } from './pipeline.ts'
import type { Row } from './row.ts'

const CONNECTIONS = 50
const ENTRIES = 2 * CONNECTIONS
const TOGETHER = 25
const SLICE = 1_000
const PAIRS = 9

const common: CommonSettings = {
  controls: { known: ['bsky.app'] },
  budget: { requests: 1e9, windowMs: 1_000 },
  spendPerDay: null,
  timeoutMs: 10_000,
  concurrency: CONNECTIONS,
}

export const onBluesky = (origin: string): Platform =>
  bluesky.connect({ appview: origin, directory: origin, firehose: [] }, common)

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

/** As many connections, each with one request after the other; every answer is read to its end. */
export function bareLoop(origin: string): { run(ms: number): Promise<number>; close(): Promise<void> } {
  const agent = new Agent({ connections: CONNECTIONS, pipelining: 1 })
  const urls = Array.from(
    { length: ENTRIES },
    (_, n) => `${origin}/xrpc/app.bsky.actor.getProfile?actor=${encodeURIComponent(did(n))}`,
  )
  async function run(ms: number): Promise<number> {
    const begin = performance.now()
    let count = 0
    async function lane(first: number): Promise<void> {
      for (let next = first; performance.now() - begin < ms; next = (next + 1) % urls.length) {
        const { body } = await request(urls[next] ?? '', { dispatcher: agent })
        await body.json()
        count++
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, first) => lane(first)))
    return count / ((performance.now() - begin) / 1000)
  }
  return { run, close: () => agent.destroy() }
}

/** Design, section 7, first row. */
export const single: Row = {
  name: 'single',
  async run(say) {
    const server = startChild('platform-server.ts')
    const { origin } = await server.hear<{ origin: string }>('listening')
    const bare = bareLoop(origin)
    const ours = createPipeline(onBluesky(origin), accountsOn('bluesky', blueskyHandle, ENTRIES))
    const { subject, reference, ratio } = await inPairs({
      count: PAIRS,
      subject: () => ours.run(SLICE),
      reference: () => bare.run(SLICE),
      say,
    })
    await Promise.all([ours.close(), bare.close(), server.stop()])
    return [
      {
        what: 'accounts checked, one a request',
        subject: { value: subject, unit: '/s' },
        reference: { name: 'bare undici request()', value: reference, unit: '/s' },
        figure: { value: ratio, unit: 'of bare' },
        mark: { is: 'at least', value: 0.7 },
        note: `${CONNECTIONS} connections each, the server in another process`,
      },
    ]
  },
}

/** Design, section 7, second row. */
export const together: Row = {
  name: 'together',
  async run(say) {
    const server = startChild('platform-server.ts')
    const { origin } = await server.hear<{ origin: string }>('listening')
    const one = createPipeline(onBluesky(origin), accountsOn('bluesky', blueskyHandle, ENTRIES))
    const many = createPipeline(onX(origin), accountsOn('x', xHandle, ENTRIES * TOGETHER))
    const { subject, reference, ratio } = await inPairs({
      count: PAIRS,
      subject: () => many.run(SLICE),
      reference: () => one.run(SLICE),
      say,
    })
    await Promise.all([one.close(), many.close(), server.stop()])
    return [
      {
        what: `accounts checked, ${TOGETHER} a request`,
        subject: { value: subject, unit: '/s' },
        reference: { name: 'one a request', value: reference, unit: '/s' },
        figure: { value: ratio, unit: 'times' },
        mark: { is: 'at least', value: 10 },
        note: `${CONNECTIONS} connections each, the server in another process`,
      },
    ]
  },
}
