import { sql as raw } from 'kysely'
import { againOf, type Again, type Stood } from '../core/again.ts'
import type { DeliveryState } from '../core/delivery.ts'
import type { Transition } from '../core/transition.ts'
import { json, type Json } from './store-json.ts'
import { query, type Sql } from './store-sql.ts'

/**
 * Makes a refused or expired delivery due again, at its own place in its line: whatever is owed behind it waits for it.
 * It is due now, whatever it was waiting for before, since somebody asked for it by hand.
 */
export function retry(sql: Sql, id: string, now: number): Json<Again> {
  const wanted = sql.first(wantedBy(id))
  if (wanted === undefined) return json<Again>({ kind: 'unknown' })
  const { state, reminder, delivered_at: at, merged_into: by } = wanted
  if (state === 'due') return json<Again>({ kind: 'due', ids: [id] })
  if (state === 'delivered') return json<Again>({ kind: 'told', at, by })
  // At its turn a reminder says how it stands, or is called off.
  const again: Again = reminder > 0 ? { kind: 'due', ids: [id] } : againOf(id, lineOf(sql, wanted, now))
  if (again.kind === 'due') owe(sql, again.ids, now)
  return json(again)
}

type Wanted = {
  readonly subscriber: string
  readonly subject: string
  readonly outage: string | null
  readonly state: DeliveryState
  readonly reminder: number
  readonly delivered_at: number | null
  readonly merged_into: string | null
}

const wantedBy = (id: string) =>
  query
    .selectFrom('deliveries')
    .select(['subscriber', 'subject', 'outage', 'state', 'reminder', 'delivered_at', 'merged_into'])
    .where('id', '=', id)
    .compile()

/**
 * All deliveries of the line, owed or not, in order. Indexes hold only the lines of what is owed, so these are found by
 * the account's outages, of which there are few.
 */
function lineOf(sql: Sql, { subscriber, subject, outage }: Wanted, now: number): readonly Stood[] {
  const ofSubject =
    outage === null
      ? raw<boolean>`d.outage is null`
      : raw<boolean>`d.outage in (
          select o.id from outages o where o.account_key = (select account_key from outages where id = ${outage}))`
  const rows = sql.all(
    query
      .selectFrom('deliveries as d')
      .crossJoin('transitions as t')
      .whereRef('t.seq', '=', 'd.transition_seq')
      .select(['d.id', 'd.state', 'd.tries', 'd.leased_until', 't.body'])
      .where(ofSubject)
      .where(raw<boolean>`+d.subscriber = ${subscriber}`)
      .where('d.subject', '=', subject)
      .where('d.reminder', '=', 0)
      .orderBy('d.transition_seq')
      .orderBy('d.place')
      .compile(),
  )
  return rows.map(({ id, state, tries, leased_until: until, body }) => ({
    ...{ id, state, tries, isUnderWay: state === 'due' && until > now },
    transition: JSON.parse(body) as Transition,
  }))
}

function owe(sql: Sql, ids: readonly string[], now: number): void {
  sql.run(
    query
      .updateTable('deliveries')
      .set({
        state: 'due',
        form: 'plain',
        due_at: now,
        expires_at: raw<number>`${now} + ${raw.ref('life_ms')}`,
        merged_into: null,
        leased_until: 0,
      })
      .where(raw<boolean>`id in (select value from json_each(${JSON.stringify(ids)}))`)
      .where('state', 'in', ['refused', 'expired'])
      .compile(),
  )
}
