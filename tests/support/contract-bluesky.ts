import { createServer, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { encode } from 'cborg'
import { WebSocketServer, type WebSocket } from 'ws'

/** What the app shows of an account, and what its host says of it. */
export type Shown = 'active' | 'deactivated' | 'takendown' | 'deleted'
export type Person = { did: string; handle: string; displayName: string; app: Shown; host: Shown }
export type Role = 'appview' | 'directory' | 'pds'
export type Trouble = (role: Role, url: URL, response: ServerResponse) => boolean
export type FakeBluesky = Awaited<ReturnType<typeof startBluesky>>

const CLOSE_AT_FUTURE = 1008

/**
 * A little Bluesky on loopback: an AppView, a directory and one host, in the recorded shapes. Accounts change as the
 * test says; the host's stream tells of it only when the test says that, too.
 */
export async function startBluesky(handles: readonly string[]) {
  const people: Person[] = []
  let trouble: Trouble | null = null
  let pds = ''
  let seq = 0
  const cursors: (string | null)[] = []
  const streams = new Set<WebSocket>()

  const roles: readonly Role[] = ['appview', 'directory', 'pds']
  const servers = roles.map((role) =>
    createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://invalid')
      if (trouble?.(role, url, response) === true) return
      const [status, body] = ANSWERS[role](url, people, pds)
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
      response.end(JSON.stringify(body))
    }),
  )
  await Promise.all(servers.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')))
  const [appview = '', directory = '', host = ''] = servers.map(
    (server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  )
  pds = host
  const live = new WebSocketServer({ server: servers[2]!, path: '/xrpc/com.atproto.sync.subscribeRepos' })
  live.on('connection', (socket, request) => {
    const cursor = new URL(request.url ?? '/', 'http://invalid').searchParams.get('cursor')
    cursors.push(cursor)
    if (cursor !== null && Number(cursor) > seq) {
      socket.send(frame({ op: -1 }, { error: 'FutureCursor', message: 'Cursor in the future.' }))
      socket.close(CLOSE_AT_FUTURE, 'FutureCursor')
      return
    }
    streams.add(socket)
    socket.on('close', () => streams.delete(socket))
  })

  const add = (handle: string, displayName = `The ${handle}`): Person => {
    const person: Person = { did: newDid(people.length), handle, displayName, app: 'active', host: 'active' }
    people.push(person)
    return person
  }
  for (const handle of ['known.test', ...handles]) add(handle)
  const person = (handle: string): Person => people.find((one) => one.handle === handle)!

  return {
    person,
    add,
    /** Answers with the moment of the change, epoch ms. */
    set(handle: string, shown: Shown | Partial<Pick<Person, 'app' | 'host' | 'handle' | 'displayName'>>): number {
      Object.assign(person(handle), typeof shown === 'string' ? { app: shown, host: shown } : shown)
      return Date.now()
    },
    /** Answers a request itself and says so with `true`. */
    trouble: (next: Trouble | null) => void (trouble = next),
    /** The platform's settings for a configuration file. */
    settings: (more = '') =>
      `{ appview: "${appview}", directory: "${directory}", firehose: [], controls: { known: [known.test] }, budget: 1000000/1m${more} }`,
    withFirehose: () =>
      `{ appview: "${appview}", directory: "${directory}", firehose: ["${host.replace('http', 'ws')}"], controls: { known: [known.test] }, budget: 1000000/1m }`,
    /** Cursors of the connections to the stream so far. */
    cursors,
    streams: () => streams.size,
    /** Tells of an account on the stream, in the frames of a host. */
    tell(handle: string): void {
      const { did, host: shown } = person(handle)
      const isActive = shown === 'active'
      const about = {
        did,
        seq: ++seq,
        time: new Date().toISOString(),
        active: isActive,
        ...(!isActive && { status: shown }),
      }
      for (const socket of streams) {
        socket.send(frame({ t: '#commit', op: 1 }, { seq: ++seq, repo: did, ops: [] }))
        socket.send(frame({ t: '#account', op: 1 }, about))
      }
    },
    hangUp(): void {
      for (const socket of streams) socket.terminate()
    },
    async stop() {
      for (const socket of live.clients) socket.terminate()
      live.close()
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

const frame = (header: object, body: object): Buffer => Buffer.concat([encode(header), encode(body)])

const newDid = (index: number): string =>
  `did:plc:${'abcdefghijklmnopqrstuvwx'.slice(0, 22)}${String.fromCharCode(97 + Math.floor(index / 26))}${String.fromCharCode(97 + (index % 26))}`

type Answer = readonly [status: number, body: unknown]

const ANSWERS: Readonly<Record<Role, (url: URL, people: readonly Person[], pds: string) => Answer>> = {
  appview({ pathname, searchParams }, people) {
    if (pathname === '/xrpc/app.bsky.actor.getProfile') return profile(searchParams.get('actor') ?? '', people)
    if (pathname === '/xrpc/com.atproto.identity.resolveHandle') {
      const found = byHandle(people, searchParams.get('handle') ?? '')
      return found === undefined || found.app === 'deleted'
        ? [400, { error: 'InvalidRequest', message: 'Unable to resolve handle' }]
        : [200, { did: found.did }]
    }
    return [501, { error: 'MethodNotImplemented', message: 'Method Not Implemented' }]
  },
  directory({ pathname }, people, pds) {
    const did = decodeURIComponent(pathname.slice(1))
    const found = people.find((one) => one.did === did)
    if (found === undefined) return [404, { message: `DID not registered: ${did}` }]
    return [
      200,
      {
        '@context': ['https://www.w3.org/ns/did/v1'],
        id: did,
        alsoKnownAs: [`at://${found.handle}`],
        verificationMethod: [],
        service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: pds }],
      },
    ]
  },
  pds({ pathname, searchParams }, people) {
    if (pathname === '/xrpc/com.atproto.sync.getRepoStatus') return repo(searchParams.get('did') ?? '', people)
    if (pathname === '/xrpc/com.atproto.identity.resolveHandle') {
      const found = byHandle(people, searchParams.get('handle') ?? '')
      return found?.host === 'active'
        ? [200, { did: found.did }]
        : [400, { error: 'HandleNotFound', message: 'Unable to resolve handle' }]
    }
    return [401, { error: 'AuthMissing', message: 'Authentication Required' }]
  },
}

const byHandle = (people: readonly Person[], handle: string): Person | undefined =>
  people.find((one) => one.handle === handle.toLowerCase() && one.host === 'active') ??
  people.find((one) => one.handle === handle.toLowerCase())

function profile(actor: string, people: readonly Person[]): Answer {
  const found = actor.startsWith('did:') ? people.find(({ did }) => did === actor) : byHandle(people, actor)
  switch (found?.app) {
    case 'active':
      return [
        200,
        { did: found.did, handle: found.handle, displayName: found.displayName, followersCount: 1234, labels: [] },
      ]
    case 'deactivated':
      return [400, { error: 'AccountDeactivated', message: 'Account is deactivated' }]
    case 'takendown':
      return [400, { error: 'AccountTakedown', message: 'Account has been suspended' }]
    default:
      return [400, { error: 'InvalidRequest', message: 'Profile not found' }]
  }
}

function repo(did: string, people: readonly Person[]): Answer {
  const found = people.find((one) => one.did === did)
  if (found === undefined || found.host === 'deleted') {
    return [400, { error: 'RepoNotFound', message: `Could not find repo for DID: ${did}` }]
  }
  return [
    200,
    found.host === 'active' ? { did, active: true, rev: '3n2s5eoaqd22o' } : { did, active: false, status: found.host },
  ]
}
