import { sql as raw } from 'kysely'
import type { Delivery, Form } from '../core/delivery.ts'
import { owed } from './store-deliveries.ts'
import { DUE, query, template, type Sql } from './store-sql.ts'

/** How many are told together with the oldest of a line at the most; the rest waits for its own turn. */
const MOST_FOLLOWING = 50
/** How many are told in one summary at the most. */
const MOST_SUMMED = 1_000

/** A delivery as it is told; `body` is its transition. */
export type Owed = Delivery & { readonly place: number; readonly body: string }
/** The first of a line. */
export type Head = {
  readonly subscriber: string
  readonly subject: string
  readonly form: Form
  readonly due_at: number
  readonly place: number
}

/**
 * Deliveries of one subscriber about one subject stand in a line, and only the first of it may be told. A delivery that
 * another one carries is not in the line any more.
 */
const isFirst = raw<boolean>`d.place = (
  select l.place from deliveries l where l.state = 'due' and l.subscriber = d.subscriber and l.subject = d.subject
  and l.merged_into is null
  order by l.reminder, l.transition_seq, l.place limit 1)`

/**
 * Until when any of the line is leased: a new head (an opening that is told again) waits for what is under way behind
 * it.
 */
const heldUntil = raw<number>`(
  select max(l.leased_until) from deliveries l
  where l.state = 'due' and l.subscriber = d.subscriber and l.subject = d.subject)`

/** The first of each line of a subscriber that may be told now, as far as it is due; at most `most`. */
export const headsOf = (sql: Sql, subscriber: string, now: number, most: number): readonly Head[] =>
  most <= 0 ? [] : sql.all(heads({ subscriber, now, most }))

const heads = template((wanted: { readonly subscriber: string; readonly now: number; readonly most: number }) =>
  query
    .selectFrom('deliveries as d')
    .select(['d.subscriber', 'd.subject', 'd.form', 'd.due_at', 'd.place'])
    .where('d.state', '=', DUE)
    .where('d.subscriber', '=', wanted.subscriber)
    .where('d.due_at', '<=', wanted.now)
    .where('d.leased_until', '<=', wanted.now)
    .where(isFirst)
    .where(heldUntil, '<=', wanted.now)
    .orderBy('d.due_at')
    .orderBy('d.place')
    .limit(wanted.most),
)

/** What is told with the first of a line; `now` is epoch ms. */
export const toldWith = (sql: Sql, head: Head, now: number): readonly Owed[] =>
  head.form === 'held' ? heldOf(sql, head, now) : sql.all(line(head))

const line = template(({ subscriber, subject }: Head) =>
  owed
    .select(['d.place', 't.body'])
    .where('d.state', '=', DUE)
    .where('d.subscriber', '=', subscriber)
    .where('d.subject', '=', subject)
    .where('d.merged_into', 'is', null)
    .orderBy('d.reminder')
    .orderBy('d.transition_seq')
    .orderBy('d.place')
    .limit(1 + MOST_FOLLOWING),
)

/**
 * What a subscriber has had held until the same instant, from all its lines, as far as nothing else stands before it in
 * them. Not what has become due since: after a kill the same summary must be told again, under the same id.
 */
const heldOf = (sql: Sql, { subscriber, due_at }: Head, now: number): readonly Owed[] =>
  sql.all<Owed>(
    owed
      .select(['d.place', 't.body'])
      .where('d.state', '=', DUE)
      .where('d.subscriber', '=', subscriber)
      .where(raw<boolean>`d.form = 'held'`)
      .where('d.due_at', '=', due_at)
      .where('d.leased_until', '<=', now)
      .where('d.merged_into', 'is', null)
      .where(
        raw<boolean>`not exists (
          select 1 from deliveries l where l.state = 'due' and l.subscriber = d.subscriber and l.subject = d.subject
          and l.reminder = 0 and l.transition_seq < d.transition_seq and l.merged_into is null
          and not (l.form = 'held' and l.due_at = ${due_at}))`,
      )
      .orderBy('d.transition_seq')
      .orderBy('d.place')
      .limit(MOST_SUMMED)
      .compile(),
  )

/**
 * When the first of a subscriber's lines may be told, epoch ms. Among the lines that nobody has leased the first is
 * found by an index; those that are leased are few.
 */
export function firstDueAt(sql: Sql, subscriber: string): number | null {
  const instants = [freeAt(sql, subscriber), heldFreeAt(sql, subscriber)].filter((at) => at !== null)
  return instants.length === 0 ? null : Math.min(...instants)
}

type Whose = { readonly subscriber: string }

const linesOf = ({ subscriber }: Whose) =>
  query.selectFrom('deliveries as d').where('d.state', '=', DUE).where('d.subscriber', '=', subscriber).where(isFirst)

const freeAt = (sql: Sql, subscriber: string): number | null => sql.first(free({ subscriber }))?.due_at ?? null

const free = template((whose: Whose) =>
  linesOf(whose).select('d.due_at').where(heldUntil, '=', 0).orderBy('d.due_at').limit(1),
)

const heldFreeAt = (sql: Sql, subscriber: string): number | null => sql.first(held({ subscriber }))?.at ?? null

/** Starts from the few lines that are leased: the other way round every line there is would be read. */
const held = template((whose: Whose) => ({
  compile: () =>
    raw<{ readonly at: number | null }>`
      select min(max(d.due_at, h.until)) as at
      from (
        select subject, max(leased_until) as until from deliveries indexed by deliveries_leased
        where leased_until > 0 and state = 'due' and subscriber = ${whose.subscriber}
        group by subject
      ) h
      cross join deliveries d on d.place = (
        select l.place from deliveries l
        where l.state = 'due' and l.subscriber = ${whose.subscriber} and l.subject = h.subject and l.merged_into is null
        order by l.reminder, l.transition_seq, l.place limit 1
      )`.compile(query),
}))
