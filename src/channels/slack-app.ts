import type { Channel } from '../core/channel.ts'
import { DAY } from './outcome.ts'
import { post } from './post.ts'
import { answerTo } from './slack-answer.ts'
import { saidBy } from './slack-said.ts'
import { follow, open, type Method, type Place, type Telling } from './slack-telling.ts'
import { createDoubt, lookBack, NOTHING } from './slack-trace.ts'

/** An app, and where it posts. */
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
export function slackApp(target: AppTarget): Channel {
  const doubt = createDoubt()
  const moved = new Map<string, Place>()
  return {
    id: 'slack',
    expiresMs: DAY,
    updates: true,
    // A message a second in a channel; what follows an opening edits, too, and edits are about fifty a minute (tier 3).
    pace: { requests: 1, windowMs: 1_200 },
    buttons: {
      signingSecret: target.signingSecret,
      answer: (address, said) => answerTo(address, said, target.api),
    },
    deliver(notice, ask, now) {
      const isDoubtful = doubt.isDoubtful(notice, now)
      const told: Telling = {
        notice,
        channel: target.channel,
        call: async (method, json) => saidBy(await post(ask, requestOf(target, method, json)), now),
        standing: async (haunt) =>
          isDoubtful && CHANNEL_ID.test(haunt.channel) ? lookBack(haunt, notice, target, ask) : NOTHING,
        doubt,
        moved,
      }
      const parent = messageIn(notice.thread)
      return parent === null ? open(told) : follow(told, parent)
    },
  }
}

const requestOf = ({ api, token }: AppTarget, method: Method, json: unknown): Parameters<typeof post>[1] => ({
  url: `${api}/${method}`,
  json,
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
  maxBytes: MOST_BYTES,
})

/** Only these can be looked into; posting takes names as well. */
const CHANNEL_ID = /^[CDG][A-Z\d]{7,30}$/

/** Null for what another channel, or another kind of this one, called its message. */
function messageIn(thread: string | null): Place | null {
  const [, channel, ts] = /^([A-Z][A-Z\d]{2,30}) (\d{1,12}\.\d{1,9})$/.exec(thread ?? '') ?? []
  return channel === undefined || ts === undefined ? null : { channel, ts }
}
