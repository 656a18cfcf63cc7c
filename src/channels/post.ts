import { AskFault, type Ask, type AskRequest } from '../core/answer.ts'

/** What a channel reads of an answer. */
export type Reply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

const DEADLINE = 20_000
const MOST_BYTES = 16 * 1024

/**
 * Sends a notice. A receiver has spoken with the head of its answer: where the body is too much, breaks or never ends,
 * the status stands, or everything accepted would be sent again all day.
 * @throws {AskFault} when not even a status came
 */
export async function post(ask: Ask, request: Omit<AskRequest, 'method'>): Promise<Reply> {
  try {
    return await ask({ deadlineMs: DEADLINE, maxBytes: MOST_BYTES, ...request, method: 'POST' })
  } catch (fault) {
    if (!(fault instanceof AskFault) || fault.status === null) throw fault
    return { status: fault.status, headers: {}, text: '' }
  }
}
