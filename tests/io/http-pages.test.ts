import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { z } from 'zod'
import { clientFrames, serverFrames } from '../../src/io/live-frames.ts'
import { accountAt, createFakeDesk, downFor, NOW, seenAt, stillOpen } from '../support/desk.ts'
import { follow, listenTo, openDoors } from '../support/doors.ts'

/** A built dashboard with something beside it that nobody may have. */
async function builtDashboard(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-web-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'web/assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await writeFile(join(folder, 'web/.env'), 'secret')
  await writeFile(join(folder, 'web/index.html'), '<!doctype html><title>Rollcall</title>')
  await writeFile(join(folder, 'web/assets/index-B2kd9_aQ.js'), 'export {}')
  return join(folder, 'web')
}

/** The answer to a request line as it is, which URL parsers would tidy up. */
async function raw(port: number, path: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  return text
}

describe('the dashboard', () => {
  test('is served with caching that fits each file', async () => {
    const { ask } = await openDoors({ web: await builtDashboard() })
    const page = await ask('/')
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-cache'])
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    const script = await ask('/assets/index-B2kd9_aQ.js')
    expect(script.headers.get('content-type')).toMatch(/^text\/javascript/)
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect((await ask('/assets/index-00000000.js')).status).toBe(404)
  })

  test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%5c..%5csecret.txt', '/.env'])(
    'gives nothing from beside it: %s',
    async (path) => {
      const { port } = await openDoors({ web: await builtDashboard() })
      const answer = await raw(port, path)
      expect(answer).toMatch(/^HTTP\/1\.1 404 /)
      expect(answer).not.toContain('secret\r\n')
    },
  )

  test('that is not built says how to build it, and appears once it is', async () => {
    const web = await builtDashboard()
    await rm(join(web, 'index.html'))
    const { ask } = await openDoors({ web })
    expect((await ask('/')).body).toContain('npm run build')
    await writeFile(join(web, 'index.html'), 'built')
    expect((await ask('/')).body).toBe('built')
  })

  test('takes no other method', async () => {
    const { ask } = await openDoors()
    expect((await ask('/', { method: 'PUT' })).status).toBe(405)
    expect((await ask('/', { method: 'HEAD' })).status).toBe(200)
  })
})

type Operation = { responses: Record<string, unknown>; security: unknown; parameters?: { name: string }[] }
type OpenApi = {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> }
}

describe('openapi.json', () => {
  test('describes every route of the API with its faults', async () => {
    const { body } = await (await openDoors()).ask('/openapi.json')
    const { openapi, paths, components } = body as OpenApi
    expect(openapi).toBe('3.1.0')
    expect(
      Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method} ${path}`)),
    ).toEqual([
      'post /slack/interactions',
      'get /api/v1/accounts',
      'get /api/v1/accounts/{account}',
      'post /api/v1/accounts/{account}/check',
      'post /api/v1/accounts/{account}/accept',
      'get /api/v1/outages',
      'get /api/v1/outages/{id}',
      'post /api/v1/outages/{id}/acknowledge',
      'post /api/v1/outages/{id}/annotate',
      'post /api/v1/outages/{id}/retract',
      'get /api/v1/outages/{id}/report',
      'get /api/v1/transitions',
      'get /api/v1/platforms',
      'get /api/v1/subscribers',
      'get /api/v1/deliveries',
      'post /api/v1/deliveries/{id}/retry',
      'post /api/v1/subscribers/{name}/drill',
      'get /api/v1/quiet',
      'post /api/v1/quiet',
      'delete /api/v1/quiet/{id}',
      'get /feed.atom',
      'get /badge/{account}.svg',
    ])
    expect(components.securitySchemes).toHaveProperty('bearer')
    const slack = paths['/slack/interactions']?.['post']
    expect(slack?.security).toEqual([{ slack: [] }])
    expect(components.securitySchemes).toHaveProperty('slack')
    expect(Object.keys(slack?.responses ?? {})).toEqual(['200', '400', '401', '413', '415', '429', '500'])
    const ours = Object.entries(paths).filter(([path]) => path.startsWith('/api/'))
    for (const operation of ours.flatMap(([, item]) => Object.values(item))) {
      expect(operation.security).toEqual([{ bearer: [] }])
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['200', '401', '403', '429']))
    }
    expect(paths['/api/v1/accounts']?.['get']?.parameters?.map(({ name }) => name)).toEqual([
      'platform',
      'tag',
      'belief',
      'q',
      'cursor',
      'limit',
    ])
  })

  test('leaves no reference open', async () => {
    const { body } = await (await openDoors()).ask('/openapi.json')
    const refs = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
    expect(refs.length).toBeGreaterThan(20)
    for (const name of refs) expect((body as OpenApi).components.schemas).toHaveProperty(name ?? '')
  })
})

test('asyncapi.json describes every frame of the socket', async () => {
  const { body } = await (await openDoors()).ask('/asyncapi.json')
  const { asyncapi, channels, operations } = body as {
    asyncapi: string
    channels: { live: { address: string; messages: Record<string, { payload: object }> } }
    operations: Record<string, { action: string; messages: { $ref: string }[] }>
  }
  expect([asyncapi, channels.live.address]).toEqual(['3.0.0', '/live'])
  const names = Object.keys({ ...serverFrames, ...clientFrames })
  expect(Object.keys(channels.live.messages)).toEqual(names)
  const said = Object.values(operations).flatMap(({ messages }) => messages.map(({ $ref }) => $ref.split('/').at(-1)))
  expect(said).toEqual(names)
})

test('what the socket says is what its description says, to the last field', async () => {
  const desk = createFakeDesk()
  desk.watched.set('x:jack', {
    account: accountAt('x:jack', { tags: ['vip'] }),
    belief: downFor({ ...stillOpen, account: 'x:jack', notes: [{ at: NOW, by: 'desk', note: 'n' }] }),
    blind: false,
    sightings: [seenAt(NOW)],
  })
  const { url } = await openDoors({ desk, live: { heartbeatMs: 50 } })
  const ear = listenTo(url)
  const strict = (frame: z.ZodType, said: unknown): void => {
    // Parsing drops what the shape does not know, so equality means that nothing is undescribed.
    expect(frame.parse(said)).toEqual(said)
  }
  strict(serverFrames.hello, await ear.next('hello'))
  ear.say({ type: 'watch', id: 1 })
  strict(serverFrames.snapshot, await ear.next('snapshot'))
  desk.feed.pulse({ account: 'x:jack', askedAt: NOW - 3, answeredAt: NOW })
  strict(serverFrames.pulse, await ear.next('pulse'))
  const scope = { kind: 'platform', platform: 'x' } as const
  desk.happen(
    { name: 'outage.opened', at: NOW, outage: { ...stillOpen, account: 'x:jack' } },
    { name: 'sight.lost', at: NOW, scope, since: NOW, because: ['network'] },
    { name: 'platform.settled', at: NOW, platform: 'x', since: NOW, accounts: ['x:jack'] },
    {
      name: 'subscriber.lost',
      at: NOW,
      subscriber: 'desk',
      since: NOW,
      reason: 'answered 500',
      owed: 2,
      fallback: null,
    },
  )
  for (let count = 0; count < 4; count++) strict(serverFrames.transition, await ear.next('transition'))
  strict(serverFrames.beat, await ear.next('beat'))
  const again = listenTo(url)
  strict(serverFrames.resumed, await follow(again, {}, { epoch: 'epoch-1', seq: 4 }))
  again.say({ type: 'watch', id: 2, filter: { types: ['x'] } })
  strict(serverFrames.error, await again.next('error'))
})
