import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listen } from './debian.ts'

const PROGRAM = '/usr/bin/prometheus-alertmanager'

/** It reads its templates from where its package puts them, so that it has to be installed, not only unpacked. */
export const isAlertmanagerInstalled = existsSync(PROGRAM)

/** What it forgets after when nobody says it again. */
export const RESOLVE_TIMEOUT = 5_000

/** An alert as `GET /api/v2/alerts` shows it: only those that fire. */
export type Alert = {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
  readonly updatedAt: string
}

export type Alertmanager = {
  readonly origin: string
  readonly port: number
  alerts(): Promise<readonly Alert[]>
  stop(): Promise<void>
}

/**
 * Runs an Alertmanager of its own, which tells every alert by itself to a webhook.
 *
 * @param port 0 lets the system choose
 */
export async function startAlertmanager(hook: string, port = 0): Promise<Alertmanager> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-alertmanager-'))
  const file = join(folder, 'alertmanager.yml')
  writeFileSync(file, configuration(hook))
  try {
    const flags = [`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address=', `--storage.path=${folder}`]
    const args = [`--config.file=${file}`, ...flags]
    const listening = await listen(PROGRAM, args, /msg="Listening on" address=127\.0\.0\.1:(\d+)/)
    const origin = `http://127.0.0.1:${listening.words[1]}`
    return {
      origin,
      port: Number(listening.words[1]),
      alerts: async () => (await (await fetch(`${origin}/api/v2/alerts`)).json()) as readonly Alert[],
      async stop() {
        await listening.stop()
        rmSync(folder, { recursive: true })
      },
    }
  } catch (fault) {
    rmSync(folder, { recursive: true })
    throw fault
  }
}

const configuration = (hook: string): string => `
global: { resolve_timeout: ${RESOLVE_TIMEOUT / 1000}s }
route: { receiver: hook, group_by: [id], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }
receivers:
  - name: hook
    webhook_configs: [{ url: "${hook}", send_resolved: true }]
`
