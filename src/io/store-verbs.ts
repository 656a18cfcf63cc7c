import type { Settlement } from '../core/delivery.ts'
import type { Claim, Decision } from '../core/store.ts'
import { retry } from './store-again.ts'
import { deliveries, subscriberHealth, type DeliveryPage } from './store-deliveries.ts'
import type { Json } from './store-json.ts'
import { keptAfter, note, spells, writeKept, writeNote } from './store-kept.ts'
import type { KeptRow } from './store-kept-row.ts'
import { claim, nextDueAt } from './store-outbox.ts'
import { settle } from './store-settle.ts'
import { outage, outages, sightingsOf, type OutagePage } from './store-outages.ts'
import { lastSeq, record, transitionsAfter, transitionsOf } from './store-record.ts'
import type { Sql } from './store-sql.ts'
import { toldTo } from './store-told.ts'

/** What the disk's thread can be asked. Writes run inside a transaction that their caller opens and commits. */
export const createVerbs = (sql: Sql) => ({
  writes: {
    record: (decision: Decision) => record(sql, decision),
    checkpoint: (rows: readonly KeptRow[]) => writeKept(sql, rows),
    claim: (wanted: Claim) => claim(sql, wanted),
    settle: (settlements: readonly Settlement[]) => settle(sql, settlements),
    retry: (id: string, now: number) => retry(sql, id, now),
    writeNote: (key: string, value: string) => writeNote(sql, key, value),
  },
  reads: {
    lastSeq: () => lastSeq(sql),
    transitionsAfter: (seq: number, limit: number) => transitionsAfter(sql, seq, limit),
    transitionsOf: (outage: string, from: number, to: number) => transitionsOf(sql, outage, from, to),
    keptAfter: (after: string, limit: number) => keptAfter(sql, after, limit),
    outages: (page: OutagePage) => outages(sql, page),
    outage: (id: string) => outage(sql, id),
    sightingsOf: (id: string) => sightingsOf(sql, id),
    spells: (account: string, from: number, to: number) => spells(sql, account, from, to),
    nextDueAt: (subscribers: readonly string[] | null) => nextDueAt(sql, subscribers),
    deliveries: (page: DeliveryPage) => deliveries(sql, page),
    told: (subscribers: readonly string[], since: number) => toldTo(sql, subscribers, since),
    subscriberHealth: () => subscriberHealth(sql),
    note: (key: string) => note(sql, key),
  },
})

/** All that can be asked, by kind: writes share commits, reads do not wait for one. */
export type Verbs = ReturnType<typeof createVerbs>
/** The name of something that can be asked. */
export type Verb = keyof Verbs['writes'] | keyof Verbs['reads']
type VerbCalls = Verbs['writes'] & Verbs['reads']
/** What a verb is called with. */
export type VerbArgs<V extends Verb> = Parameters<VerbCalls[V]>
/** What a verb answers once its text is parsed; undefined for those that say nothing. */
export type VerbAnswer<V extends Verb> = ReturnType<VerbCalls[V]> extends Json<infer T> ? T : undefined
