import { sql as raw } from 'kysely'
import type { Settlement } from '../core/delivery.ts'
import { json, type Json } from './store-json.ts'
import { owe } from './store-record.ts'
import { settleCarried } from './store-shift.ts'
import { DUE, query, type Sql } from './store-sql.ts'

export function settle(sql: Sql, settlements: readonly Settlement[]): void {
  for (const settlement of settlements) settleOne(sql, settlement)
}

function settleOne(sql: Sql, settlement: Settlement): void {
  const { id, state, dueAt, tries, lastError, deliveredAt, mergedInto, handle } = settlement
  const written = { state, tries, due_at: dueAt, last_error: lastError, delivered_at: deliveredAt }
  const row = sql.first(
    query
      .updateTable('deliveries')
      .set({ ...written, merged_into: mergedInto, handle, leased_until: 0 })
      .where('id', '=', id)
      .where('state', '=', DUE)
      .returning(['subscriber', 'subject', 'transition_seq'])
      .compile(),
  )
  if (row !== undefined) {
    release(sql, row.subscriber, row.subject, row.transition_seq)
    settleCarried(sql, settlement)
    if (settlement.then !== undefined) owe(sql, settlement.then)
    return
  }
  // Settled by whoever claimed it after a lease ran out: the first word stands, it may have been delivered.
  const there = sql.first(query.selectFrom('deliveries').select('place').where('id', '=', id).compile())
  if (there === undefined) throw new Error(`there is no delivery ${id} to settle`)
}

/** What was leased along with a settled one is free for the next claim. */
function release(sql: Sql, subscriber: string, subject: string, from: number): void {
  sql.run(
    query
      .updateTable('deliveries')
      .set({ leased_until: 0 })
      .where('state', '=', DUE)
      .where('subscriber', '=', subscriber)
      .where('subject', '=', subject)
      .where(({ eb, or }) => or([eb('transition_seq', '>=', from), eb('reminder', '>', 0)]))
      .where('leased_until', '>', 0)
      .compile(),
  )
}

/** Whoever opens the database owns it: what the process before had claimed, nobody is working on. */
export function releaseAll(sql: Sql): void {
  const free = query.updateTable('deliveries').set({ leased_until: 0 })
  sql.run(free.where(raw<boolean>`leased_until > 0`).compile())
}

/**
 * Back in its line at its own place: whatever is owed behind it waits for it again. Whoever wants it told wants it told
 * now, whatever it had waited for.
 */
export function retry(sql: Sql, id: string, now: number): Json<boolean> {
  const changed = sql.run(
    query
      .updateTable('deliveries')
      .set({
        state: 'due',
        form: 'plain',
        due_at: now,
        expires_at: raw<number>`${now} + ${raw.ref('life_ms')}`,
        merged_into: null,
        leased_until: 0,
      })
      .where('id', '=', id)
      .where('state', 'in', ['refused', 'expired'])
      .compile(),
  )
  return json(changed > 0)
}
