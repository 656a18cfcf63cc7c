import type { Desk } from '../../core/desk.ts'
import type { Log } from '../../core/log.ts'
import type { Outage } from '../../core/outage.ts'
import { name, whoWords, type Piece } from '../../core/piece.ts'
import type { Press } from './slack-press.ts'

/** What became of a press, and what the person who pressed reads of it. */
export type Acknowledging = { readonly isWritten: boolean; readonly said: readonly Piece[] }

const NOTE = 'pressed the button in Slack'

/** Never rejects: that it could not be written is told, too. */
export function createAcknowledging({ desk, log }: { readonly desk: Desk; readonly log: Log }) {
  async function acknowledge({ outage: id, by }: Press): Promise<readonly Piece[]> {
    const before = await desk.store.outage(id)
    if (before === null) return UNKNOWN
    const who: Piece = { name: whoWords({ account: desk.account(before.account)?.account ?? null }, before.account) }
    const done = before.retracted === null ? await desk.acknowledge(id, { at: desk.now(), by, note: NOTE }) : null
    const isTaken = done?.ok === true
    log.info('pressed', { outage: id, isTaken })
    if (isTaken) return ['You have acknowledged that ', who, ' is gone. Nobody is reminded of it any more.']
    return insteadOf((await desk.store.outage(id)) ?? before, who, by)
  }

  return async (press: Press): Promise<Acknowledging> => {
    try {
      return { isWritten: true, said: await acknowledge(press) }
    } catch (err) {
      log.error('press_failed', { outage: press.outage, err })
      return { isWritten: false, said: FAILED }
    }
  }
}

const UNKNOWN: readonly Piece[] = [
  'Rollcall knows of no such outage. The message may come from another Rollcall, or from one that was set up anew.',
]
const FAILED: readonly Piece[] = ['Rollcall could not write this down; its log says why. Please press again.']

/** Why there is nothing to acknowledge any more, and who has done what. */
function insteadOf({ retracted, closedAt, acknowledged }: Outage, who: Piece, by: string): readonly Piece[] {
  if (retracted !== null)
    return [name(retracted.by, 60), ' has retracted the outage of ', who, ', ', { at: retracted.at }, '.']
  if (closedAt !== null)
    return ['The outage of ', who, ' is over since ', { at: closedAt }, '; there is nothing left to do.']
  if (acknowledged === null) return ['The outage of ', who, ' could not be acknowledged.']
  const person: readonly Piece[] = acknowledged.by === by ? ['You have'] : [name(acknowledged.by, 60), ' has']
  const isTelling = acknowledged.note !== '' && acknowledged.note !== NOTE
  const note: readonly Piece[] = isTelling ? [': ', name(acknowledged.note, 300)] : []
  return [...person, ' already acknowledged that ', who, ' is gone, ', { at: acknowledged.at }, ...note, '.']
}
