import type { Outcome } from '../core/channel.ts'
import type { Notice } from '../core/notice.ts'

/**
 * Tells news about something that a first message has told already, at a target where messages can be edited. An edit
 * notifies nobody, so a short message follows it. If either fails for the moment, both are made again, the edit first:
 * only the edit can be repeated without harm. If the first message cannot be edited any more (somebody deleted it), the
 * whole is told anew.
 *
 * A note is not edited in, since it changes nothing of what the first message says; a storm's longer list is only
 * edited in, since it need not disturb anybody.
 */
export async function keptCurrent({ transition }: Notice, telling: Telling): Promise<Outcome> {
  if (transition.name === 'outage.annotated') return telling.follow()
  const edited = await telling.edit()
  if (edited.kind === 'retry') return edited
  if (edited.kind === 'refused') return telling.anew()
  return 'again' in transition ? { kind: 'delivered' } : telling.follow()
}

/** The three ways to tell it at this target. */
type Telling = {
  readonly edit: () => Promise<Outcome>
  readonly follow: () => Promise<Outcome>
  readonly anew: () => Promise<Outcome>
}
