import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp, type App, type Parts } from '../../src/app.ts'
import { channelKinds } from '../../src/channels/index.ts'
import { loadConfig, type Config } from '../../src/config.ts'
import type { Desk } from '../../src/core/desk.ts'
import { createCron } from '../../src/io/cron.ts'
import { createFastClock, systemClock } from '../../src/io/clock.ts'
import { platformKinds } from '../../src/platforms/index.ts'
import { silentLog } from './platform.ts'

/** A folder of the test's own. */
export function tempFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'rollcall-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

const cron = createCron(systemClock)

/** Reads a configuration as `serve` would. */
export const readConfig = (file: string, env: NodeJS.ProcessEnv = {}): Config =>
  loadConfig(file, {
    platforms: platformKinds,
    channels: channelKinds,
    env,
    validatePattern: (pattern) => cron.fault(pattern),
  })

export type Running = {
  readonly app: App
  readonly desk: Desk
  readonly url: string
  readonly file: string
  stop(): Promise<void>
}

/** Starts the whole app in this process from configuration text, on a clock that runs `speed` times as fast. */
export async function runApp(
  yaml: string,
  options: { speed?: number; env?: NodeJS.ProcessEnv; parts?: Parts } = {},
): Promise<Running> {
  const folder = tempFolder()
  const file = join(folder.path, 'rollcall.yaml')
  writeFileSync(file, yaml)
  const { speed = 1 } = options
  const fast = speed === 1 ? {} : { clock: createFastClock({ startAt: Date.now(), speed }), fast: true }
  const app = createApp(readConfig(file, options.env), { log: silentLog, ...fast, ...options.parts })
  try {
    const { url, desk } = await app.start()
    const stop = async (): Promise<void> => {
      await app.stop()
      folder.remove()
    }
    return { app, desk, url, file, stop }
  } catch (fault) {
    folder.remove()
    throw fault
  }
}

/** Waits until it holds, looking often; gives up with what was seen last. */
export async function until<T>(
  read: () => T | Promise<T>,
  holds: (value: T) => boolean,
  what: string,
  ms = 20_000,
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    if (performance.now() > end) throw new Error(`waited in vain until ${what}; last seen: ${JSON.stringify(value)}`)
    await new Promise((next) => setTimeout(next, 10))
  }
}
