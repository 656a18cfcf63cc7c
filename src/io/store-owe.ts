import type { Delivery } from '../core/delivery.ts'
import type { DeliveryTable } from './store-schema.ts'
import { DUE, query, template, type Sql } from './store-sql.ts'

/** What is held about the same subject has to be told before something that is not. */
function haveToldBefore(sql: Sql, { subscriber, subject, dueAt }: Delivery): void {
  sql.run(
    query
      .updateTable('deliveries')
      .set({ due_at: dueAt })
      .where('state', '=', DUE)
      .where('subscriber', '=', subscriber)
      .where('subject', '=', subject)
      .where('form', '=', 'held')
      .where('due_at', '>', dueAt)
      .compile(),
  )
}

const numberOf = template(({ transition }: Delivery) =>
  query.selectFrom('transitions').select('seq').where('id', '=', transition),
)

const owedOnce = template((row: Omit<DeliveryTable, 'place' | 'handle'>) => {
  const { id, subscriber, subject, outage, state, tries, form, reminder } = row
  const { transition_seq, planned_at, due_at, expires_at, life_ms } = row
  const { last_error, delivered_at, merged_into, leased_until } = row
  return query
    .insertInto('deliveries')
    .values({
      ...{ id, subscriber, subject, outage, state, tries, form, reminder },
      ...{ transition_seq, planned_at, due_at, expires_at, life_ms },
      ...{ last_error, delivered_at, merged_into, leased_until },
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
})

export function owe(sql: Sql, delivery: Delivery): void {
  const { id, subscriber, subject, outage, state, tries, form, reminder } = delivery
  const transition = sql.first(numberOf(delivery))
  if (transition === undefined) throw new Error(`delivery ${id} tells the unknown transition ${delivery.transition}`)
  const row = {
    ...{ id, subscriber, subject, outage, state, tries, form, reminder },
    transition_seq: transition.seq,
    planned_at: delivery.plannedAt,
    due_at: delivery.dueAt,
    expires_at: delivery.expiresAt,
    life_ms: Math.max(0, delivery.expiresAt - delivery.dueAt),
    last_error: delivery.lastError,
    delivered_at: delivery.deliveredAt,
    merged_into: delivery.mergedInto,
    leased_until: 0,
  }
  sql.run(owedOnce(row))
  if (form === 'urgent') haveToldBefore(sql, delivery)
}
