import { sql as raw } from 'kysely'
import { addressKey } from '../core/account.ts'
import type { Outage } from '../core/outage.ts'
import type { Sighting } from '../core/sighting.ts'
import type { ChainedSighting, OutageQuery } from '../core/store.ts'
import { canonical, linkHash, sha256 } from './store-chain.ts'
import { jsonList, jsonSlice, stored, type Json, type Slice } from './store-json.ts'
import { query, type Sql } from './store-sql.ts'

const outageRow = (outage: Outage) => ({
  account_key: addressKey(outage.account),
  opened_at: outage.openedAt,
  closed_at: outage.closedAt,
  began_at: outage.lastPresentAt ?? outage.firstAbsentAt,
  ended_at: outage.firstPresentAt ?? outage.closedAt,
  body: JSON.stringify(outage),
})

/** Writes the row whole. What is closed never opens again, whoever decides an old thing anew after a kill. */
export function writeOutage(sql: Sql, outage: Outage): void {
  const row = outageRow(outage)
  sql.run(
    query
      .insertInto('outages')
      .values({ id: outage.id, ...row })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet(row)
          .where(raw<boolean>`outages.closed_at is null or excluded.closed_at is not null`),
      )
      .compile(),
  )
}

/** Writes an open outage as its belief now has it: its bounds widen between transitions. */
export function refreshOutage(sql: Sql, outage: Outage): void {
  sql.run(
    query
      .updateTable('outages')
      .set(outageRow(outage))
      .where('id', '=', outage.id)
      .where('closed_at', 'is', null)
      .compile(),
  )
}

/** An outage by its id. */
export const outage = (sql: Sql, id: string): Json<Outage | null> =>
  stored(sql.first(query.selectFrom('outages').select('body').where('id', '=', id).compile())?.body)

/** Where a page of outages goes on: the last one's opening and id. */
export type OutageKey = readonly [openedAt: number, id: string]

/** What a page of outages is to hold. */
export type OutagePage = Omit<OutageQuery, 'cursor'> & { readonly after: OutageKey | null }

/** A page of outages, newest first. */
export function outages(
  sql: Sql,
  { state, account, from, to, after, limit }: OutagePage,
): Json<Slice<Outage, OutageKey>> {
  let rows = query.selectFrom('outages').select(['opened_at', 'id', 'body'])
  if (state !== undefined) rows = rows.where('closed_at', state === 'open' ? 'is' : 'is not', null)
  if (account !== undefined) rows = rows.where('account_key', '=', addressKey(account))
  if (to !== undefined) rows = rows.where('began_at', '<=', to)
  if (from !== undefined) rows = rows.where(raw<boolean>`(ended_at is null or ended_at >= ${from})`)
  if (after !== null) rows = rows.where(raw<boolean>`(opened_at, id) < (${after[0]}, ${after[1]})`)
  const found = sql.all(
    rows
      .orderBy('opened_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .compile(),
  )
  return jsonSlice(
    found.map(({ body }) => body),
    limit,
    (index): OutageKey => [found[index]?.opened_at ?? 0, found[index]?.id ?? ''],
  )
}

/** Hangs a sighting on its outage's chain, once. */
export function chainSighting(sql: Sql, outage: string, sighting: Sighting): void {
  const body = canonical(sighting)
  const fingerprint = sha256(body)
  const known = query.selectFrom('sightings').select('place').where('outage', '=', outage)
  if (sql.first(known.where('fingerprint', '=', fingerprint).compile()) !== undefined) return
  const last = sql.first(
    query
      .selectFrom('sightings')
      .select(['place', 'hash'])
      .where('outage', '=', outage)
      .orderBy('place', 'desc')
      .limit(1)
      .compile(),
  )
  const previous = last?.hash ?? null
  const place = (last?.place ?? 0) + 1
  const link = { outage, place, fingerprint, previous, hash: linkHash(previous, body), body }
  sql.run(query.insertInto('sightings').values(link).compile())
}

/** The chain of an outage's sightings, from its first on. */
export function sightingsOf(sql: Sql, outage: string): Json<readonly ChainedSighting[]> {
  const rows = sql.all(
    query
      .selectFrom('sightings')
      .select(['body', 'hash', 'previous'])
      .where('outage', '=', outage)
      .orderBy('place')
      .compile(),
  )
  return jsonList(
    rows.map(
      ({ body, hash, previous }) =>
        `{"sighting":${body},"hash":${JSON.stringify(hash)},"previous":${JSON.stringify(previous)}}`,
    ),
  )
}
