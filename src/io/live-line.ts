import type { RawData, WebSocket } from 'ws'
import type { Desk } from '../core/desk.ts'
import { iso } from '../core/json.ts'
import type { Wish } from '../core/tell.ts'
import { createFlow } from './http/flow.ts'
import { createCatchUp } from './live-catch-up.ts'
import { readFilter } from './live-filter.ts'
import { watch, type TransitionFrames, type Watch } from './live-frames.ts'
import type { Groups, Watcher } from './live-groups.ts'
import { CLOSE, type Farewell, type LiveLimits } from './live-limits.ts'

/** What one connected socket needs, from `hello` to its close. */
export type LineParts = {
  readonly socket: WebSocket
  readonly desk: Desk
  readonly groups: Groups
  readonly frames: TransitionFrames
  readonly limits: LiveLimits
  /** Ends the socket in an orderly way. */
  readonly dismiss: (farewell: Farewell) => void
}

/** Pings that may be unanswered when the next one is due: the first of them was sent two heartbeats before. */
const UNANSWERED = 2

/** Speaks the protocol with one socket; answers with what to do once it is closing. */
export function openLine(parts: LineParts): { hangUp(): void } {
  const { socket, desk, groups, limits } = parts
  const { feed } = desk
  const inbound = createFlow(
    { burst: limits.messagesPerMinute, perSecond: limits.messagesPerMinute / 60 },
    performance.now(),
  )
  const watcher: Watcher = { socket, missed: new Map(), fellBehind: () => end(CLOSE.tooSlow, 'too slow') }
  const catchUp = createCatchUp({
    ...parts,
    feed,
    aheadBytes: limits.maxBufferedBytes / 4,
    onPresent: (wish) => (leave = groups.join(watcher, wish)),
    onLost: () => watcher.fellBehind(),
  })
  let leave: (() => void) | null = null
  let unanswered = 0
  let isOver = false

  const say = (frame: object): void => socket.send(JSON.stringify(frame))
  const deadline = setTimeout(() => end(CLOSE.noWatch, 'no watch in time'), limits.watchWithinMs)
  const heart = setInterval(beat, limits.heartbeatMs)

  function hangUp(): void {
    isOver = true
    clearTimeout(deadline)
    clearInterval(heart)
    stopFollowing()
  }

  function end(code: number, reason: string): void {
    if (isOver) return
    hangUp()
    parts.dismiss({ code, reason })
  }

  function stopFollowing(): void {
    catchUp.stop()
    leave?.()
    leave = null
    watcher.missed.clear()
  }

  function beat(): void {
    if (unanswered >= UNANSWERED) {
      end(CLOSE.tooSlow, 'no answer to pings')
      return
    }
    unanswered += 1
    socket.ping()
    // Only a socket that has been sent everything up to this number may be told that it is up to date.
    if (leave !== null) say({ type: 'beat', seq: feed.seq(), at: iso(desk.now()) })
  }

  function hear(data: RawData, isBinary: boolean): void {
    if (!admit()) return
    const message = isBinary ? null : readWatch(data)
    if (message === null) end(CLOSE.badMessage, 'expected a watch message')
    else follow(message)
  }

  function admit(): boolean {
    unanswered = 0
    if (!isOver && inbound.take(performance.now()) > 0) end(CLOSE.tooMany, 'too many messages')
    return !isOver
  }

  function follow({ id, filter, after }: Watch): void {
    // A snapshot can be as large as the roll: whoever has not read the last one yet is not sent another.
    if (socket.bufferedAmount > limits.maxBufferedBytes) {
      end(CLOSE.tooSlow, 'too slow')
      return
    }
    const read = readFilter(filter, limits.subscriptions)
    if (read.kind === 'too_many') {
      end(CLOSE.tooMany, 'too many subscriptions')
      return
    }
    if (read.kind === 'bad') {
      say({ type: 'error', re: id, code: 'bad_filter', detail: read.detail })
      return
    }
    clearTimeout(deadline)
    stopFollowing()
    catchUp.start(read.wish, answer(id, read.wish, after))
  }

  /** Sends `resumed` or a snapshot; answers with the number from which on transitions are still missing. */
  function answer(re: Watch['id'], wish: Wish, after: Watch['after']): number {
    const { epoch } = feed
    // The position comes before the state: what happens between the two is sent again, never left out.
    const seq = feed.seq()
    if (after?.epoch === epoch && feed.after(after.seq) !== null) {
      say({ type: 'resumed', re, epoch, seq })
      return after.seq
    }
    const head = JSON.stringify({ type: 'snapshot', re, epoch })
    socket.send(`${head.slice(0, -1)},${groups.snapshot(wish, seq)}`)
    return seq
  }

  socket.on('message', hear)
  socket.on('ping', admit)
  socket.on('pong', () => (unanswered = 0))
  say({ type: 'hello', epoch: feed.epoch, seq: feed.seq(), at: iso(desk.now()), heartbeatMs: limits.heartbeatMs })
  return { hangUp }
}

function readWatch(data: RawData): Watch | null {
  try {
    const text = Buffer.isBuffer(data) ? data.toString() : ''
    return watch.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
