import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBluesky, type FakeBluesky, type Trouble } from '../support/contract-bluesky.ts'
import { serve, type Served } from '../support/contract-process.ts'
import { Outage, OutageDetail, Transition, type Notice } from '../support/contract-shapes.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { until } from '../support/run-app.ts'

const HANDLES = [
  'eleven.test',
  'deleted.test',
  'apponly.test',
  'quiet.test',
  'moved.test',
  'stolen.test',
  'hidden.test',
  'blip.test',
  'worse.test',
  'torn.test',
  'unclear.test',
]

let network: FakeBluesky
let receiver: Receiver
let rollcall: Served
const troubles = new Set<Trouble>()

beforeAll(async () => {
  network = await startBluesky(HANDLES)
  receiver = await startReceiver()
  network.set('hidden.test', 'deactivated')
  network.trouble((...asked) => [...troubles].some((trouble) => trouble(...asked)))
  rollcall = await serve(
    `listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "* * * * * *", confirm: { every: 50ms }, blindAfter: 3s, storm: { accounts: 1000 } }
platforms:
  bluesky: ${network.settings()}
accounts: [${[...HANDLES, 'nobody.test'].map((handle) => `"bluesky:${handle}"`).join(', ')}]
subscribers:
  - { name: hook, webhook: { url: "${receiver.origin}/hook", secret: { env: HOOK } } }
`,
    { env: { HOOK: receiver.secret } },
  )
})

afterAll(async () => {
  await rollcall.stop()
  await Promise.all([network.stop(), receiver.stop()])
})

const isUp = (handle: string) => rollcall.sees(`bluesky:${handle}`, ({ belief }) => belief === 'up', 'is up')
const isDown = (handle: string) => rollcall.sees(`bluesky:${handle}`, ({ belief }) => belief === 'down', 'is down')

const outageOf = async (handle: string): Promise<Outage> => {
  const [newest] = await rollcall.outages(`account=${encodeURIComponent(`bluesky:${handle}`)}`)
  return Outage.parse(newest)
}

async function toldOf(handle: string): Promise<readonly string[]> {
  const all = await rollcall.transitions()
  return all.flatMap((one) => (one.outage?.account === `bluesky:${handle}` ? [Transition.parse(one).name] : []))
}

/** Counts what is asked about an account at the AppView, by its DID or its handle. */
function looksAt(did: string): { count(): number; done(): void } {
  let seen = 0
  const counting: Trouble = (role, url) => {
    if (role === 'appview' && url.searchParams.get('actor') === did) seen++
    return false
  }
  troubles.add(counting)
  return { count: () => seen, done: () => troubles.delete(counting) }
}

const ms = (instant: string | null): number => Date.parse(instant ?? '')

/** What the fake did to the account lies where the four instants say, and its length within the bounds. */
function expectTrueBounds(outage: Outage, from: number, to: number): void {
  expect(ms(outage.lastPresentAt)).toBeLessThanOrEqual(from)
  expect(ms(outage.firstAbsentAt)).toBeGreaterThanOrEqual(from)
  expect(ms(outage.lastAbsentAt)).toBeLessThanOrEqual(to)
  expect(ms(outage.firstPresentAt)).toBeGreaterThanOrEqual(to)
  const { minMs, estimateMs, maxMs } = outage.duration
  expect(minMs).toBe(ms(outage.lastAbsentAt) - ms(outage.firstAbsentAt))
  expect(maxMs).toBe(ms(outage.firstPresentAt) - ms(outage.lastPresentAt))
  expect(minMs).toBeLessThanOrEqual(to - from)
  expect(maxMs).toBeGreaterThanOrEqual(to - from)
  expect(estimateMs).toBeGreaterThanOrEqual(minMs)
  expect(estimateMs).toBeLessThanOrEqual(maxMs ?? 0)
}

describe.concurrent('by the rules of section 3', () => {
  test('an account that goes and comes back is told with its reason and true bounds', async () => {
    await isUp('eleven.test')
    const from = network.set('eleven.test', 'deactivated')
    const down = await isDown('eleven.test')
    expect(down).toMatchObject({ because: ['deactivated'], blind: false })
    const open = await outageOf('eleven.test')
    expect(open).toMatchObject({ id: down.outage, state: 'open', explicit: true, disputed: [], unseen: false })
    expect(open).toMatchObject({ closedAt: null, firstPresentAt: null, acknowledged: null, retracted: null })
    const to = network.set('eleven.test', 'active')
    await isUp('eleven.test')
    const closed = await outageOf('eleven.test')
    expect(closed).toMatchObject({ id: open.id, state: 'closed', openedAt: open.openedAt })
    expectTrueBounds(closed, from, to)
    expect(await toldOf('eleven.test')).toEqual(['outage.opened', 'outage.closed'])
  })

  test('a deleted account is absent by both looks, and the set of reasons is what they share', async () => {
    await isUp('deleted.test')
    network.set('deleted.test', 'deleted')
    await isDown('deleted.test')
    const outage = await outageOf('deleted.test')
    expect(outage).toMatchObject({ because: ['deleted'], explicit: true, disputed: [] })
    const detail = (await rollcall.get(`/api/v1/outages/${outage.id}`)).json
    const { sightings } = OutageDetail.parse(detail)
    const absent = sightings.filter(({ verdict }) => verdict === 'absent')
    expect(absent.length).toBeGreaterThanOrEqual(3)
    expect(new Set(absent.map(({ look }) => look))).toEqual(new Set(['appview', 'host']))
    for (const { evidence } of absent) expect(evidence?.marker).toEqual(expect.any(String))
  })

  test('taken down in the app alone opens disputed, naming the host, after twice as many sightings', async () => {
    await isUp('apponly.test')
    network.set('apponly.test', { app: 'takendown' })
    await isDown('apponly.test')
    const outage = await outageOf('apponly.test')
    expect(outage).toMatchObject({ because: ['suspended'], explicit: true, disputed: ['host'] })
    const { sightings } = OutageDetail.parse((await rollcall.get(`/api/v1/outages/${outage.id}`)).json)
    const before = sightings.filter(({ answeredAt }) => answeredAt <= outage.openedAt)
    expect(before.filter(({ verdict }) => verdict === 'absent').length).toBeGreaterThanOrEqual(6)
    network.set('apponly.test', { app: 'active' })
    await isUp('apponly.test')
    expect((await outageOf('apponly.test')).state).toBe('closed')
  })

  test('a bare absence that the host disputes is doubted for as long as it lasts and never opens', async () => {
    await isUp('quiet.test')
    const looks = looksAt(network.person('quiet.test').did)
    network.set('quiet.test', { app: 'deleted' })
    await until(looks.count, (count) => count >= 12, 'it was looked at many times')
    looks.done()
    expect((await rollcall.account('bluesky:quiet.test')).belief).toBe('doubted')
    network.set('quiet.test', { app: 'active' })
    await isUp('quiet.test')
    expect(await toldOf('quiet.test')).toEqual([])
  })

  test('a renamed account is absent under its old handle, and the new one is named', async () => {
    await isUp('moved.test')
    const { did } = network.person('moved.test')
    network.set('moved.test', { handle: 'moved-on.test' })
    await isDown('moved.test')
    const outage = await outageOf('moved.test')
    expect(outage).toMatchObject({ because: ['renamed'], explicit: true, now: { id: did, handle: 'moved-on.test' } })
    network.set('moved-on.test', { handle: 'moved.test' })
    await isUp('moved.test')
    expect((await outageOf('moved.test')).state).toBe('closed')
  })

  test('a stranger on the handle is a takeover and never a recovery', async () => {
    await isUp('stolen.test')
    const { did } = network.person('stolen.test')
    network.set('stolen.test', { handle: 'victim.test' })
    await isDown('stolen.test')
    const opened = await outageOf('stolen.test')
    const stranger = network.add('stolen.test', 'A stranger')
    await rollcall.sees('bluesky:stolen.test', ({ because }) => because.includes('taken_over'), 'is taken over')
    await until(
      () => outageOf('stolen.test'),
      ({ because }) => because.join() === 'taken_over',
      'both looks see the stranger',
    )
    const looks = looksAt(did)
    await until(looks.count, (count) => count >= 2, 'it was looked at again')
    looks.done()
    const now = await rollcall.account('bluesky:stolen.test')
    expect(now).toMatchObject({ belief: 'down', identity: { id: did } })
    expect(await outageOf('stolen.test')).toMatchObject({
      id: opened.id,
      state: 'open',
      now: { id: stranger.did, handle: 'stolen.test' },
    })
  })

  test('an account that was never seen present opens with an unknown start', async () => {
    await isDown('hidden.test')
    const outage = await outageOf('hidden.test')
    expect(outage).toMatchObject({ unseen: true, lastPresentAt: null, because: ['deactivated'] })
    expect(outage.duration.maxMs).toBeNull()
    network.set('hidden.test', 'active')
    await isUp('hidden.test')
    const closed = await outageOf('hidden.test')
    expect(closed).toMatchObject({ id: outage.id, state: 'closed', unseen: true, lastPresentAt: null })
  })

  test('a name that nobody has opens unseen and bare, since both looks agree', async () => {
    await isDown('nobody.test')
    expect(await outageOf('nobody.test')).toMatchObject({
      unseen: true,
      because: ['not_found', 'deleted'],
      explicit: false,
    })
  })

  test('one wrong answer is a blip: counted, not announced', async () => {
    const { did } = await isUp('blip.test').then(() => network.person('blip.test'))
    const blips = async (): Promise<number> => {
      const text = await rollcall.polled<string>('/metrics')
      return Number(/^rollcall_blips_total\{platform="bluesky"\} (\d+)/m.exec(text)?.[1] ?? 0)
    }
    const before = await blips()
    let left = 1
    const once: Trouble = (role, url, response) => {
      if (left === 0 || role !== 'appview' || url.searchParams.get('actor') !== did) return false
      left--
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: 'InvalidRequest', message: 'Profile not found' }))
      return true
    }
    troubles.add(once)
    await until(blips, (count) => count > before, 'a blip is counted')
    troubles.delete(once)
    expect(left).toBe(0)
    expect(await isUp('blip.test')).toMatchObject({ outage: null, because: [] })
    expect(await toldOf('blip.test')).toEqual([])
  })

  test('another reason while it is gone is a change of the same outage', async () => {
    await isUp('worse.test')
    network.set('worse.test', 'deactivated')
    await isDown('worse.test')
    const { id } = await outageOf('worse.test')
    network.set('worse.test', 'takendown')
    await until(
      () => outageOf('worse.test'),
      ({ because }) => because.join() === 'suspended',
      'the reason is the new one',
    )
    expect((await outageOf('worse.test')).id).toBe(id)
    const told = await toldOf('worse.test')
    expect(told[0]).toBe('outage.opened')
    expect(told.slice(1).every((name) => name === 'outage.changed')).toBe(true)
    expect(told.length).toBeGreaterThan(1)
  })

  test('a dispute that comes while it is gone is a change, and only all looks together clear it', async () => {
    await isUp('torn.test')
    network.set('torn.test', 'takendown')
    await isDown('torn.test')
    network.set('torn.test', { host: 'active' })
    await until(
      () => outageOf('torn.test'),
      ({ disputed }) => disputed.join() === 'host',
      'the host disputes',
    )
    expect((await outageOf('torn.test')).state).toBe('open')
    network.set('torn.test', { app: 'active' })
    await isUp('torn.test')
    const told = await toldOf('torn.test')
    expect([told[0], told.includes('outage.changed'), told.at(-1)]).toEqual(['outage.opened', true, 'outage.closed'])
  })

  test('blind while it is down, the outage stays open, its bounds widen and its coverage says so', async () => {
    const { did } = await isUp('unclear.test').then(() => network.person('unclear.test'))
    const from = network.set('unclear.test', 'deactivated')
    await isDown('unclear.test')
    const before = await outageOf('unclear.test')
    const dark: Trouble = (_, url, response) => {
      const isAbout = [...url.searchParams.values(), decodeURIComponent(url.pathname.slice(1))]
      if (!isAbout.some((about) => about === did || about === 'unclear.test')) return false
      response.writeHead(503).end('over capacity')
      return true
    }
    troubles.add(dark)
    const blind = await rollcall.sees('bluesky:unclear.test', (account) => account.blind, 'is out of sight')
    expect(blind).toMatchObject({ belief: 'down', outage: before.id })
    expect(blind.looks.map(({ verdict }) => verdict)).toContain('inconclusive')
    const open = await outageOf('unclear.test')
    expect(open).toMatchObject({ id: before.id, state: 'open', firstPresentAt: null })
    const to = network.set('unclear.test', 'active')
    troubles.delete(dark)
    await isUp('unclear.test')
    const closed = await outageOf('unclear.test')
    expectTrueBounds(closed, from, to)
    expect(closed.duration.coverage).toBeLessThan(1)
    const detail = await rollcall.account('bluesky:unclear.test')
    expect(detail.spells.length).toBeGreaterThan(0)
  })
})

test('the receiver has every transition once and in order for each account', async () => {
  const all = await rollcall.transitions()
  const seqs = await until(
    () => receiver.received.map(({ body }) => (body as Notice).data.seq),
    (told) => all.every(({ seq }) => told.includes(seq)),
    'every transition was told',
  )
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1))
  expect(receiver.received.map(({ fault }) => fault).filter((fault) => fault !== null)).toEqual([])
  expect(new Set(seqs).size).toBe(seqs.length)
  const accounts = Map.groupBy(receiver.received, ({ body }) => (body as Notice).data.outage?.account)
  for (const [account, told] of accounts) {
    if (account === undefined) continue
    const own = told.map(({ body }) => (body as Notice).data.seq)
    expect(own).toEqual(own.toSorted((one, other) => one - other))
  }
})
