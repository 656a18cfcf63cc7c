import type { Belief } from '../core/belief.ts'
import { isReadable, isUnreadable, LOST, NO_READINGS, withReading, type Readings } from '../core/drift.ts'
import type { Sighting } from '../core/sighting.ts'
import type { Scope, SightChange } from '../core/transition.ts'

/** A look whose answers we cannot read any more. `since` is epoch ms of the last one that we could. */
export type Unreadable = Pick<SightChange, 'since' | 'because'> & {
  readonly evidence: Sighting['evidence']
  readonly scope: Extract<Scope, { kind: 'look' }>
}

/** Whose answers: a look's, at one home. */
export type Look = Unreadable['scope']

/** Which looks' answers we cannot read any more. */
export type Drift = {
  seen(platform: string, home: string, sighting: Sighting): void
  /**
   * What is to be told now; it counts as told once {@link tell} has heard of it.
   *
   * @param isMade whether anybody on the roll is looked at by it: a look that is made no more is no loss
   */
  news(now: number, isMade?: (look: Look) => boolean): readonly SightChange[]
  tell(news: readonly SightChange[]): void
  /** The looks told as unreadable. */
  told(): readonly Unreadable[]
  /** Exactly these count as told: those of before a restart, or of before a telling that failed. */
  restore(told: readonly Unreadable[]): void
}

type Track = { readonly scope: Look; readings: Readings; readableAt: number; evidence: Sighting['evidence'] }

/**
 * Notices when a platform has changed its answers under us: then it is our reading that fails, whoever is there. Costs
 * nothing for looks whose answers could always be read.
 */
export function createDrift(): Drift {
  /** By platform, so that the others go on costing nothing. */
  const tracks = new Map<string, Map<string, Track>>()
  const told = new Map<string, Unreadable>()

  function seen(platform: string, home: string, sighting: Sighting): void {
    const { look, verdict, evidence, answeredAt, askedAt } = sighting
    const isNew = verdict.kind === 'inconclusive' && verdict.because === 'unreadable'
    const known = tracks.get(platform)
    if (known === undefined && !isNew) return
    const scope: Look = { kind: 'look', platform, look, home }
    const track = known?.get(keyOf(scope)) ?? (isNew ? begin(scope, askedAt) : undefined)
    if (track === undefined) return
    const readings = withReading(track.readings, verdict)
    if (readings === undefined) return
    track.readings = readings
    if (isNew) track.evidence = evidence
    else track.readableAt = answeredAt
    // Nothing unread is remembered and nothing told: as if it had never been.
    if (readings === NO_READINGS && !told.has(keyOf(scope))) forget(scope)
  }

  function begin(scope: Look, readableAt: number, readings = NO_READINGS): Track {
    const track: Track = { scope, readings, readableAt, evidence: null }
    const known = tracks.get(scope.platform) ?? new Map<string, Track>()
    tracks.set(scope.platform, known.set(keyOf(scope), track))
    return track
  }

  function forget(scope: Look): void {
    const known = tracks.get(scope.platform)
    known?.delete(keyOf(scope))
    if (known?.size === 0) tracks.delete(scope.platform)
  }

  function changeOf(track: Track, now: number, isMade: (look: Look) => boolean): readonly SightChange[] {
    const { scope, readings, readableAt, evidence } = track
    const standing = told.get(keyOf(scope))
    if (standing === undefined) {
      if (!isUnreadable(readings)) return []
      return [{ name: 'sight.lost', at: now, scope, since: readableAt, because: ['unreadable'], evidence }]
    }
    const isBack = !isMade(scope) || (isReadable(readings) && readableAt > standing.since)
    return isBack ? [{ name: 'sight.regained', at: now, ...standing }] : []
  }

  return {
    seen,
    news: (now, isMade = () => true) =>
      [...tracks.values()].flatMap((known) => [...known.values()]).flatMap((track) => changeOf(track, now, isMade)),
    tell(news) {
      for (const { name, scope, since, because, evidence = null } of news) {
        if (scope.kind !== 'look') continue
        if (name === 'sight.lost') {
          told.set(keyOf(scope), { scope, since, because, evidence })
        } else {
          told.delete(keyOf(scope))
          // What could not be read before it could again is no reason to tell it a second time.
          forget(scope)
        }
      }
    },
    told: () => [...told.values()],
    restore(before) {
      told.clear()
      for (const one of before) {
        told.set(keyOf(one.scope), one)
        begin(one.scope, one.since, LOST)
      }
    },
  }
}

/**
 * Whether an answer tells how the platform can be read. What a look makes of somebody who is gone may be of no shape
 * that we know without any page having changed; only who is held to be there must be shown as such.
 */
export const isTelling = ({ kind }: Belief, { verdict }: Sighting): boolean =>
  verdict.kind !== 'inconclusive' || kind === 'up' || kind === 'unknown'

const keyOf = ({ platform, look, home }: Look): string => `${platform} ${look} ${home}`
