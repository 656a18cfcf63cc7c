import type { Outage } from './outage.ts'
import type { Claimed, Told } from './store.ts'
import { cleanName } from './words.ts'

/**
 * Why what stands first in its line need not be told any more, or null.
 *
 * A reminder is for an outage that lasts and that nobody has taken on. So is an escalation; what follows it is for those
 * who heard the opening. An opening that was tried may have been heard, whatever the channel said, so it is told on:
 * a page that nobody ends would ring for ever.
 */
export function calledOff({ delivery, transition, standing }: Claimed): string | null {
  if (standing === undefined) return null
  if (delivery.reminder > 0) return dealtWith(standing.outage)
  if (delivery.form !== 'escalation' || delivery.tries > 0) return null
  if (transition.name === 'outage.opened') return dealtWith(standing.outage)
  return standing.heard ? null : 'its opening was not told'
}

/**
 * Why what was held need not be told to somebody who hears only of outages that last, or null: this one was dealt with
 * before it had lasted for that long (ms). What was tried may have been heard.
 */
export function neverEscalated({ delivery, standing }: Told, afterMs: number): string | null {
  if (standing === undefined || standing.heard || delivery.tries > 0) return null
  const { openedAt, acknowledged, retracted, closedAt } = standing.outage
  const ends = [acknowledged?.at, retracted?.at, closedAt].filter((at) => at !== undefined && at !== null)
  return Math.min(...ends) < openedAt + afterMs ? dealtWith(standing.outage) : null
}

function dealtWith({ acknowledged, retracted, closedAt }: Outage): string | null {
  if (acknowledged !== null) return `acknowledged by ${cleanName(acknowledged.by, 60)} before it was due`
  if (retracted !== null) return `retracted by ${cleanName(retracted.by, 60)} before it was due`
  return closedAt === null ? null : 'over before it was due'
}
