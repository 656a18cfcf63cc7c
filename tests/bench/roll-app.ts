/**
 * The whole app in a process of its own, with as many accounts as it is told, on a roll that asks for so many looks a
 * second. Says what its memory is once every account is up, and how late looks were by its own metrics.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { silentLog } from '../support/platform.ts'
import { readConfig } from '../support/run-app.ts'
import { onParent, tellParent } from './parent.ts'
import { blueskyHandle } from './people.ts'

const [origin = '', count = '1', halfMinute = '0'] = process.argv.slice(2)
const accounts = Number(count)
const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Every so manyth account is due twice a minute, the others once. */
const yaml = (): string =>
  [
    'listen: 127.0.0.1:0',
    'store: sqlite:./rollcall.db',
    `defaults: { schedule: '0 * * * * *' }`,
    'platforms:',
    `  bluesky: { appview: '${origin}', directory: '${origin}', firehose: [], budget: 1000000/1s, concurrency: 100 }`,
    'accounts:',
    ...Array.from({ length: accounts }, (_, n) => {
      const address = `bluesky:${blueskyHandle(n)}`
      return n < Number(halfMinute) ? `  - { account: '${address}', schedule: '*/30 * * * * *' }` : `  - ${address}`
    }),
  ].join('\n')

const gc = globalThis.gc ?? (() => undefined)

/** What is reachable, once what only looked so has been let go. */
async function memory(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    gc()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const file = join(folder, 'rollcall.yaml')
writeFileSync(file, yaml())
const app = createApp(readConfig(file), { log: silentLog })
const { url, desk } = await app.start()
tellParent({ kind: 'started', url })

function isSeen(): boolean {
  return desk.accounts().every(({ belief }) => belief.kind === 'up' && belief.identity !== null)
}

/** Looks of the metrics' histogram: how many there were, and how many were at most so late. */
async function lateness(): Promise<readonly (readonly [bound: number, count: number])[]> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const rows = text.matchAll(/^rollcall_look_lateness_seconds_bucket\{le="([^"]+)",[^}]*\} (\d+)$/gm)
  return [...rows].map(([, bound, looks]) => [bound === '+Inf' ? Infinity : Number(bound), Number(looks)])
}

onParent(({ kind }) => {
  void (async () => {
    if (kind === 'seen?') tellParent({ kind: 'seen', all: isSeen() })
    if (kind === 'memory?') tellParent({ kind: 'memory', bytes: await memory() })
    if (kind === 'lateness?') tellParent({ kind: 'lateness', at: Date.now(), buckets: await lateness() })
    if (kind === 'stop') {
      await app.stop()
      tellParent({ kind: 'stopped' })
    }
  })()
})
