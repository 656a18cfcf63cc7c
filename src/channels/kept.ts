import type { Outcome } from '../core/channel.ts'

/**
 * News about an outage whose first message can be edited. An edit notifies nobody, so a short message follows it; both
 * are made again when either fails for the moment, the edit first, since only that can be repeated without harm. Where
 * the first message cannot be edited any more (somebody deleted it), the whole is told anew.
 */
export async function keptCurrent(telling: {
  readonly edit: () => Promise<Outcome>
  readonly follow: () => Promise<Outcome>
  readonly anew: () => Promise<Outcome>
}): Promise<Outcome> {
  const edited = await telling.edit()
  if (edited.kind === 'retry') return edited
  return edited.kind === 'delivered' ? telling.follow() : telling.anew()
}
