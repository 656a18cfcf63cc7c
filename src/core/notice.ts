import type { Account } from './account.ts'
import type { Transition } from './transition.ts'

/** A notice of one transition, told when it happens: what is not given is as it is for most notices. */
export const plainNotice = (said: Pick<Notice, 'id' | 'transition'> & Partial<Notice>): Notice => ({
  account: null,
  profileUrl: null,
  lookWords: {},
  late: false,
  lateMs: 0,
  merged: [],
  reminder: null,
  summary: null,
  thread: null,
  link: null,
  ...said,
})

/** One transition among those of a summary, and its account as `Notice.account`. */
export type Summed = { readonly transition: Transition; readonly account: Account | null }

/**
 * A transition for one subscriber. `id` stays the same on every try.
 *
 * `late` tells that it left later than it should have (its own tries failed, or it was held); `merged` names the
 * openings and changes that this closing tells as well because they were still owed.
 */
export type Notice = {
  readonly id: string
  /** A test that somebody asked for: its transition is made up, and every channel says so. */
  readonly drill?: true
  readonly transition: Transition
  /** The account as configured, when it still is; null for platform-wide news or an account that has left the roll. */
  readonly account: Account | null
  readonly profileUrl: string | null
  /** The looks' own words by look name ("in the app"), for disputes. */
  readonly lookWords: Readonly<Record<string, string>>
  readonly late: boolean
  readonly lateMs: number
  readonly merged: readonly { readonly id: string; readonly transition: Transition }[]
  /** When it tells an opening again: which reminder it is (1, 2 …), and the instant that its words are true of. */
  readonly reminder: { readonly number: number; readonly at: number } | null
  /** Of an opening that was told only because it lasted: the instant (epoch ms) that its words are true of. */
  readonly lastedUntil?: number
  /**
   * Everything that was held until now, oldest first, each outage as it stands; then `transition` is the newest of it
   * and the message is about no account or outage of its own. Null for all other notices.
   */
  readonly summary: readonly Summed[] | null
  /**
   * What the channel called the first message that this subscriber got about this outage, for targets that keep it
   * current or answer below it; null for the first, and where the channel gives none.
   */
  readonly thread: string | null
  /** Where the desk reads more, or null without a `publicUrl`. */
  readonly link: string | null
}

/** The instant that a notice's words are true of, epoch ms. It is the same on every try. */
export const instantOf = ({ transition, reminder, lastedUntil }: Notice): number =>
  reminder?.at ?? lastedUntil ?? transition.at
