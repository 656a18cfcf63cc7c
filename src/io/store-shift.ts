import { sql as raw } from 'kysely'
import type { DeliveryState, Settlement } from '../core/delivery.ts'
import type { Shift } from '../core/store.ts'
import { everySubscriber } from './store-deliveries.ts'
import { follow, retell } from './store-follow.ts'
import { query, type Sql } from './store-sql.ts'

type Of<Kind extends Shift['kind']> = Extract<Shift, { readonly kind: Kind }>

/** Owed, not under way, and not told by another delivery. */
const FREE = raw<boolean>`state = 'due' and leased_until = 0 and merged_into is null and reminder = 0`

/** Changes what is owed already (see `Shift`). */
export function shift(sql: Sql, one: Shift): void {
  switch (one.kind) {
    case 'fold':
      fold(sql, one)
      return
    case 'hold':
      hold(sql, one)
      return
    case 'move':
      move(sql, one)
      return
    case 'follow':
      follow(sql, one.deliveries)
      return
    case 'retell':
      retell(sql, one.retellings)
  }
}

/** Lists go in as one JSON text: the statement stays the same. */
const isIn = (column: 'outage' | 'subject' | 'subscriber', values: readonly string[]) =>
  raw<boolean>`${raw.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`

/** What a storm tells of. What people said about an outage is still told by itself. */
const STORMY = raw<boolean>`(
  select json_extract(t.body, '$.name') from transitions t where t.seq = deliveries.transition_seq
) in ('outage.opened', 'outage.changed', 'outage.closed')`

/**
 * Has what is owed for these outages told by another delivery. What was tried may have been heard, so it is still told
 * by itself. What is folded loses the form `held`: only the parts of a summary have it.
 */
function fold(sql: Sql, { outages, into }: Of<'fold'>): void {
  const carrier = raw<string>`(select value from json_each(${JSON.stringify(into)}) where key = subscriber)`
  sql.run(
    query
      .updateTable('deliveries')
      .set({ merged_into: carrier, form: 'plain' })
      .where(isIn('outage', outages))
      .where(isIn('subscriber', Object.keys(into)))
      .where('tries', '=', 0)
      .where(FREE)
      .where(STORMY)
      .compile(),
  )
}

/** Holds back what is owed for these outages. What was tried is left out: it waits for its next try already. */
function hold(sql: Sql, { subscribers, outages, until }: Of<'hold'>): void {
  sql.run(
    query
      .updateTable('deliveries')
      .set({ expires_at: raw<number>`expires_at + ${until} - due_at`, due_at: until })
      .where(isIn('outage', outages))
      .where(isIn('subscriber', subscribers))
      .where('due_at', '<', until)
      .where('tries', '=', 0)
      .where(FREE)
      .compile(),
  )
}

/** Makes what was held until one instant about these accounts due at another, but never before its planned time. */
function move(sql: Sql, { accounts, heldUntil, dueAt }: Of<'move'>): void {
  for (const { name } of sql.all(everySubscriber)) {
    sql.run(
      query
        .updateTable('deliveries')
        .set({ due_at: raw<number>`max(${dueAt}, planned_at)` })
        .where('subscriber', '=', name)
        .where('due_at', '=', heldUntil)
        .where(isIn('subject', accounts))
        .where('tries', '=', 0)
        .where(FREE)
        .compile(),
    )
  }
}

/** Settles what a delivery carries like the delivery itself. */
export function settleCarried(sql: Sql, { id, state, deliveredAt, lastError }: Settlement): void {
  if (state === 'due') return
  const carried: { state: DeliveryState; delivered_at: number | null; last_error: string | null } = {
    state,
    delivered_at: deliveredAt,
    last_error: lastError,
  }
  sql.run(
    query
      .updateTable('deliveries')
      .set(carried)
      .where('merged_into', '=', id)
      .where('state', '<>', 'delivered')
      .compile(),
  )
}
