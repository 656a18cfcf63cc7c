import type { Ask } from './answer.ts'
import type { Notice } from './notice.ts'
import type { Wish } from './tell.ts'

/** What became of one try. `reason` is fit to be shown: no secrets, no target address. */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly reason: string; readonly retryAt: number | null }
  | { readonly kind: 'refused'; readonly reason: string }

/** A way to reach a subscriber, bound to its target. Throws only AskFaults; the outbox makes them a retry. */
export type Channel = {
  readonly id: string
  /** How long a notice is worth telling, ms. */
  readonly expiresMs: number
  deliver(notice: Notice, ask: Ask, now: number): Promise<Outcome>
}

/** Who wants to hear, through which channel, about what. */
export type Subscriber = {
  readonly name: string
  readonly channel: Channel
  readonly tell: Wish
}
