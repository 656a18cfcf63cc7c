import type { Outcome } from '../core/channel.ts'
import type { Notice } from '../core/notice.ts'

/**
 * News of what a first message has told already, where that can be edited. An edit notifies nobody, so a short message
 * follows it; both are made again when either fails for the moment, the edit first, since only that can be repeated
 * without harm. Where the first message cannot be edited any more (somebody deleted it), the whole is told anew.
 *
 * A note changes nothing of what the first message says, and a storm's longer list need disturb nobody.
 */
export async function keptCurrent({ transition }: Notice, telling: Telling): Promise<Outcome> {
  if (transition.name === 'outage.annotated') return telling.follow()
  const edited = await telling.edit()
  if (edited.kind === 'retry') return edited
  if (edited.kind === 'refused') return telling.anew()
  return 'again' in transition ? { kind: 'delivered' } : telling.follow()
}

type Telling = {
  readonly edit: () => Promise<Outcome>
  readonly follow: () => Promise<Outcome>
  readonly anew: () => Promise<Outcome>
}
