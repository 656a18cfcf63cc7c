import { addressKey } from '../core/account.ts'
import type { Spell } from '../core/belief.ts'
import type { Kept } from '../core/store.ts'
import type { KeptRow } from './store-kept-row.ts'
import { json, jsonSlice, type Json, type Slice } from './store-json.ts'
import { refreshOutage } from './store-outages.ts'
import { query, type Sql } from './store-sql.ts'

/** Writes what is kept of accounts, and how far their open outages have come. */
export function writeKept(sql: Sql, rows: readonly KeptRow[]): void {
  for (const [account_key, body, outage] of rows) {
    sql.run(upsertKept(account_key, body))
    // The bounds of an open outage widen without a transition: nobody is to read them as they were at its opening.
    if (outage !== null) refreshOutage(sql, outage)
  }
}

const KEPT = query
  .insertInto('kept')
  .values({ account_key: '', body: '' })
  .onConflict((conflict) => conflict.column('account_key').doUpdateSet((row) => ({ body: row.ref('excluded.body') })))
  .compile()

/** Compiled once: a checkpoint has thousands of these. */
const upsertKept = (account_key: string, body: string) => ({ ...KEPT, parameters: [account_key, body] })

/**
 * A slice of everything that is kept, by the account's key. @param after the last key of the slice before; '' at first
 */
export function keptAfter(sql: Sql, after: string, limit: number): Json<Slice<Kept, string>> {
  const rows = sql.all(
    query
      .selectFrom('kept')
      .select(['account_key', 'body'])
      .where('account_key', '>', after)
      .orderBy('account_key')
      .limit(limit + 1)
      .compile(),
  )
  return jsonSlice(
    rows.map(({ body }) => body),
    limit,
    (index) => rows[index]?.account_key ?? '',
  )
}

/** A spell that is written again after a kill may have grown meanwhile; it is still one spell. */
export function writeSpell(sql: Sql, account: string, { from, to }: Spell): void {
  sql.run(
    query
      .insertInto('spells')
      .values({ account_key: addressKey(account), from_at: from, to_at: to })
      .onConflict((conflict) =>
        conflict.columns(['account_key', 'from_at']).doUpdateSet((row) => ({
          to_at: row.fn<number>('max', [row.ref('spells.to_at'), row.ref('excluded.to_at')]),
        })),
      )
      .compile(),
  )
}

/** The closed blind spells of an account that touch [from, to], in order. */
export function spells(sql: Sql, account: string, from: number, to: number): Json<readonly Spell[]> {
  return json(
    sql.all(
      query
        .selectFrom('spells')
        .select(['from_at as from', 'to_at as to'])
        .where('account_key', '=', addressKey(account))
        .where('from_at', '<=', to)
        .where('to_at', '>=', from)
        .orderBy('from_at')
        .compile(),
    ),
  )
}

/** Writes a note, in place of the one under that key. */
export function writeNote(sql: Sql, key: string, value: string): void {
  sql.run(
    query
      .insertInto('notes')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .compile(),
  )
}

/** The note under that key, or null. */
export const note = (sql: Sql, key: string): Json<string | null> =>
  json(sql.first(query.selectFrom('notes').select('value').where('key', '=', key).compile())?.value ?? null)
