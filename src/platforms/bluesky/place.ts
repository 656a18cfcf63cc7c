import type { HintParts } from '../../core/platform.ts'

/**
 * Where we are in a stream. Written as `seq@ms`, so that its age is known: hints about the past are worth nothing once
 * the accounts have been looked at on schedule, so hours of a whole network's traffic are not fetched for them.
 */
export type Place = {
  /** The cursor to go on from, or null to begin with what comes next. */
  cursor(): string | null
  note(seq: number): void
  /** Writes what was noted since the last write. */
  keep(): void
  forget(): void
}

const TOO_OLD = 10 * 60_000
const WRITE_EVERY = 5_000

/** Takes up the place that was kept. A bare number counts as fresh. @param now epoch ms */
export async function createPlace(kept: HintParts['cursor'], now: () => number): Promise<Place> {
  const [, seq, at] = /^(\d{1,16})(?:@(\d{1,16}))?$/.exec((await kept.read()) ?? '') ?? []
  let place = seq === undefined ? null : { seq: Number(seq), at: at === undefined ? now() : Number(at) }
  let written = place
  let writtenAt = now()

  function keep(): void {
    if (place === null || place === written) return
    kept.write(`${place.seq}@${place.at}`)
    written = place
    writtenAt = now()
  }

  return {
    cursor: () => (place === null || now() - place.at > TOO_OLD ? null : String(place.seq)),
    note(seq) {
      place = { seq, at: now() }
      if (place.at - writtenAt >= WRITE_EVERY) keep()
    },
    keep,
    forget() {
      place = null
    },
  }
}
