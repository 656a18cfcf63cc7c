import { readFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import type { AccountJson, OutageJson } from '../../src/client/index.ts'
import type { QuietJson } from '../../src/core/json-desk.ts'

/** As strict as the real server, so that a page that breaks its policy is seen here. */
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

export type HttpParts = {
  readonly token?: string
  readonly operator?: string
  readonly root?: string
  readonly accounts: ReadonlyMap<string, AccountJson>
  readonly outages: ReadonlyMap<string, OutageJson>
  readonly platforms: readonly unknown[]
  readonly quiets: readonly QuietJson[]
  acknowledge(outage: OutageJson, note: string): OutageJson
  /** Null where nobody stands there instead, or another id than this one. */
  accept(account: AccountJson, id: string | undefined): AccountJson | null
}

/** The part of design 5.3 that the dashboard uses, and the built dashboard itself. */
export function answerHttp(parts: HttpParts): RequestListener {
  const isKnown = (token: string): boolean =>
    parts.token === undefined || token === parts.token || token === parts.operator

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here')
    const token = (request.headers.authorization ?? '').replace('Bearer ', '')
    if (!pathname.startsWith('/api/')) await page(pathname, response)
    else if (!isKnown(token)) refuse(response, 401, 'A token is needed.')
    else if (request.method === 'POST') await act(pathname, token, request, response)
    else read(pathname, searchParams, response)
  }

  function read(path: string, query: URLSearchParams, response: ServerResponse): void {
    const account = parts.accounts.get(decodeURIComponent(path.replace('/api/v1/accounts/', '')))
    if (path === '/api/v1/outages') {
      const outages = [...parts.outages.values()].filter(({ state }) => state === query.get('state'))
      json(response, 200, { outages, next: null })
    } else if (path === '/api/v1/platforms') json(response, 200, { platforms: parts.platforms, next: null })
    else if (path === '/api/v1/quiet') json(response, 200, { quiets: parts.quiets })
    else if (account !== undefined) json(response, 200, account)
    else refuse(response, 404, 'Nothing is here.')
  }

  async function act(path: string, token: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
    const { note = '', id } = JSON.parse(Buffer.concat(pieces).toString()) as { note?: string; id?: string }
    const name = decodeURIComponent(path.split('/')[4] ?? '')
    const [outage, account] = [parts.outages.get(name), parts.accounts.get(name)]
    const accepted = path.endsWith('/accept') && account !== undefined ? parts.accept(account, id) : undefined
    if (parts.operator !== undefined && token !== parts.operator) refuse(response, 403, 'This token may only look.')
    else if (accepted === null) refuse(response, 409, 'There is nothing to accept.')
    else if (accepted !== undefined) json(response, 200, accepted)
    else if (outage === undefined) refuse(response, 404, 'There is no such outage.')
    else json(response, 200, parts.acknowledge(outage, note))
  }

  async function page(path: string, response: ServerResponse): Promise<void> {
    const file = path === '/' ? 'index.html' : normalize(path).replace(/^[/.]+/, '')
    const body = await readFile(join(parts.root ?? '/nowhere', file)).catch(() => null)
    if (body === null) response.writeHead(404, HEADERS).end()
    else response.writeHead(200, { 'content-type': MEDIA[extname(file)] ?? 'text/plain', ...HEADERS }).end(body)
  }

  return (request, response) => void serve(request, response)
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...HEADERS }).end(JSON.stringify(body))
}

const refuse = (response: ServerResponse, status: number, detail: string): void =>
  json(response, status, { type: 'about:blank', title: 'Refused', status, detail })
