import type { Addresses } from './network.ts'

export const SCHEDULE = { pattern: '*/5 * * * * *', periodMs: 5_000 }
/** Three sightings, a second apart: what is so unless a configuration says otherwise. */
export const CONFIRM_MS = 2_000

type Settings = Omit<Addresses, 'firehoses' | 'hosts'> & {
  readonly firehose: readonly string[]
  readonly port: number
  readonly hook: string
  readonly known: string
  readonly handles: readonly string[]
}

/**
 * The hosts' addresses come out of DID documents, so that private ranges must be opened for them. So many accounts fall
 * here on purpose that it would be a storm, whose notices are folded into one.
 */
export const configuration = ({ port, appview, directory, firehose, hook, known, handles }: Settings): string => `
listen: 127.0.0.1:${port}
outbound: { allowPrivate: [127.0.0.0/8, "::1/128"] }
defaults:
  schedule: "${SCHEDULE.pattern}"
  storm: { accounts: 1000 }
platforms:
  bluesky:
    appview: ${appview}
    directory: ${directory}
    firehose: ${JSON.stringify(firehose)}
    controls: { known: [${known}] }
    budget: 100000/5m
accounts: ${JSON.stringify(handles.map((handle) => `bluesky:${handle}`))}
subscribers:
  - { name: hook, webhook: { url: "${hook}/hook", secret: { env: HOOK_SECRET } } }
`
