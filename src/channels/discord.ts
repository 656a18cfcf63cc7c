import { z } from 'zod'
import { retryAfter } from '../core/allowance.ts'
import type { Ask } from '../core/answer.ts'
import type { Outcome } from '../core/channel.ts'
import { discordMessage, discordReply, type DiscordMessage } from './discord-message.ts'
import { keptCurrent } from './kept.ts'
import { defineChannel } from './kind.ts'
import { DAY, refused, unpagedOutcome } from './outcome.ts'
import { send, type Reply } from './post.ts'
import { bodyOf, notBefore } from './reply.ts'

const Target = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).meta({
    secret: true,
    description: 'Webhook of a Discord channel; whoever knows the address can post, so it is a secret',
  }),
})

/** An accepted message comes back whole, embeds and all. */
const MOST_BYTES = 64 * 1024

/**
 * A Discord webhook (docs.discord.com/developers/resources/webhook). The first message about an outage is edited, and a
 * short one follows: a webhook cannot answer below a message, and an edit notifies nobody.
 */
export const discord = defineChannel({
  id: 'discord',
  target: Target,
  connect({ url }) {
    const call = createHook(url)
    return {
      id: 'discord',
      expiresMs: DAY,
      updates: true,
      // A channel takes 30 webhook messages a minute (github.com/discord/discord-api-docs/issues/367); the buckets that
      // the answers name are heeded besides.
      pace: { requests: 30, windowMs: 60_000 },
      deliver(notice, ask, now) {
        const { thread } = notice
        const anew = () => call({ message: discordMessage(notice), ask, now })
        if (thread === null) return anew()
        return keptCurrent(notice, {
          edit: () => call({ message: discordMessage(notice), edits: thread, ask, now }),
          follow: () => call({ message: discordReply(notice), ask, now }),
          anew,
        })
      },
    }
  },
})

type Call = { readonly message: DiscordMessage; readonly edits?: string; readonly ask: Ask; readonly now: number }

/**
 * One webhook and what it has said of itself: until when its buckets are empty, and whether it is gone. A webhook that
 * answered 404 must not be asked again, and refusals count towards a ban of our address.
 */
function createHook(url: string): (call: Call) => Promise<Outcome> {
  const emptyUntil = { POST: 0, PATCH: 0 }
  let isGone = false

  return async ({ message, edits, ask, now }) => {
    const method = edits === undefined ? 'POST' : 'PATCH'
    if (isGone) return GONE
    if (now < emptyUntil[method]) return { kind: 'retry', reason: BUSY, retryAt: emptyUntil[method] }
    const address = edits === undefined ? executed(url) : messageAt(url, edits)
    const reply = await send(ask, { url: address, method, json: message, maxBytes: MOST_BYTES })
    const said = bodyOf(reply, Said)
    // Of an edit, 404 may also mean that somebody has deleted the message.
    if (method === 'POST' ? reply.status === 404 : said?.code === UNKNOWN_WEBHOOK) {
      isGone = true
      return GONE
    }
    emptyUntil[method] = emptyUntilOf(reply, now)
    return outcomeBy(reply, said, now)
  }
}

const UNKNOWN_WEBHOOK = 10_015
const GONE = refused('answered 404: this webhook is gone for good and is not asked again')
const BUSY = 'Discord takes no more for the moment'

const Said = z.object({
  id: z.string().regex(/^\d+$/).optional().catch(undefined),
  code: z.int().optional().catch(undefined),
  retry_after: z.number().optional().catch(undefined),
})

function outcomeBy(reply: Reply, said: z.infer<typeof Said> | null, now: number): Outcome {
  const outcome = unpagedOutcome(reply, now)
  if (outcome.kind === 'delivered') return said?.id === undefined ? outcome : { ...outcome, handle: said.id }
  if (outcome.kind === 'refused' && said?.code !== undefined && said.code > 0)
    return refused(`${outcome.reason}, Discord code ${said.code}`)
  return notBefore(outcome, said?.retry_after === undefined ? undefined : said.retry_after * 1000, now)
}

function emptyUntilOf({ headers }: Reply, now: number): number {
  if (headers['x-ratelimit-remaining'] !== '0') return 0
  return retryAfter(headers['x-ratelimit-reset-after'], now) ?? 0
}

/** With `wait` the answer comes after the message was stored, and holds its id. */
function executed(hook: string): string {
  const url = new URL(hook)
  url.searchParams.set('wait', 'true')
  return url.href
}

/** The address of one message. The query stays: it may name a thread. */
function messageAt(hook: string, id: string): string {
  const url = new URL(hook)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/messages/${encodeURIComponent(id)}`
  return url.href
}
