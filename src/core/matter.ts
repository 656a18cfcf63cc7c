import { stableId } from './id.ts'
import { scopeName, type Change, type OutageChange, type SightChange } from './transition.ts'

/**
 * What a transition is about from its beginning to its end: an outage, a loss of sight, a platform's storm, or a
 * subscriber that cannot be reached. Targets that keep alerts open know it by `id`: letters, digits and `_`, at most 30.
 */
export type Matter = {
  readonly kind: 'outage' | 'sight' | 'storm' | 'reach'
  /** An outage's own id; sight of one scope and the storms of one platform have the same one every time. */
  readonly id: string
  /** Epoch ms. */
  readonly since: number
  /** When it was over, as of the transition; null while it lasts. What was retracted is over, whoever is still gone. */
  readonly endedAt: number | null
}

/** What a change is about, as of that change. */
export function matterOf(change: Change): Matter {
  if ('outage' in change) {
    const { id, firstAbsentAt: since } = change.outage
    return { kind: 'outage', id, since, endedAt: endOf(change) }
  }
  const { name, at, since } = change
  if ('platform' in change) {
    const id = stableId('stm', 0, change.platform)
    return { kind: 'storm', id, since, endedAt: name === 'platform.settled' ? at : null }
  }
  if ('subscriber' in change) {
    const id = stableId('rch', 0, change.subscriber)
    return { kind: 'reach', id, since, endedAt: name === 'subscriber.regained' ? at : null }
  }
  const id = stableId('sgt', 0, `${change.scope.kind} ${scopeName(change.scope)}`)
  return { kind: 'sight', id, since, endedAt: name === 'sight.regained' ? at : null }
}

/** What a change ends beside what it is about: the narrower losses of sight that a wider one takes the place of. */
export function endedBy(change: Change): readonly SightChange[] {
  if (!('scope' in change)) return []
  const { scope, at, replaces = [] } = change
  if (scope.kind === 'look') return []
  return replaces.map((lost) => ({ name: 'sight.regained', at, ...lost, because: [], partOf: scope }))
}

/** What happens to an outage that was closed or retracted before does not begin it again. */
function endOf({ name, at, outage: { closedAt, retracted } }: OutageChange): number | null {
  const isRetracted = retracted !== null && (name === 'outage.retracted' || retracted.at < at)
  const ends = [closedAt, isRetracted ? retracted.at : null].filter((end) => end !== null)
  return ends.length === 0 ? null : Math.min(...ends)
}
