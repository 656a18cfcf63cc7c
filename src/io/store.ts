import { getCompileCacheDir } from 'node:module'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Kept, Page, Store } from '../core/store.ts'
import { createCaller, type Caller } from './store-caller.ts'
import { isWhole } from './store-chain.ts'
import { deliveryCursor, encodeCursor, outageCursor } from './store-cursor.ts'
import type { Slice } from './store-json.ts'
import { keptRow } from './store-kept-row.ts'

/** Accounts a start reads at a time: parsing them all at once would hold up everything else. */
const KEPT_AT_ONCE = 4_000

/** The disk's thread keeps no state but its queries; more than this is a fault, and better a clear one. */
const LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 2, stackSizeMb: 2 }

/**
 * Opens the SQLite database at `path`, makes it where there is none, and keeps every other process out of it until
 * `close` or the process's end.
 * @throws {Error} fit to be shown, when the file is in use, not a database of ours, newer than this program, or the
 *   directory cannot be written
 */
export async function openStore({ path }: { readonly path: string }): Promise<Store> {
  // The same ending as this file: .ts where Node runs the sources, .js where they were built.
  const entry = new URL(`./store-thread${extname(new URL(import.meta.url).pathname)}`, import.meta.url)
  const worker = new Worker(entry, {
    name: 'store',
    workerData: { path },
    resourceLimits: LIMITS,
    execArgv: [],
    env: env(),
  })
  const caller = createCaller(worker)
  return storeOver(caller, await caller.opened)
}

/**
 * The thread needs nothing of ours but the compile cache, where the program has switched one on: it then neither strips
 * types nor compiles by itself, which would cost it tens of megabytes and half of its start.
 */
function env(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir()
  return cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }
}

function storeOver({ call, close }: Caller, epoch: string): Store {
  return {
    epoch,
    record: (decision) => call('record', decision),
    lastSeq: () => call('lastSeq'),
    transitionsAfter: (seq, limit) => call('transitionsAfter', seq, limit),
    transitionsOf: ({ id, firstAbsentAt, closedAt }) =>
      call('transitionsOf', id, firstAbsentAt, closedAt ?? Number.MAX_SAFE_INTEGER),
    kept: () => allKept(call),
    checkpoint: async (kept) => call('checkpoint', kept.map(keptRow)),
    async outages({ cursor, ...query }) {
      return page(await call('outages', { ...query, after: outageCursor(cursor) }))
    },
    outage: (id) => call('outage', id),
    sightingsOf: (outage) => call('sightingsOf', outage),
    isWhole,
    spells: (account, from, to) => call('spells', account, from, to),
    claim: (claim) => call('claim', claim),
    settle: (settlements) => call('settle', settlements),
    nextDueAt: (subscribers) => call('nextDueAt', subscribers ?? null),
    async deliveries({ cursor, ...query }) {
      return page(await call('deliveries', { ...query, after: deliveryCursor(cursor) }))
    },
    told: (subscribers, since) => call('told', subscribers, since),
    retry: (id, now) => call('retry', id, now),
    subscriberHealth: () => call('subscriberHealth'),
    note: (key) => call('note', key),
    writeNote: (key, value) => call('writeNote', key, value),
    close,
  }
}

async function allKept(call: Caller['call']): Promise<readonly Kept[]> {
  const all: Kept[] = []
  for (let after: string | null = ''; after !== null;) {
    const slice: Slice<Kept, string> = await call('keptAfter', after, KEPT_AT_ONCE)
    for (const kept of slice.items) all.push(kept)
    after = slice.next
  }
  return all
}

const page = <T>({ items, next }: Slice<T, unknown>): Page<T> => ({
  items,
  next: next === null ? null : encodeCursor(next),
})
