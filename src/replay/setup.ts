import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Player, Scenario } from './scenario.ts'

/** What the stand-in wants to be asked with, and what notices are signed with. */
export type Secrets = { readonly bearer: string; readonly webhook: string }

/** New for each replay: a token for the stand-in, and a Standard Webhooks secret. */
export const newSecrets = (): Secrets => ({
  bearer: randomBytes(24).toString('base64url'),
  webhook: `whsec_${randomBytes(32).toString('base64')}`,
})

/** What a replay's configuration is made of; `standIn` and `receiver` are base addresses. */
export type Setting = {
  readonly scenario: Scenario
  readonly secrets: Secrets
  /** Where the app shall listen; 0 lets the system pick. */
  readonly port: number
  readonly standIn: string
  readonly receiver: string
}

/**
 * Writes a configuration as an operator would, secrets in files beside it, and answers with its path. It goes through
 * the ordinary loader: a replay that needed another one would prove nothing.
 */
export function writeConfig(folder: string, setting: Setting): string {
  writeFileSync(join(folder, 'bearer'), setting.secrets.bearer, { mode: 0o600 })
  writeFileSync(join(folder, 'webhook-secret'), setting.secrets.webhook, { mode: 0o600 })
  const file = join(folder, 'rollcall.yaml')
  writeFileSync(file, stringify(configOf(setting)))
  return file
}

const configOf = ({ scenario, port, standIn, receiver }: Setting) => ({
  listen: `127.0.0.1:${port}`,
  store: 'sqlite:./rollcall.db',
  outbound: { contact: 'replay@rollcall.invalid', allowPrivate: ['127.0.0.0/8'] },
  defaults: { schedule: '*/5 * * * * *' },
  platforms: { x: { bearer: { file: './bearer' }, api: standIn, controls: { known: [scenario.control] } } },
  accounts: scenario.accounts.filter(({ watched }) => watched).map(accountOf),
  subscribers: [
    { name: 'newsroom', webhook: { url: `${receiver}/hooks/rollcall`, secret: { file: './webhook-secret' } } },
  ],
})

/** Without the id: whom it watches Rollcall has to find out and remember by itself. */
const accountOf = ({ handle, name, important, tags, schedule }: Player) => ({
  account: `x:${handle}`,
  name,
  important,
  tags,
  ...(schedule === null ? {} : { schedule }),
})
