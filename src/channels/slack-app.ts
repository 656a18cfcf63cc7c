import type { Channel, Outcome } from '../core/channel.ts'
import type { Notice } from '../core/notice.ts'
import { DAY } from './outcome.ts'
import { post } from './post.ts'
import { appMessage, replyMessage } from './slack-message.ts'
import { saidBy, type Said } from './slack-said.ts'

export type AppTarget = {
  readonly token: string
  /** Id or name. */
  readonly channel: string
  readonly signingSecret: string
  /** Without a slash at its end. */
  readonly api: string
}

/** Slack repeats the message in its answer, every character beyond ASCII as six: our longest comes near this. */
const MOST_BYTES = 96 * 1024

/**
 * A Slack app with a bot token (docs.slack.dev/reference/methods/chat.postmessage, chat.update): one message for each
 * outage, kept current, and what follows in a thread below it, since an edit tells nobody.
 */
export const slackApp = (target: AppTarget): Channel => ({
  id: 'slack',
  expiresMs: DAY,
  updates: true,
  // A message a second in a channel; what follows an opening edits, too, and edits are about fifty a minute (tier 3).
  pace: { requests: 1, windowMs: 1_200 },
  signingSecret: target.signingSecret,
  deliver(notice, ask, now) {
    const call: Call = async (method, json) => saidBy(await post(ask, requestOf(target, method, json)), now)
    const parent = messageIn(notice.thread)
    return parent === null ? open(notice, target.channel, call) : follow(notice, parent, target.channel, call)
  },
})

type Method = 'chat.postMessage' | 'chat.update'
type Call = (method: Method, json: Readonly<Record<string, unknown>>) => Promise<Said>
type Place = { readonly channel: string; readonly ts: string }

const requestOf = ({ api, token }: AppTarget, method: Method, json: unknown): Parameters<typeof post>[1] => ({
  url: `${api}/${method}`,
  json,
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
  maxBytes: MOST_BYTES,
})

async function open(notice: Notice, channel: string, call: Call): Promise<Outcome> {
  const said = await call('chat.postMessage', { channel, ...appMessage(notice) })
  return said.ok ? { kind: 'delivered', handle: handleOf(said) } : said.outcome
}

/** The edit comes first: made again after a failure it changes nothing, while an answer would stand there twice. */
async function follow(notice: Notice, parent: Place, channel: string, call: Call): Promise<Outcome> {
  const edit = isState(notice) ? await call('chat.update', { ...parent, ...appMessage(notice) }) : null
  const isStale = edit !== null && !edit.ok
  if (isStale && LOST.has(edit.word)) return open(notice, channel, call)
  if (isStale && !UNEDITABLE.has(edit.word)) return edit.outcome
  if (!isStale && isLonger(notice)) return { kind: 'delivered', handle: handleOf(parent) }
  const said = await call('chat.postMessage', {
    channel: parent.channel,
    thread_ts: parent.ts,
    reply_broadcast: isForAll(notice),
    ...(isStale ? appMessage : replyMessage)(notice),
  })
  if (said.ok) return { kind: 'delivered', handle: handleOf(parent) }
  return LOST.has(said.word) ? open(notice, channel, call) : said.outcome
}

/** A note changes nothing of what the message says: who is gone, since when and why. */
const isState = ({ transition }: Notice): boolean => transition.name !== 'outage.annotated'

/** The same storm with more of them: the list is kept current, and nobody is disturbed. */
const isLonger = ({ transition }: Notice): boolean => 'again' in transition

/** What the whole channel should hear of although it stands in a thread: an end, and that nobody has taken it on yet. */
const isForAll = ({ transition: { name }, reminder }: Notice): boolean =>
  reminder !== null || name === 'outage.closed' || name === 'outage.retracted' || name === 'platform.settled'

/** The message, or its channel, is not there any more for us: what follows stands on its own. */
const LOST: ReadonlySet<string | null> = new Set([
  'cannot_reply_to_message',
  'channel_not_found',
  'is_archived',
  'message_not_found',
  'not_in_channel',
  'thread_not_found',
])

/** The message stays as it is, and can still be answered. */
const UNEDITABLE: ReadonlySet<string | null> = new Set(['cant_update_message', 'edit_window_closed'])

const handleOf = ({ channel, ts }: Place): string => `${channel} ${ts}`

/** Null for what another channel, or another kind of this one, called its message. */
function messageIn(thread: string | null): Place | null {
  const [, channel, ts] = /^([A-Z][A-Z\d]{2,30}) (\d{1,12}\.\d{1,9})$/.exec(thread ?? '') ?? []
  return channel === undefined || ts === undefined ? null : { channel, ts }
}
