import { Agent, request } from 'undici'
import { startChild } from './child.ts'
import { accountsOn, CONNECTIONS, ENTRIES, onBluesky, PAIRS, SLICE } from './looks.ts'
import { inPairs } from './pairs.ts'
import { blueskyHandle, did } from './people.ts'
import { createPipeline } from './pipeline.ts'
import type { Row } from './row.ts'

/** As many connections, each with one request after the other; every answer is read to its end. */
function bareLoop(origin: string): { run(ms: number): Promise<number>; close(): Promise<void> } {
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
