import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Cause } from '../../src/core/verdict.ts'
import { runApp, until } from '../support/run-app.ts'
import { createXWorld, type Trouble } from '../support/x-world.ts'

const json = { 'content-type': 'application/json' }
const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024))

/** Everything that is not absence, and what it must be told as. */
const TROUBLES: readonly (readonly [name: string, cause: Cause, trouble: Trouble])[] = [
  ['a reset connection', 'network', (_, response) => response.destroy()],
  ['a timeout before the headers', 'network', () => undefined],
  ['a timeout inside the body', 'network', (_, response) => void response.writeHead(200, json).write('{"data":[')],
  [
    'a body cut off',
    'network',
    (_, response) => {
      response.writeHead(200, { ...json, 'content-length': '5000' })
      response.write('{"data":[', () => response.destroy())
    },
  ],
  ['a redirect to a login page', 'blocked', answer(302, '', { location: 'https://x.com/i/flow/login' })],
  ['401', 'unauthorized', answer(401, '{"title":"Unauthorized","status":401}', json)],
  ['403', 'blocked', answer(403, '{"title":"Forbidden","status":403}', json)],
  [
    '403 about our own account',
    'unauthorized',
    answer(
      403,
      '{"title":"Forbidden","detail":"The user used for authentication is suspended","type":"https://api.twitter.com/2/problems/user-suspended","status":403}',
      json,
    ),
  ],
  ['429 with seconds', 'rate_limited', answer(429, '{"title":"Too Many Requests"}', { ...json, 'retry-after': '7' })],
  [
    '429 with a date',
    'rate_limited',
    answer(429, '{}', () => ({ ...json, 'retry-after': new Date(Date.now() + 90_000).toUTCString() })),
  ],
  [
    '429 with a past date',
    'rate_limited',
    answer(429, '{}', { ...json, 'retry-after': 'Thu, 02 Nov 2017 22:52:00 GMT' }),
  ],
  ['429 with garbage', 'rate_limited', answer(429, '{}', { ...json, 'retry-after': 'soon' })],
  [
    '429 with the platform’s own reset',
    'rate_limited',
    answer(429, '{}', () => ({
      ...json,
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': String(Math.ceil(Date.now() / 1000) + 60),
    })),
  ],
  ['429 without a hint', 'rate_limited', answer(429, 'Too many', {})],
  ['500', 'platform_error', answer(500, '{"title":"Internal Server Error"}', json)],
  ['503 with Retry-After', 'platform_error', answer(503, 'over capacity', { 'retry-after': '3' })],
  ['an empty 200', 'unreadable', answer(200, '', json)],
  [
    'HTML for JSON',
    'unreadable',
    answer(200, '<!doctype html><title>X</title><p>Sign in</p>', { 'content-type': 'text/html' }),
  ],
  [
    'a challenge page',
    'blocked',
    answer(200, '<!doctype html><html><head><title>Just a moment...</title></head></html>', {
      'content-type': 'text/html',
    }),
  ],
  ['truncated JSON', 'unreadable', answer(200, '{"errors":[{"value":"gone","title":"Not Found Err', json)],
  ['JSON of another shape', 'unreadable', answer(200, '[1,2,3]', json)],
  ['a body of 50 MB', 'unreadable', (_, response) => flood(response, 50)],
  [
    'a gzip bomb',
    'unreadable',
    (_, response) => response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(BOMB),
  ],
]

type Headers = Record<string, string>
function answer(status: number, body: string, headers: Headers | (() => Headers)): Trouble {
  return (_, response) => response.writeHead(status, typeof headers === 'function' ? headers() : headers).end(body)
}

function flood(response: ServerResponse, megabytes: number): void {
  const megabyte = Buffer.alloc(1024 * 1024, 'x')
  response.writeHead(200, json)
  let sent = 0
  const more = (): void => {
    while (sent++ < megabytes) {
      if (!response.write(megabyte)) {
        response.once('drain', more)
        return
      }
    }
    response.end()
  }
  response.on('error', () => undefined)
  more()
}

const SPEED = 30

const yaml = (api: string, extra = '') => `
listen: 127.0.0.1:0
defaults:
  schedule: "*/5 * * * * *"
  confirm: { every: 1s }
platforms:
  x: { bearer: { env: BEARER }, api: "${api}", controls: { known: [known] }, budget: 100000/1m, timeout: 400ms${extra} }
accounts: [ "x:alice", "x:bob" ]
`

describe('is told as lost sight, with its cause, and never as an outage', () => {
  test.concurrent.for(TROUBLES)('%s', async ([, cause, trouble]) => {
    const world = await createXWorld(['alice', 'bob', 'known'])
    const running = await runApp(yaml(world.url), { speed: SPEED, env: { BEARER: 'a-bearer-token-for-tests' } })
    try {
      const { desk } = running
      const beliefs = () => desk.accounts().map(({ belief }) => belief.kind)
      await until(beliefs, (kinds) => kinds.every((kind) => kind === 'up'), 'both are up')
      world.trouble = trouble
      const lost = await until(
        () => desk.store.transitionsAfter(0, 100),
        (told) => told.some(({ name }) => name === 'sight.lost'),
        'sight is lost',
      )
      expect(lost.map(({ name }) => name)).toEqual(['sight.lost'])
      expect(lost.flatMap((one) => ('scope' in one ? one.because : []))).toContain(cause)
      const causes = desk
        .accounts()
        .flatMap(({ sightings }) =>
          sightings.map(({ verdict }) => ('because' in verdict ? verdict.because : verdict.kind)),
        )
      expect(causes).toContain(cause)
      expect(beliefs()).toEqual(['up', 'up'])
      world.trouble = null
      const all = await until(
        () => desk.store.transitionsAfter(0, 100),
        (told) => told.some(({ name }) => name === 'sight.regained'),
        'sight is back',
      )
      expect(all.filter(({ name }) => name.startsWith('outage'))).toEqual([])
      expect(desk.accounts().every(({ belief }) => belief.kind === 'up')).toBe(true)
    } finally {
      await running.stop()
      await world.stop()
    }
  })

  test.for([
    ['a refused connection', async () => `http://127.0.0.1:${await freePort()}`],
    ['a name that does not resolve', () => Promise.resolve('http://nobody.invalid')],
    ['a server that does not speak TLS', async () => `https://127.0.0.1:${await freePort(true)}`],
  ] as const)('%s', async ([, address]) => {
    const running = await runApp(yaml(await address()), { speed: SPEED, env: { BEARER: 'a-bearer-token-for-tests' } })
    try {
      const told = await until(
        () => running.desk.store.transitionsAfter(0, 100),
        (some) => some.length > 0,
        'something is told',
      )
      expect(told.map((one) => [one.name, 'because' in one ? one.because : null])).toEqual([
        ['sight.lost', ['network']],
      ])
      expect(running.desk.accounts().map(({ belief }) => belief.kind)).toEqual(['unknown', 'unknown'])
    } finally {
      await running.stop()
    }
  })
})

/** A port nobody listens on, or one where somebody speaks plain HTTP. */
async function freePort(listening = false): Promise<number> {
  const server = createServer((_, response) => response.end('plain'))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  if (listening) server.unref()
  else await new Promise((closed) => server.close(closed))
  return port
}
