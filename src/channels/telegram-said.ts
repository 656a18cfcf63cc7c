import { z } from 'zod'
import type { Outcome } from '../core/channel.ts'
import { outcomeOf, refused } from './outcome.ts'
import type { Reply } from './post.ts'
import { bodyOf, inOtherWords, notBefore } from './reply.ts'

const Said = z.object({
  ok: z.boolean(),
  error_code: z.int().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  parameters: z
    .object({
      retry_after: z.number().optional().catch(undefined),
      migrate_to_chat_id: z.int().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  result: z.object({ message_id: z.int() }).optional().catch(undefined),
})

/** What an answer to `sendMessage` means. The handle names the chat as well: ids count from 1 in each. */
export function messageOutcome(reply: Reply, chat: string, now: number): Outcome {
  const said = bodyOf(reply, Said)
  const outcome = outcomeBy(reply, said, now)
  const id = said?.result?.message_id
  return outcome.kind === 'delivered' && id !== undefined ? { ...outcome, handle: `${chat}/${id}` } : outcome
}

/** What an answer to `editMessageText` means. A repeated edit changes nothing, which Telegram calls an error. */
export function editOutcome(reply: Reply, now: number): Outcome {
  const said = bodyOf(reply, Said)
  return said?.description?.includes('message is not modified') === true
    ? { kind: 'delivered' }
    : outcomeBy(reply, said, now)
}

function outcomeBy(reply: Reply, said: z.infer<typeof Said> | null, now: number): Outcome {
  const status = said?.ok === false ? (said.error_code ?? reply.status) : reply.status
  const moved = said?.parameters?.migrate_to_chat_id
  if (moved !== undefined) return refused(`the group has become a supergroup: set chat to ${moved}`)
  const outcome = outcomeOf({ ...reply, status }, now)
  if (outcome.kind === 'delivered') return inOtherWords(reply, Taken) ?? outcome
  const wait = said?.parameters?.retry_after
  if (outcome.kind === 'retry') return notBefore(outcome, wait === undefined ? undefined : wait * 1000, now)
  const word = KNOWN.find((known) => said?.description?.includes(known) === true)
  return word === undefined ? outcome : refused(`${outcome.reason}: ${word}`)
}

const Taken = z.object({ ok: z.literal(true) })

/** Parts of descriptions that tell what to mend. Telegram may reword them, so none decides anything. */
const KNOWN = [
  'chat not found',
  'chat was deleted',
  "bot can't initiate conversation with a user",
  'need administrator rights in the channel chat',
  'TOPIC_CLOSED',
  'bot was blocked by the user',
  'bot was kicked',
  'bot is not a member',
  'not enough rights',
  'have no rights to send a message',
  'user is deactivated',
  "can't parse entities",
  'message is too long',
  'Unauthorized',
]
