import { sql as raw } from 'kysely'
import type { Delivery } from '../core/delivery.ts'
import type { Told } from '../core/store.ts'
import { owed } from './store-deliveries.ts'
import { jsonList, type Json } from './store-json.ts'
import type { Sql } from './store-sql.ts'

/** How many of the newest deliveries about no outage are looked through; each costs about 30 µs. */
const MOST_WIDE = 2_000

/** Told by itself. What a closing or a storm told as well was not; each part of a summary was. */
const byItself = (row: 'd' | 'l') =>
  raw<boolean>`${raw.ref(`${row}.state`)} = 'delivered'
    and (${raw.ref(`${row}.merged_into`)} is null or ${raw.ref(`${row}.form`)} = 'held')`

const told = owed.select('t.body').where(byItself('d'))

const newestOfOutage = raw<boolean>`d.place = (
  select l.place from deliveries l
  where l.outage = d.outage and l.subscriber = d.subscriber and ${byItself('l')}
  order by l.transition_seq desc, l.place desc limit 1)`

/** The newest of each scope and platform. */
const newestWide = (names: string) => raw<boolean>`d.place in (
  select place from (
    select w.place, row_number() over (
      partition by w.subscriber, json_extract(t.body, '$.scope'), json_extract(t.body, '$.platform')
      order by w.transition_seq desc, w.place desc) as age
    from (
      select * from deliveries
      where outage is null and state = 'delivered' and subscriber in (select value from json_each(${names}))
      order by place desc limit ${MOST_WIDE}) w
    cross join transitions t where t.seq = w.transition_seq)
  where age = 1)`

/**
 * What these subscribers were told last of every outage that is open, of every scope of sight and every platform, and
 * all that they were told since `since` (epoch ms). Some come twice.
 */
export function toldTo(sql: Sql, subscribers: readonly string[], since: number): Json<readonly Told[]> {
  const names = JSON.stringify(subscribers)
  const theirs = told.where(raw<boolean>`d.subscriber in (select value from json_each(${names}))`)
  const open = raw<boolean>`d.outage in (select id from outages where closed_at is null)`
  const found = [
    theirs.where(open).where(newestOfOutage),
    told.where(newestWide(names)),
    theirs.where('d.delivered_at', '>=', since),
  ].flatMap((rows) => sql.all(rows.compile()))
  return jsonList(found.map(text))
}

const text = ({ body, ...delivery }: Delivery & { readonly body: string }): string =>
  `{"delivery":${JSON.stringify(delivery)},"transition":${body}}`
