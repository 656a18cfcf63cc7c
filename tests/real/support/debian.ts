import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Done } from './network.ts'

const root = resolve(import.meta.dirname, '../debian/unpacked')

/** `tests/real/install` leaves this mark when everything is there. */
export const isInstalled = existsSync(join(root, '.installed-for'))

export const SNAC = join(root, 'usr/bin/snac')
export const WIKI = join(root, 'usr/share/mediawiki')

type Options = { readonly env?: NodeJS.ProcessEnv; readonly input?: string }

/** Runs a program to its end, and answers with what it printed. */
export async function run(
  program: string,
  args: readonly string[],
  { env, input = '' }: Options = {},
): Promise<string> {
  const running = promisify(execFile)(program, args, { env: { ...process.env, ...env } })
  running.child.stdin?.end(input)
  const { stdout } = await running
  return stdout
}

/** A server's own words on where it listens, and its end, which is sudden: what it has is thrown away anyhow. */
export type Listening = { readonly words: RegExpExecArray; readonly stop: () => Promise<void> }

/** Starts a server; settles when it says on stderr that it listens, and throws what it said instead when it ends. */
export async function listen(
  program: string,
  args: readonly string[],
  words: RegExp,
  env: NodeJS.ProcessEnv = {},
): Promise<Listening> {
  // A test run that is killed takes its servers with it.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const closed = once(child, 'close')
  const heard = Promise.withResolvers<RegExpExecArray>()
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-5_000)
    const match = words.exec(said)
    if (match !== null) heard.resolve(match)
  })
  closed.then(() => heard.reject(new Error(`${program} ended: ${said}`)), heard.reject)
  return {
    words: await heard.promise,
    async stop() {
      child.kill('SIGKILL')
      await closed
    },
  }
}

/** For a server that shows at once what was done to it. */
export async function timed(action: () => Promise<unknown>): Promise<Done> {
  const startedAt = Date.now()
  await action()
  const at = Date.now()
  return { startedAt, at, shownAt: at }
}
