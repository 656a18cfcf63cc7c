import { addressKey, heldHandle, stableFraction, type Account } from '../core/account.ts'
import { unknown } from '../core/belief.ts'
import type { Platform } from '../core/platform.ts'
import type { Kept } from '../core/store.ts'
import type { Roll as WishRoll } from '../core/tell.ts'
import { OTHER_LOOK_EVERY } from '../core/turn.ts'
import type { Identity } from '../core/verdict.ts'
import { IDLE, NOTHING, type Entry } from './entry.ts'
import { lastAnsweredAt, newestOf } from './newest.ts'
import { readdressed } from './readdress.ts'

/** Whom we watch, by address, id and handle. */
export type Roster = WishRoll & {
  /**
   * Watches exactly these accounts from now on. Beliefs of those already watched go on; new ones take up what was kept
   * of them. Answers with the new ones.
   */
  adopt(accounts: readonly Account[], platforms: readonly Platform[], now: number): readonly Entry[]
  /** What an earlier run knew; consulted when an account joins. */
  remember(kept: readonly Kept[]): void
  all(): readonly Entry[]
  entry(address: string): Entry | undefined
  /** The platform's own ids, as far as they are known. */
  ids(platform: string): readonly string[]
  byId(platform: string, id: string): Entry | undefined
  byHandle(platform: string, handle: string): Entry | undefined
  isOn(entry: Entry): boolean
  /** @param before whom it was pinned to until now */
  pinned(entry: Entry, before?: Identity | null): void
  count(platform: string): number
  /** Where people look an account up; null when it is not on the roll. */
  profileUrl(address: string): string | null
  /** How the looks of an account's platform are called among people. */
  lookWords(address: string): Readonly<Record<string, string>>
  /** For each platform the newest answer, in seconds since 1970; none yet is no row. */
  lastSightings(): Iterable<readonly [{ platform: string }, number]>
  /** Takes back every look that was set for later. */
  leaveAlone(): void
}

/** Who is on the roll. */
export function createRoster(): Roster {
  const known = new Map<string, Kept>()
  let entries = new Map<string, Entry>()
  let list: readonly Entry[] = []
  /** By platform and id, each text kept once. */
  let ids = new Map<string, Map<string, Entry>>()
  /** Those whose handle is not their address's any more, by that handle. */
  const moved = new Map<string, Entry>()
  let counts = new Map<string, number>()

  function adopt(accounts: readonly Account[], platforms: readonly Platform[], now: number): readonly Entry[] {
    const byName = new Map(platforms.map((platform) => [platform.id, platform]))
    const before = entries
    const fresh: Entry[] = []
    entries = new Map()
    for (const account of accounts) {
      const platform = byName.get(account.platform)
      if (platform === undefined) throw new Error(`no platform is connected for ${account.account}`)
      const key = addressKey(account.account)
      const entry = before.get(key) ?? join(account, platform, now)
      if (!before.has(key)) fresh.push(entry)
      Object.assign(entry, { account, platform, belief: readdressed(entry, account) })
      entries.set(key, entry)
      before.delete(key)
    }
    for (const gone of before.values()) leave(gone)
    list = [...entries.values()]
    ids = new Map()
    moved.clear()
    for (const entry of list) pinned(entry)
    counts = new Map([...Map.groupBy(list, ({ platform }) => platform.id)].map(([id, members]) => [id, members.length]))
    return fresh
  }

  function join(account: Account, platform: Platform, now: number): Entry {
    const kept = known.get(addressKey(account.account))
    known.delete(addressKey(account.account))
    return {
      account,
      platform,
      belief: kept === undefined ? unknown() : readdressed({ account: kept, belief: kept.belief }, account),
      sightings: newestOf(kept?.sightings ?? []),
      lastLook: null,
      attempts: 0,
      again: null,
      pending: NOTHING,
      writing: null,
      turn: firstTurn(account, platform),
      hinted: 0,
      watchedFrom: now,
      periodMs: 0,
      dirty: false,
      place: IDLE,
    }
  }

  /** Taken off the roll: what is known stays known, should it come back. */
  function leave(entry: Entry): void {
    entry.again?.cancel()
    entry.again = null
    const { account, belief, sightings } = entry
    known.set(addressKey(account.account), { account: account.account, belief, sightings })
  }

  function pinned(entry: Entry, before: Identity | null = null): void {
    const { account, platform, belief } = entry
    const own = ids.get(platform.id) ?? new Map<string, Entry>()
    ids.set(platform.id, own)
    const [last, id] = [before?.id ?? null, belief.identity?.id ?? null]
    if (last !== null && own.get(last) === entry) own.delete(last)
    if (id !== null) own.set(id, entry)
    const handle = heldHandle(belief.identity, account).toLowerCase()
    if (handle !== account.handle.toLowerCase()) moved.set(`${platform.id}:${handle}`, entry)
  }

  return {
    adopt,
    pinned,
    remember(kept) {
      for (const one of kept) known.set(addressKey(one.account), one)
    },
    all: () => list,
    entry: (address) => entries.get(addressKey(address)),
    ids: (platform) => [...(ids.get(platform)?.keys() ?? [])],
    byId: (platform, id) => ids.get(platform)?.get(id),
    byHandle: (platform, handle) => {
      const key = addressKey(`${platform}:${handle}`)
      return entries.get(key) ?? moved.get(key)
    },
    isOn: (entry) => entries.get(addressKey(entry.account.account)) === entry,
    count: (platform) => counts.get(platform) ?? 0,
    account: (address) => entries.get(addressKey(address))?.account ?? null,
    profileUrl(address) {
      const entry = entries.get(addressKey(address))
      return entry === undefined ? null : entry.platform.profileUrl(heldHandle(entry.belief.identity, entry.account))
    },
    lookWords(address) {
      const looks = entries.get(addressKey(address))?.platform.looks ?? []
      return Object.fromEntries(looks.map(({ name, words }) => [name, words]))
    },
    lastSightings: () => lastSightings(list),
    leaveAlone() {
      for (const entry of list) entry.again?.cancel()
    },
    some: (test) => list.some(({ account }) => test(account)),
  }
}

/**
 * Accounts asked one by one meet their other looks in different periods, or the whole roll would pay for the dearer look
 * at once; those that share requests stay together. Nobody begins with the other look.
 */
const firstTurn = ({ account }: Account, { looks }: Platform): number =>
  looks[0]?.takes === 1 ? Math.floor(stableFraction(`turn ${account}`) * (OTHER_LOOK_EVERY - 1)) : 0

function lastSightings(entries: readonly Entry[]): Iterable<readonly [{ platform: string }, number]> {
  const newest = new Map<string, number>()
  for (const entry of entries) {
    const at = lastAnsweredAt(entry)
    if (at > (newest.get(entry.platform.id) ?? 0)) newest.set(entry.platform.id, at)
  }
  return [...newest].map(([platform, at]) => [{ platform }, at / 1000] as const)
}
