import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const text = (max: number) => z.string().max(max)
const Embed = z.object({
  title: text(256).optional(),
  description: text(4_096).optional(),
  color: z.int().min(0).max(0xffffff).optional(),
  fields: z
    .array(z.object({ name: text(256).min(1), value: text(1_024).min(1) }))
    .max(25)
    .default([]),
  footer: z.object({ text: text(2_048) }).optional(),
})
const Message = z
  .object({
    content: text(2_000).default(''),
    embeds: z.array(Embed).max(10).default([]),
    allowed_mentions: z.object({ parse: z.array(z.string()) }).optional(),
  })
  .refine(({ content, embeds }) => content !== '' || embeds.length > 0)
  .refine(({ embeds }) => embeds.reduce((sum, embed) => sum + lengthOf(embed), 0) <= 6_000)

const lengthOf = ({ title = '', description = '', fields, footer }: z.infer<typeof Embed>): number =>
  [title, description, footer?.text ?? '', ...fields.flatMap(({ name, value }) => [name, value])].join('').length

export type DiscordPost = z.infer<typeof Message> & { readonly id: string }

/** What stands in front of a bucket that is full. */
const BUCKET = { requests: 5, resetMs: 2_000 } as const
const HOOK = /^\/api\/webhooks\/\d+\/\w+(?:\/messages\/(\d+))?$/

/**
 * A Discord webhook (docs.discord.com/developers/resources/webhook): messages can be edited, limits refuse with 400, a
 * bucket of five requests in two seconds tells of itself in headers and answers 429 with a float, and whoever asks
 * again for a webhook that is gone is noted.
 *
 * @param now epoch ms, for the bucket
 */
export async function startDiscord(now: () => number) {
  const posts: DiscordPost[] = []
  const faults: string[] = []
  let isGone = false
  let isNoted = false
  let bucket = { left: BUCKET.requests as number, until: 0 }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { status, json } = said(`${request.method ?? ''} ${request.url ?? ''}`, Buffer.concat(chunks).toString())
      response.writeHead(status, { 'content-type': 'application/json', ...headersNow() })
      response.end(json === null ? undefined : JSON.stringify(json))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const resetMs = (): number => Math.max(0, bucket.until - now())
  const headersNow = () => ({
    'x-ratelimit-limit': String(BUCKET.requests),
    'x-ratelimit-remaining': String(bucket.left),
    'x-ratelimit-reset-after': (resetMs() / 1000).toFixed(3),
    'x-ratelimit-bucket': 'abcd1234',
  })

  function said(line: string, body: string): Said {
    const [method, address = ''] = line.split(' ')
    const { pathname, searchParams } = new URL(address, 'http://discord')
    const [match, edited] = HOOK.exec(pathname) ?? []
    if (isGone && isNoted) faults.push('a webhook that is gone was asked again')
    isNoted = isGone
    if (match === undefined || isGone) return { status: 404, json: { message: 'Unknown Webhook', code: 10_015 } }
    if (now() >= bucket.until) bucket = { left: BUCKET.requests, until: now() + BUCKET.resetMs }
    if (bucket.left === 0) return limited()
    bucket = { ...bucket, left: bucket.left - 1 }
    const { data } = Message.safeParse(JSON.parse(body))
    if (data === undefined) return { status: 400, json: { message: 'Invalid Form Body', code: 50_035 } }
    if (data.allowed_mentions?.parse.length !== 0) faults.push('mentions are allowed')
    return method === 'PATCH' ? edit(edited ?? '', data) : post(data, searchParams.get('wait') === 'true')
  }

  function limited(): Said {
    faults.push('an empty bucket was asked')
    return { status: 429, json: { message: 'You are being rate limited.', retry_after: resetMs() / 1000 } }
  }

  function edit(id: string, message: z.infer<typeof Message>): Said {
    const at = posts.findIndex((one) => one.id === id)
    if (at < 0) return { status: 404, json: { message: 'Unknown Message', code: 10_008 } }
    posts[at] = { ...message, id }
    return { status: 200, json: posts[at] }
  }

  function post(message: z.infer<typeof Message>, waits: boolean): Said {
    const kept = { ...message, id: String(1_000 + posts.length) }
    posts.push(kept)
    return waits ? { status: 200, json: kept } : { status: 204, json: null }
  }

  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `${origin}/api/webhooks/1/token`,
    posts: posts as readonly DiscordPost[],
    /** What a well-behaved client does not do. */
    faults: faults as readonly string[],
    remove: () => void (isGone = true),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

type Said = { readonly status: number; readonly json: object | null }
