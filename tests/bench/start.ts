import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { startChild } from './child.ts'
import { inPairs, median } from './pairs.ts'
import { blueskyHandle } from './people.ts'
import type { Line, Row, Say } from './row.ts'

const MAIN = resolve(import.meta.dirname, '../../src/main.ts')
const STARTS = 7
const IDLE_FOR = 10_000

/** Design, section 7: cold start and idle memory of `rollcall serve`. */
export const start: Row = {
  name: 'start',
  run: async (say) => [await coldStart(say), ...(await idleMemory(say))],
}

async function coldStart(say: Say): Promise<Line> {
  const firstLooks: number[] = []
  const { subject, reference } = await inPairs({
    count: STARTS,
    async subject() {
      const served = await serve()
      firstLooks.push(served.firstLookMs)
      await served.stop()
      return served.verdictMs
    },
    reference: nothing,
    say,
  })
  return {
    what: 'cold start to first verdict',
    subject: { value: subject, unit: 'ms' },
    reference: { name: "node -e '0'", value: reference, unit: 'ms' },
    figure: { value: subject, unit: 'ms' },
    mark: { is: 'under', value: 1_000 },
    note: `from spawn until GET /api/v1/accounts says up; first look answered after ${Math.round(median(firstLooks))} ms`,
  }
}

async function idleMemory(say: Say): Promise<readonly Line[]> {
  say(`idle for ${IDLE_FOR / 1000} s`)
  const served = await serve()
  const bare = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' })
  await new Promise((later) => setTimeout(later, IDLE_FOR))
  const [ours, theirs] = [residentMb(served.pid), residentMb(bare.pid)]
  await Promise.all([served.stop(), ended(bare)])
  if (ours === null || theirs === null) {
    say('this system has no /proc: idle memory is left out')
    return []
  }
  return [
    {
      what: 'idle memory, one account every 10 s',
      subject: { value: ours, unit: 'MB' },
      reference: { name: "node -e 'setInterval(…)'", value: theirs, unit: 'MB' },
      figure: { value: ours, unit: 'MB' },
      mark: { is: 'under', value: 110 },
      note: `resident set (VmRSS) ${IDLE_FOR / 1000} s after the first verdict; MB = 1,000,000 bytes`,
    },
  ]
}

type Served = {
  readonly pid: number | undefined
  /** From spawn, ms. */
  readonly firstLookMs: number
  readonly verdictMs: number
  stop(): Promise<void>
}

/** `rollcall serve` as a user starts it, with one account, until that is seen to be up. */
async function serve(): Promise<Served> {
  const server = startChild('platform-server.ts')
  const { origin } = await server.hear<{ origin: string }>('listening')
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const file = join(folder, 'rollcall.yaml')
  writeFileSync(file, configuration(origin))
  const spawnedAt = Date.now()
  const child = spawn(process.execPath, [MAIN, 'serve', '--config', file], { stdio: ['ignore', 'ignore', 'pipe'] })
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

/** How long Node itself takes to start and end. */
async function nothing(): Promise<number> {
  const begin = performance.now()
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
  return performance.now() - begin
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

/** Null where the system does not tell. */
function residentMb(pid: number | undefined): number | null {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1]
    return kib === undefined ? null : (Number(kib) * 1024) / 1e6
  } catch {
    return null
  }
}
