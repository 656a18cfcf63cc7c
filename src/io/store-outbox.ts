import { sql as raw } from 'kysely'
import type { Delivery, Settlement } from '../core/delivery.ts'
import type { Claim, Claimed } from '../core/store.ts'
import { json, jsonList, type Json } from './store-json.ts'
import { DUE, query, type Sql } from './store-sql.ts'

/** At most so many are told together with the oldest; the rest waits for its own turn. */
const MOST_FOLLOWING = 50

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
  .select('d.merged_into as mergedInto')

type Owed = Delivery & { readonly place: number; readonly body: string }
type Head = { readonly subscriber: string; readonly subject: string; readonly due_at: number; readonly place: number }

/** Deliveries of one subscriber about one subject stand in a line; only the first of it may be told. */
const isFirst = raw<boolean>`d.place = (
  select l.place from deliveries l where l.state = 'due' and l.subscriber = d.subscriber and l.subject = d.subject
  order by l.transition_seq, l.place limit 1)`

/** Until when the line is held: one that came back to its head (a retry by hand) waits for what is under way behind it. */
const heldUntil = raw<number>`(
  select max(l.leased_until) from deliveries l
  where l.state = 'due' and l.subscriber = d.subscriber and l.subject = d.subject)`

export function claim(sql: Sql, { now, leaseMs, limit, perSubscriber }: Claim): Json<readonly Claimed[]> {
  const heads = Object.entries(perSubscriber)
    .flatMap(([subscriber, most]) => headsOf(sql, subscriber, now, Math.min(most, limit)))
    .sort((one, other) => one.due_at - other.due_at || one.place - other.place)
    .slice(0, limit)
  return jsonList(heads.map((head) => lease(sql, head, now + leaseMs)))
}

function headsOf(sql: Sql, subscriber: string, now: number, most: number): readonly Head[] {
  if (most <= 0) return []
  return sql.all(
    query
      .selectFrom('deliveries as d')
      .select(['d.subscriber', 'd.subject', 'd.due_at', 'd.place'])
      .where('d.state', '=', DUE)
      .where('d.subscriber', '=', subscriber)
      .where('d.due_at', '<=', now)
      .where('d.leased_until', '<=', now)
      .where(isFirst)
      .where(heldUntil, '<=', now)
      .orderBy('d.due_at')
      .orderBy('d.place')
      .limit(most)
      .compile(),
  )
}

function lease(sql: Sql, { subscriber, subject }: Head, until: number): string {
  const line = sql.all<Owed>(
    owed
      .select(['d.place', 't.body'])
      .where('d.state', '=', DUE)
      .where('d.subscriber', '=', subscriber)
      .where('d.subject', '=', subject)
      .orderBy('d.transition_seq')
      .orderBy('d.place')
      .limit(1 + MOST_FOLLOWING)
      .compile(),
  )
  for (const { place } of line)
    sql.run(query.updateTable('deliveries').set({ leased_until: until }).where('place', '=', place).compile())
  const [first, ...following] = line.map(toldText)
  return `{${first ?? ''},"following":[${following.map((text) => `{${text}}`).join(',')}]}`
}

const toldText = ({ body, ...row }: Owed): string =>
  `"delivery":${JSON.stringify({ ...row, place: undefined })},"transition":${body}`

export function settle(sql: Sql, settlements: readonly Settlement[]): void {
  for (const settlement of settlements) settleOne(sql, settlement)
}

function settleOne(sql: Sql, { id, state, dueAt, tries, lastError, deliveredAt, mergedInto }: Settlement): void {
  const written = { state, tries, due_at: dueAt, last_error: lastError, delivered_at: deliveredAt }
  const row = sql.first(
    query
      .updateTable('deliveries')
      .set({ ...written, merged_into: mergedInto, leased_until: 0 })
      .where('id', '=', id)
      .where('state', '=', DUE)
      .returning(['subscriber', 'subject', 'transition_seq'])
      .compile(),
  )
  if (row !== undefined) {
    release(sql, row.subscriber, row.subject, row.transition_seq)
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
      .where('transition_seq', '>=', from)
      .where('leased_until', '>', 0)
      .compile(),
  )
}

/** Whoever opens the database owns it: what the process before had claimed, nobody is working on. */
export function releaseAll(sql: Sql): void {
  const free = query.updateTable('deliveries').set({ leased_until: 0 })
  sql.run(free.where(raw<boolean>`leased_until > 0`).compile())
}

export function nextDueAt(sql: Sql, subscribers: readonly string[] | null): Json<number | null> {
  const freeAt = raw<number | null>`min(max(d.due_at, ${heldUntil}))`
  let lines = query.selectFrom('deliveries as d').select(freeAt.as('at')).where('d.state', '=', DUE).where(isFirst)
  if (subscribers !== null)
    lines = lines.where(raw<boolean>`d.subscriber in (select value from json_each(${JSON.stringify(subscribers)}))`)
  return json(sql.first(lines.compile())?.at ?? null)
}
