import type { DeliveryState } from './delivery.ts'
import { matterOf } from './matter.ts'
import type { Transition } from './transition.ts'

/** One that stands or stood in a line, reminders left out. */
export type Stood = {
  readonly id: string
  readonly state: DeliveryState
  readonly tries: number
  /** Somebody is telling it at this moment. */
  readonly isUnderWay: boolean
  readonly transition: Transition
}

/** What is said when somebody wants a delivery told again by hand. */
export type Again =
  /** All that is owed now: whatever of the same matter had not been told either. */
  | { readonly kind: 'due'; readonly ids: readonly string[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'told'; readonly at: number | null; readonly by: string | null }
  /** Something later has been told, and after that it would be wrong. */
  | { readonly kind: 'overtaken'; readonly by: string; readonly transition: Transition }
  /** Something later is being told just now. */
  | { readonly kind: 'busy'; readonly by: string }

/**
 * What becomes of one that was refused or has expired when somebody wants it told after all.
 *
 * It takes its old place in the line, and with it goes everything of the same matter that was not told either: a closing
 * then takes its opening along, in one late notice, and no opening stays open because its closing is left behind. So it
 * does not matter in which order somebody goes through a list of them.
 *
 * After something later was told of the same subject it is too late: "gone" after "is back" would stand for ever. Only
 * the end of what had been told, or may have been, is told however late it is.
 *
 * @param line all of one subscriber and subject, in its order
 */
export function againOf(id: string, line: readonly Stood[]): Exclude<Again, { kind: 'told' }> {
  const place = line.findIndex((one) => one.id === id)
  const wanted = line[place]
  if (wanted === undefined) return { kind: 'unknown' }
  const busy = line.slice(place + 1).find(({ isUnderWay }) => isUnderWay)
  if (busy !== undefined) return { kind: 'busy', by: busy.id }
  const told = line.findLastIndex(({ state }) => state === 'delivered')
  const newest = line[told]
  if (newest === undefined || told < place) {
    const untold = line.slice(told + 1).filter((one) => isUntold(one) && isSameMatter(one, wanted))
    return { kind: 'due', ids: untold.map((one) => one.id) }
  }
  if (leavesOpen(line, place)) return { kind: 'due', ids: [id] }
  return { kind: 'overtaken', by: newest.id, transition: newest.transition }
}

const isUntold = ({ state }: Stood): boolean => state === 'refused' || state === 'expired'

function isSameMatter(one: Stood, other: Stood): boolean {
  const [mine, theirs] = [matterOf(one.transition), matterOf(other.transition)]
  return mine.id === theirs.id && (mine.kind === 'outage' || mine.since === theirs.since)
}

const isEnd = ({ transition }: Stood): boolean => matterOf(transition).endedAt !== null

/** Whether without this one something would stay open that was told: what ended it was told in no other way. */
function leavesOpen(line: readonly Stood[], place: number): boolean {
  const wanted = line[place]
  if (wanted === undefined || !isEnd(wanted)) return false
  const same = line.filter((one) => one !== wanted && isSameMatter(one, wanted))
  return (
    same.some((one) => !isEnd(one) && mayBeHeard(one)) && !same.some((one) => isEnd(one) && one.state === 'delivered')
  )
}

/** Whatever has gone unanswered may have arrived. */
const mayBeHeard = ({ state, tries }: Stood): boolean => state === 'delivered' || (state === 'expired' && tries > 0)
