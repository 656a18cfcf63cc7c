import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Connect, Hint, Hints } from '../../src/core/platform.ts'
import { createConnect } from '../../src/io/connect.ts'
import type { Pace } from '../../src/platforms/bluesky/stream.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** A server with a stream; `serve` is called with each connection, the cursor it came with and its whole query. */
export async function host(serve: (socket: WebSocket, cursor: string | null, query: URLSearchParams) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const cursors: (string | null)[] = []
  const paths = new Set<string>()
  server.on('connection', (socket, request) => {
    const url = new URL(request.url ?? '', 'ws://localhost')
    paths.add(url.pathname)
    cursors.push(url.searchParams.get('cursor'))
    serve(socket, cursors.at(-1) ?? null, url.searchParams)
  })
  await once(server, 'listening')
  stops.push(async () => {
    for (const socket of server.clients) socket.terminate()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, cursors, paths }
}

const connect: Connect = createConnect({
  userAgent: 'Rollcall of the tests',
  allowPrivate: ['127.0.0.0/8'],
})

export const atOnce: Pace = { random: () => 0, now: Date.now, pause: () => Promise.resolve() }

export type Listening = {
  readonly watches?: (id: string) => boolean
  readonly ids?: () => readonly string[]
  /** The cursor of an earlier run. */
  readonly kept?: string
  readonly via?: Connect
}

/** Follows a stream until the test ends. `until` settles once what was heard satisfies it. */
export function listenTo(source: Hints, { watches = () => true, ids = () => [], kept, via = connect }: Listening = {}) {
  const abort = new AbortController()
  const hints: Hint[] = []
  const lines: string[] = []
  const written: string[] = []
  let heard = (): void => undefined
  const push = <Item>(list: Item[], item: Item): void => {
    list.push(item)
    heard()
  }
  const done = source.follow({
    signal: abort.signal,
    watches,
    ids,
    hint: (hint) => push(hints, hint),
    connect: via,
    cursor: { read: () => Promise.resolve(kept ?? null), write: (cursor) => push(written, cursor) },
    log: (verb, detail) => push(lines, `${verb}: ${detail}`),
  })
  const stop = async (): Promise<void> => {
    abort.abort()
    await done
  }
  stops.push(stop)
  const until = (enough: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      heard = () => {
        if (enough()) resolve()
      }
      heard()
    })
  return { hints, lines, written, until, stop }
}
