import { z } from 'zod'
import type { HintParts, Hints } from '../../core/platform.ts'
import { bodyAs } from '../reading.ts'
import type { Frame } from './frame.ts'
import { DID } from './handle.ts'
import { follow, realPace, type Dialect, type Pace } from './stream.ts'

/** Servers close the connection on a longer list (bluesky-social/jetstream, "wantedDids"). */
const MOST_DIDS = 10_000

/**
 * Commits are left out by asking for a collection that holds none: this is the name of a stream. What concerns accounts
 * as such comes whatever collections are asked for.
 */
const NO_COLLECTION = 'com.atproto.sync.subscribeRepos'

/** How often we look for accounts that have got their id since, ms. */
const LOOK_AGAIN = 2_000

/**
 * A lost connection may have been dead for more than a minute before its silence told; the rest is for clocks that
 * differ and for what was still on its way.
 */
const UNNOTICED = 120_000

/**
 * The stream as JSON (Jetstream, its first version, which all servers speak), filtered by the server to the accounts
 * that are watched. More of them than it takes are listened to unfiltered: that is every account and identity of the
 * network, but none of its posts. With nobody to listen for it is told nothing, and says nothing.
 *
 * A server that has fallen silent cannot be told from one with nothing to tell: hints make us look sooner, and the
 * roll is called without them.
 *
 * @param base `wss://host`, with or without `/subscribe`
 */
export function jetstream(base: string, pace: Pace = realPace): Hints {
  const url = new URL(base)
  const subscribe = `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/subscribe$/, '')}/subscribe`
  const dialect: Dialect = {
    // It waits for our options before it says anything: a list of accounts is too long for an address.
    address: (cursor) => `${subscribe}?requireHello=true${cursor === null ? '' : `&cursor=${cursor}`}`,
    read: readEvent,
    talk: (send, parts, ended) => keepTelling(send, parts.ids, pace, ended),
    cursorAt: (now) => (now - UNNOTICED) * 1000,
  }
  return {
    name: `jetstream ${url.host}`,
    // It repeats the stream that hosts speak on after they have acted; the app follows the same stream.
    look: 'host',
    follow: (parts) => follow(dialect, parts, pace),
  }
}

/** Tells the server whom we watch, and again whenever that has changed. */
async function keepTelling(
  send: (text: string) => void,
  ids: HintParts['ids'],
  pace: Pace,
  ended: AbortSignal,
): Promise<void> {
  let told: string | null = null
  while (!ended.aborted) {
    const options = optionsFor(ids())
    if (options !== null && options !== told) send(options)
    told = options
    await pace.pause(LOOK_AGAIN, ended)
  }
}

/** An empty list would be everybody, and one that is no DID would end the connection. */
function optionsFor(ids: readonly string[]): string | null {
  const dids = ids.filter((id) => DID.test(id))
  if (dids.length === 0) return null
  const wantedDids = dids.length > MOST_DIDS ? [] : dids
  return JSON.stringify({ type: 'options_update', payload: { wantedCollections: [NO_COLLECTION], wantedDids } })
}

/** Account and identity events take a few hundred bytes. A larger one is no reason to work. */
const LARGEST = 16_384

const Event = z.object({
  kind: z.string(),
  did: z.string().optional().catch(undefined),
  /** The cursor: when the server saw the event, in microseconds since 1970. */
  time_us: z.int().nonnegative().optional().catch(undefined),
})

/** Reads an event of a Jetstream. Never throws, whatever the text is. */
export function readEvent(data: Uint8Array | string): Frame {
  const event = typeof data === 'string' && data.length <= LARGEST ? bodyAs(Event, { text: data }) : null
  if (event === null) return UNREADABLE
  const { kind, did, time_us } = event
  if (kind !== 'account' && kind !== 'identity') return { kind: 'passed' }
  return did === undefined || time_us === undefined ? UNREADABLE : { kind: 'about', did, seq: time_us }
}

const UNREADABLE: Frame = { kind: 'unreadable' }
