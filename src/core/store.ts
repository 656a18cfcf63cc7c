import type { Account } from './account.ts'
import type { Again } from './again.ts'
import type { Belief, Spell } from './belief.ts'
import type { Delivery, DeliveryState, Settlement } from './delivery.ts'
import type { Outage } from './outage.ts'
import type { Retelling } from './retell.ts'
import type { Sighting } from './sighting.ts'
import type { Change, Transition } from './transition.ts'

/** What is kept of one account between two starts. */
export type Kept = { readonly account: string; readonly belief: Belief; readonly sightings: readonly LastSighting[] }

/** The newest sighting by one look, without its evidence. */
export type LastSighting = Omit<Sighting, 'evidence' | 'account'>

/** One decision, written whole or not at all. */
export type Decision = {
  /** The account's new belief, if it is about one. */
  readonly kept: Kept | null
  readonly spell: Spell | null
  /** Sightings that belong to an outage or led to it; their evidence is chained. */
  readonly sightings: readonly { readonly outage: string; readonly sighting: Sighting }[]
  /** In order. Changes about an outage also write that outage's row. */
  readonly changes: readonly Change[]
  /** What is owed for these changes, by the change's id. */
  readonly deliveries: readonly Delivery[]
  /** Small notes that belong to the decision (see `note`). */
  readonly notes: Readonly<Record<string, string>>
  /** What becomes of what was owed before and nobody has tried to tell yet. */
  readonly shifts?: readonly Shift[]
}

/** What becomes of what was owed before, or is owed to some only. Outages by id, accounts by address, times epoch ms. */
export type Shift =
  /** What is owed for these outages is told by another delivery (`into`, by subscriber) and shares its fate. */
  | { readonly kind: 'fold'; readonly outages: readonly string[]; readonly into: Readonly<Record<string, string>> }
  /** What is owed to these subscribers for these outages waits until then. */
  | {
      readonly kind: 'hold'
      readonly outages: readonly string[]
      readonly subscribers: readonly string[]
      readonly until: number
    }
  /** These are owed only to those who were told, by itself, that the same matter began. */
  | { readonly kind: 'follow'; readonly deliveries: readonly Delivery[] }
  /** An outage's opening is owed again to those who were not told of it by itself. */
  | { readonly kind: 'retell'; readonly retellings: readonly Retelling[] }
  /** What waits until `heldUntil` about these accounts is due at `dueAt` instead. */
  | { readonly kind: 'move'; readonly accounts: readonly string[]; readonly heldUntil: number; readonly dueAt: number }

/** A part of a list; `next` is the cursor to what follows, null at the end. */
export type Page<T> = { readonly items: readonly T[]; readonly next: string | null }

/** Which outages, newest first; what is left out matches all. */
export type OutageQuery = {
  readonly state?: 'open' | 'closed'
  readonly account?: string
  /** Outages that touch [from, to], epoch ms. */
  readonly from?: number
  readonly to?: number
  readonly cursor?: string
  readonly limit: number
}

/** Evidence as it was written: `hash` covers `previous` and the sighting, so that nothing can be changed unseen. */
export type ChainedSighting = { readonly sighting: Sighting; readonly hash: string; readonly previous: string | null }

/** A page's cursor that no list of ours has given out. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor'
}

/**
 * The authority. Verbs, not transactions: nobody can wait for a network inside one, because none is handed out.
 * Every promise settles after the disk has it; a rejected `record` has written nothing.
 */
export type Store = {
  /** Names this numbering of transitions; a new database is a new epoch. */
  readonly epoch: string
  /** Writes a decision in one durable transaction and answers with its transitions, numbered 1, 2, 3 … */
  record(decision: Decision): Promise<readonly Transition[]>
  /** Newest transition's number, 0 when there is none. */
  lastSeq(): Promise<number>
  transitionsAfter(seq: number, limit: number): Promise<readonly Transition[]>
  /** An outage's own, and those about our sight and platforms between its first absence and its end; in order. */
  transitionsOf(outage: Outage): Promise<readonly Transition[]>

  /** Everything kept of accounts, for a start. */
  kept(): Promise<readonly Kept[]>
  /** Beliefs and last sightings in bulk. Not a decision: losing the newest costs width of bounds, never truth. */
  checkpoint(kept: readonly Kept[]): Promise<void>

  outages(query: OutageQuery): Promise<Page<Outage>>
  outage(id: string): Promise<Outage | null>
  sightingsOf(outage: string): Promise<readonly ChainedSighting[]>
  /** Whether the evidence of one outage, as `sightingsOf` answers it, is what was written. */
  isWhole(chain: readonly ChainedSighting[]): boolean
  /** Closed blind spells that touch [from, to]. */
  spells(account: string, from: number, to: number): Promise<readonly Spell[]>

  /**
   * Leases what is due now: for each subscriber and subject only the oldest open delivery, together with those behind
   * it (`following`), so that an opening can be merged with its closing. A lease that runs out is due again.
   */
  claim(claim: Claim): Promise<readonly Claimed[]>
  /** Writes what became of claimed deliveries, all in one transaction. */
  settle(settlements: readonly Settlement[]): Promise<void>
  /**
   * When the next delivery can be claimed, or null; may lie in the past.
   *
   * @param subscribers whose: what is owed to somebody who left the configuration would otherwise be due for ever
   */
  nextDueAt(subscribers?: readonly string[]): Promise<number | null>
  deliveries(query: {
    readonly state?: DeliveryState
    readonly outage?: string
    readonly cursor?: string
    readonly limit: number
  }): Promise<Page<Delivery>>
  /**
   * What these subscribers were told last of every open outage, of sight and of storms, and all that they were told
   * since then (epoch ms); some of it twice. What a closing or a storm told as well is not among it.
   */
  told(subscribers: readonly string[], since: number): Promise<readonly Told[]>
  /** Makes a refused or expired delivery due now, as far as its line's order allows it. */
  retry(id: string, now: number): Promise<Again>
  /** For each subscriber: how many are owed, refused, expired, and its newest delivery and error. */
  subscriberHealth(): Promise<readonly SubscriberHealth[]>

  /** Small notes that survive a restart (stream cursors, storms). */
  note(key: string): Promise<string | null>
  writeNote(key: string, value: string): Promise<void>
  close(): Promise<void>
}

/** Whose deliveries are handed out, how many and for how long. Times in ms, `now` since the epoch. */
export type Claim = {
  readonly now: number
  readonly leaseMs: number
  readonly limit: number
  /** At most so many new leases for each subscriber. */
  readonly perSubscriber: Readonly<Record<string, number>>
}

/** What stands first in its line, leased. */
export type Claimed = Told & {
  /**
   * Owed behind it for the same subscriber and subject, oldest first; leased with it. Behind what is held stands
   * everything else that the subscriber has had held until now.
   */
  readonly following: readonly Told[]
  /** What the target called the first message that the subscriber got about the same outage. */
  readonly thread: string | null
}

/** A delivery with the transition it tells. */
export type Told = {
  readonly delivery: Delivery
  readonly transition: Transition
  /** Of escalations, reminders and what is held: how the outage stands. */
  readonly standing?: Standing
}

/** How an outage stands now, and whether the subscriber has been told of it, or may have been. */
export type Standing = { readonly outage: Outage; readonly heard: boolean }

/** How many notices a subscriber has in each state, and how its newest ones ended. Times are epoch ms. */
export type SubscriberHealth = {
  readonly subscriber: string
  readonly owed: number
  readonly refused: number
  readonly expired: number
  readonly lastDeliveredAt: number | null
  readonly lastError: string | null
}

/** An account as the desk sees it: what the configuration says and what we hold. */
export type Watched = {
  readonly account: Account
  readonly belief: Belief
  readonly blind: boolean
  readonly sightings: readonly LastSighting[]
}
