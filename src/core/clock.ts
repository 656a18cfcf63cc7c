/** The app's time. Runs as fast as it is told to: a replay lives through an evening in minutes. */
export type Clock = {
  /** Epoch milliseconds. */
  now(): number
  /** Calls once after `ms` of this clock's time; the answer cancels it. */
  after(ms: number, call: () => void): () => void
}
