import { expect, test } from 'vitest'
import type { AskRequest } from '../../src/core/answer.ts'
import { reddit } from '../../src/platforms/reddit.ts'
import { answer } from '../support/recorded.ts'

const settings = {
  clientId: 'app',
  clientSecret: 'hidden',
  username: 'desk',
  api: 'https://oauth.reddit.com',
  auth: 'https://www.reddit.com',
}

test('a name is kept as it is written, without its u/', () => {
  expect(['spez', 'u/spez', '/u/spez', 'Some-Body_1'].map((raw) => reddit.handle(raw))).toEqual([
    'spez',
    'spez',
    'spez',
    'Some-Body_1',
  ])
  expect(['', 'ab', '@spez', 'two words', 'a'.repeat(21), 'r/news'].map((raw) => reddit.handle(raw))).toEqual(
    Array.from({ length: 6 }, () => null),
  )
})

test('a token that is refused between two questions is renewed, and nobody is blind for it', async () => {
  const look = reddit.connect(settings, reddit.defaults).looks.find(({ name }) => name === 'register')!
  const heard: string[] = []
  let granted = 0
  const [reading] = await look.ask([{ handle: 'spez', id: null }], ({ url, method, headers }) => {
    const token = headers?.['authorization'] ?? ''
    heard.push(method === 'POST' ? 'grant' : `${token} ${new URL(url).pathname}`)
    if (method === 'POST') return Promise.resolve(answer(url, 200, { access_token: `t${++granted}`, expires_in: 60 }))
    if (url.includes('username_available')) return Promise.resolve(answer(url, 200, 'false'))
    const isOld = token === 'Bearer t1'
    return Promise.resolve(answer(url, isOld ? 401 : 404, { message: 'Not Found', error: 404 }))
  })
  expect(reading?.verdict).toEqual({ kind: 'absent', because: ['suspended', 'deleted'] })
  expect(heard).toEqual([
    'grant',
    'Bearer t1 /api/username_available',
    'Bearer t1 /user/spez/about',
    'grant',
    'Bearer t2 /user/spez/about',
  ])
})

test('every request says who asks, in the form that Reddit demands', async () => {
  const asked: AskRequest[] = []
  const look = reddit.connect(settings, reddit.defaults).looks.find(({ name }) => name === 'register')!
  await look.ask([{ handle: 'spez', id: null }], (request) => {
    asked.push(request)
    const body = request.method === 'POST' ? { access_token: 'abc', expires_in: 60 } : false
    return Promise.resolve(answer(request.url, 200, JSON.stringify(body)))
  })
  expect(asked.map(({ method = 'GET', url }) => `${method} ${url}`)).toEqual([
    'POST https://www.reddit.com/api/v1/access_token',
    'GET https://oauth.reddit.com/api/username_available?user=spez',
    'GET https://oauth.reddit.com/user/spez/about',
  ])
  for (const { headers } of asked) {
    expect(headers?.['user-agent']).toMatch(/^[\w.-]+:[\w.-]+:[\w.-]+ \(by \/u\/desk\)$/)
  }
  expect(asked[0]).toMatchObject({
    headers: { authorization: `Basic ${btoa('app:hidden')}` },
    body: 'grant_type=client_credentials',
  })
})
