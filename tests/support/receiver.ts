import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** What a receiver does with one request. */
export type Answering =
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | Buffer
      /** Stops in the middle of its body, or breaks the connection there. */
      readonly cut?: 'hang' | 'reset'
    }
  /** Never answers, or stops in the middle of its body. */
  | { readonly hang: 'head' | 'body' }
  /** Breaks the connection before a word, or after its head. */
  | { readonly reset: 'before' | 'after' }

export type Received = {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly raw: string
  readonly body: { readonly type?: string; readonly timestamp?: string; readonly data?: Record<string, unknown> }
  /** What the library says of its signature; null when it holds. */
  readonly fault: string | null
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>

const ACCEPTED: Answering = { status: 204 }

/** A webhook receiver on a real socket. It takes what its script holds, then says 204 to all. */
export async function startReceiver(secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') {
  const verifier = new Webhook(secret)
  const received: Received[] = []
  const script: Answering[] = []
  const listeners = new Set<() => void>()
  let always: ((received: Received) => Answering) | null = null

  const server = createServer((request, response) => {
    void readAll(request).then((raw) => {
      const one = receivedOf(request, raw, verifier)
      received.push(one)
      answer(script.shift() ?? always?.(one) ?? ACCEPTED, response)
      for (const listener of listeners) listener()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secret,
    received,
    /** The next answers, in order. */
    next: (...answers: readonly Answering[]) => void script.push(...answers),
    /** What it answers once the script is through. */
    answerAll: (answering: (received: Received) => Answering) => void (always = answering),
    /** Settles once so many requests have come. */
    until: (count: number) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (received.length < count) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
      }),
    /** Whatever it has not answered ends. */
    breakAll() {
      server.closeAllConnections()
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function receivedOf(request: IncomingMessage, raw: string, verifier: Webhook): Received {
  const { headers, method, url } = request
  return {
    id: String(headers['webhook-id']),
    method: String(method),
    path: url ?? '',
    headers,
    raw,
    body: JSON.parse(raw === '' ? '{}' : raw) as Received['body'],
    fault: faultOf(raw, headers as Record<string, string>, verifier),
  }
}

function faultOf(raw: string, headers: Record<string, string>, verifier: Webhook): string | null {
  try {
    verifier.verify(raw, headers)
    return null
  } catch (fault) {
    return (fault as Error).message
  }
}

function answer(answering: Answering, response: ServerResponse): void {
  if ('status' in answering) {
    const { status, headers, body, cut } = answering
    if (cut === undefined) {
      response.writeHead(status, headers).end(body)
      return
    }
    response.writeHead(status, { ...headers, 'content-length': '100' })
    response.write('half', () => cut === 'reset' && response.socket?.resetAndDestroy())
  } else if ('hang' in answering) {
    if (answering.hang === 'body') response.writeHead(200, { 'content-length': '100' }).write('not all of it')
  } else if (answering.reset === 'before') {
    response.socket?.resetAndDestroy()
  } else {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.socket?.resetAndDestroy())
  }
}
