import { setTimeout as wait } from 'node:timers/promises'
import { AskFault } from '../../core/answer.ts'
import type { HintParts, Hints } from '../../core/platform.ts'
import { readFrame } from './frame.ts'
import { createPlace, type Place } from './place.ts'

/** Time and chance, as the stream takes them. */
export type Pace = {
  /** In [0, 1). */
  readonly random: () => number
  /** Epoch ms. */
  readonly now: () => number
  /** Settles after so many ms, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
}

export const realPace: Pace = { random: Math.random, now: Date.now, pause }

/** A lost stream is taken up again after any time up to the first, which doubles with each failure up to the second. */
const FIRST_WAIT = 1_000
const LONGEST_WAIT = 60_000

/**
 * The stream of everything that happens on a relay or a host (com.atproto.sync.subscribeRepos), listened to for what
 * concerns an account as such. The cursor is that of the last such frame; the commits between may come again.
 *
 * @param base `wss://host`
 */
export const firehose = (base: string, pace: Pace = realPace): Hints => ({
  name: `firehose ${new URL(base).host}`,
  // Hosts speak on the stream after they have acted; the app follows it and comes after.
  look: 'host',
  follow: (parts) => follow(`${base.replace(/\/+$/, '')}/xrpc/com.atproto.sync.subscribeRepos`, parts, pace),
})

async function follow(url: string, parts: HintParts, pace: Pace): Promise<void> {
  const place = await createPlace(parts.cursor, pace.now)
  let failures = 0
  while (!parts.signal.aborted) {
    failures = (await listen(url, place, parts)) ? 0 : failures + 1
    await pace.pause(pace.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures), parts.signal)
  }
}

/** Listens until the connection ends; whether it was of any use. */
async function listen(url: string, place: Place, parts: HintParts): Promise<boolean> {
  const from = place.cursor()
  const ear = createEar(place, from, parts)
  const ended = await connection(from === null ? url : `${url}?cursor=${from}`, ear.enough, ear.hear, parts)
  place.keep()
  const skipped = ear.unreadable() === 0 ? '' : `, ${ear.unreadable()} frames unreadable`
  if (!parts.signal.aborted && !ear.enough.aborted) parts.log('lost', `${ended}${skipped}`)
  return ear.useful()
}

/** Hears one connection. `enough` aborts when it is not worth listening to any longer. */
function createEar(place: Place, from: string | null, parts: HintParts) {
  const leave = new AbortController()
  let useful = false
  let unreadable = 0

  function hear(data: Uint8Array | string): void {
    if (leave.signal.aborted) return
    const frame = readFrame(data)
    if (frame.kind === 'unreadable') unreadable += 1
    else if (frame.kind === 'refused') refuse(frame.why)
    else if (frame.kind !== 'error') useful = true
    if (frame.kind !== 'about') return
    place.note(frame.seq)
    if (parts.watches(frame.did)) parts.hint({ id: frame.did })
  }

  /** Whatever the server would go on from instead is older than any hint's worth, or not of this stream. */
  function refuse(why: string): void {
    place.forget()
    parts.log('cursor_refused', why)
    useful = from !== null
    leave.abort()
  }

  return { hear, enough: leave.signal, useful: () => useful, unreadable: () => unreadable }
}

/** How the connection ended, in words. That it could not be made is one way. */
async function connection(
  url: string,
  leave: AbortSignal,
  onMessage: (data: Uint8Array | string) => void,
  parts: HintParts,
): Promise<string> {
  const signal = AbortSignal.any([parts.signal, leave])
  const onOpen = (): void => parts.log('connected', new URL(url).host)
  try {
    const { code, reason } = await parts.connect({ url, signal, onMessage, onOpen })
    return `closed with ${code} ${reason}`.trimEnd()
  } catch (fault) {
    if (!(fault instanceof AskFault)) throw fault
    return fault.message
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal })
  } catch (fault) {
    if (!signal.aborted) throw fault
  }
}
