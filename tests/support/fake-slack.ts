import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Json = Readonly<Record<string, unknown>>
type Said = { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }

/** A message Slack took: everything shown, and the control sequences (`<…>`) its markup would act on. */
export type Shown = { readonly payload: Json; readonly texts: readonly string[]; readonly controls: readonly string[] }

/**
 * An incoming webhook as strict as Slack's (docs.slack.dev, @slack/types 3.2): wrong JSON, blocks over a limit, empty
 * or unknown parts are refused with Slack's own words.
 */
export async function startSlack() {
  const messages: Shown[] = []
  const script: Said[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const right = request.method === 'POST' && /^\/services\/T\w+\/B\w+\/\w+$/.test(request.url ?? '')
      const said = right
        ? (script.shift() ?? receive(Buffer.concat(chunks), request.headers['content-type'], messages))
        : { status: 404, body: 'no_service' }
      response.writeHead(said.status, { 'content-type': 'text/plain', ...said.headers })
      response.end(said.body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    url: `${origin}/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX`,
    messages,
    /** What it says to the next requests instead of reading them. */
    say: (...said: readonly Said[]) => void script.push(...said),
    async stop() {
      if (!server.listening) return
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The message is one of Slack's own words. */
export class Refused extends Error {}

function receive(body: Buffer, type: string | undefined, messages: Shown[]): Said {
  try {
    if (!/^application\/json\b/.test(type ?? '')) throw new Refused('invalid_payload')
    messages.push(shownOf(parsed(body.toString('utf8'))))
    return { status: 200, body: 'ok' }
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault
    return { status: 400, body: fault.message }
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new Refused('invalid_payload')
  }
}

const KEYS = ['text', 'blocks', 'attachments', 'unfurl_links', 'unfurl_media', 'metadata', 'thread_ts']

/** Holds a message against Slack's limits. @param keys what else the method takes @throws {Refused} */
export function shownOf(payload: Json, keys: readonly string[] = []): Shown {
  only(payload, [...KEYS, ...keys], 'invalid_payload')
  const { text, blocks = [], attachments = [], metadata } = payload
  if (typeof text !== 'string' || text === '') throw new Refused('no_text')
  if (text.length > 40_000) throw new Refused('msg_too_long')
  if (!Array.isArray(blocks) || blocks.length > 50) throw new Refused('invalid_blocks')
  if (!Array.isArray(attachments) || attachments.length > 100) throw new Refused('too_many_attachments')
  if (metadata !== undefined) checkMetadata(metadata as Json)
  const parts = (blocks as Json[]).flatMap(textsOf)
  const total = parts.reduce((sum, part) => sum + part.text.length, 0)
  if (total > 13_200) throw new Refused('msg_blocks_too_long')
  // The top-level text is markup too, in notifications and where blocks cannot be shown.
  const markup = [text, ...parts.filter(({ type }) => type === 'mrkdwn').map((part) => part.text)]
  return { payload, texts: [text, ...parts.map((part) => part.text)], controls: markup.flatMap(controlsOf) }
}

/** Names are alphanumeric, payloads flat but for one level, and all of it small. */
function checkMetadata(metadata: Json): void {
  only(metadata, ['event_type', 'event_payload'], 'invalid_metadata_format')
  const { event_type: type, event_payload: payload } = metadata
  if (typeof type !== 'string' || !/^\w{1,255}$/.test(type)) throw new Refused('invalid_metadata_schema')
  if (typeof payload !== 'object' || payload === null) throw new Refused('invalid_metadata_schema')
  if (JSON.stringify(payload).length > 16_000) throw new Refused('metadata_too_large')
}

/** Slack acts on these anywhere in markup, code spans included. */
const controlsOf = (text: string): readonly string[] => text.match(/<[^<>]*>?/g) ?? []

type Text = { readonly type: string; readonly text: string }

function textsOf(block: Json): readonly Text[] {
  if (block['type'] === 'header') {
    only(block, ['type', 'text', 'block_id'])
    return [textOf(block['text'], 150, ['plain_text'])]
  }
  if (block['type'] === 'section') {
    only(block, ['type', 'text', 'fields', 'block_id', 'accessory'])
    if (block['text'] === undefined && block['fields'] === undefined) throw new Refused('invalid_blocks')
    const text = block['text'] === undefined ? [] : [textOf(block['text'], 3_000)]
    return [...text, ...(block['fields'] === undefined ? [] : listOf(block['fields'], 10, 2_000))]
  }
  if (block['type'] === 'context') {
    only(block, ['type', 'elements', 'block_id'])
    return listOf(block['elements'], 10, 3_000)
  }
  if (block['type'] === 'actions') {
    only(block, ['type', 'elements', 'block_id'])
    const { elements } = block
    if (!Array.isArray(elements) || elements.length === 0 || elements.length > 25) throw new Refused('invalid_blocks')
    return (elements as Json[]).map(buttonText)
  }
  throw new Refused('invalid_blocks')
}

function buttonText(button: Json): Text {
  only(button, ['type', 'action_id', 'value', 'text', 'style', 'url', 'confirm', 'accessibility_label'])
  const { type, action_id: action, value } = button
  if (type !== 'button' || typeof action !== 'string' || action.length > 255) throw new Refused('invalid_blocks')
  if (typeof value !== 'string' || value.length > 2_000) throw new Refused('invalid_blocks')
  return textOf(button['text'], 75, ['plain_text'])
}

function listOf(list: unknown, most: number, length: number): readonly Text[] {
  if (!Array.isArray(list) || list.length === 0 || list.length > most) throw new Refused('invalid_blocks')
  return list.map((item) => textOf(item, length))
}

function textOf(element: unknown, most: number, types: readonly string[] = ['plain_text', 'mrkdwn']): Text {
  const { type, text } = (element ?? {}) as Partial<Text>
  if (type === undefined || !types.includes(type)) throw new Refused('invalid_blocks')
  only(element as Json, type === 'mrkdwn' ? ['type', 'text', 'verbatim'] : ['type', 'text', 'emoji'])
  if (typeof text !== 'string' || text.trim() === '' || text.length > most) throw new Refused('invalid_blocks')
  return { type, text }
}

function only(value: Json, keys: readonly string[], word = 'invalid_blocks'): void {
  if (Object.keys(value).some((key) => !keys.includes(key))) throw new Refused(word)
}
