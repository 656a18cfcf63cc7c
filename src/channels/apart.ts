import type { Outcome } from '../core/channel.ts'
import { endedBy, matterOf } from '../core/matter.ts'
import type { Notice, Summed } from '../core/notice.ts'
import { keep } from './slack-trace.ts'

/**
 * A notice as notices of their own, one for each matter, for targets that keep an alert for each and cannot take many at
 * once: what was held and is told in one message, and what a change ends besides. A note does not stand for what it is
 * about.
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
 * Tells one after the other, for targets that know again what they had before. When it is tried again, what was taken
 * is left out: all of it may be more than the target takes in a minute.
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
      else if (left.length > 1) keep(taken, notice.id, done.add(matterOf(one.transition).id))
    }
    if (worst.kind === 'delivered') taken.delete(notice.id)
    return worst
  }
}
