import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve, type Served } from '../support/contract-process.ts'
import { Account, Outage } from '../support/contract-shapes.ts'
import { connectLive } from '../support/contract-socket.ts'
import { BEARER, startX, type FakeX } from '../support/contract-x.ts'
import { until } from '../support/run-app.ts'

const WALL = 'wall-wall-wall-wall-1'

let x: FakeX
let open: Served
let locked: Served

const yaml = (accounts: string, more = ''): string => `
listen: 127.0.0.1:0
origins: [https://desk.example.org]
defaults: { schedule: "* * * * * *", confirm: { every: 50ms }, storm: { accounts: 1000 } }
platforms:
  x: { bearer: { env: BEARER }, api: "${x.url}", controls: { known: [known] }, budget: 100000/1m }
accounts: [${accounts}]
${more}`

beforeAll(async () => {
  x = await startX(['vip', 'ada', 'bob', 'cyd'])
  const roll = '{ account: "x:vip", tags: [vip], important: true }, "x:ada", "x:bob", "x:cyd"'
  open = await serve(yaml(roll), { env: { BEARER } })
  locked = await serve(yaml('"x:ada"', 'tokens: [{ name: wall, role: viewer, token: { env: WALL } }]\n'), {
    env: { BEARER, WALL },
  })
  for (const handle of ['vip', 'ada', 'bob', 'cyd']) await isUp(handle)
})

afterAll(async () => {
  await Promise.all([open.stop(), locked.stop()])
  await x.stop()
})

const isUp = (handle: string) => open.sees(`x:${handle}`, ({ belief }) => belief === 'up', 'is up')
const isDown = (handle: string) => open.sees(`x:${handle}`, ({ belief }) => belief === 'down', 'is down')

async function watching(filter?: unknown, after?: unknown, id: number | string = 1) {
  const live = connectLive(open.url)
  const hello = await live.first('hello')
  live.say({ type: 'watch', id, ...(filter !== undefined && { filter }), ...(after !== undefined && { after }) })
  return { ...live, hello }
}

describe.concurrent('the conversation', () => {
  test('begins with hello; a watch without a place is answered with everything as it is', async () => {
    const live = await watching()
    expect(live.hello).toMatchObject({ type: 'hello', heartbeatMs: 15_000 })
    expect(live.hello.seq).toBeTypeOf('number')
    expect(new Date(live.hello.at ?? '').toISOString()).toBe(live.hello.at)
    expect(live.protocol()).toBe('rollcall.v1')
    const snapshot = await live.first('snapshot')
    expect(snapshot).toMatchObject({ re: 1, epoch: live.hello.epoch })
    expect(Account.array().parse(snapshot.accounts)).toHaveLength(4)
    Outage.array().parse(snapshot.outages)
    live.close()
  })

  test('tells each transition as it comes, numbered, and resumes after any of them', async () => {
    const live = await watching({ accounts: ['x:ada'], types: ['outage.*'] })
    await live.first('snapshot')
    x.set('ada', 'suspended')
    await isDown('ada')
    x.set('ada', 'active')
    await isUp('ada')
    const told = await until(
      () => live.of('transition'),
      (all) => all.length >= 2,
      'both are told',
    )
    expect(told.map(({ name, account }) => [name, account])).toEqual([
      ['outage.opened', 'x:ada'],
      ['outage.closed', 'x:ada'],
    ])
    for (const { outage, at } of told) {
      Outage.parse(outage)
      expect(new Date(at ?? '').toISOString()).toBe(at)
    }
    expect(told[1]!.seq).toBeGreaterThan(told[0]!.seq!)
    const later = await watching({ accounts: ['x:ada'] }, { epoch: live.hello.epoch, seq: told[0]!.seq! - 1 }, 'again')
    const resumed = await later.first('resumed')
    expect(resumed).toMatchObject({ re: 'again', epoch: live.hello.epoch })
    expect(resumed.seq).toBeGreaterThanOrEqual(told[1]!.seq!)
    const missed = await until(
      () => later.of('transition'),
      (all) => all.length >= 2,
      'what was missed is told',
    )
    expect(missed).toEqual(told)
    expect(later.of('snapshot')).toEqual([])
    const nothing = await watching({ accounts: ['x:ada'] }, { epoch: live.hello.epoch, seq: resumed.seq })
    await nothing.first('resumed')
    for (const one of [live, later, nothing]) one.close()
  })

  test('another epoch, or a place that is not yet, gets a snapshot', async () => {
    const first = await watching()
    for (const after of [
      { epoch: 'another', seq: 0 },
      { epoch: first.hello.epoch, seq: 1_000_000 },
    ]) {
      const live = await watching(undefined, after)
      await live.first('snapshot')
      expect(live.of('resumed')).toEqual([])
      live.close()
    }
    first.close()
  })

  test('a filter leaves out what it does not name, and a new watch takes its place', async () => {
    const vip = await watching({ tags: ['vip'], platforms: ['x'] })
    const closings = await watching({ types: ['outage.closed'], accounts: ['x:vip'] })
    const nobody = await watching({ platforms: ['bluesky'] })
    expect((await vip.first('snapshot')).accounts?.map(({ account }) => account)).toEqual(['x:vip'])
    expect((await nobody.first('snapshot')).accounts).toEqual([])
    nobody.say({ type: 'watch', id: 2, filter: { accounts: ['x:bob'] } })
    await until(
      () => nobody.of('snapshot').map(({ re }) => re),
      (all) => all.includes(2),
      'the second watch is answered',
    )
    x.set('bob', 'gone')
    await isDown('bob')
    x.set('vip', 'gone')
    await isDown('vip')
    x.set('vip', 'active')
    await isUp('vip')
    const names = (live: typeof vip) => live.of('transition').map(({ name, account }) => `${name} ${account}`)
    await until(
      () => names(closings),
      (all) => all.length > 0,
      'the closing is told',
    )
    expect(names(closings)).toEqual(['outage.closed x:vip'])
    await until(
      () => names(vip),
      (all) => all.length >= 2,
      'both are told',
    )
    expect(names(vip)).toEqual(['outage.opened x:vip', 'outage.closed x:vip'])
    expect(names(nobody)).toEqual(['outage.opened x:bob'])
    for (const one of [vip, closings, nobody]) one.close()
  })

  test('a bad filter is an error and costs no connection', async () => {
    const live = await watching({ types: ['outage.exploded'] }, undefined, 7)
    expect(await live.first('error')).toMatchObject({ re: 7, code: 'bad_filter' })
    live.say({ type: 'watch', id: 8, filter: { colour: 'red' } })
    await until(
      () => live.of('error').map(({ re }) => re),
      (all) => all.includes(8),
      'the second is an error, too',
    )
    live.say({ type: 'watch', id: 9 })
    expect((await live.first('snapshot')).re).toBe(9)
    live.close()
  })

  test('pulses are conflated, at most one a second, and beats carry the number on', async () => {
    const live = await watching({ types: ['platform.*'] })
    const heard: number[] = []
    live.socket.on('message', (data: Buffer) => {
      if (data.toString().startsWith('{"type":"pulse"')) heard.push(performance.now())
    })
    await until(
      () => heard.length,
      (count) => count >= 5,
      'pulses come',
    )
    expect(heard[4]! - heard[0]!).toBeGreaterThan(3_000)
    const [pulse] = live.of('pulse')
    const [one] = pulse?.accounts ?? []
    expect(one?.belief).toMatch(/^(?:unknown|up|doubted|down)$/)
    expect(Date.parse(one?.lastSightingAt ?? '')).toBeLessThanOrEqual(Date.now())
    expect(one?.latencyMs).toBeTypeOf('number')
    expect(new Set(pulse?.accounts?.map(({ account }) => account)).size).toBe(pulse?.accounts?.length)
    const beat = await live.first('beat')
    expect(beat.seq).toBeGreaterThanOrEqual(live.hello.seq!)
    expect(live.of('transition')).toEqual([])
    live.close()
  })
})

describe.concurrent('the goodbyes', () => {
  test.for([
    ['no JSON', 'hello?'],
    ['another type', { type: 'shout', id: 1 }],
    ['a watch without an id', { type: 'watch' }],
  ] as const)('%s is 4400', async ([, message]) => {
    const live = connectLive(open.url)
    await live.first('hello')
    live.say(message)
    expect((await live.isClosed()).code).toBe(4400)
  })

  test('a binary message is 4400, and one that is too big 1009', async () => {
    const binary = connectLive(open.url)
    await binary.first('hello')
    binary.socket.send(Buffer.from('{"type":"watch","id":1}'))
    expect((await binary.isClosed()).code).toBe(4400)
    const big = connectLive(open.url)
    await big.first('hello')
    big.say({ type: 'watch', id: 1, filter: { accounts: ['x'.repeat(200_000)] } })
    expect((await big.isClosed()).code).toBe(1009)
  })

  test('no watch in time is 4408', async () => {
    const live = connectLive(open.url)
    await live.first('hello')
    expect((await live.isClosed()).code).toBe(4408)
  })

  test('too many messages are 4429', async () => {
    const live = await watching()
    for (let count = 0; count < 200; count++) live.say({ type: 'watch', id: count })
    expect((await live.isClosed()).code).toBe(4429)
  })

  test('a page of another origin gets no socket; a listed one and a program do', async () => {
    expect(await connectLive(open.url, { origin: 'https://evil.example' }).isRefused()).toContain('403')
    for (const origin of ['https://desk.example.org', open.url]) {
      const live = connectLive(open.url, { origin })
      await live.first('hello')
      live.close()
    }
  })

  test('whoever does not offer the protocol is refused', async () => {
    expect(await connectLive(open.url, { protocols: [] }).isRefused()).toMatch(/400|426/)
    expect(await connectLive(open.url, { protocols: ['rollcall.v9'] }).isRefused()).toMatch(/400|426/)
  })

  test('a plain request is told that this is a socket', async () => {
    const { status, headers } = await open.get('/live')
    expect([status, headers.get('content-type')]).toEqual([426, 'application/problem+json'])
  })
})

describe.concurrent('with tokens', () => {
  test('a token opens it as a header or as a second subprotocol, which is never selected', async () => {
    for (const how of [{ header: WALL }, { token: WALL }]) {
      const live = connectLive(locked.url, how)
      await live.first('hello')
      expect(live.protocol()).toBe('rollcall.v1')
      live.close()
    }
  })

  test('without a token, or with a wrong one, nothing is told', async () => {
    expect(await connectLive(locked.url).isRefused()).toContain('401')
    expect(await connectLive(locked.url, { header: `${WALL}0` }).isRefused()).toContain('401')
    const browser = connectLive(locked.url, { token: `${WALL}0`, origin: locked.url })
    expect((await browser.isClosed()).code).toBe(4401)
    expect(browser.frames).toEqual([])
  })
})
