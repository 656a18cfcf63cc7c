import { sql as raw } from 'kysely'
import { isDealtWith } from '../core/outage.ts'
import type { Decision } from '../core/store.ts'
import { transitionId, type Change, type Transition } from '../core/transition.ts'
import { json, jsonList, type Json } from './store-json.ts'
import { keptRow } from './store-kept-row.ts'
import { writeKept, writeNote, writeSpell } from './store-kept.ts'
import { chainSighting, writeOutage } from './store-outages.ts'
import { owe } from './store-owe.ts'
import { shift } from './store-shift.ts'
import { DUE, query, type Sql } from './store-sql.ts'

/** Writes a decision. The caller's transaction makes it whole; a throw must roll all of it back. */
export function record(sql: Sql, decision: Decision): Json<readonly Transition[]> {
  const transitions = decision.changes.map((change) => writeChange(sql, change))
  const { kept, spell } = decision
  if (kept !== null) writeKept(sql, [keptRow(kept)])
  if (spell !== null) {
    if (kept === null) throw new Error('a blind spell without the account it belongs to')
    writeSpell(sql, kept.account, spell)
  }
  for (const { outage, sighting } of decision.sightings) chainSighting(sql, outage, sighting)
  for (const delivery of decision.deliveries) owe(sql, delivery)
  for (const one of decision.shifts ?? []) shift(sql, one)
  for (const [key, value] of Object.entries(decision.notes)) writeNote(sql, key, value)
  return jsonList(transitions)
}

/**
 * Writes a change; answers with its transition's text. One that is there already (decided again after a kill) stays.
 */
function writeChange(sql: Sql, change: Change): string {
  if ('outage' in change) {
    writeOutage(sql, change.outage)
    if (isDealtWith(change.outage)) haveTheirTurn(sql, change.outage.id, change.at)
  }
  const id = transitionId(change)
  const known = query.selectFrom('transitions').select('body').where('id', '=', id)
  const there = sql.first(known.compile())
  if (there !== undefined) return there.body
  const seq = newest(sql) + 1
  const body = JSON.stringify({ ...change, seq, id } satisfies Transition)
  sql.run(query.insertInto('transitions').values({ seq, id, body }).compile())
  return body
}

/**
 * Makes the escalations and reminders of an outage due: nobody needs them any more, and at their turn they are called
 * off.
 */
function haveTheirTurn(sql: Sql, outage: string, now: number): void {
  sql.run(
    query
      .updateTable('deliveries')
      .set({ due_at: now })
      .where('outage', '=', outage)
      .where('state', '=', DUE)
      .where('due_at', '>', now)
      .where('tries', '=', 0)
      .where(({ eb, or }) => or([eb('form', '=', 'escalation'), eb('reminder', '>', 0)]))
      .compile(),
  )
}

/** The newest number. Nothing is ever deleted, so the next one leaves no hole. */
const newest = (sql: Sql): number =>
  sql.first(query.selectFrom('transitions').select('seq').orderBy('seq', 'desc').limit(1).compile())?.seq ?? 0

/** The newest number, 0 where there is none. */
export const lastSeq = (sql: Sql): Json<number> => json(newest(sql))

/** At most `limit` transitions after a number, in order. */
export function transitionsAfter(sql: Sql, seq: number, limit: number): Json<readonly Transition[]> {
  const rows = sql.all(
    query.selectFrom('transitions').select('body').where('seq', '>', seq).orderBy('seq').limit(limit).compile(),
  )
  return jsonList(rows.map(({ body }) => body))
}

const outageIn = raw<string | null>`json_extract(body, '$.outage.id')`
const atIn = raw<number>`json_extract(body, '$.at')`
/** Of each kind, for a report that can still be read. */
const MOST_TOLD = 5_000

/**
 * The transitions of an outage, and those about our sight and platforms between two instants, in order. The two
 * conditions repeat those of two partial indexes word by word, or SQLite would not use them.
 */
export function transitionsOf(sql: Sql, outage: string, from: number, to: number): Json<readonly Transition[]> {
  const rows = query.selectFrom('transitions').select(['seq', 'body']).limit(MOST_TOLD)
  const own = sql.all(rows.where(outageIn, '=', outage).orderBy('seq').compile())
  const wide = sql.all(
    rows.where(outageIn, 'is', null).where(atIn, '>=', from).where(atIn, '<=', to).orderBy(atIn).compile(),
  )
  return jsonList([...own, ...wide].sort((one, other) => one.seq - other.seq).map(({ body }) => body))
}
