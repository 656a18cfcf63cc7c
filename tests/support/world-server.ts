import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer, AskRequest } from '../../src/core/answer.ts'
import type { Answers, PlatformCases } from '../platforms/cases/kind.ts'

export type WorldServer = Awaited<ReturnType<typeof startWorld>>

type Options = {
  /** Addresses that only its answers lead to, such as the host of somebody's account. */
  readonly leadsTo?: readonly string[]
  /** What it says instead of the world of its cases. */
  readonly answers?: (has: (handle: string) => boolean) => Answers
}

/**
 * The stand-in of a platform behind real sockets: each of its addresses is a server of its own on loopback. At first
 * there are two accounts, the one that is to be watched and the one that controls know.
 */
export async function startWorld(cases: PlatformCases, options: Options = {}) {
  const { kind } = cases
  const handle = handleIn(cases, 0)
  const known = handleIn(cases, 1)
  const people = new Set([handle, known].map((one) => one.toLowerCase()))
  const answers = (options.answers ?? cases.world)((one) => people.has(one.toLowerCase()))
  const faults: string[] = []
  const asked: string[] = []
  let instead: Answers | null = null

  const addresses = [...addressesIn(cases.settings), ...(options.leadsTo ?? [])]
  const origins = [...new Set(addresses.map((address) => new URL(address).origin))]
  const servers = origins.map((origin) =>
    createServer((request, response) => void requestOf(request, origin).then((one) => reply(one, response))),
  )
  await Promise.all(servers.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')))
  const locals = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const onLoopback = (text: string): string =>
    origins.reduce((said, origin, index) => said.replaceAll(origin, locals[index] ?? ''), text)

  function reply(request: AskRequest, response: ServerResponse): void {
    asked.push(request.url)
    const { status, headers, text } = said(request)
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, onLoopback(value))
    response.writeHead(status).end(onLoopback(text))
  }

  /** What a stand-in does not know is a mistake of the test, and must not look like a platform in trouble. */
  function said(request: AskRequest): Pick<Answer, 'status' | 'headers' | 'text'> {
    try {
      return (instead ?? answers)(request)
    } catch (fault) {
      faults.push(`${request.url}: ${String(fault)}`)
      return { status: 500, headers: {}, text: '' }
    }
  }

  const secrets = kind.needs.flatMap(({ name, secret }) => (secret && name in cases.settings ? [name] : []))
  const variable = (name: string): string => `${kind.id}_${name}`.toUpperCase()

  return {
    kind,
    account: `${kind.id}:${handle}`,
    handle,
    /** The account of its controls. */
    known,
    /** The platform's settings for a configuration file, where secrets are read from `env`. */
    settings: {
      ...(JSON.parse(onLoopback(JSON.stringify(cases.settings))) as Record<string, unknown>),
      ...Object.fromEntries(secrets.map((name) => [name, { env: variable(name) }])),
      controls: { known: [known] },
      budget: '1000000/1m',
    },
    env: Object.fromEntries(secrets.map((name) => [variable(name), String(cases.settings[name])])),
    join: (one: string) => void people.add(one.toLowerCase()),
    leave: (one: string) => void people.delete(one.toLowerCase()),
    /** Everything is answered by this until it is taken away. */
    answerAll: (next: Answers | null) => void (instead = next),
    /** What was asked, at the addresses that the cases have. */
    asked,
    /** What was asked that the stand-in does not know. */
    faults,
    async stop() {
      await Promise.all(
        servers.map((server) => {
          server.closeAllConnections()
          server.close()
          return once(server, 'close')
        }),
      )
    },
  }
}

/** The n-th handle, at a server that the settings give an address. */
function handleIn({ settings, handle }: PlatformCases, n: number): string {
  const made = handle(n)
  const [host] = Object.keys(settings['hosts'] ?? {})
  return host === undefined ? made : `${made.slice(0, made.indexOf('@'))}@${host}`
}

function addressesIn(settings: unknown): readonly string[] {
  if (typeof settings === 'string') return /^https?:\/\/[\w.-]+\.test\b/.test(settings) ? [settings] : []
  return typeof settings === 'object' && settings !== null ? Object.values(settings).flatMap(addressesIn) : []
}

async function requestOf(request: IncomingMessage, origin: string): Promise<AskRequest> {
  const { method = 'GET', url = '/', headers } = request
  const body = (await request.toArray()).map(String).join('')
  const isJson = headers['content-type']?.startsWith('application/json') === true
  return {
    url: `${origin}${url}`,
    method: method as NonNullable<AskRequest['method']>,
    headers: headers as Record<string, string>,
    ...(body === '' ? {} : isJson ? { json: JSON.parse(body) as unknown } : { body }),
  }
}
