import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Account, AccountDetail, Outage, Transition } from './contract-shapes.ts'
import { tempFolder, until } from './run-app.ts'

const MAIN = resolve(import.meta.dirname, '../../src/main.ts')

type Env = Readonly<Record<string, string>>

/** Nothing of the machine's own environment but where programs are: a token set there must not help a test. */
const environment = (env: Env): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], ...env })

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs one command to its end, as a user would in that folder. */
export async function rollcall(args: readonly string[], options: { cwd?: string; env?: Env } = {}): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd,
    env: environment(options.env ?? {}),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** A folder with these files in it. */
export function folderWith(files: Readonly<Record<string, string>>): { path: string; remove(): void } {
  const folder = tempFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true })
    writeFileSync(join(folder.path, name), text)
  }
  return folder
}

/** What came back; `json` is taken at the caller's word. */
export type Answered<T> = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: T
}
type Line = {
  readonly verb?: string
  readonly level?: string
  readonly url?: string
  readonly [field: string]: unknown
}

export type Served = Awaited<ReturnType<typeof serve>>

/**
 * Runs `rollcall serve` with this configuration as a process of its own and waits until it is ready. It listens where
 * its log says; everything asked of it goes over the wire.
 */
export async function serve(
  yaml: string,
  options: { env?: Env; args?: readonly string[]; cwd?: string; until?: 'listening' | 'calling' } = {},
) {
  const own = options.cwd === undefined ? tempFolder() : null
  const folder = options.cwd ?? own?.path ?? ''
  const file = join(folder, 'rollcall.yaml')
  writeFileSync(file, yaml)
  const child = spawn(process.execPath, [MAIN, 'serve', '--config', file, ...(options.args ?? [])], {
    env: environment(options.env ?? {}),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  const ended = closed.then(([code, signal]) => ({ code, signal }))
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null

  const lines = (): readonly Line[] =>
    stderr
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Line)

  async function end(signal: NodeJS.Signals = 'SIGTERM') {
    if (!hasEnded()) child.kill(signal)
    return ended
  }
  /** Ends it and takes its folder away. */
  async function stop() {
    const how = await end()
    own?.remove()
    return how
  }

  try {
    const url = await until(
      () => (hasEnded() ? Promise.reject(new Error(`it ended: ${stderr}`)) : urlIn(lines())),
      (found) => found !== undefined,
      'it listens',
    )
    const asked = asker(String(url))
    await until(
      () => lines().some(({ verb }) => verb === (options.until ?? 'calling')),
      (ready) => ready,
      'it is ready',
    )
    return { ...asked, url: String(url), folder, file, ended, end, stop, hasEnded, lines, stderr: () => stderr, signal }
  } catch (fault) {
    await stop()
    throw fault
  }

  function signal(name: NodeJS.Signals): void {
    child.kill(name)
  }
}

const urlIn = (lines: readonly Line[]): string | undefined => lines.find(({ verb }) => verb === 'listening')?.url

/** Asks a running Rollcall over HTTP, with these headers on every request. */
export function asker(url: string, always: Env = {}) {
  async function request<T>(method: string, path: string, body?: unknown, headers: Env = {}): Promise<Answered<T>> {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(new URL(path, url), {
      method,
      headers: { ...always, ...(text !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(text !== undefined && { body: text }),
      redirect: 'manual',
    })
    const answer = await response.text()
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '')
    const json = (isJson && answer !== '' ? JSON.parse(answer) : undefined) as T
    return { status: response.status, headers: response.headers, text: answer, json }
  }
  const get = <T = unknown>(path: string, headers?: Env) => request<T>('GET', path, undefined, headers)
  const post = <T = unknown>(path: string, body?: unknown, headers?: Env) => request<T>('POST', path, body, headers)
  /** For polling: what several tests wait for at once is asked for once in a while. */
  const newest = new Map<string, { at: number; answer: Promise<unknown> }>()
  async function polled<T>(path: string): Promise<T> {
    const known = newest.get(path)
    if (known !== undefined && performance.now() - known.at < POLL) return (await known.answer) as T
    const answer = get<T>(path).then(({ status, json, text: body, headers }) => {
      if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`)
      return /\bjson\b/.test(headers.get('content-type') ?? '') ? json : (body as T)
    })
    newest.set(path, { at: performance.now(), answer })
    return answer
  }
  const account = (address: string) => polled<AccountDetail>(`/api/v1/accounts/${encodeURIComponent(address)}`)

  /** Waits until the account is as it should be; answers with its details. */
  async function sees(address: string, holds: (account: Account) => boolean, what: string): Promise<AccountDetail> {
    await until(
      async () => {
        const { accounts } = await polled<{ accounts: readonly Account[] }>('/api/v1/accounts?limit=500')
        return accounts.find((one) => one.account === address)
      },
      (found) => found !== undefined && holds(found),
      `${address} ${what}`,
    )
    return account(address)
  }

  return {
    request,
    get,
    post,
    polled,
    account,
    sees,
    outages: async (query = '') => (await polled<{ outages: readonly Outage[] }>(`/api/v1/outages?${query}`)).outages,
    transitions: async () =>
      (await polled<{ transitions: readonly Transition[] }>('/api/v1/transitions?limit=500')).transitions,
  }
}

/** ms; a process lets one address ask only so often. */
const POLL = 80
