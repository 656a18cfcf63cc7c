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

export const TOKEN = 'xoxb-a-token-nobody-may-read'
const CHANNELS: Readonly<Record<string, string>> = { '#desk': 'C024BE91L', desk: 'C024BE91L', C024BE91L: 'C024BE91L' }
/** `chat.update` counts the bytes of the escaped text. */
const MOST_TEXT = 4_000

/** Slack's Web API, as strict as Slack: HTTP says 200 to everything, `ok` says what it thinks. */
export async function startSlackApi() {
  const posted: Posted[] = []
  const calls: { readonly method: string; readonly payload: Json }[] = []
  const script: Said[] = []
  let clock = 0

  function post(payload: Json): Json {
    const channel = CHANNELS[String(payload['channel'])]
    if (channel === undefined) throw new Refused('channel_not_found')
    const threadTs = typeof payload['thread_ts'] === 'string' ? payload['thread_ts'] : null
    if (threadTs !== null && !posted.some(({ ts }) => ts === threadTs)) throw new Refused('thread_not_found')
    if (payload['reply_broadcast'] !== undefined && threadTs === null) throw new Refused('invalid_arguments')
    const shown = shownOf(payload, ['channel', 'reply_broadcast'])
    const ts = `1405894322.${String(++clock).padStart(6, '0')}`
    posted.push({ ...shown, channel, ts, threadTs, isBroadcast: payload['reply_broadcast'] === true })
    return { ok: true, channel, ts, message: payload }
  }

  function update(payload: Json): Json {
    const at = posted.findIndex(({ channel, ts }) => channel === payload['channel'] && ts === payload['ts'])
    const before = posted[at]
    if (before === undefined) throw new Refused('message_not_found')
    const shown = shownOf(payload, ['channel', 'ts'])
    if (Buffer.byteLength(String(payload['text'])) > MOST_TEXT) throw new Refused('msg_too_long')
    posted[at] = { ...before, ...shown }
    return { ok: true, channel: before.channel, ts: before.ts, text: payload['text'] }
  }

  function answer(path: string, authorization: string | undefined, type: string | undefined, body: string): Said {
    const methods: Readonly<Record<string, (payload: Json) => Json>> = {
      '/api/chat.postMessage': post,
      '/api/chat.update': update,
    }
    try {
      if (authorization !== `Bearer ${TOKEN}`) throw new Refused('invalid_auth')
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
      calls.push({ method: url.replace('/api/', ''), payload: JSON.parse(body) as Json })
      const said = script.shift() ?? answer(url, headers.authorization, headers['content-type'], body)
      response.writeHead(said.status ?? 200, { 'content-type': 'application/json; charset=utf-8', ...said.headers })
      response.end(typeof said.body === 'string' ? said.body : escapedJson(said.body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    calls,
    /** What the channel holds, in order; edits change what is there. */
    posted,
    /** What it says to the next calls instead of doing them. */
    say: (...said: readonly Said[]) => void script.push(...said),
    /** Somebody deletes a message. */
    remove: (ts: string) =>
      void posted.splice(
        posted.findIndex((one) => one.ts === ts),
        1,
      ),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** As Slack writes it: ASCII only. */
const escapedJson = (json: Json): string =>
  JSON.stringify(json).replace(/[\u0080-\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
