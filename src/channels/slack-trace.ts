import type { MessageMetadata } from '@slack/types'
import { z } from 'zod'
import { AskFault, type Ask } from '../core/answer.ts'
import type { Notice } from '../core/notice.ts'
import { remember } from './memory.ts'
import { send } from './post.ts'
import { bodyOf } from './reply.ts'

const EVENT = 'rollcall_notice'

/** What a message carries, unseen, so that it can be known again. */
export const traceOf = ({ id }: Notice): { readonly metadata: MessageMetadata } => ({
  metadata: { event_type: EVENT, event_payload: { notice: id } },
})

/**
 * Whether a notice may stand in the channel already. `begin` is called before every post, and `end` once it is certain
 * what became of it.
 */
export type Doubt = {
  /** @param now epoch ms; an earlier process may have told whatever happened before the first call */
  isDoubtful(notice: Notice, now: number): boolean
  begin(notice: Notice): void
  end(notice: Notice): void
}

/**
 * Which notices may stand in the channel although nobody wrote down that they do. Slack knows no idempotency key, so
 * that a post whose answer is lost, or that was taken right before this process began, would be made twice.
 */
export function createDoubt(): Doubt {
  let since: number | null = null
  const begun = new Map<string, true>()
  return {
    isDoubtful(notice, now) {
      const began = (since ??= now)
      const ids = [notice.id, ...notice.merged.map(({ id }) => id)]
      return instantsOf(notice).some((at) => at < began) || ids.some((id) => begun.has(id))
    },
    begin: ({ id }) => remember(begun, id, true),
    end: ({ id }) => void begun.delete(id),
  }
}

/** Nobody can have been told of the notice, or of what it tells as well, before these; epoch ms. */
const instantsOf = ({ transition, reminder, merged }: Notice): readonly number[] => [
  reminder?.at ?? transition.at,
  ...merged.map((told) => told.transition.at),
]

/** Where to look: a channel, by its id, or a thread in it. */
export type Haunt = { readonly channel: string; readonly ts?: string }

/** What stands there: each message's `ts`, by its notice's id. */
export type Seen = ReadonlyMap<string, string>

/** Nothing of ours was found, or nobody looked. */
export const NOTHING: Seen = new Map()

/** Nobody waits longer for an alert because of a look back. */
const DEADLINE = 3_000
const MOST_BYTES = 4 * 1024 * 1024
const PAGE = 100
/** What Slack's clock and ours may differ by. */
const SKEW = 300_000

const History = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z
        .object({ event_type: z.literal(EVENT), event_payload: z.object({ notice: z.string() }) })
        .optional()
        .catch(undefined),
    }),
  ),
})

/**
 * Looks for messages of ours (docs.slack.dev/reference/methods/conversations.history and conversations.replies, 50 a
 * minute). That takes `channels:history` (`groups:history` in private channels), which an app may not have. Whatever
 * keeps us from looking, the notice is told: twice is better than never.
 */
export async function lookBack(
  haunt: Haunt,
  notice: Notice,
  { api, token }: { readonly api: string; readonly token: string },
  ask: Ask,
): Promise<Seen> {
  try {
    const reply = await send(ask, {
      url: `${api}/conversations.${question(haunt, notice)}`,
      headers: { authorization: `Bearer ${token}` },
      deadlineMs: DEADLINE,
      maxBytes: MOST_BYTES,
    })
    const there = bodyOf(reply, History)?.messages ?? []
    return new Map(there.flatMap(({ ts, metadata }) => (metadata ? [[metadata.event_payload.notice, ts]] : [])))
  } catch (fault) {
    if (fault instanceof AskFault) return NOTHING
    throw fault
  }
}

function question({ channel, ts }: Haunt, notice: Notice): string {
  const oldest = Math.max(0, (Math.min(...instantsOf(notice)) - SKEW) / 1000).toFixed(6)
  const asked = new URLSearchParams({ channel, oldest, limit: String(PAGE), include_all_metadata: 'true' })
  if (ts === undefined) return `history?${asked.toString()}`
  asked.set('ts', ts)
  return `replies?${asked.toString()}`
}
