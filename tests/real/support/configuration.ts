import type { Addresses } from './network.ts'

export const SCHEDULE = { pattern: '*/5 * * * * *', periodMs: 5_000 }
/** Three sightings, a second apart: what is so unless a configuration says otherwise. */
export const CONFIRM_MS = 2_000

export type Hints = 'with hints' | 'by schedule'

type Settings = {
  readonly port: number
  readonly hook: string
  /** The settings of platforms by their ids. */
  readonly platforms: Readonly<Record<string, object>>
  /** Addresses of accounts. */
  readonly accounts: readonly string[]
  /** Who hears beside the hook. */
  readonly subscribers: readonly object[]
}

/**
 * Servers are on loopback, also those whose addresses come out of answers, so that private ranges must be opened. So
 * many accounts fall here on purpose that it would be a storm, whose notices are folded into one.
 */
export const configuration = ({ port, hook, platforms, accounts, subscribers }: Settings): string => `
listen: 127.0.0.1:${port}
outbound: { allowPrivate: [127.0.0.0/8, "::1/128"] }
defaults:
  schedule: "${SCHEDULE.pattern}"
  storm: { accounts: 1000 }
platforms: ${JSON.stringify(platforms)}
accounts: ${JSON.stringify(accounts)}
subscribers:
  - { name: hook, webhook: { url: "${hook}/hook", secret: { env: HOOK_SECRET } } }
${subscribers.map((subscriber) => `  - ${JSON.stringify(subscriber)}\n`).join('')}`

/** The settings for a Bluesky network of one's own. */
export const blueskySettings = ({ appview, directory, firehoses }: Addresses, known: string, hints: Hints) => ({
  appview,
  directory,
  firehose: hints === 'with hints' ? firehoses : [],
  controls: { known: [known] },
  budget: '100000/5m',
})
