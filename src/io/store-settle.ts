import { sql as raw } from 'kysely'
import type { Settlement } from '../core/delivery.ts'
import { json, type Json } from './store-json.ts'
import { owe } from './store-record.ts'
import { settleCarried } from './store-shift.ts'
import type { DeliveryTable } from './store-schema.ts'
import { DUE, query, template, type Sql } from './store-sql.ts'

export function settle(sql: Sql, settlements: readonly Settlement[]): void {
  for (const settlement of settlements) settleOne(sql, settlement)
}

const settled = template((settlement: Settlement) =>
  query
    .updateTable('deliveries')
    .set({
      state: settlement.state,
      tries: settlement.tries,
      due_at: settlement.dueAt,
      last_error: settlement.lastError,
      delivered_at: settlement.deliveredAt,
      merged_into: settlement.mergedInto,
      handle: settlement.handle,
      leased_until: 0,
    })
    .where('id', '=', settlement.id)
    .where('state', '=', DUE)
    .returning(['subscriber', 'subject', 'transition_seq']),
)

function settleOne(sql: Sql, settlement: Settlement): void {
  const row = sql.first(settled(settlement))
  if (row !== undefined) {
    sql.run(released(row))
    settleCarried(sql, settlement)
    if (settlement.then !== undefined) owe(sql, settlement.then)
    return
  }
  const { id } = settlement
  // Settled by whoever claimed it after a lease ran out: the first word stands, it may have been delivered.
  const there = sql.first(query.selectFrom('deliveries').select('place').where('id', '=', id).compile())
  if (there === undefined) throw new Error(`there is no delivery ${id} to settle`)
}

/** What was leased along with a settled one is free for the next claim. */
const released = template((row: Pick<DeliveryTable, 'subscriber' | 'subject' | 'transition_seq'>) =>
  query
    .updateTable('deliveries')
    .set({ leased_until: 0 })
    .where('state', '=', DUE)
    .where('subscriber', '=', row.subscriber)
    .where('subject', '=', row.subject)
    .where(({ eb, or }) => or([eb('transition_seq', '>=', row.transition_seq), eb('reminder', '>', 0)]))
    .where('leased_until', '>', 0),
)

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
