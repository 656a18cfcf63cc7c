import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createHttp } from '../../src/io/http.ts'
import { isLoopback } from '../../src/io/http/address.ts'
import { createFlow } from '../../src/io/http/flow.ts'
import { createFakeDesk, createLinesLog, stillOpen } from '../support/desk.ts'
import {
  bearer,
  follow,
  listenTo,
  METRICS,
  openDoors,
  OPERATOR,
  post,
  upgradeStatus,
  VIEWER,
} from '../support/doors.ts'

const tokens = [VIEWER, OPERATOR]
const READ = ['/api/v1/accounts', '/api/v1/outages', '/api/v1/nothing', '/metrics', '/feed.atom', '/badge/x:nobody.svg']
const OPEN = ['/livez', '/', '/openapi.json', '/asyncapi.json']

/** fetch forbids Host and Origin; a program does not. */
async function asks(url: string, path: string, options: { method?: string; headers: Record<string, string> }) {
  const asked = request(url + path, options)
  asked.end()
  const [answer] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void; headers: object }]
  answer.resume()
  return { status: answer.statusCode, headers: answer.headers as Record<string, string | undefined> }
}

describe('tokens', () => {
  test('are needed for whatever holds data', async () => {
    const { ask } = await openDoors({ tokens })
    for (const path of READ) {
      const { status, headers, body } = await ask(path)
      expect([path, status, headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer realm="rollcall"'])
      expect(body).toMatchObject({ detail: 'Send a token as Authorization: Bearer.' })
    }
    for (const path of OPEN) expect([path, (await ask(path)).status]).toEqual([path, 200])
  })

  test.each(['Bearer wrong', 'Bearer ', 'Basic YTpi', `Bearer ${VIEWER.token}x`, `bearer${VIEWER.token}`])(
    'that are not known are refused: %s',
    async (authorization) => {
      const { ask } = await openDoors({ tokens })
      expect((await ask('/api/v1/accounts', { headers: { authorization } })).status).toBe(401)
    },
  )

  test('of a viewer read and do not act; those of an operator do both', async () => {
    const { ask, desk } = await openDoors({ tokens })
    desk.outages.set(stillOpen.id, stillOpen)
    const act = `/api/v1/outages/${stillOpen.id}/annotate`
    expect((await ask('/api/v1/accounts', { headers: bearer(VIEWER) })).status).toBe(200)
    const refused = await ask(act, post({ note: 'n' }, bearer(VIEWER)))
    expect([refused.status, (refused.body as { detail: string }).detail]).toEqual([
      403,
      "The token wall may read only; acting needs an operator's token.",
    ])
    const accept = '/api/v1/accounts/x:realDonaldTrump/accept'
    expect((await ask(accept, post({}, bearer(VIEWER)))).status).toBe(403)
    expect((await ask(accept, post({}, bearer(OPERATOR)))).status).toBe(200)
    const acted = await ask(act, post({ note: 'n' }, bearer(OPERATOR)))
    expect(acted).toMatchObject({ status: 200, body: { notes: [{ by: 'ops', note: 'n' }] } })
  })

  test('can be replaced while we run', async () => {
    const { ask, http } = await openDoors({ tokens })
    http.retoken([{ ...VIEWER, token: 'another-token-of-the-wall' }])
    expect((await ask('/api/v1/accounts', { headers: bearer(VIEWER) })).status).toBe(401)
    const fresh = bearer({ token: 'another-token-of-the-wall' })
    expect((await ask('/api/v1/accounts', { headers: fresh })).status).toBe(200)
  })

  test('are not needed on loopback, where everyone is operator', async () => {
    const { ask } = await openDoors()
    expect((await ask('/api/v1/accounts/x:realDonaldTrump/check', { method: 'POST' })).status).toBe(200)
  })

  test('are needed before anybody else could reach us', () => {
    const parts = { desk: createFakeDesk(), log: createLinesLog(), metrics: METRICS, web: null, publicUrl: null }
    const listen = { host: '0.0.0.0', port: 0 }
    expect(() => createHttp({ ...parts, listen, tokens: [], origins: [] })).toThrow('needs tokens')
  })

  test('are in no log line, whatever is done with them', async () => {
    const { ask, url, http, desk, lines } = await openDoors({ tokens })
    desk.store.outage = () => Promise.reject(new Error('broken'))
    await ask('/api/v1/accounts', { headers: bearer(VIEWER) })
    await ask('/api/v1/outages/out_1?x=1', { headers: bearer(OPERATOR) })
    await ask('/api/v1/accounts', { headers: bearer({ token: 'a-wrong-secret' }) })
    const encoded = Buffer.from(VIEWER.token).toString('base64url')
    const ear = listenTo(url, { protocols: ['rollcall.v1', `bearer.${encoded}`] })
    await follow(ear)
    await upgradeStatus(url, { headers: bearer({ token: 'a-wrong-secret' }) })
    http.retoken([OPERATOR])
    await ear.closed
    expect(lines.length).toBeGreaterThan(2)
    for (const secret of [VIEWER.token, OPERATOR.token, 'a-wrong-secret', encoded, 'authorization'])
      expect(lines.join('\n')).not.toContain(secret)
  })
})

describe('a page of another origin', () => {
  test('may not act, even where everyone is operator', async () => {
    const { url, port } = await openDoors({ publicUrl: 'https://roll.example/app', origins: ['https://desk.example'] })
    const act = (origin: string) =>
      asks(url, '/api/v1/accounts/x:realDonaldTrump/check', { method: 'POST', headers: { origin } })
    for (const origin of ['https://evil.example', 'null', `http://localhost:${port + 1}`, 'http://localhost'])
      expect([origin, (await act(origin)).status]).toEqual([origin, 403])
    for (const origin of [url, `https://localhost:${port}`, 'https://roll.example', 'https://desk.example'])
      expect([origin, (await act(origin)).status]).toEqual([origin, 200])
  })

  test('may read the answers only if it is listed', async () => {
    const { url } = await openDoors({ origins: ['https://desk.example'] })
    const allowed = async (origin: string) =>
      (await asks(url, '/api/v1/accounts', { headers: { origin } })).headers['access-control-allow-origin']
    expect(await allowed('https://desk.example')).toBe('https://desk.example')
    expect(await allowed('https://evil.example')).toBeUndefined()
    const asking = { origin: 'https://desk.example', 'access-control-request-method': 'POST' }
    const preflight = await asks(url, '/api/v1/accounts/x:a/check', { method: 'OPTIONS', headers: asking })
    expect(preflight.headers['access-control-allow-headers']).toBe('authorization,content-type')
  })
})

describe('the Host header', () => {
  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1'])(
    'that names another machine (%s) is refused without tokens',
    async (host) => {
      const { url } = await openDoors()
      expect((await asks(url, '/api/v1/accounts', { headers: { host } })).status).toBe(403)
    },
  )

  test.each(['localhost:9', 'LOCALHOST', '127.0.0.1:80', '127.9.9.9', '[::1]:8787', 'roll.example:8443'])(
    'may be a loopback name or the published one: %s',
    async (host) => {
      const { url } = await openDoors({ publicUrl: 'https://roll.example:8443' })
      expect((await asks(url, '/api/v1/accounts', { headers: { host } })).status).toBe(200)
    },
  )

  test('does not matter where tokens are needed', async () => {
    const { url } = await openDoors({ tokens })
    const headers = { host: 'roll.internal', ...bearer(VIEWER) }
    expect((await asks(url, '/api/v1/accounts', { headers })).status).toBe(200)
  })
})

test('every answer carries strict headers', async () => {
  const { ask } = await openDoors({ tokens })
  for (const path of [...READ, ...OPEN, '/nothing']) {
    const { headers } = await ask(path)
    const csp = headers.get('content-security-policy')
    expect(csp).toContain("default-src 'self'")
    expect(csp).toContain("frame-ancestors 'none'")
    expect(csp).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cache-control')).toMatch(/no-store|no-cache/)
  }
})

test('an address that asks too often is told when to come back; whether we live can always be asked', async () => {
  const { ask } = await openDoors({ rates: { burst: 2, perSecond: 0.01 } })
  await ask('/')
  await ask('/')
  const { status, headers, body } = await ask('/api/v1/accounts')
  expect([status, Number(headers.get('retry-after'))]).toEqual([429, 100])
  expect(body).toMatchObject({ title: 'Too Many Requests' })
  expect((await ask('/livez')).status).toBe(200)
})

test('a flow lets its burst through, then its rate', () => {
  const flow = createFlow({ burst: 2, perSecond: 4 }, 0)
  expect([0, 0, 0, 250, 251, 2_000, 2_000, 2_000].map((now) => flow.take(now))).toEqual([0, 0, 250, 0, 249, 0, 0, 250])
})

test.each([
  ['localhost', true],
  ['127.0.0.53', true],
  ['::1', true],
  ['[::1]', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['localhost.example', false],
])('%s is loopback: %s', (host, expected) => expect(isLoopback(host)).toBe(expected))

test('a port that is taken is an error of start', async () => {
  const { port } = await openDoors()
  await expect(openDoors({ listen: { host: '127.0.0.1', port } })).rejects.toThrow('EADDRINUSE')
})

test('another protocol that is offered is passed over, and holds up neither the answer nor the end', async () => {
  const { url, http } = await openDoors()
  // As `curl --http2` asks.
  const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQCAAAAAAIAAAAA' }
  expect((await asks(url, '/livez', { headers: offer })).status).toBe(200)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write('GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n')
  await once(socket, 'data')
  await http.stop()
})

test('a listener on every address takes its own pages by the address they were loaded from', async () => {
  const { url, port } = await openDoors({ tokens, listen: { host: '0.0.0.0', port: 0 } })
  expect(url).toBe(`http://127.0.0.1:${port}`)
  const act = (origin: string) =>
    asks(url, '/api/v1/accounts/x:realDonaldTrump/check', { method: 'POST', headers: { origin, ...bearer(OPERATOR) } })
  expect((await act(`http://127.0.0.1:${port}`)).status).toBe(200)
  expect((await act(`http://10.1.2.3:${port}`)).status).toBe(403)
})
