import { sql as raw } from 'kysely'
import { notBefore, type Delivery, type Form } from '../core/delivery.ts'
import type { DeliveryTable } from './store-schema.ts'
import { DUE, HELD, query, template, type Sql } from './store-sql.ts'

/**
 * News of one subject are told in order: what is held about it is due no later than news that cannot be held. What is
 * held of the same outage is told like the news, so that an end takes its beginning along.
 */
const toldBefore = template(({ subscriber, subject, outage, form, dueAt }: Delivery) =>
  query
    .updateTable('deliveries')
    .set({
      due_at: dueAt,
      form: raw<Form>`case when outage = ${outage} and tries = 0 and leased_until = 0 then ${form} else form end`,
    })
    .where('state', '=', DUE)
    .where('subscriber', '=', subscriber)
    .where('subject', '=', subject)
    .where('form', '=', HELD)
    .where('due_at', '>', dueAt),
)

/** What is held of the same outage, where there is such. */
const heldBefore = template(({ subscriber, subject, outage }: Delivery) =>
  query
    .selectFrom('deliveries')
    .select('due_at')
    .where('state', '=', DUE)
    .where('subscriber', '=', subscriber)
    .where('subject', '=', subject)
    .where('outage', '=', outage)
    .where('form', '=', HELD)
    .where('tries', '=', 0)
    .orderBy('due_at', 'desc')
    .limit(1),
)

/** What follows an escalation that is held waits for it, and is told in the same summary. */
function withOpening(sql: Sql, delivery: Delivery): Delivery {
  if (delivery.form !== 'escalation') return delivery
  const held = sql.first(heldBefore(delivery))
  if (held === undefined || held.due_at <= delivery.dueAt) return delivery
  return { ...notBefore(delivery, held.due_at), form: 'held', plannedAt: held.due_at }
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

/** Owes a delivery, once: one that is there already stays as it is. @throws {Error} when it tells no transition */
export function owe(sql: Sql, given: Delivery): void {
  const delivery = withOpening(sql, given)
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
  // Of somebody who has nothing held any more, something may be from before.
  if ((form === 'urgent' || form === 'plain') && reminder === 0) sql.run(toldBefore(delivery))
}
