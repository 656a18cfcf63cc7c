import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'

const MAIN = resolve(import.meta.dirname, '../../src/main.ts')

export type Serving = {
  readonly pid: number
  /** Settles when the process is gone, however it went. */
  readonly ended: Promise<unknown>
  stderr(): string
  signal(signal: NodeJS.Signals): void
  /** Answers the JSON of a GET, or undefined while nobody answers. */
  get<T>(path: string): Promise<T | undefined>
}

/** Runs `rollcall serve` as a process of its own, as a user would. */
export function serve(file: string, port: number, env: NodeJS.ProcessEnv): Serving {
  const child = spawn(process.execPath, [MAIN, 'serve', '--config', file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-20_000)
  })
  return {
    pid: child.pid ?? 0,
    ended: once(child, 'exit'),
    stderr: () => stderr,
    signal: (signal) => child.kill(signal),
    async get<T>(path: string): Promise<T | undefined> {
      try {
        const response = await fetch(`http://127.0.0.1:${port}${path}`)
        // Asked too often: nothing that could be taken for the answer.
        return response.status === 429 ? undefined : ((await response.json()) as T)
      } catch {
        return undefined
      }
    },
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
