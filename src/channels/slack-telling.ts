import type { Outcome } from '../core/channel.ts'
import type { Notice } from '../core/notice.ts'
import { remember } from './memory.ts'
import { appMessage, replyMessage } from './slack-message.ts'
import type { Said } from './slack-said.ts'
import { traceOf, type Doubt, type Haunt, type Seen } from './slack-trace.ts'

/** The methods of the Web API that are called here. */
export type Method = 'chat.postMessage' | 'chat.update'
type Json = Readonly<Record<string, unknown>>
/** Where a message stands: the id of its channel, and its `ts`, which is its id there. */
export type Place = { readonly channel: string; readonly ts: string }

/** One notice on its way. */
export type Telling = {
  readonly notice: Notice
  /** As configured: id or name. */
  readonly channel: string
  readonly call: (method: Method, json: Json) => Promise<Said>
  /** What of ours stands there already; nothing where it is certain that this notice does not. */
  readonly standing: (haunt: Haunt) => Promise<Seen>
  readonly doubt: Doubt
  /** Where the message stands that was posted in place of a lost one, by the lost one's handle. */
  readonly moved: Map<string, Place>
}

/**
 * Tells a notice that answers no earlier message. Where it stands in the channel already, nothing is posted; where the
 * opening does that it tells as well, this follows the opening.
 */
export async function open(told: Telling): Promise<Outcome> {
  const { notice, channel } = told
  const seen = await told.standing({ channel })
  const own = seen.get(notice.id)
  if (own !== undefined) return { kind: 'delivered', handle: handleOf({ channel, ts: own }) }
  const [opening] = notice.merged.flatMap(({ id }) => seen.get(id) ?? [])
  return opening === undefined ? anew(told) : follow(told, { channel, ts: opening })
}

async function anew(told: Telling, lost?: Place): Promise<Outcome> {
  const said = await put(told, { channel: told.channel, ...appMessage(told.notice) })
  if (!said.ok) return said.outcome
  if (lost !== undefined) remember(told.moved, handleOf(lost), { channel: said.channel, ts: said.ts })
  return { kind: 'delivered', handle: handleOf(said) }
}

/**
 * Edits the first message, and answers in its thread. The edit comes first: made again after a failure it changes
 * nothing, while an answer would stand there twice.
 */
export async function follow(told: Telling, first: Place): Promise<Outcome> {
  const { notice } = told
  const parent = told.moved.get(handleOf(first)) ?? first
  const edit = isState(notice) ? await told.call('chat.update', { ...parent, ...appMessage(notice) }) : null
  const isStale = edit !== null && !edit.ok
  if (isStale && LOST.has(edit.word)) return anew(told, first)
  if (isStale && !UNEDITABLE.has(edit.word)) return edit.outcome
  const delivered: Outcome = { kind: 'delivered', handle: handleOf(parent) }
  if (!isStale && isLonger(notice)) return delivered
  if ((await told.standing(parent)).has(notice.id)) return delivered
  const said = await put(told, {
    channel: parent.channel,
    thread_ts: parent.ts,
    reply_broadcast: isForAll(notice),
    ...(isStale ? appMessage : replyMessage)(notice),
  })
  if (said.ok) return delivered
  return LOST.has(said.word) ? anew(told, first) : said.outcome
}

/**
 * Posts with a trace, and without it where Slack objects to the trace: an alert must not fail for what only we read.
 */
async function put({ notice, call, doubt }: Telling, message: Json): Promise<Said> {
  doubt.begin(notice)
  const traced = await call('chat.postMessage', { ...message, ...traceOf(notice) })
  const isUntraceable = !traced.ok && traced.word?.includes('metadata') === true
  const said = isUntraceable ? await call('chat.postMessage', message) : traced
  if (said.ok || said.isUntaken) doubt.end(notice)
  return said
}

/** A note changes nothing of what the message says: who is gone, since when and why. */
const isState = ({ transition }: Notice): boolean => transition.name !== 'outage.annotated'

/** The same storm with more of them: the list is kept current, and nobody is disturbed. */
const isLonger = ({ transition }: Notice): boolean => 'again' in transition

/** What all should hear of although it stands in a thread: an end, and that nobody has taken it on yet. */
const isForAll = ({ transition: { name }, reminder }: Notice): boolean =>
  reminder !== null || name === 'outage.closed' || name === 'outage.retracted' || name === 'platform.settled'

/**
 * The message, its thread or its channel is not there any more for us: what follows stands on its own, in the channel
 * that is configured now.
 */
const LOST: ReadonlySet<string | null> = new Set([
  'cannot_reply_to_message',
  'channel_not_found',
  'is_archived',
  'is_inactive',
  'message_not_found',
  'not_in_channel',
  'restricted_action_non_threadable_channel',
  'restricted_action_thread_locked',
  'thread_not_found',
])

/** The message stays as it is, and can still be answered. */
const UNEDITABLE: ReadonlySet<string | null> = new Set(['block_mismatch', 'cant_update_message', 'edit_window_closed'])

const handleOf = ({ channel, ts }: Place): string => `${channel} ${ts}`
