import { createServer } from 'node:http'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folderWith, rollcall, serve } from '../support/contract-process.ts'
import { Outage, type Notice } from '../support/contract-shapes.ts'
import { connectLive } from '../support/contract-socket.ts'
import { BEARER, startX } from '../support/contract-x.ts'
import { startReceiver } from '../support/receiver.ts'
import { until } from '../support/run-app.ts'

const env = { BEARER, HOOK: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }

const yaml = (x: { url: string }, accounts: readonly string[], more = '') => `
listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "* * * * * *", confirm: { every: 50ms }, blindAfter: 2s, storm: { accounts: 1000 } }
platforms:
  x: { bearer: { env: BEARER }, api: "${x.url}", controls: { known: [known] }, budget: 100000/1m }
accounts: [${accounts.map((handle) => `"x:${handle}"`).join(', ')}]
${more}`

const hook = (origin: string): string =>
  `subscribers: [{ name: hook, webhook: { url: "${origin}/hook", secret: { env: HOOK } } }]\n`

const isUp = ({ belief }: { belief: string }): boolean => belief === 'up'
const isDown = ({ belief }: { belief: string }): boolean => belief === 'down'

describe.concurrent('stopping', () => {
  test('SIGTERM ends it with 0, and its sockets with 1001', async () => {
    const x = await startX(['ada'])
    const served = await serve(yaml(x, ['ada']), { env })
    const live = connectLive(served.url)
    await live.first('hello')
    live.say({ type: 'watch', id: 1 })
    await live.first('snapshot')
    expect(await served.end()).toEqual({ code: 0, signal: null })
    expect((await live.isClosed()).code).toBe(1001)
    await served.stop()
    await x.stop()
  })

  test('SIGTERM ends it although a doubt is going on and nobody answers', async () => {
    const x = await startX(['ada'])
    const served = await serve(yaml(x, ['ada']), { env })
    await served.sees('x:ada', isUp, 'is up')
    let hanging = 0
    // The account is gone, and whoever asks for the controls waits for ever.
    x.trouble((url) => {
      if (!/known/.test(url.search)) return false
      hanging++
      return true
    })
    x.set('ada', 'gone')
    await until(
      () => hanging,
      (count) => count > 0,
      'the controls hang',
    )
    served.signal('SIGTERM')
    await until(served.hasEnded, (over) => over, 'it has ended', 8_000)
    expect(await served.ended).toEqual({ code: 0, signal: null })
    await served.stop()
    await x.stop()
  })

  test('SIGTERM while it starts is a clean stop, too', async () => {
    const x = await startX(['ada'])
    const served = await serve(yaml(x, ['ada']), { env, until: 'listening' })
    expect(await served.end()).toEqual({ code: 0, signal: null })
    await served.stop()
    await x.stop()
  })
})

describe.concurrent('reloading', () => {
  test('SIGHUP takes up the new roll and keeps outages, identities and sockets', async () => {
    const x = await startX(['ada', 'bob', 'cyd'])
    const served = await serve(yaml(x, ['ada', 'bob']), { env })
    const live = connectLive(served.url)
    await live.first('hello')
    live.say({ type: 'watch', id: 1 })
    await served.sees('x:bob', isUp, 'is up')
    await served.sees('x:ada', isUp, 'is up')
    x.set('ada', 'suspended')
    const before = await served.sees('x:ada', isDown, 'is down')
    writeFileSync(served.file, yaml(x, ['ada', 'cyd']))
    served.signal('SIGHUP')
    await served.sees('x:cyd', isUp, 'is up')
    const after = await served.sees('x:ada', isDown, 'is down')
    expect(after).toMatchObject({ outage: before.outage, identity: before.identity })
    expect((await served.get('/api/v1/accounts/x%3Abob')).status).toBe(404)
    x.set('ada', 'active')
    await served.sees('x:ada', isUp, 'is back')
    const frames = await until(
      () => live.of('transition').map(({ name }) => name),
      (names) => names.length >= 2,
      'the socket goes on',
    )
    expect(frames).toEqual(['outage.opened', 'outage.closed'])
    live.close()
    await served.stop()
    await x.stop()
  })

  test('a changed file is taken up by itself; a bad one changes nothing and is told on stderr', async () => {
    const x = await startX(['ada', 'bob'])
    const served = await serve(yaml(x, ['ada']), { env })
    await served.sees('x:ada', isUp, 'is up')
    writeFileSync(served.file, yaml(x, ['ada', 'bob']))
    await served.sees('x:bob', isUp, 'is up')
    writeFileSync(served.file, `${yaml(x, ['ada'])}\nlisten: 127.0.0.1:1\nsubscribers: [{ name: hook, pigeon: {} }]\n`)
    served.signal('SIGHUP')
    await until(served.stderr, (text) => /subscribers\[0\]\.pigeon|pigeon/.test(text), 'the fault is told')
    expect(served.stderr()).toContain(served.file)
    expect((await served.get('/api/v1/accounts/x%3Abob')).status).toBe(200)
    x.set('ada', 'gone')
    await served.sees('x:ada', isDown, 'is down')
    await served.stop()
    await x.stop()
  })

  test('tokens that are new count at once, and those that are gone do not', async () => {
    const x = await startX(['ada'])
    const tokens = (name: string) => `tokens: [{ name: one, role: viewer, token: { env: ${name} } }]\n`
    const both = { ...env, OLD: 'the-old-token-0123456789', NEW: 'the-new-token-0123456789' }
    const served = await serve(yaml(x, ['ada'], tokens('OLD')), { env: both })
    const statusWith = async (token: string): Promise<number> =>
      (await served.get('/api/v1/accounts', { authorization: `Bearer ${token}` })).status
    expect([await statusWith(both.OLD), await statusWith(both.NEW)]).toEqual([200, 401])
    const live = connectLive(served.url, { header: both.OLD })
    await live.first('hello')
    live.say({ type: 'watch', id: 1 })
    writeFileSync(served.file, yaml(x, ['ada'], tokens('NEW')))
    served.signal('SIGHUP')
    expect((await live.isClosed()).code).toBe(4401)
    expect([await statusWith(both.OLD), await statusWith(both.NEW)]).toEqual([401, 200])
    await served.stop()
    await x.stop()
  })
})

describe.concurrent('what keeps it from starting is one clear line and no success', () => {
  const expectRefusal = (ended: { code: number | null; stderr: string }, words: RegExp): void => {
    expect(ended.code).toBeGreaterThan(0)
    expect(ended.stderr).toMatch(words)
    expect(ended.stderr).not.toMatch(/^\s+at .+:\d+:\d+/m)
  }

  test('another process on the same store', async () => {
    const x = await startX(['ada'])
    const served = await serve(yaml(x, ['ada']), { env })
    expectRefusal(await rollcall(['serve', '--config', served.file], { env }), /in use/)
    expect((await served.get('/livez')).status).toBe(200)
    await served.stop()
    await x.stop()
  })

  test('a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const text = yaml({ url: 'http://127.0.0.1:9' }, ['ada']).replace(/listen: .+/, `listen: 127.0.0.1:${port}`)
    const folder = folderWith({ 'rollcall.yaml': text })
    const ended = await rollcall(['serve', '--config', join(folder.path, 'rollcall.yaml')], { env })
    expectRefusal(ended, new RegExp(`127\\.0\\.0\\.1:${port}`))
    taken.close()
    folder.remove()
  })

  test('a folder for the store that cannot be made', async () => {
    const text = `${yaml({ url: 'http://127.0.0.1:9' }, ['ada'])}\nstore: sqlite:./taken/rollcall.db\n`
    const folder = folderWith({ 'rollcall.yaml': text, taken: 'a file' })
    const ended = await rollcall(['serve', '--config', join(folder.path, 'rollcall.yaml')], { env })
    expectRefusal(ended, /taken\/rollcall\.db cannot be opened/)
    folder.remove()
  })

  test('a store that is no database', async () => {
    const folder = folderWith({
      'rollcall.yaml': yaml({ url: 'http://127.0.0.1:9' }, ['ada']),
      'data/rollcall.db': 'this is not a database, and it is long enough to be told from an empty one'.repeat(20),
    })
    const ended = await rollcall(['serve', '--config', join(folder.path, 'rollcall.yaml')], { env })
    expectRefusal(ended, /not a database/)
    folder.remove()
  })
})

describe.concurrent('killed and started again', () => {
  test('an open outage keeps its id and its bounds; the time between is a blind spell', async () => {
    const x = await startX(['ada'])
    const text = yaml(x, ['ada'])
    const folder = folderWith({})
    const first = await serve(text, { env, cwd: folder.path })
    await first.sees('x:ada', isUp, 'is up')
    const from = x.set('ada', 'suspended')
    await first.sees('x:ada', isDown, 'is down')
    const [before] = await first.outages()
    await first.end('SIGKILL')
    const killedAt = Date.now()
    await until(
      () => Date.now(),
      (now) => now > killedAt + 2_500,
      'longer than blindAfter has passed',
    )
    const second = await serve(text, { env, cwd: folder.path })
    const startedAt = Date.now()
    const detail = await until(
      () => second.account('x:ada'),
      ({ spells }) => spells.some(({ to }) => to !== null),
      'the blind spell is told',
    )
    expect(detail).toMatchObject({ belief: 'down', outage: before!.id })
    const [spell] = detail.spells
    expect(Date.parse(spell!.from)).toBeLessThanOrEqual(killedAt)
    expect(Date.parse(spell!.to!)).toBeGreaterThanOrEqual(startedAt - 1_500)
    const to = x.set('ada', 'active')
    await second.sees('x:ada', isUp, 'is back')
    const closed = Outage.parse((await second.outages())[0])
    expect(closed).toMatchObject({
      id: before!.id,
      lastPresentAt: before!.lastPresentAt,
      firstAbsentAt: before!.firstAbsentAt,
      openedAt: before!.openedAt,
      state: 'closed',
    })
    expect(closed.duration.minMs).toBeLessThanOrEqual(to - from)
    expect(closed.duration.maxMs).toBeGreaterThanOrEqual(to - from)
    expect(closed.duration.coverage).toBeLessThan(1)
    expect((await second.outages()).length).toBe(1)
    await second.stop()
    await x.stop()
    folder.remove()
  })

  test('back before we are: the end lies in the time we could not see, and the bounds hold it', async () => {
    const x = await startX(['ada'])
    const folder = folderWith({})
    const first = await serve(yaml(x, ['ada']), { env, cwd: folder.path })
    await first.sees('x:ada', isUp, 'is up')
    const from = x.set('ada', 'gone')
    const { outage } = await first.sees('x:ada', isDown, 'is down')
    await first.end('SIGKILL')
    const to = x.set('ada', 'active')
    const second = await serve(yaml(x, ['ada']), { env, cwd: folder.path })
    await second.sees('x:ada', isUp, 'is back')
    const [closed] = await second.outages()
    expect(closed).toMatchObject({ id: outage, state: 'closed' })
    expect(Date.parse(closed!.lastAbsentAt)).toBeLessThanOrEqual(to)
    expect(Date.parse(closed!.firstPresentAt!)).toBeGreaterThanOrEqual(to)
    expect(closed!.duration.minMs).toBeLessThanOrEqual(to - from)
    expect(closed!.duration.maxMs).toBeGreaterThanOrEqual(to - from)
    await second.stop()
    await x.stop()
    folder.remove()
  })

  test('killed between the opening and its delivery, the notice comes after the start under the same id', async () => {
    const x = await startX(['ada'])
    const receiver = await startReceiver()
    receiver.next({ hang: 'head' })
    const folder = folderWith({})
    const first = await serve(yaml(x, ['ada'], hook(receiver.origin)), { env, cwd: folder.path })
    await first.sees('x:ada', isUp, 'is up')
    x.set('ada', 'suspended')
    await receiver.until(1)
    await first.end('SIGKILL')
    const second = await serve(yaml(x, ['ada'], hook(receiver.origin)), { env, cwd: folder.path })
    await receiver.until(2)
    const [tried, told] = receiver.received
    expect(told!.id).toBe(tried!.id)
    expect(told!.fault).toBeNull()
    expect((told!.body as Notice).data.seq).toBe((tried!.body as Notice).data.seq)
    x.set('ada', 'active')
    await receiver.until(3)
    expect(receiver.received.map(({ body }) => body.type)).toEqual(['outage.opened', 'outage.opened', 'outage.closed'])
    await second.stop()
    await Promise.all([x.stop(), receiver.stop()])
    folder.remove()
  })
})
