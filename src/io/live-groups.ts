import type { WebSocket } from 'ws'
import type { Account } from '../core/account.ts'
import type { Desk } from '../core/desk.ts'
import type { Pulse } from '../core/feed.ts'
import { accountJson, outageJson } from '../core/json.ts'
import { wants, wantsAccount, type Roll, type Wish } from '../core/tell.ts'
import type { Transition } from '../core/transition.ts'
import { AS_TEXT, type TransitionFrames } from './live-frames.ts'

/** A socket that transitions reach as they come. */
export type Watcher = {
  readonly socket: WebSocket
  /** Pulses it could not take yet, the newest of each account. */
  readonly missed: Map<string, Pulse>
  /** More is waiting for it than may. */
  fellBehind(): void
}

/** Sockets with equal filters: what one of them gets all of them get, byte for byte. */
export type Group = {
  readonly wish: Wish
  readonly watchers: Set<Watcher>
  snapshot: { readonly seq: number; readonly madeAt: number; readonly body: string } | null
}

/** All sockets that follow, grouped by filter. */
export type Groups = {
  /** Answers with a way to leave. */
  join(watcher: Watcher, wish: Wish): () => void
  all(): Iterable<Group>
  wants(wish: Wish, transition: Transition): boolean
  tell(transitions: readonly Transition[]): void
  /**
   * The inside of a snapshot as of `seq`: `"seq":…,"accounts":[…],"outages":[…]}`. A group shares it for a moment,
   * since after a restart everybody asks at once.
   */
  snapshot(wish: Wish, seq: number): string
}

/** How long a snapshot is shared, ms. */
const SNAPSHOT_LASTS = 1_000
const OPEN = 1

/** @param parts.maxBufferedBytes what may wait in one socket; a reader with more is told that it fell behind */
export function createGroups(parts: {
  readonly desk: Desk
  readonly frames: TransitionFrames
  readonly maxBufferedBytes: number
}): Groups {
  const { desk, frames, maxBufferedBytes } = parts
  const groups = new Map<string, Group>()
  const roll = rollOf(desk)

  // The hot path: a few property reads and one send for each socket.
  function send(watchers: ReadonlySet<Watcher>, frame: Buffer): void {
    for (const watcher of watchers) {
      const { socket } = watcher
      if (socket.readyState !== OPEN) continue
      if (socket.bufferedAmount > maxBufferedBytes) watcher.fellBehind()
      else socket.send(frame, AS_TEXT)
    }
  }

  return {
    join(watcher, wish) {
      const key = keyOf(wish)
      const group = groups.get(key) ?? { wish, watchers: new Set(), snapshot: null }
      groups.set(key, group)
      group.watchers.add(watcher)
      return () => {
        group.watchers.delete(watcher)
        if (group.watchers.size === 0 && groups.get(key) === group) groups.delete(key)
      }
    },
    all: () => groups.values(),
    wants: (wish, transition) => wants(wish, transition, roll),
    tell(transitions) {
      for (const transition of transitions) {
        for (const { wish, watchers } of groups.values()) {
          if (wants(wish, transition, roll)) send(watchers, frames(transition))
        }
      }
    },
    snapshot(wish, seq) {
      const group = groups.get(keyOf(wish))
      const kept = group?.snapshot
      if (kept?.seq === seq && performance.now() - kept.madeAt < SNAPSHOT_LASTS) return kept.body
      const body = snapshotBody(desk, wish, seq)
      if (group !== undefined) group.snapshot = { seq, madeAt: performance.now(), body }
      return body
    },
  }
}

const keyOf = (wish: Wish): string => JSON.stringify(wish)

const rollOf = (desk: Desk): Roll => ({
  account: (address): Account | null => desk.account(address)?.account ?? null,
  some: (test) => desk.accounts().some(({ account }) => test(account)),
})

function snapshotBody(desk: Desk, wish: Wish, seq: number): string {
  const watched = desk.accounts().filter(({ account }) => wantsAccount(wish, account))
  const now = desk.now()
  const outages = watched.flatMap(({ account, belief }) =>
    belief.kind === 'down' ? [outageJson(belief.outage, account.name, now)] : [],
  )
  return JSON.stringify({ seq, accounts: watched.map(accountJson), outages }).slice(1)
}
