import { Agent, request } from 'undici'
import { startChild } from './child.ts'
import { inPairs } from './pairs.ts'
import type { Row } from './row.ts'
import { hooksOf, opening, openTelling } from './telling.ts'

const SUBSCRIBERS = 32
/** Decisions of a round; each owes one notice to every subscriber. */
const DECISIONS = 250
const PAIRS = 5
const CONNECTIONS = 64

async function durable(origin: string): Promise<{ round(): Promise<number>; close(): Promise<void> }> {
  let left = 0
  let through = (): void => undefined
  let accounts = 0
  const { fall, close } = await openTelling({
    subscribers: hooksOf(origin, SUBSCRIBERS),
    storms: { accounts: 1_000_000, share: 1, withinMs: 1 },
    count: () => 1_000_000,
    // A notice counts once it is settled.
    delivered() {
      if (--left === 0) through()
    },
  })

  async function round(): Promise<number> {
    left = DECISIONS * SUBSCRIBERS
    const told = new Promise<void>((resolve) => (through = resolve))
    const begin = performance.now()
    await Promise.all(Array.from({ length: DECISIONS }, () => fall(`x:person${accounts++}`)))
    await told
    return (DECISIONS * SUBSCRIBERS) / ((performance.now() - begin) / 1000)
  }

  return { round, close }
}

/** As many connections, each with one request after the other, and nothing kept. */
function bareLoop(origin: string, body: string) {
  const agent = new Agent({ connections: CONNECTIONS, pipelining: 1 })
  const headers = { 'content-type': 'application/json' }
  async function round(): Promise<number> {
    const begin = performance.now()
    let left = DECISIONS * SUBSCRIBERS
    async function lane(n: number): Promise<void> {
      while (left-- > 0) {
        const answer = await request(`${origin}/hook/${n}`, { method: 'POST', headers, body, dispatcher: agent })
        await answer.body.dump()
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => lane(n)))
    return (DECISIONS * SUBSCRIBERS) / ((performance.now() - begin) / 1000)
  }
  return { round, close: () => agent.destroy() }
}

/** Notices that nothing can lose, to a receiver that takes them at once. */
export const deliveries: Row = {
  name: 'deliveries',
  async run(say) {
    const server = startChild('receiver-server.ts')
    const { origin } = await server.hear<{ origin: string }>('listening')
    const ours = await durable(origin)
    const bare = bareLoop(origin, JSON.stringify({ type: 'outage.opened', data: opening('x:person') }))
    const { subject, reference, ratio } = await inPairs({
      count: PAIRS,
      subject: ours.round,
      reference: bare.round,
      say,
    })
    await Promise.all([ours.close(), bare.close(), server.stop()])
    return [
      {
        what: `durable deliveries, ${SUBSCRIBERS} subscribers`,
        subject: { value: subject, unit: '/s' },
        reference: { name: 'bare undici POST loop', value: reference, unit: '/s' },
        figure: { value: subject, unit: '/s' },
        mark: { is: 'at least', value: 2_000 },
        note: `decided, signed, sent and settled: ${(ratio * 100).toFixed(0)} % of bare; ${DECISIONS} decisions a round`,
      },
    ]
  },
}
