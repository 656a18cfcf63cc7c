import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { acceptedLine, acceptThere } from '../../src/cli/accept.ts'
import { openDoors, OPERATOR, VIEWER } from '../support/doors.ts'
import { accountOf } from '../support/live-json.ts'
import { freePort } from '../support/process.ts'

const plain = { account: 'x:realDonaldTrump', token: undefined, note: '' }

/** Somebody else's server, which answers like this. */
async function stranger(status: number, body: string): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(status, { location: 'http://elsewhere.invalid/' }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

test('the account comes back as it is from now on', async () => {
  const { url } = await openDoors()
  const done = await acceptThere({ ...plain, url })
  expect(done).toMatchObject({ kind: 'done', value: { belief: 'up', identity: { id: '99' } } })
  expect(done.kind === 'done' && acceptedLine(done.value)).toBe('x:realDonaldTrump is @accepted (id 99) from now on')
})

test('what the server refuses is told in its words', async () => {
  const { url } = await openDoors({ tokens: [VIEWER, OPERATOR] })
  const reason = async (more: object) => {
    const done = await acceptThere({ ...plain, url, ...more })
    return done.kind === 'done' ? 'accepted' : `${done.kind}: ${done.reason}`
  }
  expect(await reason({})).toBe('refused: Send a token as Authorization: Bearer.')
  expect(await reason({ token: VIEWER.token })).toContain('refused: The token wall may read only')
  expect(await reason({ token: OPERATOR.token, note: 'refuse' })).toBe('refused: There is nothing to accept.')
  expect(await reason({ token: OPERATOR.token, account: 'x:nobody' })).toBe('refused: x:nobody is not on the roll.')
  expect(await reason({ token: OPERATOR.token })).toBe('accepted')
})

test('a path below which a proxy keeps it, and the address of the socket, lead there too', async () => {
  const { url, asked } = await stranger(200, JSON.stringify(accountOf('x:a')))
  const sockets = url.replace('http', 'ws')
  for (const at of [url, `${url}/`, `${url}/desk`, `${url}/desk/`, `${sockets}/live`, `${sockets}/desk/live?a#b`]) {
    expect((await acceptThere({ ...plain, account: 'fedi:a@b.example', url: at })).kind).toBe('done')
  }
  const path = 'api/v1/accounts/fedi%3Aa%40b.example/accept'
  const [root, below] = [`POST /${path}`, `POST /desk/${path}`]
  expect(asked).toEqual([root, root, below, below, root, below])
})

test.each([
  [302, ''],
  [200, '<h1>Welcome</h1>'],
  [500, '{}'],
])('what is no Rollcall accepts nothing: %i %s', async (status, body) => {
  const { url } = await stranger(status, body)
  expect(await acceptThere({ ...plain, url })).toEqual({
    kind: 'refused',
    reason: `${url} answered ${status}, not like a Rollcall.`,
  })
})

test('nobody there is told as that', async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  expect(await acceptThere({ ...plain, url })).toMatchObject({
    kind: 'unreachable',
    reason: expect.stringMatching(/^no Rollcall answers at .*ECONNREFUSED/) as string,
  })
})

test('a name is one harmless line', () =>
  expect(acceptedLine(accountOf('x:a', { identity: { id: '1\u001b[2J', handle: 'e\u202evil\n' } }))).toBe(
    'x:a is @evil (id 1[2J) from now on',
  ))
