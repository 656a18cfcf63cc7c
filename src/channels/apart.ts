import type { Outcome } from '../core/channel.ts'
import { endedBy, matterOf } from '../core/matter.ts'
import type { Notice, Summed } from '../core/notice.ts'
import { remember } from './memory.ts'

/**
 * Splits a notice into one for each matter, for targets that keep an alert for each matter: a summary into its parts,
 * and a wide loss of sight into itself and the ends of the narrower losses that it replaces. Of each matter the newest
 * transition counts; a note never takes the place of other news.
 */
export function apart(notice: Notice): readonly Notice[] {
  const newest = new Map<string, Notice>()
  for (const summed of notice.summary ?? [notice]) {
    const { id } = matterOf(summed.transition)
    if (summed.transition.name === 'outage.annotated' && newest.has(id)) continue
    newest.set(id, { ...notice, ...summed, summary: null })
    for (const ended of endsOf(summed)) {
      newest.set(matterOf(ended.transition).id, { ...notice, ...ended, profileUrl: null, summary: null })
    }
  }
  return [...newest.values()]
}

const endsOf = ({ transition }: Summed): readonly Summed[] =>
  endedBy(transition).map((ended) => ({
    transition: { ...ended, seq: transition.seq, id: transition.id },
    account: null,
  }))

/**
 * Tells the parts of a notice one after the other. Another try of the notice leaves out the parts that were taken: all
 * of them may be more than the target takes in a minute.
 */
export function createEachApart() {
  const taken = new Map<string, ReadonlySet<string>>()

  return async (notice: Notice, tell: (one: Notice) => Promise<Outcome>): Promise<Outcome> => {
    const done = new Set(taken.get(notice.id))
    const left = apart(notice).filter((one) => !done.has(matterOf(one.transition).id))
    let worst: Outcome = { kind: 'delivered' }
    for (const one of left) {
      const outcome = await tell(one)
      if (outcome.kind === 'retry') return outcome
      if (outcome.kind === 'refused') worst = outcome
      else if (left.length > 1) remember(taken, notice.id, done.add(matterOf(one.transition).id))
    }
    if (worst.kind === 'delivered') taken.delete(notice.id)
    return worst
  }
}
