import { afterEach, expect, test } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import type { AddressInfo } from 'node:net'
import { createConnect, type ConnectOptions } from '../../src/io/connect.ts'
import { closedPort, serveHttp } from '../support/ask-servers.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()))
})

/** A socket server that greets each peer; answers with its address. */
async function source(greet: (peer: WebSocket, agent: string | undefined) => void): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  server.on('connection', (peer, request) => greet(peer, request.headers['user-agent']))
  ends.push(() => {
    for (const peer of server.clients) peer.terminate()
    return new Promise((resolve) => server.close(() => resolve()))
  })
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/stream?token=hush`
}

const never = new AbortController().signal

function listening(url: string, options: Partial<ConnectOptions> = {}, signal = never) {
  const heard: unknown[] = []
  const connect = createConnect({ userAgent: 'Rollcall-Test', allowPrivate: ['127.0.0.0/8'], ...options })
  const ended = connect({
    url,
    signal,
    onOpen: () => heard.push('open'),
    onMessage: (data) => heard.push(typeof data === 'string' ? data : [...data]),
  })
  return { heard, ended }
}

test('frames come whole, as what they are, until the other side closes with its code', async () => {
  const url = await source((peer, agent) => {
    peer.send(agent ?? '')
    peer.send(Buffer.from([1, 2, 3]))
    peer.close(4001, 'enough')
  })
  const { heard, ended } = listening(url)
  expect(await ended).toEqual({ code: 4001, reason: 'enough' })
  expect(heard).toEqual(['open', 'Rollcall-Test', [1, 2, 3]])
})

test('what is said once it stands arrives, and what is said too late is lost without a fault', async () => {
  const url = await source((peer) => peer.on('message', (data) => peer.close(4002, (data as Buffer).toString())))
  const connect = createConnect({ userAgent: 'Rollcall-Test', allowPrivate: ['127.0.0.0/8'] })
  let say: (text: string) => void = () => undefined
  const onOpen = (send: typeof say): void => {
    say = send
    send('hello, grüezi')
  }
  expect(await connect({ url, signal: never, onOpen, onMessage: () => undefined })).toEqual({
    code: 4002,
    reason: 'hello, grüezi',
  })
  expect(() => say('too late')).not.toThrow()
})

test('a fragment of its address stays here', async () => {
  const url = await source((peer) => peer.close(4003))
  expect(await listening(`${url}#here`).ended).toMatchObject({ code: 4003 })
})

test('an abort ends it at once, before, while and after connecting', async () => {
  const abort = new AbortController()
  const url = await source(() => abort.abort())
  expect(await listening(url, {}, abort.signal).ended).toMatchObject({ code: 1006 })
  expect(await listening(url, {}, abort.signal).ended).toMatchObject({ code: 1006 })
  const silent = await serveHttp(() => undefined)
  ends.push(silent.close)
  const other = new AbortController()
  const { ended } = listening(`ws://${silent.host}/`, {}, other.signal)
  other.abort()
  expect(await ended).toMatchObject({ code: 1006 })
})

test('a peer that is dead but not gone is noticed by its silence', async () => {
  const url = await source((peer) => peer.pause())
  expect(await listening(url, { pingEveryMs: 20 }).ended).toMatchObject({ code: 1006 })
})

test('a peer that only answers pings is alive', async () => {
  let pings = 0
  const url = await source((peer) => peer.on('ping', () => ++pings === 10 && peer.close(1000)))
  expect(await listening(url, { pingEveryMs: 20 }).ended).toMatchObject({ code: 1000 })
})

test('a frame of more than 8 MiB is refused', async () => {
  const url = await source((peer) => peer.send(Buffer.alloc(8 * 1024 * 1024 + 1)))
  await expect(listening(url).ended).rejects.toMatchObject({ kind: 'oversize' })
})

test('a connection that cannot be made is a fault without secrets', async () => {
  const refusing = await serveHttp((_, response) => response.writeHead(403).end('hush'))
  ends.push(refusing.close)
  const upgraded = `ws://${refusing.host}/hush`
  const ended = (url: string, options: Partial<ConnectOptions> = {}) =>
    listening(url, options).ended.catch((fault: unknown) => fault)
  const faults = [
    [await ended(upgraded), 'broken'],
    [await ended(`wss://${refusing.host}/hush`), 'tls'],
    [await ended(`ws://127.0.0.1:${await closedPort()}/hush`), 'connect'],
    [await ended('ws://nobody.invalid/hush'), 'dns'],
    [await ended(upgraded, { allowPrivate: [] }), 'forbidden_address'],
    [await ended(upgraded.replace('127.0.0.1', 'localhost'), { allowPrivate: [] }), 'forbidden_address'],
    [await ended(`http://${refusing.host}/hush`), 'forbidden_address'],
  ] as const
  for (const [fault, kind] of faults) {
    expect(fault).toMatchObject({ name: 'AskFault', kind })
    expect((fault as Error).message).not.toContain('hush')
  }
})

test('an origin that the configuration names may be private', async () => {
  const url = await source((peer) => peer.close(1000))
  const { host } = new URL(url)
  const trusting = { allowPrivate: [], trustedOrigins: [`ws://${host}`] }
  expect(await listening(url, trusting).ended).toMatchObject({ code: 1000 })
})
