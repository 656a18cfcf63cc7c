import { isReadable, isUnreadable, LOST, NO_READINGS, withReading, type Readings } from '../core/drift.ts'
import type { Sighting } from '../core/sighting.ts'
import type { Scope, SightChange } from '../core/transition.ts'

/** A look whose answers we cannot read any more. `since` is epoch ms of the last one that we could. */
export type Unreadable = Pick<SightChange, 'since' | 'because'> & {
  readonly evidence: Sighting['evidence']
  readonly scope: Extract<Scope, { kind: 'look' }>
}

export type Drift = {
  seen(platform: string, home: string, sighting: Sighting): void
  /** What is to be told now; it counts as told once {@link tell} has heard of it. */
  news(now: number): readonly SightChange[]
  tell(news: readonly SightChange[]): void
  /** The looks told as unreadable. */
  told(): readonly Unreadable[]
  /** Exactly these count as told: those of before a restart, or of before a telling that failed. */
  restore(told: readonly Unreadable[]): void
}

type Look = Unreadable['scope']
type Track = { readonly scope: Look; readings: Readings; readableAt: number; evidence: Sighting['evidence'] }

/**
 * Notices when a platform has changed its answers under us: then it is our reading that fails, whoever is there. Costs
 * nothing for looks whose answers could always be read.
 */
export function createDrift(): Drift {
  const tracks = new Map<string, Track>()
  const told = new Map<string, Unreadable>()

  function seen(platform: string, home: string, sighting: Sighting): void {
    const { look, verdict, evidence, answeredAt, askedAt } = sighting
    const isNew = verdict.kind === 'inconclusive' && verdict.because === 'unreadable'
    if (tracks.size === 0 && !isNew) return
    const scope: Look = { kind: 'look', platform, look, home }
    const track = tracks.get(keyOf(scope)) ?? (isNew ? begin(scope, askedAt) : undefined)
    if (track === undefined) return
    const readings = withReading(track.readings, verdict)
    if (readings === undefined) return
    track.readings = readings
    if (isNew) track.evidence = evidence
    else track.readableAt = answeredAt
    // Nothing unread is remembered and nothing told: as if it had never been.
    if (readings === NO_READINGS && !told.has(keyOf(scope))) tracks.delete(keyOf(scope))
  }

  function begin(scope: Look, readableAt: number, readings = NO_READINGS): Track {
    const track: Track = { scope, readings, readableAt, evidence: null }
    tracks.set(keyOf(scope), track)
    return track
  }

  function changeOf({ scope, readings, readableAt, evidence }: Track, now: number): readonly SightChange[] {
    const standing = told.get(keyOf(scope))
    if (standing === undefined) {
      if (!isUnreadable(readings)) return []
      return [{ name: 'sight.lost', at: now, scope, since: readableAt, because: ['unreadable'], evidence }]
    }
    const isBack = isReadable(readings) && readableAt > standing.since
    return isBack ? [{ name: 'sight.regained', at: now, ...standing }] : []
  }

  return {
    seen,
    news: (now) => [...tracks.values()].flatMap((track) => changeOf(track, now)),
    tell(news) {
      for (const { name, scope, since, because, evidence = null } of news) {
        if (scope.kind !== 'look') continue
        if (name === 'sight.lost') {
          told.set(keyOf(scope), { scope, since, because, evidence })
        } else {
          told.delete(keyOf(scope))
          // What could not be read before it could again is no reason to tell it a second time.
          tracks.delete(keyOf(scope))
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

const keyOf = ({ platform, look, home }: Look): string => `${platform} ${look} ${home}`
