import type { Desk } from '../core/desk.ts'
import type { Pulse } from '../core/feed.ts'
import { iso } from '../core/json.ts'
import { wantsAccount } from '../core/tell.ts'
import type { Watched } from '../core/store.ts'
import { AS_TEXT, bytes } from './live-frames.ts'
import type { Group, Groups, Watcher } from './live-groups.ts'

/** Takes pulses in, and passes them on to the sockets in its own time. */
export type Pulses = { take(pulses: readonly Pulse[]): void; stop(): void }

/** How often a socket gets pulses at the most, ms. */
const EVERY = 1_000
/** A socket with more than this waiting gets its pulses later, conflated: transitions go first. */
const BUSY = 64 * 1024

/**
 * Sends the newest state of accounts to the sockets, conflated to once a second of real time, whatever the pace of the
 * app's clock.
 */
export function createPulses({ desk, groups }: { readonly desk: Desk; readonly groups: Groups }): Pulses {
  const newest = new Map<string, Pulse>()
  let flushedAt = -Infinity
  let timer: NodeJS.Timeout | null = null

  function flush(): void {
    timer = null
    flushedAt = performance.now()
    const watching = [...groups.all()]
    // A large roll has thousands of pulses a second: where nobody listens they are not even looked up.
    if (watching.length === 0) newest.clear()
    else tell(watching)
  }

  function tell(watching: readonly Group[]): void {
    const known = [...newest.values()].flatMap((pulse) => {
      const watched = desk.account(pulse.account)
      return watched === null ? [] : [{ pulse, watched }]
    })
    newest.clear()
    for (const group of watching) {
      const { wish, watchers } = group
      const wanted = known.filter(({ watched }) => wantsAccount(wish, watched.account))
      if (wanted.length === 0) continue
      // A snapshot made before these pulses must not be given to a socket that joins after them.
      group.snapshot = null
      const frame = bytes({ type: 'pulse', accounts: wanted.map(pulseJson) })
      for (const watcher of watchers) give(watcher, wanted, frame)
    }
  }

  function give(watcher: Watcher, wanted: readonly Known[], frame: Buffer): void {
    const { socket, missed } = watcher
    const isBusy = socket.bufferedAmount > BUSY
    if (isBusy || missed.size > 0) for (const { pulse } of wanted) missed.set(pulse.account, pulse)
    if (isBusy) return
    if (missed.size === 0) socket.send(frame, AS_TEXT)
    else socket.send(bytes({ type: 'pulse', accounts: collected(missed) }), AS_TEXT)
    missed.clear()
  }

  const collected = (missed: ReadonlyMap<string, Pulse>) =>
    [...missed.values()].flatMap((pulse) => {
      const watched = desk.account(pulse.account)
      return watched === null ? [] : [pulseJson({ pulse, watched })]
    })

  return {
    take(pulses) {
      for (const pulse of pulses) newest.set(pulse.account, pulse)
      timer ??= setTimeout(flush, Math.max(0, flushedAt + EVERY - performance.now()))
    },
    stop() {
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}

type Known = { readonly pulse: Pulse; readonly watched: Watched }

const pulseJson = ({ pulse, watched }: Known) => ({
  account: watched.account.account,
  belief: watched.belief.kind,
  blind: watched.blind,
  lastSightingAt: iso(pulse.lastSightingAt),
  latencyMs: pulse.latencyMs,
  ...(watched.belief.kind === 'down' && { lastAbsentAt: iso(watched.belief.outage.lastAbsentAt) }),
})
