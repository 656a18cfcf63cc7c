import type { WebSocket } from 'ws'
import type { Feed } from '../core/feed.ts'
import type { Wish } from '../core/tell.ts'
import { AS_TEXT, type TransitionFrames } from './live-frames.ts'
import type { Groups } from './live-groups.ts'

/** Brings one socket up to date, each time it asks to watch. */
export type CatchUp = {
  /** Sends what came after `seq` as fast as the reader takes it, then says so once nothing is missing. */
  start(wish: Wish, seq: number): void
  stop(): void
}

/**
 * Brings a reader from its position to the present, out of the feed's memory. A reader with much to catch up on, or
 * with a large snapshot to read first, is not treated as too slow: nothing piles up for it, since it is sent more only
 * when what was sent before is gone. Pings find out whether it is alive at all.
 */
export function createCatchUp(parts: {
  readonly socket: WebSocket
  readonly feed: Feed
  readonly groups: Groups
  readonly frames: TransitionFrames
  /** How much may wait in the socket before the next missed transition is held back. */
  readonly aheadBytes: number
  /** Nothing is missing: from this very moment on, transitions must reach the socket as they come. */
  readonly onPresent: (wish: Wish) => void
  /** The reader was so slow that what it misses is no longer in memory. */
  readonly onLost: () => void
}): CatchUp {
  const { socket, feed, groups, frames, aheadBytes } = parts
  let round = 0

  function proceed(wish: Wish, from: number, mine: number): void {
    let seq = from
    for (;;) {
      const missed = feed.after(seq)
      if (missed === null) {
        parts.onLost()
        return
      }
      if (missed.length === 0) {
        parts.onPresent(wish)
        return
      }
      for (const transition of missed) {
        if (socket.bufferedAmount > aheadBytes) {
          waitThen(() => proceed(wish, seq, mine), mine)
          return
        }
        seq = transition.seq
        if (groups.wants(wish, transition)) socket.send(frames(transition), AS_TEXT)
      }
    }
  }

  /** A pong goes out behind everything that waits, and its callback tells when the kernel has taken all of that. */
  function waitThen(next: () => void, mine: number): void {
    // Node says null where the types of ws say undefined.
    socket.pong(undefined, false, (fault?: Error | null) => {
      if (!fault && mine === round) next()
    })
  }

  return {
    start(wish, seq) {
      round += 1
      const mine = round
      if (socket.bufferedAmount > aheadBytes) waitThen(() => proceed(wish, seq, mine), mine)
      else proceed(wish, seq, mine)
    },
    stop() {
      round += 1
    },
  }
}
