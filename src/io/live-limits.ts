/** What one socket, one address and all of them may ask of us. Real time, whatever the app's clock does. */
export type LiveLimits = {
  readonly heartbeatMs: number
  /** A socket that has not said `watch` by then is closed. */
  readonly watchWithinMs: number
  /** What may wait for one socket; beyond it the reader is too slow. */
  readonly maxBufferedBytes: number
  readonly messagesPerMinute: number
  /** Entries in a filter, all lists together. */
  readonly subscriptions: number
  readonly perAddress: number
  readonly total: number
  /** How long a closed socket may take to say goodbye. */
  readonly farewellMs: number
}

/** What a socket may ask of us unless the app says otherwise. */
export const LIVE_LIMITS: LiveLimits = {
  heartbeatMs: 15_000,
  watchWithinMs: 10_000,
  maxBufferedBytes: 1024 * 1024,
  messagesPerMinute: 100,
  subscriptions: 500,
  perAddress: 256,
  total: 10_000,
  farewellMs: 1_000,
}

/** Why the server ends a socket (design, section 5.4). 1009 is ws's own. */
export const CLOSE = {
  stopping: 1001,
  policy: 1008,
  restart: 1012,
  tooSlow: 1013,
  badMessage: 4400,
  badToken: 4401,
  noWatch: 4408,
  tooMany: 4429,
} as const

/** What a socket is closed with. */
export type Farewell = { readonly code: number; readonly reason: string }
