import { z } from 'zod'
import type { Ask } from '../core/answer.ts'
import type { Outcome } from '../core/channel.ts'
import { base, BaseUrl } from './base.ts'
import { keptCurrent } from './kept.ts'
import { defineChannel } from './kind.ts'
import { matrixReply, matrixText, type MatrixText } from './matrix-message.ts'
import { DAY, outcomeOf } from './outcome.ts'
import { send, type Reply } from './post.ts'
import { bodyOf, inOtherWords, notBefore, worded } from './reply.ts'

const Target = z.strictObject({
  homeserver: BaseUrl.meta({ description: 'Base address of the homeserver that the token is from' }),
  room: z
    .string()
    .regex(/^!\S+$/, 'a room id, as in !id:example.org')
    .meta({ description: 'Id of an unencrypted room that the user has joined' }),
  token: z.string().min(1).meta({ secret: true, description: 'Access token of the user who speaks' }),
})

type Target = z.infer<typeof Target>

/**
 * A Matrix room (spec.matrix.org, client-server API 1.11). The first message about an outage is replaced, and an answer
 * in its thread says what is new. The notice's id is the transaction's: another try posts nothing twice.
 */
export const matrix = defineChannel({
  id: 'matrix',
  target: Target,
  connect: (target) => ({
    id: 'matrix',
    expiresMs: DAY,
    updates: true,
    deliver(notice, ask, now) {
      const { id, thread } = notice
      const whole = matrixText(notice)
      const put = (transaction: string, content: object): Promise<Outcome> =>
        putEvent(target, transaction, content, ask, now)
      if (thread === null) return put(id, whole)
      return keptCurrent(notice, {
        edit: () => put(`${id}.edit`, replacing(thread, whole)),
        follow: () => put(id, { ...matrixReply(notice), 'm.relates_to': inThread(thread) }),
        anew: () => put(id, whole),
      })
    },
  }),
})

/** What stands outside of the new content is for clients that know of no edits. */
const replacing = (first: string, whole: MatrixText): object => ({
  ...whole,
  body: `* ${whole.body}`,
  formatted_body: `* ${whole.formatted_body}`,
  'm.new_content': whole,
  'm.relates_to': { rel_type: 'm.replace', event_id: first },
})

/** Clients without threads show it as an answer. */
const inThread = (first: string): object => ({
  rel_type: 'm.thread',
  event_id: first,
  is_falling_back: true,
  'm.in_reply_to': { event_id: first },
})

async function putEvent(
  { homeserver, room, token }: Target,
  transaction: string,
  content: object,
  ask: Ask,
  now: number,
): Promise<Outcome> {
  const path = ['rooms', room, 'send', 'm.room.message', transaction].map(encodeURIComponent).join('/')
  const reply = await send(ask, {
    url: `${base(homeserver)}/_matrix/client/v3/${path}`,
    method: 'PUT',
    headers: { authorization: `Bearer ${token}` },
    json: content,
  })
  return matrixOutcome(reply, now)
}

const Said = z.object({
  event_id: z.string().min(1).max(255).optional().catch(undefined),
  errcode: z.string().optional().catch(undefined),
  retry_after_ms: z.number().optional().catch(undefined),
})

function matrixOutcome(reply: Reply, now: number): Outcome {
  const said = bodyOf(reply, Said)
  const outcome = worded(outcomeOf(reply, now), said?.errcode, CODES)
  if (outcome.kind !== 'delivered') return notBefore(outcome, said?.retry_after_ms, now)
  return said?.event_id === undefined ? (inOtherWords(reply, Taken) ?? outcome) : { ...outcome, handle: said.event_id }
}

const Taken = z.object({ event_id: z.string() })

/** The specification's codes that an answer to this request may carry. */
const CODES: ReadonlySet<string> = new Set([
  'M_BAD_JSON',
  'M_CONSENT_NOT_GIVEN',
  'M_FORBIDDEN',
  'M_GUEST_ACCESS_FORBIDDEN',
  'M_LIMIT_EXCEEDED',
  'M_MISSING_TOKEN',
  'M_NOT_FOUND',
  'M_NOT_JSON',
  'M_RESOURCE_LIMIT_EXCEEDED',
  'M_TOO_LARGE',
  'M_UNKNOWN',
  'M_UNKNOWN_TOKEN',
  'M_UNRECOGNIZED',
  'M_USER_DEACTIVATED',
  'M_USER_LOCKED',
  'M_USER_SUSPENDED',
])
