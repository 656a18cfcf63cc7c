import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import type { AccountJson, AccountPulse, OutageJson, Position } from '../../src/client/index.ts'
import { wantsType } from '../../src/core/tell.ts'

/** A transition without its number. */
type News = { readonly name: string; readonly account?: string | null; readonly [field: string]: unknown }
type Numbered = News & { readonly seq: number }
type Watcher = { readonly socket: WebSocket; readonly types: readonly string[]; left: number }

export type LiveServer = Awaited<ReturnType<typeof startLiveServer>>

export type LiveServerParts = {
  readonly epoch?: string
  readonly heartbeatMs?: number
  readonly token?: string
  /** Tokens that may act; without it everybody with the token may. */
  readonly operator?: string
  readonly now?: () => number
  /** The built dashboard. */
  readonly root?: string
  /** How many frames the next connection gets before it is cut off; null for all. */
  readonly cutAfter?: () => number | null
  /** How many transitions are kept for those who resume. */
  readonly keeps?: number
}

/**
 * A server that speaks the contract (design 5.3 and 5.4) as it is told to: what to announce, when to fall silent, when
 * to cut a connection. Real sockets on a port of its own.
 */
export async function startLiveServer(parts: LiveServerParts = {}) {
  const { now = Date.now, heartbeatMs = 15_000, keeps = Infinity } = parts
  const accounts = new Map<string, AccountJson>()
  const outages = new Map<string, OutageJson>()
  const log: Numbered[] = []
  const watchers = new Set<Watcher>()
  const watches: Record<string, unknown>[] = []
  const posts: { path: string; body: string }[] = []
  const state = { epoch: parts.epoch ?? 'one', silent: false, shut: null as number | null }
  const iso = (): string => new Date(now()).toISOString()
  const seq = (): number => log.length

  const http = createServer((request, response) => void serve(request, response))
  const wss = new WebSocketServer({
    server: http,
    path: '/live',
    handleProtocols: (offered) => (offered.has('rollcall.v1') ? 'rollcall.v1' : false),
  })
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`

  function send(watcher: Watcher, frame: unknown): void {
    if (state.silent || watcher.left <= 0) return
    watcher.socket.send(JSON.stringify(frame))
    if (--watcher.left <= 0) watcher.socket.terminate()
  }

  wss.on('connection', (socket, request) => {
    socket.on('error', () => undefined)
    if (state.shut !== null) return socket.close(state.shut)
    if (!isKnown(request.headers['sec-websocket-protocol'])) return socket.close(4401, 'token')
    const watcher: Watcher = { socket, types: [], left: parts.cutAfter?.() ?? Infinity }
    socket.on('close', () => watchers.delete(watcher))
    socket.on('message', (data: Buffer) => watch(watcher, JSON.parse(data.toString()) as Watch))
    send(watcher, { type: 'hello', epoch: state.epoch, seq: seq(), at: iso(), heartbeatMs })
  })

  function isKnown(protocols = ''): boolean {
    if (parts.token === undefined) return true
    const offered = /bearer\.([\w-]+)/.exec(protocols)?.[1] ?? ''
    return [parts.token, parts.operator].includes(Buffer.from(offered, 'base64url').toString())
  }

  type Watch = { id: number; filter?: { types?: string[] }; after?: Position }

  function watch(watcher: Watcher, asked: Watch): void {
    watches.push(asked)
    const { id: re, filter, after } = asked
    const types = filter?.types ?? []
    if (types.includes('bad')) return send(watcher, { type: 'error', re, code: 'bad_filter', detail: 'no such type' })
    const resumes = after?.epoch === state.epoch && after.seq <= seq() && after.seq >= seq() - keeps
    if (resumes) send(watcher, { type: 'resumed', re, epoch: state.epoch, seq: seq() })
    else send(watcher, { type: 'snapshot', re, epoch: state.epoch, seq: seq(), ...snapshot() })
    const told = { ...watcher, types }
    Object.assign(watcher, { types })
    watchers.add(watcher)
    if (resumes)
      for (const one of log.slice(after.seq)) if (wantsType(told.types, one.name)) send(watcher, frameOf(one))
  }

  const snapshot = () => ({
    accounts: [...accounts.values()],
    outages: [...outages.values()].filter((outage) => outage.state === 'open'),
  })
  const frameOf = (one: Numbered) => ({ type: 'transition', ...one })
  const all = (frame: unknown): void => {
    for (const watcher of watchers) send(watcher, frame)
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url)
    const answer = (status: number, json: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json', ...HEADERS }).end(JSON.stringify(json))
    if (!pathname.startsWith('/api/')) return page(pathname, response)
    const token = (request.headers.authorization ?? '').replace('Bearer ', '')
    if (parts.token !== undefined && ![parts.token, parts.operator].includes(token)) {
      return void answer(401, { title: 'Unauthorized', status: 401, detail: 'A token is needed.' })
    }
    if (request.method === 'POST') {
      let body = ''
      for await (const piece of request as AsyncIterable<Buffer>) body += piece.toString()
      if (parts.operator !== undefined && token !== parts.operator) {
        return void answer(403, { title: 'Forbidden', status: 403, detail: 'This token may look, not act.' })
      }
      posts.push({ path: pathname, body })
      return void acknowledge(pathname, body, answer)
    }
    if (pathname === '/api/v1/outages') {
      const wanted = searchParams.get('state')
      return void answer(200, { outages: [...outages.values()].filter((one) => one.state === wanted), next: null })
    }
    if (pathname === '/api/v1/platforms') return void answer(200, { platforms: [], next: null })
    const account = accounts.get(decodeURIComponent(pathname.replace('/api/v1/accounts/', '')))
    answer(account === undefined ? 404 : 200, account ?? { title: 'Not Found', status: 404, detail: 'no such account' })
  }

  function acknowledge(path: string, body: string, answer: (status: number, json: unknown) => void): void {
    const outage = outages.get(path.split('/')[4] ?? '')
    if (outage === undefined) return answer(404, { title: 'Not Found', status: 404, detail: 'no such outage' })
    const { note } = JSON.parse(body) as { note: string }
    const next = { ...outage, acknowledged: { at: iso(), by: 'desk', note } }
    answer(200, next)
    announce({ name: 'outage.acknowledged', account: outage.account, outage: next })
  }

  async function page(path: string, response: ServerResponse): Promise<void> {
    const file = path === '/' ? 'index.html' : normalize(path).replace(/^[/.]+/, '')
    const body = await readFile(join(parts.root ?? '/nowhere', file)).catch(() => null)
    if (body === null) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': MEDIA[extname(file)] ?? 'text/plain', ...HEADERS }).end(body)
  }

  /** Numbers a transition, keeps it and tells everybody who watches. */
  function announce(news: News): number {
    const one: Numbered = { id: `trn_${seq() + 1}`, at: iso(), account: null, ...news, seq: seq() + 1 }
    log.push(one)
    const outage = news['outage'] as OutageJson | undefined
    if (outage !== undefined) outages.set(outage.id, outage)
    for (const watcher of watchers) if (wantsType(watcher.types, one.name)) send(watcher, frameOf(one))
    return one.seq
  }

  return {
    url,
    accounts,
    outages,
    /** Every `watch` that came, oldest first. */
    watches,
    posts,
    state,
    seq,
    announce,
    watching: () => watchers.size,
    pulse: (pulses: readonly AccountPulse[]) => all({ type: 'pulse', accounts: pulses }),
    beat: () => all({ type: 'beat', seq: seq(), at: iso() }),
    raw: all,
    /** Cuts every connection: with a close code, or without a word. */
    cut(code?: number): void {
      for (const socket of wss.clients)
        if (code === undefined) socket.terminate()
        else socket.close(code)
    },
    async stop(): Promise<void> {
      for (const socket of wss.clients) socket.terminate()
      wss.close()
      http.closeAllConnections()
      await new Promise((done) => http.close(done))
    },
  }
}

const HEADERS = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
}
const MEDIA: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
