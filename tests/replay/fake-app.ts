import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { request } from 'undici'
import { WebSocketServer } from 'ws'
import { parse } from 'yaml'
import type { Clock } from '../../src/core/clock.ts'
import type { Desk } from '../../src/core/desk.ts'
import type { FeedListener } from '../../src/core/feed.ts'
import type { Outage } from '../../src/core/outage.ts'
import type { Change, Transition } from '../../src/core/transition.ts'
import { listen } from '../../src/replay/listen.ts'
import type { StartedApp } from '../../src/replay/stage.ts'

export type Written = {
  listen: string
  store: string
  outbound: { allowPrivate: string[] }
  defaults: { schedule: string }
  platforms: { x: { bearer: { file: string }; api: string; controls: { known: string[] } } }
  accounts: { account: string; name: string; schedule?: string }[]
  subscribers: { webhook: { url: string; secret: { file: string } } }[]
}

export type FakeApp = StartedApp & {
  readonly config: Written
  readonly folder: string
  readonly secret: (reference: { file: string }) => string
  /** Settles once somebody watches the socket: from then on nothing that is told is missed. */
  readonly watched: Promise<void>
  /** Tells a change in every way the real one would, and answers when the webhook has been taken. */
  tell(change: Change): Promise<number>
  stopped: boolean
}

/** Reads its configuration like the app, and knows nothing by itself: the test says what it tells. */
export async function startFakeApp(file: string, clock: Clock): Promise<FakeApp> {
  const config = parse(readFileSync(file, 'utf8')) as Written
  const folder = dirname(file)
  const secret = ({ file: path }: { file: string }): string => readFileSync(resolve(folder, path), 'utf8')
  const listeners = new Set<FeedListener>()
  const transitions: Transition[] = []
  const outages = new Map<string, Outage>()
  const server = createServer()
  const sockets = new WebSocketServer({ server, path: '/live' })
  const watched = Promise.withResolvers<undefined>()
  sockets.on('connection', (client) => client.once('message', () => watched.resolve(undefined)))
  const running = await listen(server)

  async function tell(change: Change): Promise<number> {
    const transition: Transition = { ...change, seq: transitions.length + 1, id: `trn_${transitions.length + 1}` }
    transitions.push(transition)
    if ('outage' in change) outages.set(change.outage.id, change.outage)
    for (const listener of listeners) listener.transitions?.([transition])
    const { name, seq } = transition
    for (const client of sockets.clients) client.send(JSON.stringify({ type: 'transition', seq, name }))
    const { url, secret: reference } = config.subscribers[0]!.webhook
    const body = JSON.stringify({ type: name, data: { seq } })
    const at = new Date()
    const headers = {
      'webhook-id': transition.id,
      'webhook-timestamp': `${Math.floor(at.getTime() / 1000)}`,
      'webhook-signature': new Webhook(secret(reference)).sign(transition.id, at, body),
    }
    return (await request(url, { method: 'POST', headers, body })).statusCode
  }

  const desk = {
    now: () => clock.now(),
    accounts: () => [],
    account: () => null,
    platforms: () => [],
    blindness: () => [],
    feed: {
      listen(listener: FeedListener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    store: {
      outages: () => Promise.resolve({ items: [...outages.values()], next: null }),
      transitionsAfter: () => Promise.resolve(transitions),
      transitionsOf: ({ id }: Outage) =>
        Promise.resolve(transitions.filter((one) => !('outage' in one) || one.outage.id === id)),
      deliveries: () => Promise.resolve({ items: [], next: null }),
      sightingsOf: () => Promise.resolve([]),
      isWhole: () => true,
    },
  }

  const app: FakeApp = {
    url: running.url,
    desk: desk as unknown as Desk,
    config,
    folder,
    secret,
    watched: watched.promise,
    tell,
    stopped: false,
    async stop() {
      app.stopped = true
      sockets.close()
      await running.stop()
    },
  }
  return app
}
