import { sql as raw } from 'kysely'
import type { Delivery, DeliveryState } from '../core/delivery.ts'
import type { SubscriberHealth } from '../core/store.ts'
import { json, jsonSlice, type Json, type Slice } from './store-json.ts'
import { owed } from './store-outbox.ts'
import { query, type Sql } from './store-sql.ts'

export type DeliveryPage = {
  readonly state?: DeliveryState
  readonly outage?: string
  readonly limit: number
  /** The place of the last one on the page before. */
  readonly after: number | null
}

/** Newest first. */
export function deliveries(sql: Sql, { state, outage, limit, after }: DeliveryPage): Json<Slice<Delivery, number>> {
  let page = owed.select('d.place')
  if (state !== undefined) page = page.where('d.state', '=', state)
  if (outage !== undefined) page = page.where('d.outage', '=', outage)
  if (after !== null) page = page.where('d.place', '<', after)
  const rows = sql.all(
    page
      .orderBy('d.place', 'desc')
      .limit(limit + 1)
      .compile(),
  )
  return jsonSlice(
    rows.map((row) => JSON.stringify({ ...row, place: undefined })),
    limit,
    (index) => rows[index]?.place ?? 0,
  )
}

/** Back in its line at its own place: whatever is owed behind it waits for it again. */
export function retry(sql: Sql, id: string, now: number): Json<boolean> {
  const changed = sql.run(
    query
      .updateTable('deliveries')
      .set({
        state: 'due',
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

/** Names are found by jumping from one to the next in an index: what was ever delivered is not counted through. */
const health = raw<SubscriberHealth>`
  with recursive names (name) as (
    select min(subscriber) from deliveries
    union all
    select (select min(d.subscriber) from deliveries d where d.subscriber > name) from names where name is not null
  )
  select
    name as subscriber,
    (select count(*) from deliveries where subscriber = name and state = 'due') as owed,
    (select count(*) from deliveries where subscriber = name and state = 'refused') as refused,
    (select count(*) from deliveries where subscriber = name and state = 'expired') as expired,
    (select max(delivered_at) from deliveries where subscriber = name) as "lastDeliveredAt",
    (select last_error from deliveries where subscriber = name and last_error is not null
      order by place desc limit 1) as "lastError"
  from names where name is not null`.compile(query)

export const subscriberHealth = (sql: Sql): Json<readonly SubscriberHealth[]> => json(sql.all(health))
