import { z } from 'zod'
import type { Outcome } from '../core/channel.ts'
import { matterOf } from '../core/matter.ts'
import { headline, lines, links } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import type { TransitionName } from '../core/transition.ts'
import { base, BaseUrl } from './base.ts'
import { disarmed, factParts } from './disarm.ts'
import { bytes, fitted } from './fitted.ts'
import { defineChannel } from './kind.ts'
import { DAY, outcomeOf } from './outcome.ts'
import { post, type Reply } from './post.ts'
import { bodyOf, inOtherWords } from './reply.ts'
import { toneOf, type Tone } from './tone.ts'

const SERVER = 'https://ntfy.sh'
/**
 * A message of 4,096 bytes becomes an attachment, which most servers refuse; the JSON around it may be twice as long.
 */
const MESSAGE_BYTES = 4_095
const JSON_BYTES = 8_192
/** Servers can be told to refuse longer titles. */
const TITLE_BYTES = 250
const LONGEST_LINK = 1_000

const Target = z.strictObject({
  url: BaseUrl.optional().meta({ preset: SERVER, description: 'The server, without the topic' }),
  topic: z
    .string()
    .regex(/^[\w-]{1,64}$/, '1 to 64 letters, digits, _ and -')
    .meta({ description: 'Without access control, whoever knows the topic can read and write it' }),
  token: z.string().min(1).optional().meta({ secret: true, description: 'Access token' }),
})

/**
 * A topic of an ntfy server (docs.ntfy.sh/publish). JSON goes to the root, never to the topic's own address, where it
 * would be the text.
 *
 * A message replaces an earlier one of the same sequence, without a sound while that is still shown; servers before
 * 2.16 and iOS show both. So only the end of a matter replaces its beginning, and another try replaces the one before;
 * everything else has to be heard.
 */
export const ntfy = defineChannel({
  id: 'ntfy',
  target: Target,
  connect: ({ url = SERVER, topic, token }) => ({
    id: 'ntfy',
    expiresMs: DAY,
    // Documented: 60 at once, and one more every five seconds.
    pace: { requests: 60, windowMs: 300_000 },
    async deliver(notice, ask, now) {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const json = messageOf(notice, topic)
      return ntfyOutcome(await post(ask, { url: `${base(url)}/`, headers, json }), now)
    },
  }),
})

const Said = z.object({ id: z.string().min(1) })
const Refused = z.object({ code: z.int() })

function ntfyOutcome(reply: Reply, now: number): Outcome {
  const outcome = outcomeOf(reply, now)
  if (outcome.kind === 'delivered') return inOtherWords(reply, Said) ?? outcome
  const code = bodyOf(reply, Refused)?.code
  return code === undefined ? outcome : { ...outcome, reason: `${outcome.reason}, ntfy code ${code}` }
}

/** Buttons only lead to pages: one that acknowledges by itself would hand an operator's token to every reader. */
function messageOf(notice: Notice, topic: string) {
  const tone = toneOf(notice)
  const parts = lines(notice).flatMap((line, index) => [...(index === 0 ? [] : ['\n']), ...factParts(line)])
  const read = links(notice).filter(({ url }) => url.length <= LONGEST_LINK)
  const [first] = read
  const dress = {
    topic,
    sequence_id: sequenceOf(notice),
    title: fitted(Array.from(disarmed(headline(notice))), TITLE_BYTES, bytes),
    priority: tone === 'alarm' && notice.account?.important === true ? URGENT : PRIORITIES[tone],
    tags: [TAGS[tone]],
    ...(first === undefined ? {} : { click: first.url }),
    actions: read.map(({ label, url }) => ({ action: 'view', label, url })),
  }
  const room = JSON_BYTES - bytes(JSON.stringify({ ...dress, message: '' }))
  const size = (text: string): number => Math.max(bytes(text), bytes(JSON.stringify(text)) - 2)
  return { ...dress, message: fitted(parts, Math.min(MESSAGE_BYTES, room), size) }
}

/** At most 64 letters, digits, `-` and `_`. */
function sequenceOf({ id, transition, summary, reminder }: Notice): string {
  const matter = matterOf(transition)
  const isPart = ENDS.has(transition.name) && summary === null && reminder === null
  return isPart ? `${matter.id}_${matter.since}` : id
}

/** What begins and what ends a matter. */
const ENDS: ReadonlySet<TransitionName> = new Set([
  'outage.opened',
  'outage.closed',
  'outage.retracted',
  'sight.lost',
  'sight.regained',
  'platform.troubled',
  'platform.settled',
  'subscriber.lost',
  'subscriber.regained',
])

const URGENT = 5

const PRIORITIES: Readonly<Record<Tone, number>> = { alarm: 4, caution: 4, blind: 3, good: 3, remark: 2 }

/** ntfy shows these as emoji before the title. */
const TAGS: Readonly<Record<Tone, string>> = {
  alarm: 'rotating_light',
  caution: 'warning',
  blind: 'see_no_evil',
  good: 'white_check_mark',
  remark: 'speech_balloon',
}
