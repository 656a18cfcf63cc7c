import { calm, calmed, fell, folds, recalled, relisted, type Storm, type StormPolicy } from '../core/storm.ts'
import type { Shift } from '../core/store.ts'
import { platformOf, type Change, type OutageChange, type PlatformChange, type Transition } from '../core/transition.ts'

/** The storm of each platform, or the calm there. */
export type Storms = {
  of(platform: string): Storm
  platforms(): readonly string[]
  /** Takes account of a change; answers with it and with what else has changed because of it. */
  after(change: Change): readonly Change[]
  /** What time has changed about a platform's storm: it has settled, or its list is another one. */
  review(platform: string, now: number, isDown: (account: string) => boolean): PlatformChange | null
  folds(change: Change): boolean
  /** Until when the notice of a change waits for others, epoch ms; 0 when it does not. */
  heldUntil(change: Change): number
  /** What becomes of what is owed for those that fell before: it goes on waiting, or the storm tells it. */
  shiftsFor(change: Change, hearers: Hearers): readonly Shift[]
  /** What `undo` goes back to. */
  before(): ReadonlyMap<string, Storm>
  /** A storm that was not written has not changed; the falls are kept, the next one decides again. */
  undo(changes: readonly Change[], before: ReadonlyMap<string, Storm>): void
  note(): string
  restore(note: string | null, recent: readonly Transition[]): void
}

/** Who hears of storms, and the delivery that tells this change, by subscriber. */
export type Hearers = { readonly ofStorms: readonly string[]; readonly told: ReadonlyMap<string, string> }

export type StormsParts = {
  readonly count: (platform: string) => number
  readonly policy: () => StormPolicy
  /** Whether any subscriber can keep a list current: for nobody else another one is news. */
  readonly hearsUpdates: () => boolean
  /** Somebody works on the account: that it falls says nothing of its platform. */
  readonly isQuiet: (account: string, at: number) => boolean
}

/** The storms of all platforms (rule 8). */
export function createStorms({ count, policy, hearsUpdates, isQuiet }: StormsParts): Storms {
  const storms = new Map<string, Storm>()
  /** Falls for which those before them have to wait longer. */
  const prolonging = new WeakSet<Change>()
  const of = (platform: string): Storm => storms.get(platform) ?? calm
  const stormOf = (change: Change): Storm => of(platformOf(change) ?? '')
  const isFall = (change: Change) => change.name === 'outage.opened' && !isQuiet(change.outage.account, change.at)

  function after(change: Change): readonly Change[] {
    if (!('outage' in change) || !isFall(change)) return [change]
    const platform = platformOf(change) ?? ''
    const { held } = of(platform)
    const next = fell(of(platform), platform, fallOf(change), count(platform), policy())
    storms.set(platform, next.storm)
    if (next.storm.held.since < change.at && next.storm.held.until > held.until) prolonging.add(change)
    return next.change === null ? [change] : [change, next.change]
  }

  function review(platform: string, now: number, isDown: (account: string) => boolean): PlatformChange | null {
    const settled = calmed(of(platform), platform, now, isDown, policy())
    const mayChange = settled.change === null && hearsUpdates()
    const next = mayChange ? relisted(of(platform), platform, now, isDown, policy()) : settled
    storms.set(platform, next.storm)
    return next.change
  }

  function shiftsFor(change: Change, { ofStorms, told }: Hearers): readonly Shift[] {
    const { falls, held } = stormOf(change)
    if (prolonging.has(change)) {
      const outages = falls.filter(({ at }) => at >= held.since).map(({ outage }) => outage)
      return [{ kind: 'hold', subscribers: ofStorms, outages, until: held.until }]
    }
    if (change.name !== 'platform.troubled' || change.again === true) return []
    const outages = falls.map(({ outage }) => outage)
    return [{ kind: 'fold', outages, into: Object.fromEntries(told) }]
  }

  function restore(note: string | null, recent: readonly Transition[]): void {
    const kept = note === null ? [] : (JSON.parse(note) as [string, Storm][])
    for (const [platform, storm] of kept) storms.set(platform, { ...calm, ...storm })
    for (const change of recent) {
      if (!('outage' in change) || !isFall(change)) continue
      const platform = platformOf(change) ?? ''
      storms.set(platform, recalled(of(platform), fallOf(change), policy()))
    }
  }

  return {
    of,
    platforms: () => [...storms.keys()],
    after,
    review,
    folds: (change) => folds(stormOf(change), change),
    heldUntil: (change) => (isFall(change) ? stormOf(change).held.until : 0),
    shiftsFor,
    before: () => new Map(storms),
    undo(changes, before) {
      for (const change of changes) {
        if (!('platform' in change)) continue
        storms.set(change.platform, { ...of(change.platform), troubled: before.get(change.platform)?.troubled ?? null })
      }
    },
    note: () => JSON.stringify([...storms]),
    restore,
  }
}

const fallOf = ({ outage: { account, id }, at }: OutageChange) => ({ account, outage: id, at })
