import { describe, expect, test } from 'vitest'
import { startBluesky } from '../support/contract-bluesky.ts'
import { folderWith, serve } from '../support/contract-process.ts'
import type { Notice, Transition } from '../support/contract-shapes.ts'
import { BEARER, startX } from '../support/contract-x.ts'
import { startReceiver } from '../support/receiver.ts'
import { until } from '../support/run-app.ts'

const isUp = ({ belief }: { belief: string }): boolean => belief === 'up'
const isDown = ({ belief }: { belief: string }): boolean => belief === 'down'

/** Once in a leap year: whatever is seen meanwhile is seen because of a hint. */
const HARDLY_EVER = '0 0 0 29 2 *'

describe.concurrent('hints', () => {
  test('make it look now, and the stream is taken up again at its cursor, also after a restart', async () => {
    const network = await startBluesky(['ada.test', 'bob.test'])
    const folder = folderWith({})
    const yaml = `
listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "${HARDLY_EVER}", confirm: { every: 50ms } }
platforms: { bluesky: ${network.withFirehose()} }
accounts: ["bluesky:ada.test", "bluesky:bob.test"]
`
    const first = await serve(yaml, { cwd: folder.path })
    await first.sees('bluesky:ada.test', isUp, 'is up')
    await until(network.streams, (count) => count === 1, 'the stream is followed')
    const from = network.set('ada.test', 'deactivated')
    network.tell('ada.test')
    await first.sees('bluesky:ada.test', isDown, 'is down')
    const [open] = await first.outages()
    expect(Date.parse(open!.firstAbsentAt)).toBeGreaterThanOrEqual(from)
    network.hangUp()
    await until(
      () => network.cursors.length,
      (count) => count === 2,
      'it is followed again',
    )
    expect(network.cursors[0]).toBeNull()
    expect(network.cursors[1]).toBe('1')
    network.set('ada.test', 'active')
    network.tell('ada.test')
    await first.sees('bluesky:ada.test', isUp, 'is back')
    expect((await first.get('/metrics')).text).toMatch(/^rollcall_hints_total\{platform="bluesky"\} 2$/m)
    expect((await first.outages()).map(({ state }) => state)).toEqual(['closed'])
    expect((await first.end()).code).toBe(0)
    const second = await serve(yaml, { cwd: folder.path })
    await until(
      () => network.cursors.length,
      (count) => count === 3,
      'it is followed after the restart',
    )
    expect(network.cursors[2]).toBe('3')
    await second.stop()
    await network.stop()
    folder.remove()
  })

  test('never change belief: one that is wrong is looked into and forgotten', async () => {
    const network = await startBluesky(['ada.test'])
    const served = await serve(`
listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "${HARDLY_EVER}", confirm: { every: 50ms } }
platforms: { bluesky: ${network.withFirehose()} }
accounts: ["bluesky:ada.test"]
`)
    const before = await served.sees('bluesky:ada.test', isUp, 'is up')
    await until(network.streams, (count) => count === 1, 'the stream is followed')
    network.tell('ada.test')
    await served.sees(
      'bluesky:ada.test',
      ({ lastSightingAt }) => lastSightingAt !== before.lastSightingAt,
      'is looked at again',
    )
    expect((await served.account('bluesky:ada.test')).belief).toBe('up')
    expect(await served.transitions()).toEqual([])
    await served.stop()
    await network.stop()
  })
})

describe.concurrent('our own sight', () => {
  test('while controls answer wrongly nothing opens, and once they answer right it does', async () => {
    const network = await startBluesky(['ada.test'])
    const served = await serve(`
listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "* * * * * *", confirm: { every: 50ms } }
platforms: { bluesky: ${network.settings()} }
accounts: ["bluesky:ada.test"]
`)
    await served.sees('bluesky:ada.test', isUp, 'is up')
    network.set('known.test', 'deleted')
    network.set('ada.test', 'deleted')
    type Controls = { platforms: { controls: { look: string; verdict: string }[] }[] }
    await until(
      () => served.polled<Controls>('/api/v1/platforms'),
      ({ platforms }) => platforms[0]?.controls.every(({ verdict }) => verdict === 'wrong') === true,
      'the controls are known to be wrong',
    )
    const blind = await served.sees(
      'bluesky:ada.test',
      ({ looks }) => looks.every(({ because }) => because.join() === 'control_failed'),
      'cannot be seen',
    )
    expect(blind.belief).not.toBe('down')
    expect(await served.outages()).toEqual([])
    network.set('known.test', 'active')
    await served.sees('bluesky:ada.test', isDown, 'is down')
    await served.stop()
    await network.stop()
  })

  test('lost for a whole platform is told once for the platform, with its cause, and as regained', async () => {
    const x = await startX(['ada', 'bob', 'cyd'])
    const receiver = await startReceiver()
    const served = await serve(
      `
listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "* * * * * *", confirm: { every: 50ms }, blindAfter: 2s }
platforms: { x: { bearer: { env: BEARER }, api: "${x.url}", controls: { known: [known] }, budget: 100000/1m } }
accounts: ["x:ada", "x:bob", "x:cyd"]
subscribers: [{ name: hook, webhook: { url: "${receiver.origin}", secret: { env: HOOK } }, tell: { types: [sight.*] } }]
`,
      { env: { BEARER, HOOK: receiver.secret } },
    )
    for (const handle of ['ada', 'bob', 'cyd']) await served.sees(`x:${handle}`, isUp, 'is up')
    x.trouble((_, response) => {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"title":"Unauthorized","status":401}')
      return true
    })
    await receiver.until(1)
    const ada = await served.sees('x:ada', ({ blind }) => blind, 'is out of sight')
    expect(ada).toMatchObject({ belief: 'up', outage: null })
    expect(ada.spells.at(-1)?.to).toBeNull()
    x.trouble(null)
    await receiver.until(2)
    const told = receiver.received.map(({ body }) => body as Notice & { data: { scope?: string; because?: string[] } })
    expect(told.map(({ type, data }) => [type, data.scope, data.because])).toEqual([
      ['sight.lost', 'platform', ['unauthorized']],
      ['sight.regained', 'platform', ['unauthorized']],
    ])
    const back = await served.sees('x:ada', ({ blind }) => !blind, 'is seen again')
    expect(back.spells.length).toBeGreaterThan(0)
    expect(back.spells.every(({ to }) => to !== null)).toBe(true)
    expect((await served.transitions()).map(({ name }) => name)).toEqual(['sight.lost', 'sight.regained'])
    await served.stop()
    await Promise.all([x.stop(), receiver.stop()])
  })
})

describe.concurrent('a storm', () => {
  test('is one notice that lists who fell; the outages are recorded all the same, and it settles', async () => {
    const handles = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay']
    const x = await startX(handles)
    const receiver = await startReceiver()
    const served = await serve(
      `
listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "* * * * * *", confirm: { every: 50ms }, storm: { accounts: 3, share: 30%, within: 3s } }
platforms: { x: { bearer: { env: BEARER }, api: "${x.url}", controls: { known: [known] }, budget: 100000/1m } }
accounts: [${handles.map((handle) => `"x:${handle}"`).join(', ')}]
subscribers: [{ name: hook, webhook: { url: "${receiver.origin}", secret: { env: HOOK } } }]
`,
      { env: { BEARER, HOOK: receiver.secret } },
    )
    for (const handle of handles) await served.sees(`x:${handle}`, isUp, 'is up')
    for (const handle of handles) x.set(handle, 'suspended')
    for (const handle of handles) await served.sees(`x:${handle}`, isDown, 'is down')
    for (const handle of handles) x.set(handle, 'active')
    for (const handle of handles) await served.sees(`x:${handle}`, isUp, 'is back')
    const all = await until(
      served.transitions,
      (some) => some.some(({ name }) => name === 'platform.settled'),
      'it has settled',
    )
    const named = (name: string) => all.filter((one) => one.name === name)
    expect(named('outage.opened')).toHaveLength(6)
    expect(named('outage.closed')).toHaveLength(6)
    expect([named('platform.troubled').length, named('platform.settled').length]).toEqual([1, 1])
    await until(
      () => receiver.received.map(({ body }) => body.type),
      (types) => types.includes('platform.settled'),
      'its end is told',
    )
    const types = receiver.received.map(({ body }) => body.type)
    // Those that fell before it was a storm may have been told by themselves; the rest is in its one notice.
    expect(types.filter((type) => type === 'platform.troubled')).toHaveLength(1)
    expect(types.filter((type) => type === 'outage.opened').length).toBeLessThanOrEqual(2)
    const settled = named('platform.settled')[0] as Transition & { accounts: string[] }
    expect(settled.accounts.toSorted()).toEqual(handles.map((handle) => `x:${handle}`))
    await served.stop()
    await Promise.all([x.stop(), receiver.stop()])
  })
})
