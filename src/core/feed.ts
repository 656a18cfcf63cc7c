import type { Transition } from './transition.ts'

/** An account's newest state, sent to dashboards. Only the newest counts: these may be conflated. */
export type Pulse = { readonly account: string; readonly lastSightingAt: number; readonly latencyMs: number }

/** What has happened, for whoever listens. Transitions reach a listener once, in order, and never dropped. */
export type Feed = {
  readonly epoch: string
  /** The newest transition's number. */
  seq(): number
  /** Everything after `seq`, from memory; null when that is no longer (or not yet) known and a snapshot is needed. */
  after(seq: number): readonly Transition[] | null
  /** Answers with a way to stop listening. Listeners must not throw and must not wait. */
  listen(listener: FeedListener): () => void
}

/** Whoever listens hears of what it has a function for. */
export type FeedListener = {
  transitions?(transitions: readonly Transition[]): void
  /** At most once a second, each account at most once. */
  pulses?(pulses: readonly Pulse[]): void
}
