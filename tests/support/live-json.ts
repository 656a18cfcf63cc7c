import type { AccountJson, OutageJson } from '../../src/client/index.ts'

export const T0 = Date.parse('2017-11-02T22:51:58.120Z')
export const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString()

/** An account as the server would send it; up and seen a moment ago unless told otherwise. */
export function accountOf(address: string, over: Partial<AccountJson> = {}): AccountJson {
  const colon = address.indexOf(':')
  const [platform, handle] = [address.slice(0, colon), address.slice(colon + 1)]
  return {
    account: address,
    platform,
    handle,
    name: handle,
    important: false,
    tags: [],
    belief: 'up',
    blind: false,
    because: [],
    outage: null,
    identity: { id: `id-${handle}`, handle, displayName: handle, followers: 1234 },
    lastSightingAt: at(0),
    lastPresentAt: at(0),
    looks: [{ look: 'api', vantage: 'home', verdict: 'present', because: [], askedAt: at(-0.1), answeredAt: at(0) }],
    ...over,
  }
}

/** An open outage that began at `T0`. */
export function outageOf(account: string, over: Partial<OutageJson> = {}): OutageJson {
  return {
    id: `out_${account.replaceAll(/\W/g, '')}`,
    account,
    name: account.slice(account.indexOf(':') + 1),
    state: 'open',
    because: ['not_found', 'deactivated'],
    explicit: false,
    trust: 'high',
    answers: [],
    disputed: [],
    unseen: false,
    lastPresentAt: at(0),
    firstAbsentAt: at(5),
    lastAbsentAt: at(7),
    firstPresentAt: null,
    openedAt: at(7),
    closedAt: null,
    duration: { estimateMs: 5000, minMs: 2000, maxMs: 9000, coverage: 1 },
    acknowledged: null,
    retracted: null,
    notes: [],
    accepted: null,
    identity: { id: '1', handle: 'who', followers: 41_700_000 },
    now: null,
    ...over,
  }
}

/** The same outage, over: `minutes` later. */
export function closedOf(outage: OutageJson, minutes: number): OutageJson {
  const end = (Date.parse(outage.firstAbsentAt) - T0) / 1000 + minutes * 60
  const length = minutes * 60_000
  return {
    ...outage,
    state: 'closed',
    lastAbsentAt: at(end - 5),
    firstPresentAt: at(end),
    closedAt: at(end + 2),
    duration: { estimateMs: length, minMs: length - 5000, maxMs: length + 5000, coverage: 1 },
  }
}
