import { sql as raw } from 'kysely'
import type { Delivery } from '../core/delivery.ts'
import type { Claim, Claimed } from '../core/store.ts'
import { everySubscriber } from './store-deliveries.ts'
import { json, jsonList, type Json } from './store-json.ts'
import { firstDueAt, headsOf, toldWith, type Head, type Owed } from './store-lines.ts'
import { matterIn } from './store-matter.ts'
import { query, template, type Sql } from './store-sql.ts'

/** Leases what is due, the longest due first (see `Store.claim`). */
export function claim(sql: Sql, { now, leaseMs, limit, perSubscriber }: Claim): Json<readonly Claimed[]> {
  const heads = Object.entries(perSubscriber)
    .flatMap(([subscriber, most]) => headsOf(sql, subscriber, now, Math.min(most, limit)))
    .sort((one, other) => one.due_at - other.due_at || one.place - other.place)
    .slice(0, limit)
  const first = heads.filter((head) => head.form !== 'held' || head === heads.find((one) => isSummedWith(one, head)))
  return jsonList(first.map((head) => lease(sql, head, now, now + leaseMs)))
}

/** Whether both belong into one summary: everything that is held for a subscriber is told with the first of it. */
const isSummedWith = (one: Head, other: Head): boolean =>
  one.form === 'held' && other.form === 'held' && one.subscriber === other.subscriber

function lease(sql: Sql, head: Head, now: number, until: number): string {
  const told = toldWith(sql, head, now)
  for (const { place } of told) sql.run(leased({ place, until }))
  const [first, ...following] = told.map((one) => toldText(sql, one))
  const thread = JSON.stringify(told[0] === undefined ? null : threadOf(sql, told[0]))
  return `{${first ?? ''},"following":[${following.map((text) => `{${text}}`).join(',')}],"thread":${thread}}`
}

const leased = template(({ place, until }: { readonly place: number; readonly until: number }) =>
  query.updateTable('deliveries').set({ leased_until: until }).where('place', '=', place),
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

/** The handle of the first message about the same outage, or else about the same storm or loss of sight. */
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
    select ${matterIn(raw.ref('t.body'))} from transitions t where t.seq = d.transition_seq
  ) = ${matterIn(body)}`
  const ofSubject = named.where('d.subscriber', '=', subscriber).where('d.subject', '=', subject)
  return ofSubject.where('d.outage', 'is', null).where(sameMatter)
})

const toldText = (sql: Sql, { body, ...row }: Owed): string =>
  `"delivery":${JSON.stringify({ ...row, place: undefined })},"transition":${body}${standingText(sql, row)}`

/**
 * When the first of these subscribers' lines may be told, epoch ms; null where nothing is owed. Null means all of them.
 */
export function nextDueAt(sql: Sql, subscribers: readonly string[] | null): Json<number | null> {
  const names = subscribers ?? sql.all(everySubscriber).map(({ name }) => name)
  const instants = names.map((name) => firstDueAt(sql, name)).filter((at) => at !== null)
  return json(instants.length === 0 ? null : Math.min(...instants))
}
