import { AskFault, type Ask } from '../core/answer.ts'
import type { Channel, Outcome } from '../core/channel.ts'
import { MailFault, type Mail } from '../core/mail.ts'
import type { Notice } from '../core/notice.ts'

/** What channels reach their targets by. */
export type Ways = { readonly ask: Ask; readonly mail: Mail }

/**
 * One try. What goes wrong outside is an outcome.
 * @throws defects of ours
 */
export async function tryOnce(channel: Channel, notice: Notice, now: number, { ask, mail }: Ways): Promise<Outcome> {
  try {
    return await channel.deliver(notice, ask, now, mail)
  } catch (fault) {
    if (fault instanceof MailFault) return fault.isFinal ? refused(fault) : again(fault)
    if (!(fault instanceof AskFault)) throw fault
    return fault.isFinal ? refused(fault) : again(fault)
  }
}

const refused = ({ message }: Error): Outcome => ({ kind: 'refused', reason: message })
const again = ({ message }: Error): Outcome => ({ kind: 'retry', reason: message, retryAt: null })
