import { z } from 'zod'
import { headline, lines, links } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import { disarmed, factParts } from './disarm.ts'
import { bytes, fitted } from './fitted.ts'
import { defineChannel } from './kind.ts'
import { DAY, outcomeOf } from './outcome.ts'
import { base } from './plain.ts'
import { post } from './post.ts'
import { toneOf, type Tone } from './tone.ts'

const SERVER = 'https://ntfy.sh'
/** ntfy's limit; a longer message would become an attachment. */
const MESSAGE_BYTES = 4_096
const LONGEST_LINK = 1_000

const Target = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ preset: SERVER, description: 'The server, without the topic' }),
  topic: z
    .string()
    .regex(/^[\w-]{1,64}$/, '1 to 64 letters, digits, _ and -')
    .meta({ description: 'Without access control, whoever knows the topic can read and write it' }),
  token: z.string().min(1).optional().meta({ secret: true, description: 'Access token' }),
})

/**
 * A topic of an ntfy server (docs.ntfy.sh/publish). JSON goes to the root, never to the topic's own address, where it
 * would be the text. What was sent cannot be edited.
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
      return outcomeOf(await post(ask, { url: `${base(url)}/`, headers, json: { topic, ...messageOf(notice) } }), now)
    },
  }),
})

/** Buttons only lead to pages: one that acknowledges by itself would hand an operator's token to every reader. */
function messageOf(notice: Notice) {
  const tone = toneOf(notice)
  const parts = lines(notice).flatMap((line, index) => [...(index === 0 ? [] : ['\n']), ...factParts(line)])
  const read = links(notice).filter(({ url }) => url.length <= LONGEST_LINK)
  const [first] = read
  return {
    title: disarmed(headline(notice)),
    message: fitted(parts, MESSAGE_BYTES, bytes),
    priority: tone === 'alarm' && notice.account?.important === true ? URGENT : PRIORITIES[tone],
    tags: [TAGS[tone]],
    ...(first === undefined ? {} : { click: first.url }),
    actions: read.map(({ label, url }) => ({ action: 'view', label, url })),
  }
}

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
