import type { Position } from './frames.ts'

/** What a number means to us: the one that is due, one we have, or one after a gap that must not be there. */
export type Step = 'next' | 'known' | 'hole'

/** Keeps count of the transitions we have. */
export type Place = {
  readonly now: () => Position | null
  /** A snapshot's position counts whatever went before. */
  set(position: Position): void
  /** Whether an answer "resumed" can be meant for where we are. */
  resumes(answer: Position): boolean
  /** Takes a transition's number in; what is known is not handed over again. */
  transition(seq: number): Step
  /** Takes a bare number in: all up to there was sent, or left out by our filter. */
  beat(seq: number): Step
}

/**
 * Where we are in the numbering. Without a filter numbers are consecutive, so that a gap is a loss: it is asked for
 * again from where we are, and when it is still there, everything is asked for anew.
 */
export function createPlace(parts: { readonly after: Position | null; readonly filtered: boolean }): Place {
  let position = parts.after
  let holeAt: number | null = null

  function take(seq: number, due: number): Step {
    if (position === null || seq <= position.seq) return 'known'
    if (!parts.filtered && seq > due) return hole(position.seq)
    position = { epoch: position.epoch, seq }
    return 'next'
  }

  function hole(after: number): Step {
    if (holeAt === after) position = null
    holeAt = after
    return 'hole'
  }

  return {
    now: () => position,
    set({ epoch, seq }) {
      position = { epoch, seq }
      holeAt = null
    },
    resumes(answer) {
      if (position?.epoch === answer.epoch && answer.seq >= position.seq) return true
      position = null
      return false
    },
    transition: (seq) => take(seq, (position?.seq ?? 0) + 1),
    beat: (seq) => take(seq, position?.seq ?? 0),
  }
}
