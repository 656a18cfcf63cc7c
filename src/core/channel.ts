import type { Ask, AskRequest } from './answer.ts'
import type { Mail } from './mail.ts'
import type { Notice } from './notice.ts'
import type { Piece } from './piece.ts'
import type { Budget } from './platform.ts'
import type { Wish } from './tell.ts'
import type { Manners } from './timing.ts'

/**
 * What became of one try. `reason` is fit to be shown: no secrets, no target address. `handle` is how the target calls
 * what it has taken (a message's id): later notices about the same outage get it back as their `thread`.
 */
export type Outcome =
  | { readonly kind: 'delivered'; readonly handle?: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly retryAt: number | null }
  | { readonly kind: 'refused'; readonly reason: string }

/** A way to reach a subscriber, bound to its target. Throws only AskFaults; the outbox makes them a retry. */
export type Channel = {
  readonly id: string
  /** How long a notice is worth telling, ms. */
  readonly expiresMs: number
  /** Tries under way at once, where the target wants fewer than the outbox would make. */
  readonly lanes?: number
  /** The most notices the target takes in any window of that length. */
  readonly pace?: Budget
  /** A storm's list that has grown takes the place of the one that was told: such notices carry its `thread`. */
  readonly updates?: boolean
  /**
   * The target keeps an alert open for each matter until it is told the end of it. So the end is told to whoever was told
   * of the beginning, and what a storm's end leaves open is told by itself.
   */
  readonly alerts?: boolean
  /**
   * For targets that forget: what they were told of an open outage is told again so often (ms) while it lasts, and once
   * more for a while after it is over. Repetitions are not owed: one that fails is made up for by the next.
   */
  readonly repeatMs?: number
  /** Where people act on a notice where they read it. */
  readonly buttons?: Buttons
  deliver(notice: Notice, ask: Ask, now: number, mail: Mail): Promise<Outcome>
}

/** What stands below a channel's messages for people to press. */
export type Buttons = {
  /** What the target signs a press with. */
  readonly signingSecret: string
  /** Tells whoever pressed, and nobody else; null where the address a press came with is not the target's own. */
  answer(address: string, said: readonly Piece[]): AskRequest | null
}

/** Who wants to hear, through which channel, about what, and when. */
export type Subscriber = Manners & {
  readonly name: string
  readonly channel: Channel
  readonly tell: Wish
  /** Origins of the addresses that the configuration names for it. */
  readonly origins?: readonly string[]
  /** The same text for all that are told in one place, so that together they keep to its pace; gives nothing away. */
  readonly place?: string
}
