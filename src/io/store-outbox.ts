import { sql as raw } from 'kysely'
import type { Delivery, Form } from '../core/delivery.ts'
import type { Claim, Claimed } from '../core/store.ts'
import { everySubscriber, owed } from './store-deliveries.ts'
import { json, jsonList, type Json } from './store-json.ts'
import { DUE, query, template, type Sql } from './store-sql.ts'

/** At most so many are told together with the oldest; the rest waits for its own turn. */
const MOST_FOLLOWING = 50
/** At most so many are told in one summary. */
const MOST_SUMMED = 1_000

type Owed = Delivery & { readonly place: number; readonly body: string }
type Head = {
  readonly subscriber: string
  readonly subject: string
  readonly form: Form
  readonly due_at: number
  readonly place: number
}

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
  const first = heads.filter((head) => head.form !== 'held' || head === heads.find((one) => isSummedWith(one, head)))
  return jsonList(first.map((head) => lease(sql, head, now, now + leaseMs)))
}

/** All that is held for one subscriber goes with the first of it. */
const isSummedWith = (one: Head, other: Head): boolean =>
  one.form === 'held' && other.form === 'held' && one.subscriber === other.subscriber

const headsOf = (sql: Sql, subscriber: string, now: number, most: number): readonly Head[] =>
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

function lease(sql: Sql, head: Head, now: number, until: number): string {
  const told = head.form === 'held' ? heldOf(sql, head.subscriber, now) : lineOf(sql, head)
  for (const { place } of told) sql.run(leased({ place, until }))
  const [first, ...following] = told.map((one) => toldText(sql, one))
  const thread = JSON.stringify(told[0] === undefined ? null : threadOf(sql, told[0]))
  return `{${first ?? ''},"following":[${following.map((text) => `{${text}}`).join(',')}],"thread":${thread}}`
}

const leased = template(({ place, until }: { readonly place: number; readonly until: number }) =>
  query.updateTable('deliveries').set({ leased_until: until }).where('place', '=', place),
)

const lineOf = (sql: Sql, head: Head): readonly Owed[] => sql.all<Owed>(line(head))

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

/** What a subscriber has had held until now, from all its lines, as far as nothing else stands before it in them. */
const heldOf = (sql: Sql, subscriber: string, now: number): readonly Owed[] =>
  sql.all<Owed>(
    owed
      .select(['d.place', 't.body'])
      .where('d.state', '=', DUE)
      .where('d.subscriber', '=', subscriber)
      .where(raw<boolean>`d.form = 'held'`)
      .where('d.due_at', '<=', now)
      .where('d.leased_until', '<=', now)
      .where('d.merged_into', 'is', null)
      .where(
        raw<boolean>`not exists (
          select 1 from deliveries l where l.state = 'due' and l.subscriber = d.subscriber and l.subject = d.subject
          and l.reminder = 0 and l.transition_seq < d.transition_seq and l.merged_into is null
          and not (l.form = 'held' and l.due_at <= ${now}))`,
      )
      .orderBy('d.transition_seq')
      .orderBy('d.place')
      .limit(MOST_SUMMED)
      .compile(),
  )

/** How the outage stands, where the turn or the words depend on it. */
function standingText(sql: Sql, { id, subscriber, outage, form, reminder }: Delivery): string {
  if (outage === null || ((form === 'plain' || form === 'urgent') && reminder === 0)) return ''
  const now = sql.first(query.selectFrom('outages').select('body').where('id', '=', outage).compile())
  const tried = query
    .selectFrom('deliveries')
    .select('place')
    .where('outage', '=', outage)
    .where('subscriber', '=', subscriber)
    .where('tries', '>', 0)
    .where('id', '<>', id)
    .limit(1)
  return now === undefined
    ? ''
    : `,"standing":{"outage":${now.body},"heard":${String(sql.first(tried.compile()) !== undefined)}}`
}

/** What is about no outage goes on where the same matter began: news about one storm, or one loss of sight. */
const threadOf = (sql: Sql, told: Owed): string | null =>
  sql.first((told.outage === null ? namedInMatter : namedInOutage)(told))?.handle ?? null

const named = query
  .selectFrom('deliveries as d')
  .select('d.handle')
  .where('d.handle', 'is not', null)
  .orderBy('d.place')
  .limit(1)

const namedInOutage = template(({ subscriber, outage }: Owed) =>
  named.where('d.subscriber', '=', subscriber).where('d.outage', '=', outage),
)

const namedInMatter = template(({ subscriber, subject, body }: Owed) => {
  const sameMatter = raw<boolean>`(
    select json_extract(t.body, '$.since') from transitions t where t.seq = d.transition_seq
  ) = json_extract(${body}, '$.since')`
  const ofSubject = named.where('d.subscriber', '=', subscriber).where('d.subject', '=', subject)
  return ofSubject.where('d.outage', 'is', null).where(sameMatter)
})

const toldText = (sql: Sql, { body, ...row }: Owed): string =>
  `"delivery":${JSON.stringify({ ...row, place: undefined })},"transition":${body}${standingText(sql, row)}`

/**
 * Early: of what nobody holds, the first in order of time is found without looking at the rest; what is held is little.
 */
export function nextDueAt(sql: Sql, subscribers: readonly string[] | null): Json<number | null> {
  const names = subscribers ?? sql.all(everySubscriber).map(({ name }) => name)
  const instants = names.flatMap((name) => [freeAt(sql, name), heldFreeAt(sql, name)]).filter((at) => at !== null)
  return json(instants.length === 0 ? null : Math.min(...instants))
}

type Whose = { readonly subscriber: string }

const linesOf = ({ subscriber }: Whose) =>
  query.selectFrom('deliveries as d').where('d.state', '=', DUE).where('d.subscriber', '=', subscriber).where(isFirst)

const freeAt = (sql: Sql, subscriber: string): number | null => sql.first(free({ subscriber }))?.due_at ?? null

const free = template((whose: Whose) =>
  linesOf(whose).select('d.due_at').where(heldUntil, '=', 0).orderBy('d.due_at').limit(1),
)

const heldFreeAt = (sql: Sql, subscriber: string): number | null => sql.first(held({ subscriber }))?.at ?? null

/** From the few lines that are held to the first of each: the other way round every line there is would be read. */
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
