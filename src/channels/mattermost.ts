import { z } from 'zod'
import { headline, lines, links } from '../core/message.ts'
import type { Notice } from '../core/notice.ts'
import { instantWords } from '../core/words.ts'
import { disarmed } from './disarm.ts'
import { defineChannel } from './kind.ts'
import { escaped, factText, linksText } from './markdown.ts'
import { DAY, unpagedOutcome } from './outcome.ts'
import { plainTitle } from './plain.ts'
import { post } from './post.ts'
import { signOf, toneOf, type Tone } from './tone.ts'

const Target = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).meta({
    secret: true,
    description: 'Incoming webhook; whoever knows the address can post, so it is a secret',
  }),
})

/** Of the 7,900 that older servers allow for all attachments as JSON; labels and links need the rest. */
const ALL_VALUES = 4_500
const FALLBACK = 300

/**
 * A Mattermost incoming webhook (developers.mattermost.com/integrate/webhooks/incoming). Slack's blocks are not shown
 * there, its attachments are. No id comes back, so every notice is a message of its own.
 */
export const mattermost = defineChannel({
  id: 'mattermost',
  target: Target,
  connect: ({ url }) => ({
    id: 'mattermost',
    expiresMs: DAY,
    deliver: async (notice, ask, now) => unpagedOutcome(await post(ask, { url, json: messageOf(notice) }), now),
  }),
})

function messageOf(notice: Notice) {
  const { seq, name } = notice.transition
  const facts = lines(notice)
  const most = Math.floor(ALL_VALUES / facts.length)
  const attachment = {
    fallback: disarmed(plainTitle(notice, FALLBACK)),
    color: COLOURS[toneOf(notice)],
    text: linksText(links(notice)),
    fields: facts.map((line) => ({
      title: line.label,
      value: factText(line, most, instantWords, storedLength),
      short: false,
    })),
    footer: `Rollcall ${name} ${seq}`,
  }
  return { text: `${signOf(notice)} ${escaped(headline(notice))}`, attachments: [attachment] }
}

/** As the server writes it down: quotes and backslashes take two characters, ampersands six. */
const storedLength = (text: string): number => JSON.stringify(text).length - 2 + 5 * (text.split('&').length - 1)

const COLOURS: Readonly<Record<Tone, string>> = {
  alarm: '#d92d20',
  caution: '#f79009',
  blind: '#98a2b3',
  good: '#12b76a',
  remark: '#2e90fa',
}
