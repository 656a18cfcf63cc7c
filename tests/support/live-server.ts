import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import type { AccountJson, AccountPulse, OutageJson, Position } from '../../src/client/index.ts'
import { wantsType } from '../../src/core/tell.ts'
import type { QuietJson } from '../../src/core/json-desk.ts'
import { closedOf } from './live-json.ts'
import { answerHttp } from './live-http.ts'

/** A transition without its number. */
export type News = { readonly name: string; readonly account?: string | null; readonly [field: string]: unknown }
type Numbered = News & { readonly seq: number }
type Watcher = { readonly socket: WebSocket; types: readonly string[]; left: number }
type Watch = { readonly id: number; readonly filter?: { readonly types?: string[] }; readonly after?: Position }

export type LiveServer = Awaited<ReturnType<typeof startLiveServer>>

export type LiveServerParts = {
  readonly epoch?: string
  readonly heartbeatMs?: number
  readonly token?: string
  /** The token that may act; without it everybody who is let in may. */
  readonly operator?: string
  readonly now?: () => number
  /** The built dashboard. */
  readonly root?: string
  /** How many frames the next connection gets before it is cut off. */
  readonly cutAfter?: () => number
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
  const platforms: unknown[] = []
  const quiets: QuietJson[] = []
  const log: Numbered[] = []
  const watchers = new Set<Watcher>()
  const watches: Watch[] = []
  const state = { epoch: parts.epoch ?? 'one', silent: false, refusal: null as number | null }
  const iso = (): string => new Date(now()).toISOString()
  const seq = (): number => log.length

  const http = createServer(answerHttp({ ...parts, accounts, outages, platforms, quiets, acknowledge, accept }))
  const handleProtocols = (offered: Set<string>) => (offered.has('rollcall.v1') ? 'rollcall.v1' : false)
  const wss = new WebSocketServer({ server: http, path: '/live', handleProtocols })
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))

  wss.on('connection', (socket, request) => {
    socket.on('error', () => undefined)
    const refusal = state.refusal ?? (isKnown(request.headers['sec-websocket-protocol']) ? null : 4401)
    if (refusal !== null) {
      socket.close(refusal)
      return
    }
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

  function watch(watcher: Watcher, asked: Watch): void {
    watches.push(asked)
    watcher.types = asked.filter?.types ?? []
    if (watcher.types.includes('bad')) {
      send(watcher, { type: 'error', re: asked.id, code: 'bad_filter', detail: 'no such type' })
      return
    }
    const from = resumable(asked.after)
    const place = { re: asked.id, epoch: state.epoch, seq: seq() }
    send(watcher, from === null ? { type: 'snapshot', ...place, ...snapshot() } : { type: 'resumed', ...place })
    watchers.add(watcher)
    for (const one of from === null ? [] : log.slice(from)) tell(watcher, one)
  }

  const resumable = (after: Position | undefined): number | null =>
    after?.epoch === state.epoch && after.seq <= seq() && after.seq >= seq() - keeps ? after.seq : null

  const snapshot = () => ({
    accounts: [...accounts.values()],
    outages: [...outages.values()].filter((outage) => outage.state === 'open'),
  })

  function send(watcher: Watcher, frame: unknown): void {
    if (state.silent || watcher.left <= 0) return
    watcher.socket.send(JSON.stringify(frame))
    watcher.left -= 1
    if (watcher.left <= 0) watcher.socket.terminate()
  }

  function tell(watcher: Watcher, one: Numbered): void {
    if (wantsType(watcher.types, one.name)) send(watcher, { type: 'transition', ...one })
  }

  /** Numbers a transition, keeps it and tells everybody who watches. */
  function announce(news: News): number {
    const one: Numbered = { id: `trn_${seq() + 1}`, at: iso(), account: null, ...news, seq: seq() + 1 }
    log.push(one)
    const outage = news['outage'] as OutageJson | undefined
    if (outage !== undefined) outages.set(outage.id, outage)
    for (const watcher of watchers) tell(watcher, one)
    return one.seq
  }

  function acknowledge(outage: OutageJson, note: string): OutageJson {
    const next = { ...outage, acknowledged: { at: iso(), by: 'desk', note } }
    announce({ name: 'outage.acknowledged', account: outage.account, outage: next })
    return next
  }

  function accept(account: AccountJson, id: string | undefined): AccountJson | null {
    const outage = outages.get(account.outage ?? '')
    const identity = outage?.now ?? null
    if (outage === undefined || identity === null || (id ?? identity.id) !== identity.id) return null
    const next = { ...account, belief: 'up' as const, because: [], outage: null, identity }
    accounts.set(account.account, next)
    const over = closedOf(outage, 3)
    const accepted = { at: over.closedAt ?? iso(), by: 'desk', identity }
    announce({ name: 'outage.closed', account: account.account, outage: { ...over, accepted } })
    return next
  }

  /** Sends a frame to everybody who watches, whatever it is. */
  function raw(frame: unknown): void {
    for (const watcher of watchers) send(watcher, frame)
  }

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    accounts,
    outages,
    platforms,
    quiets,
    /** Every `watch` that came, oldest first. */
    watches,
    state,
    seq,
    announce,
    raw,
    watching: () => watchers.size,
    pulse: (pulses: readonly AccountPulse[]) => raw({ type: 'pulse', accounts: pulses }),
    beat: () => raw({ type: 'beat', seq: seq(), at: iso() }),
    /** Cuts every connection: with a close code, or without a word. */
    cut(code?: number): void {
      watchers.clear()
      for (const socket of wss.clients) {
        if (code === undefined) socket.terminate()
        else socket.close(code)
      }
    },
    async stop(): Promise<void> {
      for (const socket of wss.clients) socket.terminate()
      wss.close()
      http.closeAllConnections()
      await new Promise((done) => http.close(done))
    },
  }
}
