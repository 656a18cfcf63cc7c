import { once } from 'node:events'
import { describe, expect, test, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { accountAt, NOW, stillOpen } from '../support/desk.ts'
import { bearer, follow, listenTo, openDoors, OPERATOR, upgradeStatus, VIEWER } from '../support/doors.ts'

const offering = (token: string): string[] => ['rollcall.v1', `bearer.${Buffer.from(token).toString('base64url')}`]

describe('before a socket is opened', () => {
  test('one without our subprotocol is refused with 400', async () => {
    const { url } = await openDoors()
    expect(await upgradeStatus(url, { protocols: [] })).toBe(400)
    expect(await upgradeStatus(url, { protocols: ['rollcall.v2'] })).toBe(400)
  })

  test('one from a page of another origin is refused with 403', async () => {
    const { url, port } = await openDoors({ origins: ['https://desk.example.org'], publicUrl: 'https://roll.example' })
    for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${port + 1}`, 'https://roll.example.evil'])
      expect(await upgradeStatus(url, { origin })).toBe(403)
    for (const origin of [url, `http://localhost:${port}`, 'https://desk.example.org', 'https://roll.example'])
      expect(await upgradeStatus(url, { origin })).toBe(101)
  })

  test('one with a name that was pointed at this machine is refused with 403', async () => {
    const { url, port } = await openDoors()
    expect(await upgradeStatus(url, { headers: { host: `evil.example:${port}` } })).toBe(403)
  })

  test('a wrong token in the header, or none from a program, is refused with 401', async () => {
    const { url } = await openDoors({ tokens: [VIEWER] })
    expect(await upgradeStatus(url, { headers: bearer({ token: 'wrong' }) })).toBe(401)
    expect(await upgradeStatus(url)).toBe(401)
    expect(await upgradeStatus(url, { headers: bearer(VIEWER) })).toBe(101)
  })

  test('a request that is no upgrade is told so with 426', async () => {
    const { ask } = await openDoors()
    expect((await ask('/live')).status).toBe(426)
  })
})

describe('tokens', () => {
  test('may be offered as a subprotocol', async () => {
    const { url } = await openDoors({ tokens: [VIEWER] })
    const ear = listenTo(url, { protocols: offering(VIEWER.token) })
    expect(await follow(ear)).toMatchObject({ type: 'snapshot' })
    expect(ear.socket.protocol).toBe('rollcall.v1')
  })

  test('that are wrong or missing close a page with 4401, and nothing is told before', async () => {
    const { url } = await openDoors({ tokens: [VIEWER] })
    const heard: unknown[] = []
    const wrong = listenTo(url, { protocols: offering('wrong') })
    wrong.socket.on('message', (data) => heard.push(data))
    expect(await wrong.closed).toMatchObject({ code: 4401 })
    expect(await listenTo(url, { origin: url }).closed).toMatchObject({ code: 4401 })
    expect(heard).toEqual([])
  })

  test('that are taken away close their sockets with 4401, the others stay', async () => {
    const { url, http, desk } = await openDoors({ tokens: [VIEWER, OPERATOR] })
    const wall = listenTo(url, { headers: bearer(VIEWER) })
    const ops = listenTo(url, { headers: bearer(OPERATOR) })
    await follow(wall)
    await follow(ops)
    http.retoken([OPERATOR])
    expect(await wall.closed).toMatchObject({ code: 4401 })
    desk.happen({ name: 'outage.opened', at: NOW, outage: stillOpen })
    expect(await ops.next('transition')).toMatchObject({ seq: 1 })
  })
})

describe('a socket is closed', () => {
  test.each([
    ['bad JSON', (socket: WebSocket) => socket.send('{')],
    ['a binary frame', (socket: WebSocket) => socket.send(Buffer.from('{"type":"watch","id":1}'))],
    ['an unknown type', (socket: WebSocket) => socket.send('{"type":"dance","id":1}')],
    ['a watch without an id', (socket: WebSocket) => socket.send('{"type":"watch"}')],
    ['a position that is none', (socket: WebSocket) => socket.send('{"type":"watch","id":1,"after":{"seq":-1}}')],
  ])('with 4400 after %s', async (_, speak) => {
    const ear = listenTo((await openDoors()).url)
    await ear.next('hello')
    speak(ear.socket)
    expect(await ear.closed).toMatchObject({ code: 4400 })
  })

  test('with 4408 when no watch comes in time; a bad one does not count', async () => {
    const { url } = await openDoors({ live: { watchWithinMs: 50 } })
    const silent = listenTo(url)
    const clumsy = listenTo(url)
    await clumsy.next('hello')
    clumsy.say({ type: 'watch', id: 1, filter: { types: ['nonsense'] } })
    expect(await silent.closed).toMatchObject({ code: 4408 })
    expect(await clumsy.closed).toMatchObject({ code: 4408 })
  })

  test('with 4429 after too many messages', async () => {
    const ear = listenTo((await openDoors({ live: { messagesPerMinute: 5 } })).url)
    await ear.next('hello')
    for (let id = 0; id < 6; id++) ear.say({ type: 'watch', id })
    expect(await ear.closed).toMatchObject({ code: 4429, reason: 'too many messages' })
  })

  test('with 4429 when its filter has too many entries', async () => {
    const ear = listenTo((await openDoors({ live: { subscriptions: 2 } })).url)
    await ear.next('hello')
    ear.say({ type: 'watch', id: 1, filter: { accounts: ['x:a', 'x:b', 'x:c'] } })
    expect(await ear.closed).toMatchObject({ code: 4429, reason: 'too many subscriptions' })
  })

  test('with 4429 when its address has too many, until one leaves', async () => {
    const { url } = await openDoors({ live: { perAddress: 1 } })
    const first = listenTo(url)
    await first.next('hello')
    expect(await listenTo(url).closed).toMatchObject({ code: 4429, reason: 'too many connections' })
    first.socket.close()
    await first.closed
    await vi.waitFor(async () => expect(await listenTo(url).next()).toMatchObject({ type: 'hello' }))
  })

  test('with 1009 after a message that is too big', async () => {
    const ear = listenTo((await openDoors()).url)
    await ear.next('hello')
    ear.socket.send('x'.repeat(16 * 1024 + 1))
    expect(await ear.closed).toMatchObject({ code: 1009 })
  })

  test.each([
    [1001, undefined],
    [1012, 1012],
  ])('with %i when the server stops', async (code, asked) => {
    const { url, http } = await openDoors()
    const following = listenTo(url)
    const fresh = listenTo(url)
    await follow(following)
    await fresh.next('hello')
    await http.stop(asked)
    expect([(await following.closed).code, (await fresh.closed).code]).toEqual([code, code])
  })

  test('by force when it does not say goodbye, and stopping does not wait for it', async () => {
    const { url, http } = await openDoors({ live: { farewellMs: 20 } })
    const ear = listenTo(url)
    await follow(ear)
    ear.socket.pause()
    await http.stop()
    ear.socket.resume()
    await ear.closed
  })
})

describe('a reader that is too slow', () => {
  /** Enough to fill the kernel's buffers on loopback and ours behind them. */
  const note = { at: NOW, by: 'desk', note: 'n'.repeat(200_000) }

  test('is closed with 1013 and holds nobody up', async () => {
    const { url, desk, lines } = await openDoors({ live: { farewellMs: 10_000 } })
    const slow = listenTo(url)
    const quick = listenTo(url)
    await follow(slow)
    await follow(quick)
    slow.socket.pause()
    for (let count = 1; !lines.some((line) => line.includes('1013')); count++) {
      desk.happen({ name: 'outage.annotated', at: NOW, outage: { ...stillOpen, notes: [note] } })
      expect(await quick.next('transition')).toMatchObject({ seq: count })
    }
    slow.socket.resume()
    expect(await slow.closed).toEqual({ code: 1013, reason: 'too slow' })
    // Everything that was sent is without a hole, so that the reader resumes behind it.
    expect(await slow.next('transition')).toMatchObject({ seq: 1 })
    expect(await slow.next('transition')).toMatchObject({ seq: 2 })
  })

  test('is cut off when it does not even read that', async () => {
    const { url, desk, lines } = await openDoors({ live: { farewellMs: 20, perAddress: 1 } })
    const slow = listenTo(url)
    await follow(slow)
    slow.socket.pause()
    while (!lines.some((line) => line.includes('1013'))) {
      desk.happen({ name: 'outage.annotated', at: NOW, outage: { ...stillOpen, notes: [note] } })
    }
    await vi.waitFor(async () => expect(await listenTo(url).next()).toMatchObject({ type: 'hello' }))
    slow.socket.terminate()
  })

  test('and asks for one snapshot after the other is closed with 1013 before they pile up', async () => {
    const { url, desk, lines } = await openDoors({ live: { maxBufferedBytes: 64 * 1024 } })
    for (let count = 0; count < 1_000; count++) desk.watch(accountAt(`x:somebody_${count}`))
    const greedy = listenTo(url)
    await greedy.next('hello')
    greedy.socket.pause()
    for (let id = 0; id < 90; id++) greedy.say({ type: 'watch', id })
    await vi.waitFor(() => expect(lines.some((line) => line.includes('1013'))).toBe(true), 10_000)
    greedy.socket.terminate()
  })

  test('gets its pulses folded, once it reads again', async () => {
    const { url, desk } = await openDoors({ live: { maxBufferedBytes: 64 * 1024 * 1024 } })
    desk.watch(accountAt('x:jack'))
    const slow = listenTo(url)
    const quick = listenTo(url)
    await follow(slow)
    await follow(quick)
    slow.socket.pause()
    for (let count = 1; count <= 60; count++) {
      desk.happen({ name: 'outage.annotated', at: NOW, outage: { ...stillOpen, notes: [note] } })
      await quick.next('transition')
    }
    const pulse = (account: string, latencyMs: number): void =>
      desk.feed.pulse({ account, askedAt: NOW - latencyMs, answeredAt: NOW })
    pulse('x:jack', 1)
    await quick.next('pulse')
    slow.socket.resume()
    while ((await slow.next('transition'))['seq'] !== 60);
    pulse('x:realDonaldTrump', 2)
    const { accounts } = await slow.next('pulse')
    expect(accounts).toMatchObject([
      { account: 'x:jack', latencyMs: 1 },
      { account: 'x:realDonaldTrump', latencyMs: 2 },
    ])
  })

  test('that answers no ping for two heartbeats is closed with 1013', async () => {
    const { url } = await openDoors({ live: { heartbeatMs: 30 } })
    const deaf = listenTo(url, { autoPong: false })
    await follow(deaf)
    expect(await deaf.closed).toMatchObject({ code: 1013 })
  })
})

test('heartbeats come by themselves and only to those who follow', async () => {
  const { url, desk } = await openDoors({ live: { heartbeatMs: 20 } })
  const idle = listenTo(url)
  const heard: string[] = []
  idle.socket.on('message', (data: Buffer) => heard.push(data.toString()))
  const ear = listenTo(url)
  await follow(ear)
  await once(idle.socket, 'ping')
  await ear.next('beat')
  desk.happen({ name: 'outage.opened', at: NOW, outage: stillOpen })
  expect(await ear.next('transition', 'beat')).toMatchObject({ type: 'transition', seq: 1 })
  expect(await ear.next('beat')).toMatchObject({ seq: 1 })
  expect(heard.filter((frame) => frame.includes('"beat"'))).toEqual([])
})
