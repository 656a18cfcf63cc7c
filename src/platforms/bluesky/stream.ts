import { setTimeout as wait } from 'node:timers/promises'
import { AskFault } from '../../core/answer.ts'
import type { HintParts } from '../../core/platform.ts'
import type { Frame } from './frame.ts'
import { createPlace, type Place } from './place.ts'

/** Time and chance, as a stream takes them. */
export type Pace = {
  /** In [0, 1). */
  readonly random: () => number
  /** Epoch ms. */
  readonly now: () => number
  /** Settles after so many ms, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
}

/** The machine's own. */
export const realPace: Pace = { random: Math.random, now: Date.now, pause }

/** How one kind of stream is listened to. */
export type Dialect = {
  /** Where to listen from this cursor on; null begins with what comes next. */
  address(cursor: string | null): string
  /** Never throws, whatever came. */
  read(data: Uint8Array | string): Frame
  /** What is said to the server from the moment the connection stands until it has `ended`. */
  talk?(send: (text: string) => void, parts: HintParts, ended: AbortSignal): Promise<void>
  /** For streams whose cursors are times: one from which on nothing has been missed, `now` being epoch ms. */
  cursorAt?(now: number): number
}

/**
 * A lost stream is taken up again after a random time up to a bound, which begins here and doubles with each failure.
 */
const FIRST_WAIT = 1_000
const LONGEST_WAIT = 60_000

/** Listens until the signal aborts, and takes the stream up again where it was lost. */
export async function follow(dialect: Dialect, parts: HintParts, pace: Pace): Promise<void> {
  const place = await createPlace(parts.cursor, pace.now)
  let failures = 0
  while (!parts.signal.aborted) {
    failures = (await listen(dialect, place, parts, pace)) ? 0 : failures + 1
    await pace.pause(pace.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures), parts.signal)
  }
}

/** Listens until the connection ends; answers with whether it was of any use. */
async function listen(dialect: Dialect, place: Place, parts: HintParts, pace: Pace): Promise<boolean> {
  const from = place.cursor()
  const ear = createEar(dialect, place, from, parts, pace)
  const ended = await connection(dialect, from, ear, parts)
  const isUseful = ear.isUseful()
  if (isUseful && dialect.cursorAt !== undefined) place.note(dialect.cursorAt(pace.now()))
  place.keep()
  const skipped = ear.unreadable() === 0 ? '' : `, ${ear.unreadable()} frames unreadable`
  if (!parts.signal.aborted && !ear.enough.aborted) parts.log('lost', `${ended}${skipped}`)
  return isUseful
}

type Ear = ReturnType<typeof createEar>

/** Hears one connection. `enough` aborts when it is not worth listening to any longer. */
function createEar(dialect: Dialect, place: Place, from: string | null, parts: HintParts, pace: Pace) {
  const leave = new AbortController()
  let openedAt = Infinity
  let hasHeard = false
  let unreadable = 0

  function hear(data: Uint8Array | string): void {
    if (leave.signal.aborted) return
    const frame = dialect.read(data)
    if (frame.kind === 'unreadable') unreadable += 1
    else if (frame.kind === 'refused') refuse(frame.why)
    else if (frame.kind !== 'error') hasHeard = true
    if (frame.kind !== 'about') return
    place.note(frame.seq)
    if (parts.watches(frame.did)) parts.hint({ id: frame.did })
  }

  /** The server offers to go on from elsewhere: that is too old to be worth a hint, or not of this stream. */
  function refuse(why: string): void {
    place.forget()
    parts.log('cursor_refused', why)
    hasHeard = from !== null
    leave.abort()
  }

  return {
    hear,
    enough: leave.signal,
    unreadable: () => unreadable,
    opened(): void {
      openedAt = pace.now()
    },
    // A filtered stream may have had nothing to say.
    isUseful: () => hasHeard || pace.now() - openedAt >= LONGEST_WAIT,
  }
}

/** How the connection ended, in words. That it could not be made is one way. */
function connection(dialect: Dialect, from: string | null, ear: Ear, parts: HintParts): Promise<string> {
  const url = dialect.address(from)
  const over = new AbortController()
  const onOpen = (send: (text: string) => void): void => {
    ear.opened()
    parts.log('connected', new URL(url).host)
    void dialect.talk?.(send, parts, over.signal)
  }
  return parts
    .connect({ url, signal: AbortSignal.any([parts.signal, ear.enough]), onMessage: ear.hear, onOpen })
    .then(({ code, reason }) => `closed with ${code} ${reason}`.trimEnd(), faultWords)
    .finally(() => over.abort())
}

function faultWords(fault: unknown): string {
  if (!(fault instanceof AskFault)) throw fault
  return fault.message
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal })
  } catch (fault) {
    if (!signal.aborted) throw fault
  }
}
