import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { transitionJson } from '../../src/core/json.ts'
import type { Change, Transition } from '../../src/core/transition.ts'
import { createHttp } from '../../src/io/http.ts'
import { accountAt, createFakeDesk, NOW, stillOpen } from '../support/desk.ts'
import { silentLog } from '../support/platform.ts'
import { startChild, type Child } from './child.ts'
import { inPairs } from './pairs.ts'
import type { Row, Say } from './row.ts'

const SOCKETS = 5_000
const PROCESSES = 2
const PAIRS = 25
const ACCOUNT = 'x:realDonaldTrump'

/** One server of the pair: where it listens, how it tells everybody, how it ends. */
type Teller = { readonly url: string; readonly tell: () => void; stop(): Promise<void> }

/** Design, section 7: one transition to five thousand sockets. */
export const sockets: Row = {
  name: 'sockets',
  async run(say) {
    const ours = await feedAndDoors()
    const bare = await bareServer()
    const clients = Array.from({ length: PROCESSES }, () => startChild('socket-clients.ts'))
    await opened(clients, 'ours', ours.url, say)
    await opened(clients, 'bare', bare.url, say)
    const { subject, reference, ratio } = await inPairs({
      count: PAIRS,
      subject: () => told(clients, 'ours', ours.tell),
      reference: () => told(clients, 'bare', bare.tell),
      say,
    })
    await Promise.all(clients.map((client) => client.stop()))
    await Promise.all([ours.stop(), bare.stop()])
    return [
      {
        what: 'one transition to 5,000 sockets',
        subject: { value: subject, unit: 'ms' },
        reference: { name: 'a bare ws send loop', value: reference, unit: 'ms' },
        figure: { value: ratio, unit: 'times' },
        mark: { is: 'at most', value: 1.25 },
        note: `from feed.publish until every client has it; clients in ${PROCESSES} other processes`,
      },
    ]
  },
}

const opening = (n: number): Change => ({
  name: 'outage.opened',
  at: NOW + n,
  outage: { ...stillOpen, id: `out_01BYZ4T5E0000000000000${String(n).padStart(4, '0')}` },
})

/** The real feed, doors and sockets over a desk in memory. */
async function feedAndDoors(): Promise<Teller> {
  const desk = createFakeDesk()
  desk.watch(accountAt(ACCOUNT, { name: 'Donald J. Trump', tags: ['head-of-state'] }))
  const http = createHttp({
    desk,
    listen: { host: '127.0.0.1', port: 0 },
    tokens: [],
    origins: [],
    publicUrl: null,
    web: null,
    metrics: { text: () => Promise.resolve(''), contentType: 'text/plain' },
    log: silentLog,
    rates: { burst: 1e6, perSecond: 1e6 },
    live: { perAddress: 2 * SOCKETS, total: 2 * SOCKETS },
  })
  const { port } = await http.start()
  let news = 0
  return { url: `ws://127.0.0.1:${port}/live`, tell: () => void desk.happen(opening(news++)), stop: () => http.stop() }
}

/** Everybody gets the same text: no accounts, no filters, no bookkeeping. Made once, as a careful loop would. */
async function bareServer(): Promise<Teller> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  await once(server, 'listening')
  const transition = { ...opening(0), seq: 1, id: 'trn_01BYZ4T5E00000000000000000' } as Transition
  const text = JSON.stringify({ type: 'transition', ...transitionJson(transition, () => 'Donald J. Trump', NOW) })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tell() {
      const bytes = Buffer.from(text)
      for (const client of server.clients) client.send(bytes, { binary: false })
    },
    async stop() {
      for (const client of server.clients) client.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}

type Side = 'ours' | 'bare'

async function opened(clients: readonly Child[], side: Side, url: string, say: Say): Promise<void> {
  say(`opening ${SOCKETS} sockets to ${side}`)
  for (const client of clients) client.tell({ kind: 'open', side, url, count: SOCKETS / clients.length })
  await Promise.all(clients.map((client) => client.hear(`${side} open`)))
}

/** From the beginning of the loop until the last client has said that all of its sockets have it, ms. */
async function told(clients: readonly Child[], side: Side, tell: () => void): Promise<number> {
  const begin = performance.now()
  tell()
  await Promise.all(clients.map((client) => client.hear(`${side} all`)))
  return performance.now() - begin
}
