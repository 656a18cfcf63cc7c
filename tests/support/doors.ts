import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import { createHttp, type Http, type HttpParts } from '../../src/io/http.ts'
import { accountAt, createFakeDesk, createLinesLog, type FakeDesk } from './desk.ts'

export const METRICS = {
  text: async () => Promise.resolve('rollcall_up 1\n'),
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
}

export const VIEWER = { name: 'wall', role: 'viewer', token: 'a-viewer-token-of-the-wall' } as const
export const OPERATOR = { name: 'ops', role: 'operator', token: 'an-operator-token-of-ops!' } as const

export type OpenDoors = {
  readonly desk: FakeDesk
  readonly http: Http
  readonly url: string
  readonly port: number
  readonly lines: readonly string[]
  /** The status and the JSON of an answer, whatever it is. */
  ask(path: string, init?: RequestInit): Promise<{ status: number; headers: Headers; body: unknown }>
}

/** The doors over a fake desk with one account, on a port of their own; closed when the test ends. */
export async function openDoors(parts: Partial<HttpParts> & { desk?: FakeDesk } = {}): Promise<OpenDoors> {
  const desk = parts.desk ?? createFakeDesk()
  if (desk.watched.size === 0) desk.watch(accountAt('x:realDonaldTrump', { name: 'Donald J. Trump', tags: ['vip'] }))
  const log = createLinesLog()
  const listen = { host: '127.0.0.1', port: 0 }
  const plain = { listen, tokens: [], origins: [], publicUrl: null, web: null, metrics: METRICS, log }
  const http = createHttp({ ...plain, ...parts, desk })
  const { url, port } = await http.start()
  onTestFinished(() => http.stop())
  return {
    desk,
    http,
    url,
    port,
    lines: log.lines,
    async ask(path, init) {
      const answer = await fetch(url + path, init)
      const text = await answer.text()
      const isJson = /json/.test(answer.headers.get('content-type') ?? '')
      return { status: answer.status, headers: answer.headers, body: isJson ? (JSON.parse(text) as unknown) : text }
    },
  }
}

export const bearer = ({ token }: { readonly token: string }) => ({ authorization: `Bearer ${token}` })

export const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

export type Frame = { readonly type: string; readonly [field: string]: unknown }

export type Ear = {
  readonly socket: WebSocket
  /** The next frame, in order; pulses and beats are passed over unless asked for. */
  next(...types: readonly string[]): Promise<Frame>
  say(message: unknown): void
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
}

/** A socket that keeps what it hears until it is asked for. */
export function listenTo(url: string, options: ClientOptions & { protocols?: string[] } = {}): Ear {
  const { protocols = ['rollcall.v1'], ...rest } = options
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, protocols, { perMessageDeflate: false, ...rest })
  const heard: Frame[] = []
  const waiting: (() => void)[] = []
  const wake = (): void => waiting.splice(0).forEach((one) => one())
  socket.on('message', (data: Buffer) => {
    heard.push(JSON.parse(data.toString()) as Frame)
    wake()
  })
  socket.on('error', () => undefined)
  const closed = once(socket, 'close').then(([code, reason]) => {
    wake()
    return { code: code as number, reason: String(reason) }
  })
  onTestFinished(() => socket.terminate())

  async function next(...types: readonly string[]): Promise<Frame> {
    for (;;) {
      const frame = heard.shift()
      if (frame === undefined) {
        if (socket.readyState === WebSocket.CLOSED) throw new Error('closed before the frame came')
        await new Promise<void>((resolve) => waiting.push(resolve))
      } else if (types.includes(frame.type) || (types.length === 0 && !['pulse', 'beat'].includes(frame.type))) {
        return frame
      }
    }
  }

  return { socket, next, say: (message) => socket.send(JSON.stringify(message)), closed }
}

/** Past the hello, following with this filter; answers with the first answer. */
export async function follow(ear: Ear, filter: object = {}, after?: object): Promise<Frame> {
  await ear.next('hello')
  ear.say({ type: 'watch', id: 1, filter, after })
  return ear.next()
}

/** The status of an upgrade that was refused, or 101. */
export function upgradeStatus(url: string, options: ClientOptions & { protocols?: string[] } = {}): Promise<number> {
  const { protocols = ['rollcall.v1'], ...rest } = options
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, protocols, rest)
  onTestFinished(() => socket.terminate())
  return new Promise((resolve) => {
    socket.on('error', () => undefined)
    socket.on('open', () => resolve(101))
    socket.on('unexpected-response', (request, answer) => {
      request.destroy()
      resolve(answer.statusCode ?? 0)
    })
  })
}
