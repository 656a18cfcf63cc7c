import { sql as raw } from 'kysely'
import type { Delivery } from '../core/delivery.ts'
import { retold, type Retelling } from '../core/retell.ts'
import type { Transition } from '../core/transition.ts'
import { matterIn } from './store-matter.ts'
import { owe } from './store-owe.ts'
import { query, template, type Sql } from './store-sql.ts'

/**
 * Owes deliveries to those only who were told of the beginning of the same matter. That is decided here, within the
 * write: between an earlier question and the write somebody could be told.
 */
export function follow(sql: Sql, deliveries: readonly Delivery[]): void {
  for (const delivery of deliveries) {
    const beginning = delivery.outage === null ? beginningTold(delivery) : openingTold(delivery)
    if (sql.first(beginning) !== undefined) owe(sql, delivery)
  }
}

/** Owes the opening of an outage to subscribers who were not told of it by itself. */
export function retell(sql: Sql, retellings: readonly Retelling[]): void {
  for (const retelling of retellings) {
    if (sql.first(openingTold(retelling)) !== undefined) continue
    const opening = sql.first(openingOf(retelling))
    if (opening !== undefined) owe(sql, retold(JSON.parse(opening.body) as Transition, retelling))
  }
}

const told = query
  .selectFrom('deliveries as d')
  .crossJoin('transitions as t')
  .whereRef('t.seq', '=', 'd.transition_seq')
  .select('d.place')
  .limit(1)

/**
 * The opening of an outage, told or still owed to a subscriber, by itself or in a summary (which tells each of its
 * parts).
 */
const openingTold = template(({ subscriber, outage }: Pick<Delivery, 'subscriber' | 'outage'>) =>
  told
    .where('d.outage', '=', outage)
    .where('d.subscriber', '=', subscriber)
    .where(raw<boolean>`(d.merged_into is null or d.form = 'held')`)
    .where(raw<boolean>`json_extract(t.body, '$.name') = 'outage.opened'`),
)

/**
 * The beginning of the matter that a delivery ends. Searched from the newest on: what ends now has seldom begun long
 * ago.
 */
const beginningTold = template(({ subscriber, subject, transition }: Delivery) => {
  const matter = raw`(select ${matterIn(raw.ref('e.body'))} from transitions e where e.id = ${transition})`
  return told
    .where('d.outage', 'is', null)
    .where('d.subscriber', '=', subscriber)
    .where('d.subject', '=', subject)
    .where(raw<boolean>`${matterIn(raw.ref('t.body'))} = ${matter}`)
    .where(raw<boolean>`json_extract(t.body, '$.name') in ('sight.lost', 'platform.troubled', 'subscriber.lost')`)
    .orderBy('d.place', 'desc')
})

const openingOf = template(({ outage }: Retelling) =>
  query
    .selectFrom('transitions')
    .select('body')
    .where(raw`json_extract(body, '$.outage.id')`, '=', outage)
    .where(raw<boolean>`json_extract(body, '$.name') = 'outage.opened'`)
    .orderBy('seq')
    .limit(1),
)
