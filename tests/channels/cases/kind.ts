import type { Answering, Received } from '../../support/receiver.ts'
import type { ChannelKind } from '../../../src/channels/kind.ts'

/** One documented answer of a target, and what it means for the notice. */
export type AnswerCase = {
  /** Ends the sentence "… is delivered": "a 429 that says when". */
  readonly name: string
  readonly says: Answering
  /** `retryAt` in ms from now. */
  readonly outcome:
    | { readonly kind: 'delivered'; readonly handle?: string }
    | { readonly kind: 'retry'; readonly afterMs?: number | null }
    | { readonly kind: 'refused' }
}

/** A portal before the target, or an address that leads to somebody else. */
export const STRANGERS_PAGE: AnswerCase = {
  name: 'a page of somebody else',
  says: { status: 200, headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><html><title>Hello</title>' },
  outcome: { kind: 'retry', afterMs: null },
}

/** Everything the contract needs to know of a channel; each has a file of its id beside this one. */
export type ChannelCases = {
  readonly kind: ChannelKind
  /** Not asked for over HTTP: only that it has cases is held here. */
  readonly isMail?: true
  /** As in the configuration, secrets resolved; `secret` must stand in every credential, and `origin` is the target. */
  target(origin: string, secret: string): Readonly<Record<string, unknown>>
  /** How the target says that it has taken a notice. */
  readonly accepted: Answering
  readonly answers: readonly AnswerCase[]
  /**
   * Holds what was sent against every documented limit, and against a schema where there is one; throws what is wrong.
   * It also says which texts a person will see, as the target would show them, for the hostile names.
   */
  read(received: Received): { readonly shown: readonly string[] }
  /** Whether a shown text would mention, link or format by what somebody else wrote. */
  isInjected?(shown: string): boolean
}
