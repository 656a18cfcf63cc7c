import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { startChild } from './child.ts'
import { blueskyHandle } from './people.ts'

/** What `npm start` runs. */
const MAIN = resolve(import.meta.dirname, '../../src/start.js')

export type Served = {
  readonly pid: number | undefined
  /** From spawn, ms. */
  readonly firstLookMs: number
  readonly verdictMs: number
  stop(): Promise<void>
}

/** `rollcall serve` as a user starts it, with one account, until that is seen to be up. */
export async function serve(): Promise<Served> {
  const server = startChild('platform-server.ts')
  const { origin } = await server.hear<{ origin: string }>('listening')
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const file = join(folder, 'rollcall.yaml')
  writeFileSync(file, configuration(origin))
  const spawnedAt = Date.now()
  const child = spawn(process.execPath, [MAIN, 'serve', '--config', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  running.add(child)
  const url = await listeningAt(child)
  await untilUp(url)
  const verdictMs = Date.now() - spawnedAt
  const { at } = await server.hear<{ at: number }>('asked')
  return {
    pid: child.pid,
    firstLookMs: at - spawnedAt,
    verdictMs,
    async stop() {
      await Promise.all([ended(child), server.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const configuration = (origin: string): string => `listen: 127.0.0.1:0
store: sqlite:./rollcall.db
platforms:
  bluesky: { appview: '${origin}', directory: '${origin}', firehose: [] }
accounts: [bluesky:${blueskyHandle(1)}]
`

/** The log says where it listens. */
async function listeningAt(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('standard error is not piped')
  const said: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line)
    const url = /"url":"([^"]+)"/.exec(line)?.[1]
    if (url === undefined) continue
    child.stderr.resume()
    return url
  }
  throw new Error(`serve ended before it listened: ${said.join('\n')}`)
}

async function untilUp(url: string): Promise<void> {
  for (;;) {
    const { accounts } = (await (await fetch(`${url}/api/v1/accounts`)).json()) as { accounts: { belief: string }[] }
    if (accounts[0]?.belief === 'up') return
    await new Promise((later) => setTimeout(later, 5))
  }
}

export async function ended(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
  running.delete(child)
}

/** A bare Node that waits for nothing. */
export function idleNode(): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' })
  running.add(child)
  return child
}

/** They have no channel to us that would tell them that we broke. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
