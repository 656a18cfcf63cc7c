import { readFrame, type Frame } from './frames.ts'

/** The part of a WebSocket that is used here; browsers', Node's and `ws`'s own all have it. */
export type Socket = {
  send(text: string): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void
  addEventListener(type: 'error', listener: () => void): void
}

/** A way to be called later. */
export type Timers = {
  /** Calls once after `ms`; the answer cancels it. */
  after(ms: number, call: () => void): () => void
}

/** How one connection ended: `code` as in design 5.4, 1006 without a close frame. */
export type Ending = { readonly how: 'closed' | 'silent' | 'given_up'; readonly code: number; readonly reason: string }

/** A connection that is under way. */
export type Line = {
  send(message: unknown): void
  /** Lets a silence last at most so long from now on; what the other side sends begins it anew. */
  expect(silenceMs: number): void
  /** Ends it for a reason of ours; `ended` is told at once and the socket is heard no more. */
  giveUp(reason: string): void
  /** Ends it without a word to `ended`. */
  hangUp(): void
}

/** What a connection needs, and whom it tells what it hears. */
export type LineParts = {
  open(): Socket
  readonly now: () => number
  readonly timers: Timers
  frame(frame: Frame): void
  ended(ending: Ending): void
}

/** The code for "I go, it is not your fault"; pages may send only 1000 and 3000 to 4999. */
const GOING = 4000
/** A delay above this many ms makes timers fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * One connection, from its opening to its one ending. A half-open socket may take minutes to close: its silence ends
 * the line at once, and whatever it says later is not heard.
 */
export function openLine(parts: LineParts, silenceMs: number): Line {
  const socket = parts.open()
  let over = false
  let allowedMs = silenceMs
  let heardAt = parts.now()
  let cancel = parts.timers.after(allowedMs, watchSilence)

  function watchSilence(): void {
    const left = allowedMs - (parts.now() - heardAt)
    if (left <= 0) end({ how: 'silent', code: 1006, reason: 'nothing was heard in time' }, true)
    else cancel = parts.timers.after(left, watchSilence)
  }

  function end(ending: Ending, tell: boolean): void {
    if (over) return
    over = true
    cancel()
    socket.close(GOING, ending.reason)
    if (tell) parts.ended(ending)
  }

  function hear(data: unknown): void {
    if (over) return
    heardAt = parts.now()
    const reading = readFrame(data)
    if (reading.kind === 'frame') parts.frame(reading.frame)
    if (reading.kind === 'unreadable') end({ how: 'given_up', code: GOING, reason: 'an unreadable frame' }, true)
  }

  socket.addEventListener('message', ({ data }) => hear(data))
  socket.addEventListener('close', ({ code, reason }) => end({ how: 'closed', code, reason }, true))
  // A close always follows, and says more; unheard, `ws` would throw it.
  socket.addEventListener('error', () => undefined)

  return {
    send: (message) => socket.send(JSON.stringify(message)),
    expect(ms) {
      allowedMs = Math.min(ms, LONGEST_TIMER)
      heardAt = parts.now()
      cancel()
      cancel = parts.timers.after(allowedMs, watchSilence)
    },
    giveUp: (reason) => end({ how: 'given_up', code: GOING, reason }, true),
    hangUp: () => end({ how: 'closed', code: 1000, reason: '' }, false),
  }
}
