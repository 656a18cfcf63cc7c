import type { Generated } from 'kysely'
import type { DeliveryState, Form } from '../core/delivery.ts'

/**
 * The tables. Columns stand for what is searched or ordered by; `body` is the whole thing as JSON. Instants are epoch
 * ms, `account_key` is `addressKey` of an address.
 */
export type Tables = {
  readonly meta: { readonly key: string; readonly value: string }
  readonly migrations: { readonly version: number; readonly at: number }
  readonly notes: { readonly key: string; readonly value: string }
  readonly transitions: { readonly seq: number; readonly id: string; readonly body: string }
  readonly kept: { readonly account_key: string; readonly body: string }
  readonly spells: { readonly account_key: string; readonly from_at: number; readonly to_at: number }
  readonly outages: OutageTable
  readonly sightings: SightingTable
  readonly deliveries: DeliveryTable
}

type OutageTable = {
  readonly id: string
  readonly account_key: string
  readonly opened_at: number
  readonly closed_at: number | null
  /** The widest span it may have lasted; `ended_at` is null while that is open. */
  readonly began_at: number
  readonly ended_at: number | null
  readonly body: string
}

type SightingTable = {
  readonly outage: string
  /** 1, 2, 3 … within its outage. */
  readonly place: number
  /** SHA-256 of `body`, which tells a sighting that is already there. */
  readonly fingerprint: string
  readonly previous: string | null
  readonly hash: string
  /** Canonical JSON. */
  readonly body: string
}

/** A notice owed to a subscriber; its place in a line is given by `reminder`, `transition_seq` and `place`. */
export type DeliveryTable = {
  readonly place: Generated<number>
  readonly id: string
  readonly subscriber: string
  readonly subject: string
  readonly transition_seq: number
  readonly outage: string | null
  readonly form: Form
  /** 0, or which reminder. Reminders stand last in their line: they wait for news and never the other way round. */
  readonly reminder: number
  readonly state: DeliveryState
  readonly planned_at: number
  readonly due_at: number
  readonly expires_at: number
  /** How long it was worth telling when it was made, ms; a retry by hand gives it as long again. */
  readonly life_ms: number
  readonly tries: number
  readonly last_error: string | null
  readonly delivered_at: number | null
  readonly merged_into: string | null
  /** What the target called it, where it was delivered. */
  readonly handle: string | null
  /** 0 when nobody holds it. */
  readonly leased_until: number
}

/**
 * Version 1, 2, 3 …: each takes the database from the version before. Forward only; one that was released is never
 * edited, a new one is added.
 */
export const MIGRATIONS: readonly string[] = [
  `
  create table meta (key text primary key, value text not null) without rowid;
  create table notes (key text primary key, value text not null);
  create table transitions (seq integer primary key, id text not null unique, body text not null);
  create table kept (account_key text primary key, body text not null);
  create table spells (
    account_key text not null, from_at integer not null, to_at integer not null,
    primary key (account_key, from_at)
  ) without rowid;

  create table outages (
    id text primary key, account_key text not null, opened_at integer not null, closed_at integer,
    began_at integer not null, ended_at integer, body text not null
  );
  create index outages_newest on outages (opened_at, id);
  create index outages_of on outages (account_key, opened_at, id);
  create index outages_open on outages (opened_at, id) where closed_at is null;

  create table sightings (
    outage text not null references outages (id), place integer not null, fingerprint text not null,
    previous text, hash text not null, body text not null,
    primary key (outage, place), unique (outage, fingerprint)
  );

  create table deliveries (
    place integer primary key, id text not null unique, subscriber text not null, subject text not null,
    transition_seq integer not null references transitions (seq), outage text,
    state text not null check (state in ('due', 'delivered', 'refused', 'expired')),
    due_at integer not null, expires_at integer not null, life_ms integer not null, tries integer not null,
    last_error text, delivered_at integer, merged_into text, leased_until integer not null default 0
  );
  create index deliveries_line on deliveries (subscriber, subject, transition_seq, place) where state = 'due';
  create index deliveries_due on deliveries (subscriber, due_at) where state = 'due';
  create index deliveries_leased on deliveries (leased_until) where leased_until > 0;
  create index deliveries_state on deliveries (state, place);
  create index deliveries_failed on deliveries (subscriber, state) where state in ('refused', 'expired');
  create index deliveries_done on deliveries (subscriber, delivered_at);
  create index deliveries_error on deliveries (subscriber, place) where last_error is not null;
  create index deliveries_outage on deliveries (outage, place);

  create trigger transitions_stay before update on transitions begin
    select raise(abort, 'transitions are never changed');
  end;
  create trigger transitions_last before delete on transitions begin
    select raise(abort, 'transitions are never deleted');
  end;
  create trigger sightings_stay before update on sightings begin
    select raise(abort, 'sightings are never changed');
  end;
  create trigger sightings_last before delete on sightings begin
    select raise(abort, 'sightings are never deleted');
  end;
  `,
  `
  alter table deliveries add column handle text;
  create index deliveries_named on deliveries (subscriber, outage, place) where handle is not null;
  `,
  `
  alter table deliveries add column form text not null default 'plain';
  alter table deliveries add column reminder integer not null default 0;
  alter table deliveries add column planned_at integer not null default 0;
  update deliveries set planned_at = expires_at - life_ms;
  drop index deliveries_line;
  create index deliveries_line on deliveries (subscriber, subject, reminder, transition_seq, place)
    where state = 'due';
  create index deliveries_held on deliveries (subscriber, due_at) where state = 'due' and form = 'held';
  `,
  `
  create index deliveries_carried on deliveries (merged_into) where merged_into is not null;
  create index transitions_outage on transitions (json_extract(body, '$.outage.id'), seq)
    where json_extract(body, '$.outage.id') is not null;
  create index transitions_wide on transitions (json_extract(body, '$.at'))
    where json_extract(body, '$.outage.id') is null;
  `,
  `
  drop index deliveries_leased;
  create index deliveries_leased on deliveries (subscriber, subject, leased_until) where leased_until > 0;
  `,
]
