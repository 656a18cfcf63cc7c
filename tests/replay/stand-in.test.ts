import { request } from 'undici'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Running } from '../../src/replay/listen.ts'
import { parseScenario } from '../../src/replay/scenario.ts'
import { createStandIn } from '../../src/replay/stand-in.ts'

const scenario = parseScenario(
  `title: T
start: 2017-11-02T22:00:00Z
end: 2017-11-02T23:30:00Z
facts: F
invented: I
control: jack
accounts:
  - { handle: jack, id: "12", name: jack, followers: 5 }
  - { handle: POTUS, id: "822215679726100480", name: President, followers: 20900000 }
  - { handle: ada, id: "3", name: Ada, followers: 7 }
  - { handle: bob, id: "4", name: Bob, followers: 8 }
timeline:
  - { at: "22:10:00", do: gone, account: ada }
  - { at: "22:10:00", do: suspend, account: bob }
  - { at: "22:20:00", do: rename, account: jack, to: jill }
spells:
  - { from: "22:30:00", to: "22:31:00", do: rate-limited, says: reset }
  - { from: "22:32:00", to: "22:33:00", do: rate-limited, says: retry-after }
  - { from: "22:34:00", to: "22:35:00", do: login-wall, as: redirect }
  - { from: "22:36:00", to: "22:37:00", do: login-wall, as: page }
`,
  's.yaml',
)

let now = scenario.start
let standIn: Running
beforeEach(async () => {
  now = scenario.start
  const clock = { now: () => now, after: () => () => undefined }
  standIn = await createStandIn({ scenario, clock, bearer: 'right' }).start()
})
afterEach(() => standIn.stop())

const at = (time: string): number => (now = Date.parse(`2017-11-02T${time}Z`))

async function get(path: string, authorization: string | null = 'Bearer right') {
  const headers = authorization === null ? {} : { authorization }
  const { statusCode, headers: got, body } = await request(`${standIn.url}${path}`, { headers })
  const text = await body.text()
  return { status: statusCode, headers: got, text, json: text.startsWith('{') ? (JSON.parse(text) as unknown) : null }
}

const problem = (parameter: string, value: string, title: string, detail: string) => ({
  value,
  detail,
  title,
  resource_type: 'user',
  parameter,
  resource_id: value,
  type: 'https://api.twitter.com/2/problems/resource-not-found',
})

describe('who is there', () => {
  test('by names, in the order asked, whatever the letter case, with no more than was asked for', async () => {
    const { status, json, headers } = await get('/2/users/by?usernames=potus,JACK')
    expect(status).toBe(200)
    expect(headers['content-type']).toContain('application/json')
    expect(json).toEqual({
      data: [
        { id: '822215679726100480', name: 'President', username: 'POTUS' },
        { id: '12', name: 'jack', username: 'jack' },
      ],
    })
  })

  test('by ids, with the fields that were asked for', async () => {
    const { json } = await get('/2/users?ids=12&user.fields=protected,public_metrics,withheld')
    expect(json).toEqual({
      data: [{ id: '12', name: 'jack', username: 'jack', protected: false, public_metrics: { followers_count: 5 } }],
    })
  })

  test('one by name or by id', async () => {
    const data = { id: '12', name: 'jack', username: 'jack' }
    expect((await get('/2/users/by/username/jack')).json).toEqual({ data })
    expect((await get('/2/users/12')).json).toEqual({ data })
  })
})

describe('who is not', () => {
  test('gone and suspended are named in errors, beside whoever is there', async () => {
    at('22:10:00')
    expect((await get('/2/users/by?usernames=ada,jack,Bob,nobody')).json).toEqual({
      data: [{ id: '12', name: 'jack', username: 'jack' }],
      errors: [
        problem('usernames', 'ada', 'Not Found Error', 'Could not find user with usernames: [ada].'),
        problem('usernames', 'Bob', 'Forbidden', 'User has been suspended: [Bob].'),
        problem('usernames', 'nobody', 'Not Found Error', 'Could not find user with usernames: [nobody].'),
      ],
    })
    expect((await get('/2/users?ids=3')).json).toEqual({
      errors: [problem('ids', '3', 'Not Found Error', 'Could not find user with ids: [3].')],
    })
    expect((await get('/2/users/by/username/bob')).json).toEqual({
      errors: [problem('username', 'bob', 'Forbidden', 'User has been suspended: [bob].')],
    })
    expect((await get('/2/users/3')).json).toMatchObject({ errors: [{ parameter: 'id', value: '3' }] })
  })

  test('a renamed account is not at its old name any more, but at its new one and by its id', async () => {
    at('22:20:00')
    expect((await get('/2/users/by?usernames=jack,jill')).json).toMatchObject({
      data: [{ id: '12', username: 'jill' }],
      errors: [{ value: 'jack', title: 'Not Found Error' }],
    })
    expect((await get('/2/users?ids=12')).json).toMatchObject({ data: [{ id: '12', username: 'jill' }] })
  })
})

describe('what it refuses', () => {
  test.each([null, 'Bearer wrong', 'right', 'Basic right'])('the credential %s', async (authorization) => {
    const { status, json } = await get('/2/users?ids=12', authorization)
    expect(status).toBe(401)
    expect(json).toEqual({ title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' })
  })

  const many = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}`).join(',')

  test.each([
    ['/2/users/by', 'can not be empty'],
    ['/2/users/by?usernames=', 'can not be empty'],
    ['/2/users/by?usernames=with-dash', 'does not match'],
    ['/2/users/by?usernames=sixteen_letters_', 'does not match'],
    ['/2/users/by?usernames=jack,', 'does not match'],
    ['/2/users?ids=jack', 'does not match'],
    [`/2/users?ids=${many(101)}`, 'is not between 1 and 100'],
    ['/2/users/by/username/a,b', 'is not between 1 and 1'],
    ['/2/users?ids=12&user.fields=protected,secrets', 'is not one of'],
  ])('%s', async (path, message) => {
    const { status, json } = await get(path)
    expect(status).toBe(400)
    expect(json).toMatchObject({ title: 'Invalid Request', type: 'https://api.twitter.com/2/problems/invalid-request' })
    expect(JSON.stringify(json)).toContain(message)
  })

  test('a hundred at once it answers', async () => {
    expect((await get(`/2/users?ids=${many(100)}`)).status).toBe(200)
  })

  test('another path', async () => {
    expect((await get('/2/tweets')).status).toBe(404)
  })
})

describe('its limit', () => {
  test('is 300 in fifteen minutes of its own time, counted down in its headers', async () => {
    const first = await get('/2/users?ids=12')
    expect(first.headers).toMatchObject({
      'x-rate-limit-limit': '300',
      'x-rate-limit-remaining': '299',
      'x-rate-limit-reset': `${scenario.start / 1000 + 900}`,
      date: 'Thu, 02 Nov 2017 22:00:00 GMT',
    })
    for (let asked = 1; asked < 299; asked++) await get('/2/users/12')
    const last = await get('/2/users/by?usernames=jack')
    expect([last.status, last.headers['x-rate-limit-remaining']]).toEqual([200, '0'])
    now += 900_000 - 1
    const over = await get('/2/users?ids=12')
    expect([over.status, over.headers['x-rate-limit-remaining']]).toEqual([429, '0'])
    expect(over.json).toMatchObject({ title: 'Too Many Requests', status: 429 })
    now += 1
    expect((await get('/2/users?ids=12')).headers['x-rate-limit-remaining']).toBe('299')
  })
})

describe('its troubles', () => {
  test('a limit that names its end, as a time', async () => {
    at('22:30:20')
    const { status, headers } = await get('/2/users?ids=12')
    expect(status).toBe(429)
    expect(headers['x-rate-limit-reset']).toBe(`${Date.parse('2017-11-02T22:31:00Z') / 1000}`)
    expect(headers['retry-after']).toBeUndefined()
  })

  test('a limit that names its end, in seconds', async () => {
    at('22:32:20')
    const { status, headers } = await get('/2/users?ids=12')
    expect([status, headers['retry-after']]).toEqual([429, '40'])
  })

  test('a login page instead of an answer, as a redirect or at once', async () => {
    at('22:34:00')
    const redirect = await get('/2/users?ids=12')
    expect([redirect.status, redirect.headers.location]).toEqual([302, expect.stringContaining('/i/flow/login')])
    at('22:36:00')
    const page = await get('/2/users?ids=12')
    expect(page.status).toBe(200)
    expect(page.text).toMatch(/^<!DOCTYPE html>/)
  })

  test('end when they are said to', async () => {
    at('22:37:00')
    expect((await get('/2/users?ids=12')).status).toBe(200)
  })
})
