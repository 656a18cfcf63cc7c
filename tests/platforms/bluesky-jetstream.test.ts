import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { jetstream, readEvent } from '../../src/platforms/bluesky/jetstream.ts'
import type { Pace } from '../../src/platforms/bluesky/stream.ts'
import { host, listenTo, type Listening } from './bluesky-streams.ts'

const ALICE = 'did:plc:aliceaaaaaaaaaaaaaaaaaaa'
const BOB = 'did:web:bob.example.com'
const SEEN = 1_732_180_000_000_000

const account = (did: string, time_us: unknown = SEEN) =>
  JSON.stringify({ did, time_us, kind: 'account', account: { active: false, did, seq: 7, status: 'deactivated' } })
const identity = (did: string, time_us: unknown = SEEN) =>
  JSON.stringify({ did, time_us, kind: 'identity', identity: { did, handle: 'alice.test', seq: 8 } })
const commit = (did: string) =>
  JSON.stringify({
    did,
    time_us: SEEN,
    kind: 'commit',
    commit: { operation: 'create', collection: 'app.bsky.feed.post' },
  })

describe('an event', () => {
  test.each([
    ['about an account', account(ALICE), { kind: 'about', did: ALICE, seq: SEEN }],
    ['about an identity', identity(BOB), { kind: 'about', did: BOB, seq: SEEN }],
    ['with a cursor beside it', `{"cursor":12,${account(ALICE).slice(1)}`, { kind: 'about', did: ALICE, seq: SEEN }],
    ['about a post', commit(ALICE), { kind: 'passed' }],
    ['of tomorrow', '{"kind":"tomorrow"}', { kind: 'passed' }],
    ['without a kind', '{}', { kind: 'unreadable' }],
    ['about nobody', '{"kind":"account","time_us":1}', { kind: 'unreadable' }],
    ['at no time', account(ALICE, null), { kind: 'unreadable' }],
    ['at a time in words', account(ALICE, String(SEEN)), { kind: 'unreadable' }],
    ['at a negative time', account(ALICE, -1), { kind: 'unreadable' }],
    ['cut off', account(ALICE).slice(0, 60), { kind: 'unreadable' }],
    ['in bytes', Buffer.from(account(ALICE)), { kind: 'unreadable' }],
    ['of a megabyte', `${account(ALICE)}${' '.repeat(1_000_000)}`, { kind: 'unreadable' }],
    ['as a list', '[]', { kind: 'unreadable' }],
    ['as nothing', '', { kind: 'unreadable' }],
  ])('%s is read as what it is', (_what, data, expected) => expect(readEvent(data)).toEqual(expected))

  test('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), (data) => {
        expect(['about', 'passed', 'unreadable']).toContain(readEvent(data).kind)
      }),
    )
  })
})

type Options = { readonly type: string; readonly payload: { wantedDids: string[]; wantedCollections: string[] } }

/** Things in the order they came; `take` waits for the next one. */
function mailbox<Item>() {
  const items: Item[] = []
  let came = (): void => undefined
  return {
    items,
    put(item: Item): void {
      items.push(item)
      came()
    },
    async take(): Promise<Item> {
      while (items.length === 0) await new Promise<void>((resolve) => (came = resolve))
      return items.shift()!
    },
  }
}

/** A Jetstream: it says nothing before it was told what is wanted, and puts up with no mistake in that. */
async function server(
  events: readonly string[],
  then: (socket: WebSocket, connection: number) => void = () => undefined,
) {
  const told = mailbox<Options['payload']>()
  let connections = 0
  const running = await host((socket, _cursor, query) => {
    connections += 1
    if (query.get('requireHello') !== 'true') socket.close(1008, 'it should have waited')
    socket.on('message', (data: Buffer) => {
      const { type, payload } = JSON.parse(data.toString()) as Options
      const { wantedDids } = payload
      const fault =
        type !== 'options_update' || wantedDids.length > 10_000 || !wantedDids.every((did) => /^did:/.test(did))
      if (fault) socket.close(1008, 'invalid options')
      told.put(payload)
      const wanted = events.filter((text) => {
        const { did, kind } = JSON.parse(text) as { did: string; kind: string }
        return kind !== 'commit' && (wantedDids.length === 0 || wantedDids.includes(did))
      })
      for (const text of wanted) socket.send(text)
      then(socket, connections)
    })
  })
  return { ...running, told }
}

/** Time stands still until it is moved on by hand; only taking up a lost stream again needs none. */
function byHand(start = Date.now()) {
  let now = start
  let waiting: (() => void)[] = []
  const pace: Pace = {
    random: () => 0,
    now: () => now,
    pause: (ms, signal) =>
      new Promise((resolve) => {
        if (ms === 0 || signal.aborted) resolve()
        signal.addEventListener('abort', () => resolve())
        waiting.push(resolve)
      }),
  }
  const pass = (ms: number): void => {
    now += ms
    const due = waiting
    waiting = []
    for (const resolve of due) resolve()
  }
  return { pace, pass }
}

const listen = (url: string, { pace = byHand().pace, ...rest }: Listening & { pace?: Pace }) =>
  listenTo(jetstream(url, pace), rest)

describe('following a Jetstream', () => {
  test('hears of the watched accounts and of nobody else, and not of their posts', async () => {
    const { url, told, paths } = await server([
      commit(ALICE),
      account('did:plc:somebody'),
      account(ALICE),
      identity(BOB),
    ])
    const followed = listen(url, { ids: () => [ALICE, BOB] })
    await followed.until(() => followed.hints.length === 2)
    expect(followed.hints).toEqual([{ id: ALICE }, { id: BOB }])
    expect(await told.take()).toEqual({
      wantedDids: [ALICE, BOB],
      wantedCollections: ['com.atproto.sync.subscribeRepos'],
    })
    expect([...paths]).toEqual(['/subscribe'])
  })

  test.each(['', '/', '/subscribe', '/subscribe/'])('is found at wss://host%s', async (path) => {
    const { url, paths, told } = await server([])
    listen(`${url}${path}`, { ids: () => [ALICE] })
    await told.take()
    expect([...paths]).toEqual(['/subscribe'])
  })

  test('tells of an account once its id is known, and says nothing twice', async () => {
    const { url, told } = await server([account(BOB)])
    const { pace, pass } = byHand()
    let ids = [ALICE]
    const followed = listen(url, { pace, ids: () => ids })
    expect((await told.take()).wantedDids).toEqual([ALICE])
    pass(2_000)
    ids = [ALICE, BOB]
    pass(2_000)
    expect((await told.take()).wantedDids).toEqual([ALICE, BOB])
    await followed.until(() => followed.hints.length === 1)
    expect(told.items).toEqual([])
  })

  test('with nobody to listen for it does not ask for everybody', async () => {
    const { url, told } = await server([account(ALICE), account(BOB)])
    const { pace, pass } = byHand()
    let ids: string[] = []
    const followed = listen(url, { pace, ids: () => ids })
    await followed.until(() => followed.lines.length === 1)
    ids = [BOB]
    pass(2_000)
    expect((await told.take()).wantedDids).toEqual([BOB])
    await followed.until(() => followed.hints.length === 1)
    expect(followed.hints).toEqual([{ id: BOB }])
  })

  test('leaves out what is no DID, for which a server would hang up', async () => {
    const { url, told } = await server([account(ALICE)])
    const followed = listen(url, { ids: () => ['25073877', 'did:plc:', 'did:plc:a%', 'did:plc:a:', ALICE] })
    expect((await told.take()).wantedDids).toEqual([ALICE])
    await followed.until(() => followed.hints.length === 1)
  })

  test('a roll larger than a server takes is listened to unfiltered, and sorted here', async () => {
    const { url, told } = await server([account('did:plc:somebody'), commit(ALICE), account(ALICE)])
    const roll = Array.from({ length: 10_000 }, (_, at) => `did:plc:${String(at).padStart(24, 'a')}`)
    const watched = new Set([...roll, ALICE])
    const followed = listen(url, { ids: () => [...watched], watches: (id) => watched.has(id) })
    await followed.until(() => followed.hints.length === 1)
    expect(followed.hints).toEqual([{ id: ALICE }])
    expect((await told.take()).wantedDids).toEqual([])
  })

  test('a roll of ten thousand is still told by name', async () => {
    const { url, told } = await server([])
    const roll = Array.from({ length: 10_000 }, (_, at) => `did:plc:${String(at).padStart(24, 'a')}`)
    listen(url, { ids: () => roll })
    expect((await told.take()).wantedDids).toEqual(roll)
  })

  test('goes on after a loss from two minutes before it, since silence is noticed late', async () => {
    const { url, cursors } = await server([account(ALICE)], (socket, connection) => {
      if (connection === 1) socket.close(1012, 'restarting')
    })
    const start = Date.now()
    const followed = listen(url, { pace: byHand(start).pace, ids: () => [ALICE] })
    await followed.until(() => followed.hints.length === 2)
    expect(cursors).toEqual([null, String((start - 120_000) * 1000)])
    expect(followed.lines).toContain('lost: closed with 1012 restarting')
    await followed.stop()
    expect(followed.written.at(-1)).toBe(`${(start - 120_000) * 1000}@${start}`)
  })

  test('a connection that was of no use moves no cursor; one that stood in silence does', async () => {
    const { pace, pass } = byHand()
    const start = pace.now()
    const { url, cursors } = await server([], (socket, connection) => {
      // The first one lasts for no time at all, the second for a minute and more.
      if (connection === 2) pass(61_000)
      if (connection <= 2) socket.close(1012)
    })
    const followed = listen(url, { pace, ids: () => [ALICE], kept: `${SEEN}@${start - 60_000}` })
    await followed.until(() => followed.lines.filter((line) => line.startsWith('connected')).length === 3)
    expect(cursors).toEqual([String(SEEN), String(SEEN), String((start + 61_000 - 120_000) * 1000)])
  })

  test('ends at once when it is told to, in the midst of talking', async () => {
    const { url, told } = await server([])
    const followed = listen(url, { ids: () => [ALICE] })
    await told.take()
    await followed.stop()
    expect(followed.lines).toEqual([`connected: ${new URL(url).host}`])
  })
})
