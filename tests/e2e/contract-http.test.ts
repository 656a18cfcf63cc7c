import { request } from 'node:http'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asker, serve, type Served } from '../support/contract-process.ts'
import {
  Account,
  AccountDetail,
  Delivery,
  Outage,
  OutageDetail,
  Problem,
  Subscriber,
  Transition,
} from '../support/contract-shapes.ts'
import { BEARER, startX, type FakeX } from '../support/contract-x.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { until } from '../support/run-app.ts'

const MANY = Array.from({ length: 24 }, (_, index) => `many${index}`)
const OTHERS = ['ada', 'bob', 'cyd', 'dan']
const WALL = 'wall-wall-wall-wall-1'
const DESK = 'desk-desk-desk-desk-2'
const asWall = { authorization: `Bearer ${WALL}` }
const asDesk = { authorization: `Bearer ${DESK}` }

let x: FakeX
let receiver: Receiver
let open: Served
let locked: Served

const yaml = (more: string): string => `
listen: 127.0.0.1:0
publicUrl: https://rollcall.example.org/desk
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "* * * * * *", confirm: { every: 50ms }, storm: { accounts: 1000 } }
platforms:
  x: { bearer: { env: BEARER }, api: "${x.url}", controls: { known: [known] }, budget: 100000/1m }
${more}`

beforeAll(async () => {
  x = await startX([...MANY, ...OTHERS])
  receiver = await startReceiver()
  const env = { BEARER, HOOK: receiver.secret, WALL, DESK }
  const named = `{ account: "x:ada", name: "Ada Lovelace", important: true, tags: [vip, science] }`
  const many = [...MANY, 'bob', 'cyd'].map((handle) => `"x:${handle}"`).join(', ')
  open = await serve(
    yaml(`accounts: [${named}, ${many}]
subscribers: [{ name: hook, webhook: { url: "${receiver.origin}/hook", secret: { env: HOOK } } }]
`),
    { env, args: ['--log', 'debug'] },
  )
  locked = await serve(
    yaml(`accounts: ["x:dan"]
tokens:
  - { name: wall, role: viewer, token: { env: WALL } }
  - { name: desk, role: operator, token: { env: DESK } }
`),
    { env, args: ['--log', 'debug'] },
  )
  for (const handle of [...MANY, 'ada', 'bob']) await open.sees(`x:${handle}`, ({ belief }) => belief === 'up', 'is up')
  for (const handle of MANY) x.set(handle, 'suspended')
  for (const handle of MANY) await open.sees(`x:${handle}`, ({ belief }) => belief === 'down', 'is down')
  for (const handle of MANY.slice(0, 12)) x.set(handle, 'active')
  for (const handle of MANY.slice(0, 12)) await open.sees(`x:${handle}`, ({ belief }) => belief === 'up', 'is back')
}, 60_000)

afterAll(async () => {
  await Promise.all([open.stop(), locked.stop()])
  await Promise.all([x.stop(), receiver.stop()])
})

type Page = Record<string, unknown> & { next: string | null }

/** Every page of a list, as a reader of the contract would turn them. */
async function pagesOf(path: string, list: string, limit: number, parameter = 'cursor'): Promise<unknown[][]> {
  const pages: unknown[][] = []
  for (let next: string | null = ''; next !== null;) {
    const cursor: string = next === '' ? '' : `&${parameter}=${encodeURIComponent(next)}`
    const { status, json } = await open.get<Page>(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`)
    expect(status).toBe(200)
    pages.push(json[list] as unknown[])
    next = json.next
  }
  return pages
}

const expectProblem = (answer: { status: number; headers: Headers; json: unknown }, status: number): void => {
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(Problem.parse(answer.json).status).toBe(status)
}

describe('the lists', () => {
  test('accounts are as the contract shows them', async () => {
    const { json } = await open.get<Page>('/api/v1/accounts?limit=500')
    const accounts = Account.array().parse(json['accounts'])
    expect(accounts).toHaveLength(27)
    expect(json.next).toBeNull()
    const ada = accounts.find(({ account }) => account === 'x:ada')
    expect(ada).toMatchObject({
      platform: 'x',
      handle: 'ada',
      name: 'Ada Lovelace',
      important: true,
      tags: ['vip', 'science'],
      belief: 'up',
      blind: false,
      because: [],
      outage: null,
      identity: { id: x.person('ada').id, handle: 'ada', displayName: 'The ada', followers: 41_700_000 },
    })
    expect(ada!.looks.map(({ look, vantage, verdict }) => ({ look, vantage, verdict }))).toContainEqual({
      look: 'username',
      vantage: 'home',
      verdict: 'present',
    })
  })

  test('are turned page by page without a hole or a double', async () => {
    const whole = await open.get<Page>('/api/v1/accounts?limit=500')
    const names = (list: unknown) => (list as Account[]).map(({ account }) => account)
    const pages = await pagesOf('/api/v1/accounts', 'accounts', 5)
    expect(pages.map((page) => page.length)).toEqual([5, 5, 5, 5, 5, 2])
    expect(names(pages.flat())).toEqual(names(whole.json['accounts']))
  })

  test.for([
    ['platform=x', 27],
    ['platform=bluesky', 0],
    ['tag=vip', 1],
    ['tag=nobody', 0],
    ['belief=down', 12],
    ['belief=up&platform=x', 15],
    ['q=lovelace', 1],
    ['q=MANY1', 11],
  ] as const)('accounts?%s finds %i', async ([query, count]) => {
    const { json } = await open.get<Page>(`/api/v1/accounts?limit=500&${query}`)
    expect(json['accounts']).toHaveLength(count)
  })

  test('one account has its spells and its availability', async () => {
    const gone = AccountDetail.parse((await open.get('/api/v1/accounts/x%3Amany20')).json)
    expect(gone).toMatchObject({ belief: 'down', because: ['suspended'] })
    expect(gone.availability['24h']).toBeLessThan(1)
    expect(AccountDetail.parse((await open.get('/api/v1/accounts/x:ADA')).json).account).toBe('x:ada')
    expectProblem(await open.get('/api/v1/accounts/x%3Anobody'), 404)
  })

  test('outages come newest first, page by page, by state, account and time', async () => {
    const all = Outage.array().parse((await pagesOf('/api/v1/outages', 'outages', 7)).flat())
    expect(all).toHaveLength(24)
    expect(new Set(all.map(({ id }) => id)).size).toBe(24)
    const starts = all.map(({ openedAt }) => openedAt)
    expect(starts).toEqual(starts.toSorted().reverse())
    const closed = Outage.array().parse((await pagesOf('/api/v1/outages?state=closed', 'outages', 5)).flat())
    expect(closed.map(({ account }) => account).toSorted()).toEqual(
      MANY.slice(0, 12)
        .map((one) => `x:${one}`)
        .toSorted(),
    )
    for (const outage of closed) {
      expect(outage.state).toBe('closed')
      expect(outage.duration.maxMs).toBeGreaterThanOrEqual(outage.duration.minMs)
    }
    const running = Outage.array().parse((await pagesOf('/api/v1/outages?state=open', 'outages', 100)).flat())
    expect(running).toHaveLength(12)
    const own = await open.outages('account=x%3Amany3')
    expect(own.map(({ account }) => account)).toEqual(['x:many3'])
    expect(await open.outages('state=closed&from=2100-01-01T00:00:00Z')).toEqual([])
    expect(await open.outages('to=2017-11-02T00:00:00Z')).toEqual([])
    expect(await open.outages('from=2017-11-02T00:00:00Z&to=2100-01-01T00:00:00Z&limit=500')).toHaveLength(24)
  })

  test('one outage has its sightings with evidence, and its deliveries', async () => {
    const [{ id } = { id: '' }] = await open.outages('account=x%3Amany3')
    const told = await until(
      async () => OutageDetail.parse((await open.get(`/api/v1/outages/${id}`)).json),
      ({ deliveries }) => deliveries.every(({ state }) => state === 'delivered'),
      'all is delivered',
    )
    expect(told.deliveries).toHaveLength(2)
    expect(told.sightings.some(({ evidence }) => evidence?.marker?.includes('suspended') === true)).toBe(true)
    expect(told.sightings.every(({ evidence }) => (evidence?.excerpt?.length ?? 0) <= 300)).toBe(true)
    expectProblem(await open.get('/api/v1/outages/out_01NOBODY'), 404)
  })

  test('transitions are numbered without holes and read on from any of them', async () => {
    const all = Transition.array().parse((await pagesOf('/api/v1/transitions', 'transitions', 10, 'after')).flat())
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1))
    expect(all).toHaveLength(36)
    const { json } = await open.get<Page>('/api/v1/transitions?after=34')
    expect((json['transitions'] as Transition[]).map(({ seq }) => seq)).toEqual([35, 36])
    expect((await open.get<Page>('/api/v1/transitions?after=36')).json).toMatchObject({ transitions: [], next: null })
  })

  test('platforms, subscribers and deliveries are lists, too', async () => {
    const platforms = (await open.get<Page>('/api/v1/platforms')).json
    expect(platforms).toMatchObject({ platforms: [{ platform: 'x', accounts: 27 }], next: null })
    const subscribers = (await open.get<Page>('/api/v1/subscribers')).json
    expect(Subscriber.array().parse(subscribers['subscribers'])).toMatchObject([{ name: 'hook', channel: 'webhook' }])
    const deliveries = Delivery.array().parse((await pagesOf('/api/v1/deliveries', 'deliveries', 11)).flat())
    expect(new Set(deliveries.map(({ id }) => id)).size).toBe(36)
    expect((await open.get<Page>('/api/v1/deliveries?state=refused')).json['deliveries']).toEqual([])
  })

  test.for([
    '/api/v1/accounts?limit=0',
    '/api/v1/accounts?limit=many',
    '/api/v1/accounts?belief=sure',
    '/api/v1/accounts?cursor=invented',
    '/api/v1/accounts?colour=red',
    '/api/v1/outages?state=ajar',
    '/api/v1/outages?from=yesterday',
    '/api/v1/outages?cursor=invented',
    '/api/v1/transitions?after=-1',
    '/api/v1/deliveries?state=lost',
  ])('%s is a problem', async (path) => {
    expectProblem(await open.get(path), 400)
  })
})

describe('what people do', () => {
  const remark = (id: string, act: string, body: unknown) => open.post<Outage>(`/api/v1/outages/${id}/${act}`, body)

  test('acknowledge, annotate and retract are written, numbered and told', async () => {
    const [{ id } = { id: '' }] = await open.outages('account=x%3Amany20')
    const before = (await open.transitions()).length
    const acknowledged = await remark(id, 'acknowledge', { by: 'ops', note: 'on it' })
    expect(acknowledged.status).toBe(200)
    expect(Outage.parse(acknowledged.json)).toMatchObject({ id, acknowledged: { by: 'ops', note: 'on it' } })
    expect((await remark(id, 'annotate', { note: 'called the press office' })).status).toBe(200)
    expectProblem(await remark(id, 'acknowledge', { by: 'ops', note: 'again' }), 409)
    const retracted = await remark(id, 'retract', { by: 'ops', note: 'a drill' })
    expect(Outage.parse(retracted.json)).toMatchObject({ id, retracted: { by: 'ops', note: 'a drill' } })
    const told = await until(
      async () =>
        (await open.get<{ transitions: Transition[] }>(`/api/v1/transitions?after=${before}`)).json.transitions,
      (all) => all.length >= 3,
      'they are numbered',
    )
    expect(told.map(({ name }) => name)).toEqual(['outage.acknowledged', 'outage.annotated', 'outage.retracted'])
    const types = await until(
      () => receiver.received.map(({ body }) => body.type),
      (all) => all.includes('outage.retracted'),
      'it is told',
    )
    expect(types).toContain('outage.acknowledged')
    expect((await open.account('x:many20')).belief).toBe('down')
  })

  test('a look now answers with a sighting by every look', async () => {
    const { status, json } = await open.post<{ sightings: { look: string; verdict: string }[] }>(
      '/api/v1/accounts/x%3Aada/check',
    )
    expect(status).toBe(200)
    expect(json.sightings.map(({ look, verdict }) => [look, verdict])).toEqual([
      ['username', 'present'],
      ['id', 'present'],
    ])
    expectProblem(await open.post('/api/v1/accounts/x%3Anobody/check'), 404)
  })

  test.for([
    ['no body', undefined, 400],
    ['no note', {}, 400],
    ['broken JSON', '{"note":', 400],
    ['a note that is no text', { note: 7 }, 400],
    ['a body that is too big', { note: 'x'.repeat(100_000) }, 413],
  ] as const)('%s is a problem', async ([, body, status]) => {
    const [{ id } = { id: '' }] = await open.outages('account=x%3Amany21')
    const headers = { 'content-type': 'application/json' }
    expectProblem(await open.post(`/api/v1/outages/${id}/annotate`, body, headers), status)
  })

  test('a body that is no JSON is a problem, as is an outage that is none', async () => {
    const [{ id } = { id: '' }] = await open.outages('account=x%3Amany21')
    expectProblem(await open.post(`/api/v1/outages/${id}/annotate`, 'note=x', { 'content-type': 'text/plain' }), 415)
    expectProblem(await open.post('/api/v1/outages/out_01NOBODY/annotate', { note: 'x' }), 404)
    expectProblem(await open.post('/api/v1/deliveries/ntc_01NOBODY/retry'), 404)
  })
})

describe('the doors', () => {
  test('what is not there is 404, and a wrong method 405 with the right ones', async () => {
    expectProblem(await open.get('/api/v1/nothing'), 404)
    const wrong = await open.request('DELETE', '/api/v1/accounts')
    expectProblem(wrong, 405)
    expect(wrong.headers.get('allow')).toContain('GET')
    expectProblem(await open.request('PUT', '/api/v1/outages/x/acknowledge'), 405)
  })

  test('every answer is strict about what a browser may do with it', async () => {
    for (const path of ['/', '/api/v1/accounts', '/api/v1/nothing', '/metrics', '/openapi.json', '/livez']) {
      const { headers } = await open.get(path)
      expect(headers.get('content-security-policy')).toMatch(/default-src 'self'.*frame-ancestors 'none'/)
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
    }
  })

  test('livez, readyz, metrics, the page and both documents answer', async () => {
    expect((await open.get('/livez')).status).toBe(200)
    expect((await open.get('/readyz')).status).toBe(200)
    const metrics = await open.get('/metrics')
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; ?version=0\.0\.4/)
    const stamp = /^rollcall_last_sighting_timestamp_seconds\{platform="x"\} (\S+)$/m.exec(metrics.text)?.[1]
    expect(Number(stamp) * 1000).toBeGreaterThan(Date.parse('2026-01-01'))
    expect(Number(stamp) * 1000).toBeLessThanOrEqual(Date.now())
    const page = await open.get('/')
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)])
  })

  test('openapi.json describes every route, and all it refers to is there', async () => {
    type Document = { openapi: string; info: object; paths: Record<string, Record<string, { responses: object }>> }
    const { json, text } = await open.get<Document>('/openapi.json')
    expect(json.openapi).toMatch(/^3\.1/)
    const routes = Object.entries(json.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(routes).toEqual(
      expect.arrayContaining([
        'GET /api/v1/accounts',
        'GET /api/v1/accounts/{account}',
        'POST /api/v1/accounts/{account}/check',
        'POST /api/v1/accounts/{account}/accept',
        'GET /api/v1/outages',
        'GET /api/v1/outages/{id}',
        'POST /api/v1/outages/{id}/acknowledge',
        'POST /api/v1/outages/{id}/annotate',
        'POST /api/v1/outages/{id}/retract',
        'GET /api/v1/transitions',
        'GET /api/v1/platforms',
        'GET /api/v1/subscribers',
        'GET /api/v1/deliveries',
        'POST /api/v1/deliveries/{id}/retry',
      ]),
    )
    const refs = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(refs.length).toBeGreaterThan(10)
    for (const ref of new Set(refs)) {
      const found = ref
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], json)
      expect(found, ref).toBeDefined()
    }
  })

  test('asyncapi.json describes the socket and its frames', async () => {
    const { json, text } = await open.get<{ asyncapi: string; channels: object }>('/asyncapi.json')
    expect(json.asyncapi).toMatch(/^3\./)
    for (const word of [
      '/live',
      'hello',
      'watch',
      'snapshot',
      'resumed',
      'transition',
      'pulse',
      'beat',
      'error',
      '4408',
    ])
      expect(text).toContain(word)
  })

  test('a name that somebody else points here gets nothing, and no page elsewhere may act', async () => {
    const rebound = await raw(open.url, 'GET', '/api/v1/accounts', { host: 'evil.example' })
    expect(rebound).toBe(403)
    expect(await raw(open.url, 'GET', '/api/v1/accounts', { host: `localhost:${new URL(open.url).port}` })).toBe(200)
    expect(await raw(open.url, 'GET', '/api/v1/accounts', { host: 'rollcall.example.org' })).toBe(200)
    const origin = 'https://evil.example'
    expectProblem(await open.post('/api/v1/accounts/x%3Aada/check', undefined, { origin }), 403)
    expect((await open.post('/api/v1/accounts/x%3Aada/check', undefined, { origin: open.url })).status).toBe(200)
    const read = await open.get('/api/v1/accounts', { origin })
    expect(read.headers.get('access-control-allow-origin')).toBeNull()
  })
})

async function raw(url: string, method: string, path: string, headers: Record<string, string>): Promise<number> {
  const sent = request(new URL(path, url), { method, headers })
  sent.end()
  const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }]
  response.resume()
  return response.statusCode
}

describe('with tokens', () => {
  test('nobody comes in without one, but whoever asks whether it lives', async () => {
    for (const path of ['/api/v1/accounts', '/api/v1/outages', '/api/v1/subscribers', '/metrics']) {
      const answer = await locked.get(path)
      expectProblem(answer, 401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
      expectProblem(await locked.get(path, { authorization: 'Bearer wall-wall-wall-wall-0' }), 401)
      expectProblem(await locked.get(path, { authorization: `Basic ${btoa(`wall:${WALL}`)}` }), 401)
      expect((await locked.get(path, asWall)).status).toBe(200)
    }
    expectProblem(await locked.get(`/api/v1/accounts?token=${WALL}`), 401)
    expect((await locked.get('/livez')).status).toBe(200)
    expect((await locked.get('/')).status).toBe(200)
  })

  test('a viewer reads and an operator acts, under the name of the token', async () => {
    const { sees } = asker(locked.url, asDesk)
    await sees('x:dan', ({ belief }) => belief === 'up', 'is up')
    x.set('dan', 'gone')
    const { outage } = await sees('x:dan', ({ belief }) => belief === 'down', 'is down')
    const path = `/api/v1/outages/${String(outage)}/acknowledge`
    expectProblem(await locked.post(path, { note: 'mine' }), 401)
    expectProblem(await locked.post(path, { note: 'mine' }, asWall), 403)
    expectProblem(await locked.post('/api/v1/accounts/x%3Adan/check', undefined, asWall), 403)
    const done = await locked.post<Outage>(path, { note: 'mine' }, asDesk)
    expect(done.json.acknowledged).toMatchObject({ by: 'desk', note: 'mine' })
  })

  test('no token, credential or secret is in any log line, at the most talkative', () => {
    expect(locked.stderr()).toContain('calling')
    for (const secret of [WALL, DESK, BEARER]) expect(locked.stderr()).not.toContain(secret)
    for (const secret of [BEARER, receiver.secret, receiver.origin]) expect(open.stderr()).not.toContain(secret)
  })

  test('all that was asked of X was as X takes it', () => {
    expect(x.faults).toEqual([])
  })
})
