import type { Account } from '../../src/core/account.ts'
import { unknown, type Belief } from '../../src/core/belief.ts'
import type { Log } from '../../src/core/log.ts'
import type { Meters } from '../../src/core/meters.ts'
import type { Asked, Look, Platform } from '../../src/core/platform.ts'
import { absent, present, type Verdict } from '../../src/core/verdict.ts'
import { IDLE, type Entry } from '../../src/run/entry.ts'

export const here = (handle: string, id = `id-${handle}`): Verdict => present({ id, handle })
export const gone: Verdict = absent('not_found', 'deleted')

/** A look that answers what `say` says, without a network; `calls` keeps whom it was asked about. */
export function fakeLook(
  name: string,
  say: (asked: Asked) => Verdict,
  shape: Partial<Look> = {},
): Look & { calls: Asked[][] } {
  const calls: Asked[][] = []
  return {
    name,
    words: `by ${name}`,
    takes: 1,
    trust: 'high',
    says: [['not_found', 'deleted']],
    requests: 1,
    usually: 1,
    needsId: false,
    calls,
    async ask(asked, ask) {
      calls.push([...asked])
      const answer = await ask({ url: `http://platform.invalid/${name}` })
      return asked.map((one) => ({ verdict: say(one), marker: null, answer }))
    },
    ...shape,
  }
}

export const fakePlatform = (looks: readonly Look[], shape: Partial<Platform> = {}): Platform => ({
  id: 'fake',
  title: 'Fake',
  source: null,
  looks,
  publicLook: looks[0]?.name ?? '',
  homeOf: () => '',
  controls: { known: ['known'], nobody: () => 'nobody' },
  budget: { requests: 1_000_000, windowMs: 1000 },
  concurrency: 8,
  timeoutMs: 1000,
  pricePerAccount: 0,
  spendPerDay: null,
  origins: [],
  hints: [],
  profileUrl: (handle) => `https://platform.invalid/${handle}`,
  ...shape,
})

export const fakeAccount = (handle: string, shape: Partial<Account> = {}): Account => ({
  account: `fake:${handle}`,
  platform: 'fake',
  handle,
  name: handle,
  id: null,
  important: false,
  tags: [],
  schedule: '*/10 * * * * *',
  ...shape,
})

export const fakeEntry = (platform: Platform, handle: string, shape: Partial<Entry> = {}): Entry => ({
  account: fakeAccount(handle, { platform: platform.id }),
  platform,
  belief: unknown() satisfies Belief,
  sightings: [],
  lastLook: null,
  attempts: 0,
  again: null,
  pending: [],
  writing: null,
  turn: 0,
  hinted: 0,
  watchedFrom: 0,
  periodMs: 10_000,
  dirty: false,
  place: IDLE,
  ...shape,
})

export const okAnswer = (url: string, status = 200, headers: Record<string, string> = {}) => ({
  url,
  status,
  headers,
  text: '{}',
  digest: () => 'digest',
})

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

export const silentMeters: Meters = {
  looked: () => undefined,
  answered: () => undefined,
  late: () => undefined,
  blip: () => undefined,
  moved: () => undefined,
  tried: () => undefined,
  delivered: () => undefined,
  controls: () => undefined,
  hinted: () => undefined,
}
