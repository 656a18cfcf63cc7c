/**
 * The real app in a process that ends itself, as `kill -9` would, when it crosses a named boundary for the n-th time.
 * It loads everything first and begins when its parent says so, which is what most of a start costs.
 */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Ask } from '../../src/core/answer.ts'
import type { Decision, Store } from '../../src/core/store.ts'
import type { Boundary, Order } from './kill-story.ts'

enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/rollcall', import.meta.url)))
const { createApp } = await import('../../src/app.ts')
const { createFastClock } = await import('../../src/io/clock.ts')
const { silentLog } = await import('./platform.ts')
const { readConfig } = await import('./run-app.ts')

const die = (): void => void process.kill(process.pid, 'SIGKILL')

const stagesOf = ({ changes, deliveries }: Decision) => [
  ...(deliveries.length > 0 ? (['record'] as const) : []),
  ...changes.flatMap((change) => {
    if (change.name === 'outage.opened') return ['fall'] as const
    if (change.name === 'platform.settled') return ['settling'] as const
    if (change.name !== 'platform.troubled') return []
    return change.again === true ? (['growth'] as const) : (['outbreak'] as const)
  }),
]

async function begin({ file, run, startAt, speed, boundary, nth }: Order): Promise<void> {
  let left = nth
  const isHere = (here: Boundary): boolean => here === boundary && --left === 0
  const cross = (here: Boundary): void => {
    if (isHere(here)) die()
  }

  const aroundStore = (store: Store): Store => ({
    ...store,
    async record(decision) {
      const stages = stagesOf(decision)
      for (const stage of stages) cross(`before ${stage}`)
      const transitions = await store.record(decision)
      for (const stage of stages) cross(`after ${stage}`)
      return transitions
    },
    async settle(settlements) {
      cross('before settle')
      await store.settle(settlements)
      cross('after settle')
    },
  })
  const aroundAsk =
    (ask: Ask): Ask =>
    async (request) => {
      cross('before send')
      // Anywhere from the first byte to the answer.
      if (isHere('during send')) setTimeout(die, Math.random() * 3)
      const answer = await ask(request)
      cross('after send')
      return answer
    }

  const config = readConfig(file, process.env)
  const outbound = { ...config.outbound, contact: `run${run}@example.org` }
  const clock = createFastClock({ startAt, speed })
  const app = createApp({ ...config, outbound }, { clock, fast: true, log: silentLog, aroundStore, aroundAsk })
  const { url } = await app.start()
  process.send?.({ kind: 'started', url })
}

process.on('message', (order: Order) => void begin(order))
process.on('disconnect', die)
process.send?.({ kind: 'loaded' })
