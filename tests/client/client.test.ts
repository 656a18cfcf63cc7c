import { afterEach, describe, expect, test, vi } from 'vitest'
import { createClient, type Client, type ClientOptions, type Connection } from '../../src/client/index.ts'
import { accountOf, outageOf } from '../support/live-json.ts'
import { startLiveServer, type LiveServer, type LiveServerParts } from '../support/live-server.ts'

const started: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.stop()
})

async function server(parts: LiveServerParts = {}): Promise<LiveServer> {
  const live = await startLiveServer(parts)
  started.push(live)
  return live
}

/** A client that writes down all it is told, and comes back at once. */
function follow(live: LiveServer, options: Partial<ClientOptions> = {}) {
  const seqs: number[] = []
  const states: Connection[] = []
  const snapshots: number[] = []
  const times: number[] = []
  const client: Client = createClient({
    url: live.url,
    random: () => 0,
    onTransition: ({ seq }) => seqs.push(seq),
    onConnection: (connection) => states.push(connection),
    onSnapshot: ({ seq }) => snapshots.push(seq),
    onTime: (at) => times.push(at),
    ...options,
  })
  started.push({ stop: () => client.close() })
  const reaches = (state: Connection['state']) =>
    vi.waitFor(() => expect(states.map((one) => one.state)).toContain(state), { timeout: 10_000, interval: 5 })
  return { client, seqs, states, snapshots, times, reaches }
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 })
const opened = { name: 'outage.opened', account: 'x:who', outage: outageOf('x:who') }

describe('a first connection', () => {
  test('gets a snapshot, then transitions as they happen', async () => {
    const live = await server()
    live.accounts.set('x:who', accountOf('x:who'))
    live.announce(opened)
    const { client, seqs, snapshots, states, times, reaches } = follow(live)
    expect(client.position()).toBeNull()
    await reaches('live')
    live.announce(opened)
    await until(() => expect(seqs).toEqual([2]))
    expect(snapshots).toEqual([1])
    expect(states).toEqual([
      { state: 'connecting', attempt: 1 },
      { state: 'live', resumed: false },
    ])
    expect(client.position()).toEqual({ epoch: 'one', seq: 2 })
    expect(times).toHaveLength(1)
  })

  test('goes on from a kept position without a snapshot', async () => {
    const live = await server()
    for (let count = 0; count < 3; count++) live.announce(opened)
    const { seqs, snapshots, states } = follow(live, { after: { epoch: 'one', seq: 1 } })
    await until(() => expect(seqs).toEqual([2, 3]))
    expect(snapshots).toEqual([])
    expect(states.at(-1)).toEqual({ state: 'live', resumed: true })
  })

  test('gets a snapshot where the kept position is of another numbering', async () => {
    const live = await server({ epoch: 'two' })
    live.announce(opened)
    const { client, snapshots } = follow(live, { after: { epoch: 'one', seq: 40 } })
    await until(() => expect(snapshots).toEqual([1]))
    expect(client.position()).toEqual({ epoch: 'two', seq: 1 })
  })

  test('sends the token as a subprotocol, in any script', async () => {
    const live = await server({ token: 'pässwörd?>~' })
    const { reaches } = follow(live, { token: 'pässwörd?>~' })
    await reaches('live')
  })

  test('says refused and stays away when the token is not taken', async () => {
    const live = await server({ token: 'right' })
    const { states, reaches } = follow(live, { token: 'wrong' })
    await reaches('refused')
    expect(states.map(({ state }) => state)).toEqual(['connecting', 'refused'])
    expect(states.at(-1)).toMatchObject({ code: 4401 })
  })

  test('says refused when the filter makes no sense to the server', async () => {
    const live = await server()
    const { states, reaches } = follow(live, { filter: { types: ['bad'] } })
    await reaches('refused')
    expect(states.at(-1)).toEqual({ state: 'refused', code: 4400, reason: 'no such type' })
  })

  test('is not made for an address that is none', () => {
    expect(() => createClient({ url: 'rollcall' })).toThrow('expected an address')
    expect(() => createClient({ url: 'ftp://rollcall.example' })).toThrow('found ftp:')
  })
})

describe('a connection that ends', () => {
  test.each([undefined, 1001, 1012, 1013])('by %s is made again and goes on by number', async (code) => {
    const live = await server()
    const { seqs, snapshots, states, reaches } = follow(live)
    await reaches('live')
    live.announce(opened)
    await until(() => expect(seqs).toEqual([1]))
    live.cut(code)
    live.announce(opened)
    live.announce(opened)
    await until(() => expect(seqs).toEqual([1, 2, 3]))
    expect(snapshots).toEqual([0])
    expect(states).toContainEqual({ state: 'lost', code: code ?? 1006, reason: '', retryInMs: 0 })
    expect(states.at(-1)).toEqual({ state: 'live', resumed: true })
  })

  test('by silence is called stale, even when the socket stays open', async () => {
    const live = await server({ heartbeatMs: 20 })
    const { states, seqs, reaches } = follow(live)
    await reaches('live')
    live.state.silent = true
    await reaches('stale')
    live.state.silent = false
    // The connection that came while the server was silent never gets its hello; a new one does.
    live.cut()
    live.announce(opened)
    await until(() => expect(seqs).toEqual([1]))
    expect(states.find(({ state }) => state === 'stale')).toEqual({ state: 'stale', silentMs: 50 })
  })

  test('with a frame that cannot be read is left, and made again', async () => {
    const live = await server()
    const { states, seqs, reaches } = follow(live)
    await reaches('live')
    live.raw(['not', 'a', 'frame'])
    await until(() => expect(states.filter(({ state }) => state === 'live')).toHaveLength(2))
    expect(states).toContainEqual({ state: 'lost', code: 4000, reason: 'an unreadable frame', retryInMs: 0 })
    live.announce(opened)
    await until(() => expect(seqs).toEqual([1]))
  })

  test('after close() is not made again, and nothing more is told', async () => {
    const live = await server()
    const { client, states, seqs, reaches } = follow(live)
    await reaches('live')
    client.close()
    await until(() => expect(live.watching()).toBe(0))
    live.announce(opened)
    expect(states.at(-1)?.state).toBe('live')
    expect(seqs).toEqual([])
  })
})

describe('numbers', () => {
  test('of a filtered feed have holes, and a beat moves the position over them', async () => {
    const live = await server()
    const { client, seqs, reaches } = follow(live, { filter: { types: ['sight.*'] } })
    await reaches('live')
    live.announce(opened)
    live.announce({ name: 'sight.lost', scope: 'everything', since: '', because: [] })
    live.announce(opened)
    live.beat()
    await until(() => expect(client.position()?.seq).toBe(3))
    expect(seqs).toEqual([2])
  })

  test('that were heard before are passed over', async () => {
    const live = await server()
    const { seqs, reaches } = follow(live)
    await reaches('live')
    live.announce(opened)
    live.raw({ type: 'transition', ...opened, seq: 1 })
    live.announce(opened)
    await until(() => expect(seqs).toEqual([1, 2]))
  })

  test('that are missing without a filter are asked for again', async () => {
    const live = await server()
    const { seqs, snapshots, states, reaches } = follow(live)
    await reaches('live')
    live.state.silent = true
    live.announce(opened)
    live.state.silent = false
    live.announce(opened)
    await until(() => expect(seqs).toEqual([1, 2]))
    expect(states).toContainEqual({ state: 'lost', code: 4000, reason: 'a transition is missing', retryInMs: 0 })
    expect(snapshots).toEqual([0])
  })

  test('that stay missing are given up for a snapshot', async () => {
    const live = await server()
    const { snapshots, reaches } = follow(live)
    await reaches('live')
    for (let round = 1; round <= 2; round++) {
      live.raw({ type: 'transition', ...opened, seq: 7 })
      await until(() => expect(live.watches).toHaveLength(round + 1))
    }
    await until(() => expect(snapshots).toEqual([0, 0]))
  })

  test('are counted in before the transition is handed over', async () => {
    const live = await server()
    const seen: (number | undefined)[] = []
    const { client, reaches } = follow(live, { onTransition: () => seen.push(client.position()?.seq) })
    await reaches('live')
    live.announce(opened)
    await until(() => expect(seen).toEqual([1]))
  })
})
