import { z } from 'zod'
import type { Outcome } from '../core/channel.ts'
import type { Notice } from '../core/notice.ts'
import { defineChannel } from './kind.ts'
import { DAY, refused, unpagedOutcome } from './outcome.ts'
import { plainFacts, plainLinks, plainTitle } from './plain.ts'
import { post, type Reply } from './post.ts'
import { toneOf, type Tone } from './tone.ts'

const Tag = z.string().regex(/^[^,]*[^,\s][^,]*$/, 'a tag without a comma')

const Target = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).meta({
    secret: true,
    description: 'https://…/notify/KEY of an Apprise API; whoever knows the key can post, so it is a secret',
  }),
  tags: z
    .union([Tag, z.array(Tag).min(1)])
    .optional()
    .meta({ description: 'Who of those behind the key is told; tags in one text, with spaces between, must all fit' }),
})

/** Apprise's own limits for what it hands on whole; the services behind it cut to their own measure. */
const TITLE = 250
const BODY = 16_000
const LINKS = 2_000

/**
 * An Apprise API (github.com/caronc/apprise-api), which hands on to a hundred services. Each of them shows markup in its
 * own way, so there is none.
 */
export const apprise = defineChannel({
  id: 'apprise',
  target: Target,
  connect: ({ url, tags = [] }) => ({
    id: 'apprise',
    expiresMs: DAY,
    async deliver(notice, ask, now) {
      const tag = [tags].flat().join(',')
      const json = { ...messageOf(notice), ...(tag === '' ? {} : { tag }) }
      return appriseOutcome(await post(ask, { url, json }), now)
    },
  }),
})

const messageOf = (notice: Notice) => ({
  title: plainTitle(notice, TITLE),
  body: plainFacts(notice, BODY - LINKS) + plainLinks(notice, LINKS),
  type: TYPES[toneOf(notice)],
  format: 'text',
})

/** The answers that mean something of their own here; there is no word on who of many was told. */
function appriseOutcome(reply: Reply, now: number): Outcome {
  switch (reply.status) {
    case 204:
      return refused('answered 204: nothing is configured under this key and these tags')
    case 424:
      return { kind: 'retry', reason: 'answered 424: not all of the services have taken it', retryAt: null }
    default:
      return unpagedOutcome(reply, now)
  }
}

const TYPES: Readonly<Record<Tone, string>> = {
  alarm: 'failure',
  caution: 'warning',
  blind: 'warning',
  good: 'success',
  remark: 'info',
}
