import type { Ask } from '../core/answer.ts'
import type { Clock } from '../core/clock.ts'
import type { Meters } from '../core/meters.ts'
import type { Asked, Look, Platform } from '../core/platform.ts'
import { isPressing, rank } from '../core/urgency.ts'
import { askedOf, IDLE, type Entry, type Want } from './entry.ts'
import { createLines, type Batch } from './lines.ts'
import type { Glance, Looker } from './looker.ts'
import { createPolite, type Polite } from './polite.ts'
import { createPurse, type Purse } from './purse.ts'
import type { Spent } from './spent.ts'

/**
 * A look beside the roll: at the controls, or for a person who asks. `done` is called once, with one glance for each that
 * was asked about, or with none where the queue has stopped before its turn.
 */
export type Aside = {
  readonly look: Look
  readonly asked: readonly Asked[]
  readonly done: (glances: readonly Glance[]) => void
}

/** One platform's looks that are wanted and under way. */
export type Queue = {
  /** Asks for a look. An account waits for one look at a time; the more urgent wish wins. */
  want(entry: Entry, want: Want): void
  aside(aside: Aside): void
  /** Takes an account out; a look under way ends unheard. */
  forget(entry: Entry): void
  readonly polite: Polite
  readonly purse: Purse
  queued(): number
  underWay(): number
  stop(): void
}

export type QueueParts = {
  readonly platform: Platform
  readonly ask: Ask
  readonly looker: Looker
  readonly clock: Clock
  readonly meters: Meters
  /** Takes what was seen; the account is free for its next look when this settles. */
  readonly seen: (entry: Entry, look: Look, glance: Glance) => Promise<void> | undefined
  /** The platform's queue before a reload: its budget and the pauses it was told go on. */
  readonly before: Queue | undefined
  readonly spent?: Spent | undefined
}

/**
 * One platform's looks: ordered by urgency, filled into batches, under its budget and concurrency. A batch takes only
 * accounts that are due; nobody waits for it to fill.
 */
export function createQueue({ platform, ask, looker, clock, meters, seen, before, spent }: QueueParts): Queue {
  const polite = createPolite(ask, clock, platform.budget.windowMs, before?.polite)
  const lines = createLines()
  const asides: Aside[] = []
  const purse = createPurse(platform, clock, before?.purse, spent)
  let underWay = 0
  let stopped = false
  let soon = false
  let wake: (() => void) | null = null

  function want(entry: Entry, wish: Want): void {
    const { place } = entry
    // Hints come in bursts: three of them at once must not make up the sightings that a doubt is to space.
    if (wish.urgency === 'hint' && entry.again?.confirms === true) return
    if (place.kind === 'under_way') {
      // A turn on the roll is served by the look that is under way; a doubt or a hint wants another one after it.
      const isWanted = place.next === null ? isPressing(wish.urgency) : isMoreUrgent(wish, place.next)
      if (isWanted) entry.place = { kind: 'under_way', next: wish }
      return
    }
    if (place.kind === 'queued') {
      if (!isMoreUrgent(wish, place.want)) return
      lines.leave(place)
    }
    entry.place = lines.join(entry, wish)
    pumpSoon()
  }

  /** Accounts that fall due in one breath are all in line before the first request is filled. */
  function pumpSoon(): void {
    if (soon) return
    soon = true
    queueMicrotask(() => {
      soon = false
      pump()
    })
  }

  function pump(): void {
    wake?.()
    wake = null
    while (!stopped && underWay < platform.concurrency) {
      const aside = asides[0]
      const first = aside === undefined ? lines.first() : null
      const look = aside?.look ?? first?.want.look
      if (look === undefined) return
      const pressing = first === null || isPressing(first.want.urgency)
      const wait = purse.pay(costOf(look, aside), pressing)
      if (wait > 0) {
        wake = clock.after(wait, pump)
        return
      }
      if (first === null) void lookAside(asides.shift() as Aside)
      else void lookAt(look, lines.batch(first, Math.min(look.takes, purse.accounts(pressing))))
    }
  }

  async function lookAt(look: Look, { entries, dueAt }: Batch): Promise<void> {
    meters.late(platform.id, Math.max(0, clock.now() - dueAt) / 1000)
    const glances = await measured(look, entries.map(askedOf))
    if (stopped) return
    const [first] = glances
    if (first !== undefined) meters.answered(platform.id, look.name, (first.answeredAt - first.askedAt) / 1000)
    let at = 0
    for (const entry of entries) {
      const glance = glances[at++]
      // Forgotten meanwhile: it left the roll while we asked.
      if (glance === undefined || entry.place.kind !== 'under_way') continue
      const taking = seen(entry, look, glance)
      if (taking === undefined) release(entry)
      else void taking.then(() => release(entry))
    }
    pump()
  }

  async function lookAside({ look, asked, done }: Aside): Promise<void> {
    done(await measured(look, asked))
    pump()
  }

  async function measured(look: Look, asked: readonly Asked[]): Promise<readonly Glance[]> {
    underWay++
    purse.ask(asked.length)
    let sent = 0
    const asking = polite.asking(() => sent++)
    const glances = asked.length <= look.takes ? await looker(platform, look, asked, asking) : await inParts()
    underWay--
    const reserved = look.requests * Math.ceil(asked.length / look.takes)
    purse.settle(reserved - sent, glances.filter(({ verdict }) => verdict.kind !== 'present').length)
    return glances

    async function inParts(): Promise<readonly Glance[]> {
      const all: Glance[] = []
      for (let from = 0; from < asked.length; from += look.takes) {
        all.push(...(await looker(platform, look, asked.slice(from, from + look.takes), asking)))
      }
      return all
    }
  }

  function release(entry: Entry): void {
    if (entry.place.kind !== 'under_way') return
    const { next } = entry.place
    entry.place = IDLE
    if (next !== null) want(entry, next)
  }

  return {
    want,
    polite,
    purse,
    aside(aside) {
      if (stopped) {
        aside.done([])
        return
      }
      asides.push(aside)
      pumpSoon()
    },
    forget(entry) {
      if (entry.place.kind === 'queued') lines.leave(entry.place)
      entry.place = IDLE
    },
    queued: () => lines.size() + asides.length,
    underWay: () => underWay,
    stop() {
      stopped = true
      wake?.()
      wake = null
      for (const { done } of asides.splice(0)) done([])
    },
  }
}

const isMoreUrgent = (one: Want, other: Want): boolean => rank(one.urgency) < rank(other.urgency)

const costOf = (look: Look, aside: Aside | undefined): number =>
  look.requests * (aside === undefined ? 1 : Math.ceil(aside.asked.length / look.takes))
