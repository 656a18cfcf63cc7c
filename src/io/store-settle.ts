import { sql as raw } from 'kysely'
import type { Settlement } from '../core/delivery.ts'
import { owe } from './store-owe.ts'
import { settleCarried } from './store-shift.ts'
import type { DeliveryTable } from './store-schema.ts'
import { DUE, query, template, type Sql } from './store-sql.ts'

/** Writes what became of claimed deliveries, and of what they carry. */
export function settle(sql: Sql, settlements: readonly Settlement[]): void {
  for (const settlement of settlements) settleOne(sql, settlement)
}

const settled = template((settlement: Omit<Settlement, 'expiresAt'> & { readonly expiresAt: number | null }) =>
  query
    .updateTable('deliveries')
    .set({
      state: settlement.state,
      tries: settlement.tries,
      due_at: settlement.dueAt,
      expires_at: raw<number>`coalesce(${settlement.expiresAt}, expires_at)`,
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
  const row = sql.first(settled({ ...settlement, expiresAt: settlement.expiresAt ?? null }))
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
