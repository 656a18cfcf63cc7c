import { sql as raw } from 'kysely'
import type { Delivery } from '../core/delivery.ts'
import type { Claim, Claimed } from '../core/store.ts'
import { everySubscriber, owed } from './store-deliveries.ts'
import { json, jsonList, type Json } from './store-json.ts'
import { DUE, query, type Sql } from './store-sql.ts'

/** At most so many are told together with the oldest; the rest waits for its own turn. */
const MOST_FOLLOWING = 50

type Owed = Delivery & { readonly place: number; readonly body: string }
type Head = { readonly subscriber: string; readonly subject: string; readonly due_at: number; readonly place: number }

/**
 * Deliveries of one subscriber about one subject stand in a line; only the first of it may be told. What another one
 * carries has left the line.
 */
const isFirst = raw<boolean>`d.place = (
  select l.place from deliveries l where l.state = 'due' and l.subscriber = d.subscriber and l.subject = d.subject
  and l.merged_into is null
  order by l.reminder, l.transition_seq, l.place limit 1)`

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
      .where('d.merged_into', 'is', null)
      .orderBy('d.reminder')
      .orderBy('d.transition_seq')
      .orderBy('d.place')
      .limit(1 + MOST_FOLLOWING)
      .compile(),
  )
  for (const { place } of line)
    sql.run(query.updateTable('deliveries').set({ leased_until: until }).where('place', '=', place).compile())
  const [first, ...following] = line.map(toldText)
  const thread = JSON.stringify(line[0] === undefined ? null : threadOf(sql, line[0]))
  const standing = line[0] === undefined ? '' : standingText(sql, line[0])
  return `{${first ?? ''},"following":[${following.map((text) => `{${text}}`).join(',')}],"thread":${thread}${standing}}`
}

/** What an escalation or a reminder depends on; nothing for all others. */
function standingText(sql: Sql, { id, subscriber, outage, form, reminder }: Owed): string {
  if (outage === null || (form !== 'escalation' && reminder === 0)) return ''
  const now = sql.first(query.selectFrom('outages').select('body').where('id', '=', outage).compile())
  const tried = query
    .selectFrom('deliveries')
    .select('place')
    .where('outage', '=', outage)
    .where('subscriber', '=', subscriber)
    .where('tries', '>', 0)
    .where('id', '<>', id)
    .limit(1)
  return now === undefined ? '' : `,"standing":{"outage":${now.body},"heard":${String(sql.first(tried.compile()) !== undefined)}}`
}

/** What is about no outage goes on where the same matter began: news about one storm, or one loss of sight. */
function threadOf(sql: Sql, { subscriber, subject, outage, body }: Owed): string | null {
  const named = query
    .selectFrom('deliveries as d')
    .select('d.handle')
    .where('d.subscriber', '=', subscriber)
    .where('d.handle', 'is not', null)
    .orderBy('d.place')
    .limit(1)
  const sameMatter = raw<boolean>`(
    select json_extract(t.body, '$.since') from transitions t where t.seq = d.transition_seq
  ) = json_extract(${body}, '$.since')`
  const ofMatter = named.where('d.outage', 'is', null).where('d.subject', '=', subject).where(sameMatter)
  const first = sql.first((outage === null ? ofMatter : named.where('d.outage', '=', outage)).compile())
  return first?.handle ?? null
}

const toldText = ({ body, ...row }: Owed): string =>
  `"delivery":${JSON.stringify({ ...row, place: undefined })},"transition":${body}`

/**
 * Early: of what nobody holds, the first in order of time is found without looking at the rest; what is held is little.
 */
export function nextDueAt(sql: Sql, subscribers: readonly string[] | null): Json<number | null> {
  const names = subscribers ?? sql.all(everySubscriber).map(({ name }) => name)
  const instants = names.flatMap((name) => [freeAt(sql, name), heldFreeAt(sql, name)]).filter((at) => at !== null)
  return json(instants.length === 0 ? null : Math.min(...instants))
}

const linesOf = (subscriber: string) =>
  query.selectFrom('deliveries as d').where('d.state', '=', DUE).where('d.subscriber', '=', subscriber).where(isFirst)

const freeAt = (sql: Sql, subscriber: string): number | null =>
  sql.first(linesOf(subscriber).select('d.due_at').where(heldUntil, '=', 0).orderBy('d.due_at').limit(1).compile())
    ?.due_at ?? null

function heldFreeAt(sql: Sql, subscriber: string): number | null {
  const held = raw<boolean>`d.subject in (
    select h.subject from deliveries h indexed by deliveries_leased where h.leased_until > 0 and h.state = 'due' and h.subscriber = ${subscriber})`
  const at = raw<number | null>`min(max(d.due_at, ${heldUntil}))`
  return sql.first(linesOf(subscriber).select(at.as('at')).where(held).compile())?.at ?? null
}
