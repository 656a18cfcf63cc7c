import type { Blindness } from '../core/desk.ts'
import { matterOf } from '../core/matter.ts'
import type { Transition } from '../core/transition.ts'
import type { Drift } from './drift.ts'
import type { Ledger } from './ledger.ts'
import type { Roster } from './roster.ts'

export type LastingParts = {
  readonly roster: Pick<Roster, 'entry'>
  readonly ledger: Pick<Ledger, 'storm'>
  readonly drift: Pick<Drift, 'told'>
  readonly blindness: () => readonly Blindness[]
}

/**
 * Whether what a transition is about still lasts, as we hold it now. Of an account that has left the roll we do not
 * know, so nothing lasts.
 */
export function createLasting({ roster, ledger, drift, blindness }: LastingParts): (about: Transition) => boolean {
  return (about) => {
    const { id } = matterOf(about)
    if ('outage' in about) {
      const belief = roster.entry(about.outage.account)?.belief
      return belief?.kind === 'down' && belief.outage.id === id && belief.outage.retracted === null
    }
    if ('platform' in about) return ledger.storm(about.platform).troubled !== null
    // The one who cannot be reached is told of as it changes, and of nothing in between.
    if ('subscriber' in about) return false
    const lost = about.scope.kind === 'look' ? drift.told() : blindness()
    return lost.some(({ scope }) => matterOf({ ...about, scope }).id === id)
  }
}
