import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Refused, shownOf, type Shown } from './fake-slack.ts'

type Json = Readonly<Record<string, unknown>>
type Said = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Json | string
}

/** A message as the channel shows it now. `texts` as {@link Shown}. */
export type Posted = Shown & {
  readonly channel: string
  readonly ts: string
  readonly threadTs: string | null
  readonly isBroadcast: boolean
}

/** What somebody who pressed a button reads, alone. */
export type Whispered = { readonly text: string; readonly controls: readonly string[] }

export const TOKEN = 'xoxb-a-token-nobody-may-read'
const CHANNELS: Readonly<Record<string, string>> = { '#desk': 'C024BE91L', desk: 'C024BE91L', C024BE91L: 'C024BE91L' }
/** `chat.update` counts the bytes of the escaped text. */
const MOST_TEXT = 4_000

/** A `response_url` is good for so many answers. */
const MOST_ANSWERS = 5

/**
 * Slack's Web API, as strict as Slack: HTTP says 200 to everything, `ok` says what it thinks.
 *
 * @param scopes what the app may do beside `chat:write`
 */
export async function startSlackApi({ scopes = ['channels:history'] }: { readonly scopes?: readonly string[] } = {}) {
  const posted: Posted[] = []
  const whispered: Whispered[] = []
  const archived = new Set<string>()
  let swallowing = 0
  const calls: { readonly method: string; readonly payload: Json }[] = []
  const script: Said[] = []
  let clock = 0

  function post(payload: Json): Json {
    const channel = CHANNELS[String(payload['channel'])]
    if (channel === undefined) throw new Refused('channel_not_found')
    if (archived.has(channel)) throw new Refused('is_archived')
    const threadTs = typeof payload['thread_ts'] === 'string' ? payload['thread_ts'] : null
    if (threadTs !== null && !posted.some(({ ts }) => ts === threadTs)) throw new Refused('thread_not_found')
    if (payload['reply_broadcast'] !== undefined && threadTs === null) throw new Refused('invalid_arguments')
    const shown = shownOf(payload, ['channel', 'reply_broadcast'])
    const ts = `1405894322.${String(++clock).padStart(6, '0')}`
    posted.push({ ...shown, channel, ts, threadTs, isBroadcast: payload['reply_broadcast'] === true })
    return { ok: true, channel, ts, message: payload }
  }

  function update(payload: Json): Json {
    if (!Object.values(CHANNELS).includes(String(payload['channel']))) throw new Refused('channel_not_found')
    if (archived.has(String(payload['channel']))) throw new Refused('is_inactive')
    const at = posted.findIndex(({ channel, ts }) => channel === payload['channel'] && ts === payload['ts'])
    const before = posted[at]
    if (before === undefined) throw new Refused('message_not_found')
    const shown = shownOf(payload, ['channel', 'ts'])
    if (Buffer.byteLength(String(payload['text'])) > MOST_TEXT) throw new Refused('msg_too_long')
    posted[at] = { ...before, ...shown }
    return { ok: true, channel: before.channel, ts: before.ts, text: payload['text'] }
  }

  /** Newest first in a channel, oldest first in a thread, as Slack has it. */
  function messages(asked: Readonly<Record<string, string>>, inThread: boolean): Json {
    if (!scopes.includes('channels:history')) throw new Refused('missing_scope')
    if (!Object.values(CHANNELS).includes(asked['channel'] ?? '')) throw new Refused('channel_not_found')
    if (!/^\d+\.\d{6}$/.test(asked['oldest'] ?? '') || !(Number(asked['limit']) <= 999))
      throw new Refused('invalid_arguments')
    if (inThread && !posted.some(({ ts }) => ts === asked['ts'])) throw new Refused('thread_not_found')
    const there = posted
      .filter(({ channel }) => channel === asked['channel'])
      .filter(({ ts, threadTs, isBroadcast }) =>
        inThread ? ts === asked['ts'] || threadTs === asked['ts'] : threadTs === null || isBroadcast,
      )
      .map(({ ts, payload }) => ({
        type: 'message',
        ts,
        text: payload['text'],
        ...(asked['include_all_metadata'] === 'true' && { metadata: payload['metadata'] }),
      }))
    return {
      ok: true,
      messages: (inThread ? there : there.reverse()).slice(0, Number(asked['limit'])),
      has_more: false,
    }
  }

  /** Incoming-webhook manners: no JSON comes back. */
  function whisper(body: string): Said {
    if (whispered.length >= MOST_ANSWERS) return { status: 404, body: 'used_url' }
    const shown = shownOf(JSON.parse(body) as Json, ['response_type', 'replace_original', 'delete_original'])
    if (shown.payload['response_type'] !== 'ephemeral' || shown.payload['replace_original'] !== false)
      throw new Error('an answer that everybody sees, or that takes the place of the message')
    whispered.push({ text: String(shown.payload['text']), controls: shown.controls })
    return { body: 'ok' }
  }

  function answer(url: string, authorization: string | undefined, type: string | undefined, body: string): Said {
    const [path = '', query = ''] = url.split('?')
    const asked = Object.fromEntries(new URLSearchParams(query))
    if (path === '/actions/T1DC2JH3J/1/x') return whisper(body)
    const reading = /^\/api\/conversations\.(history|replies)$/.exec(path)?.[1]
    const methods: Readonly<Record<string, (payload: Json) => Json>> = {
      '/api/chat.postMessage': post,
      '/api/chat.update': update,
    }
    try {
      if (authorization !== `Bearer ${TOKEN}`) throw new Refused('invalid_auth')
      if (reading !== undefined) return { body: messages(asked, reading === 'replies') }
      if (type !== 'application/json; charset=utf-8') throw new Refused('invalid_form_data')
      const method = methods[path]
      if (method === undefined) throw new Refused('unknown_method')
      return { body: method(JSON.parse(body) as Json) }
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault
      return { body: { ok: false, error: fault.message } }
    }
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const { url = '', headers } = request
      const method = url.replace('/api/', '').replace(/\?.*/, '')
      calls.push({ method, payload: JSON.parse(body === '' ? '{}' : body) as Json })
      const said = script.shift() ?? answer(url, headers.authorization, headers['content-type'], body)
      if (url.endsWith('chat.postMessage') && swallowing > 0) {
        swallowing--
        request.socket.destroy()
        return
      }
      response.writeHead(said.status ?? 200, { 'content-type': 'application/json; charset=utf-8', ...said.headers })
      response.end(typeof said.body === 'string' ? said.body : escapedJson(said.body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    api: `${origin}/api`,
    /** Where a press of a button is answered. */
    responseUrl: `${origin}/actions/T1DC2JH3J/1/x`,
    whispered,
    calls,
    /** What the channel holds, in order; edits change what is there. */
    posted,
    /** What it says to the next calls instead of doing them. */
    say: (...said: readonly Said[]) => void script.push(...said),
    /** The next posts are taken, and the connection breaks before anybody hears of it. */
    swallow: (posts = 1) => void (swallowing = posts),
    archive: (channel = 'C024BE91L') => void archived.add(channel),
    /** Somebody deletes a message. */
    remove: (ts: string) =>
      void posted.splice(
        posted.findIndex((one) => one.ts === ts),
        1,
      ),
    async stop() {
      if (!server.listening) return
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** As Slack writes it: ASCII only. */
const escapedJson = (json: Json): string =>
  JSON.stringify(json).replace(/[\u0080-\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
