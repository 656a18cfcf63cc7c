import { AskFault, type Ask, type AskRequest, type Head } from '../core/answer.ts'

/** What a channel reads of an answer. */
export type Reply = Head & { readonly text: string }

const DEADLINE = 20_000
const MOST_BYTES = 16 * 1024

/**
 * Sends a notice. The head of an answer is enough: where the body is too large, breaks off or never ends, the head
 * counts without it, or a notice that was accepted would be sent again all day.
 * @throws {AskFault} when not even a head came
 */
export async function send(ask: Ask, request: AskRequest): Promise<Reply> {
  try {
    return await ask({ deadlineMs: DEADLINE, maxBytes: MOST_BYTES, ...request })
  } catch (fault) {
    if (!(fault instanceof AskFault) || fault.head === null) throw fault
    return { ...fault.head, text: '' }
  }
}

/** {@link send} in the way most targets take notices. */
export const post = (ask: Ask, request: Omit<AskRequest, 'method'>): Promise<Reply> =>
  send(ask, { ...request, method: 'POST' })
