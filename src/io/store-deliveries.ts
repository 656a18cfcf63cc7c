import { sql as raw } from 'kysely'
import type { Delivery, DeliveryState } from '../core/delivery.ts'
import type { SubscriberHealth } from '../core/store.ts'
import { json, jsonSlice, type Json, type Slice } from './store-json.ts'
import { query, type Sql } from './store-sql.ts'

/**
 * The columns of a delivery under the names it has in the core. The join must not choose the order in which rows are
 * read, hence `cross join`: SQLite then keeps the deliveries outermost.
 */
export const owed = query
  .selectFrom('deliveries as d')
  .crossJoin('transitions as t')
  .whereRef('t.seq', '=', 'd.transition_seq')
  .select(['d.id', 'd.subscriber', 'd.subject', 't.id as transition', 'd.outage', 'd.state', 'd.due_at as dueAt'])
  .select(['d.expires_at as expiresAt', 'd.tries', 'd.last_error as lastError', 'd.delivered_at as deliveredAt'])
  .select(['d.merged_into as mergedInto', 'd.form', 'd.reminder', 'd.planned_at as plannedAt'])

/** What a page of deliveries is to hold. */
export type DeliveryPage = {
  readonly state?: DeliveryState
  readonly outage?: string
  readonly limit: number
  /** The place of the last one on the page before. */
  readonly after: number | null
}

/** A page of deliveries, newest first. */
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

/**
 * Finds the subscribers by jumping from one to the next in an index, instead of reading every delivery there ever was.
 */
const names = raw`names (name) as (
  select min(subscriber) from deliveries
  union all
  select (select min(d.subscriber) from deliveries d where d.subscriber > name) from names where name is not null
)`
/** The names of all to whom something was ever owed. */
export const everySubscriber = raw<{ readonly name: string }>`
  with recursive ${names} select name from names where name is not null`.compile(query)

/**
 * `state in ('refused', 'expired')` stands beside the state itself because it is the condition of a partial index. What
 * was called off at its turn was never tried: it has not expired, and the reason that it has is no error.
 */
const health = raw<SubscriberHealth>`
  with recursive ${names}
  select
    name as subscriber,
    (select count(*) from deliveries where subscriber = name and state = 'due') as owed,
    (select count(*) from deliveries where subscriber = name and state in ('refused', 'expired') and state = 'refused') as refused,
    (select count(*) from deliveries where subscriber = name and state in ('refused', 'expired') and state = 'expired'
      and (tries > 0 or last_error is null)) as expired,
    (select max(delivered_at) from deliveries where subscriber = name) as "lastDeliveredAt",
    (select last_error from deliveries where subscriber = name and last_error is not null and tries > 0
      order by place desc limit 1) as "lastError"
  from names where name is not null`.compile(query)

/** How it stands with each subscriber to whom something was ever owed. */
export const subscriberHealth = (sql: Sql): Json<readonly SubscriberHealth[]> => json(sql.all(health))
