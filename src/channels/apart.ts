import type { Outcome } from '../core/channel.ts'
import { matterOf } from '../core/matter.ts'
import type { Notice } from '../core/notice.ts'

/**
 * What was held and is told in one message, as notices of their own, one for each matter: targets that keep an alert
 * for each cannot take many at once. A note does not stand for what it is about.
 */
export function apart(notice: Notice): readonly Notice[] {
  if (notice.summary === null) return [notice]
  const newest = new Map<string, Notice>()
  for (const { transition, account } of notice.summary) {
    const { id } = matterOf(transition)
    if (transition.name === 'outage.annotated' && newest.has(id)) continue
    newest.set(id, { ...notice, transition, account, summary: null })
  }
  return [...newest.values()]
}

/** Tells one after the other, for targets that know again what they had before: all of it is tried again together. */
export async function eachApart(notice: Notice, tell: (one: Notice) => Promise<Outcome>): Promise<Outcome> {
  let worst: Outcome = { kind: 'delivered' }
  for (const one of apart(notice)) {
    const outcome = await tell(one)
    if (outcome.kind === 'retry') return outcome
    if (outcome.kind === 'refused') worst = outcome
  }
  return worst
}
