import { isReadable, isUnreadable, LOST, NO_READINGS, withReading, type Readings } from '../core/drift.ts'
import type { Sighting } from '../core/sighting.ts'
import type { SightChange } from '../core/transition.ts'

/** A look whose answers we cannot read any more. `since` is epoch ms of the last one that we could. */
export type Unreadable = Pick<SightChange, 'since' | 'because'> & {
  readonly evidence: Sighting['evidence']
  readonly scope: { readonly kind: 'look'; readonly platform: string; readonly look: string }
}

export type Drift = {
  seen(platform: string, sighting: Sighting): void
  /** What is to be told now; it counts as told once {@link tell} has heard of it. */
  news(now: number): readonly SightChange[]
  tell(news: readonly SightChange[]): void
  /** The looks told as unreadable. */
  told(): readonly Unreadable[]
  /** Exactly these count as told: those of before a restart, or of before a telling that failed. */
  restore(told: readonly Unreadable[]): void
}

type Track = { readings: Readings; readableAt: number; evidence: Sighting['evidence'] }

/**
 * Notices when a platform has changed its answers under us: then it is our reading that fails, whoever is there. Costs
 * nothing for looks whose answers could always be read.
 */
export function createDrift(): Drift {
  const platforms = new Map<string, Map<string, Track>>()
  const told = new Map<string, Unreadable>()

  function seen(platform: string, { look, verdict, evidence, answeredAt, askedAt }: Sighting): void {
    const isNew = verdict.kind === 'inconclusive' && verdict.because === 'unreadable'
    const track = trackOf(platform, look, isNew ? askedAt : null)
    if (track === undefined) return
    const readings = withReading(track.readings, verdict)
    if (readings === undefined) return
    track.readings = readings
    if (isNew) track.evidence = evidence
    else track.readableAt = answeredAt
  }

  function trackOf(platform: string, look: string, from: number | null): Track | undefined {
    const known = platforms.get(platform)?.get(look)
    if (known !== undefined || from === null) return known
    const looks = platforms.get(platform) ?? new Map<string, Track>()
    const track: Track = { readings: NO_READINGS, readableAt: from, evidence: null }
    platforms.set(platform, looks.set(look, track))
    return track
  }

  /** What could not be read before it could again is no reason to tell it a second time. */
  function forget(platform: string, look: string): void {
    told.delete(keyOf(platform, look))
    platforms.get(platform)?.delete(look)
  }

  function changeOf(platform: string, look: string, track: Track, now: number): readonly SightChange[] {
    const standing = told.get(keyOf(platform, look))
    if (standing !== undefined) {
      return isReadable(track.readings) && track.readableAt > standing.since
        ? [{ name: 'sight.regained', at: now, ...standing }]
        : []
    }
    if (!isUnreadable(track.readings)) return []
    const scope = { kind: 'look', platform, look } as const
    return [
      {
        name: 'sight.lost',
        at: now,
        scope,
        since: track.readableAt,
        because: ['unreadable'],
        evidence: track.evidence,
      },
    ]
  }

  return {
    seen,
    news: (now) =>
      [...platforms].flatMap(([platform, looks]) =>
        [...looks].flatMap(([look, track]) => changeOf(platform, look, track, now)),
      ),
    tell(news) {
      for (const { name, scope, since, because, evidence = null } of news) {
        if (scope.kind !== 'look') continue
        const key = keyOf(scope.platform, scope.look)
        if (name === 'sight.lost') told.set(key, { scope, since, because, evidence })
        else forget(scope.platform, scope.look)
      }
    },
    told: () => [...told.values()],
    restore(before) {
      told.clear()
      for (const one of before) {
        told.set(keyOf(one.scope.platform, one.scope.look), one)
        const track = trackOf(one.scope.platform, one.scope.look, one.since)
        if (track !== undefined) track.readings = LOST
      }
    },
  }
}

const keyOf = (platform: string, look: string): string => `${platform} ${look}`
