import { expect, test } from 'vitest'
import type { Ask, AskRequest } from '../../src/core/answer.ts'
import type { Look } from '../../src/core/platform.ts'
import { twitch } from '../../src/platforms/twitch.ts'
import { answer } from '../support/recorded.ts'

const settings = {
  clientId: 'client',
  clientSecret: 'hidden&=+ä',
  api: 'https://api.twitch.tv/',
  auth: 'https://id.twitch.tv',
}

function asking() {
  const asked: AskRequest[] = []
  const ask: Ask = (request) => {
    asked.push(request)
    const body = request.method === 'POST' ? { access_token: 'abc', expires_in: 60 } : { data: [] }
    return Promise.resolve(answer(request.url, 200, body))
  }
  return { ask, asked }
}

test('a login is kept in lower case, without its @', () => {
  expect(['Monstercat', '@MONSTERCAT', 'monstercat'].map((raw) => twitch.handle(raw))).toEqual(
    Array.from({ length: 3 }, () => 'monstercat'),
  )
  expect(['', 'two words', 'a'.repeat(26), 'ünder', 'a-b'].map((raw) => twitch.handle(raw))).toEqual(
    Array.from({ length: 5 }, () => null),
  )
})

test('an id that Twitch cannot have given is not asked about, so that the others are answered', async () => {
  const byId = twitch.connect(settings, twitch.defaults).looks[1] as Look
  const { ask, asked } = asking()
  const lost = { handle: 'lost', id: 'abc' }
  const readings = await byId.ask([lost, { handle: 'two', id: '2' }], ask)
  expect(asked.at(-1)?.url).toBe('https://api.twitch.tv/helix/users?id=2')
  expect(readings.map(({ verdict }) => verdict.kind)).toEqual(['inconclusive', 'absent'])
  const before = asked.length
  expect((await byId.ask([lost], ask)).map(({ verdict }) => verdict.kind)).toEqual(['inconclusive'])
  expect(asked).toHaveLength(before)
})

test('a token that is refused is renewed, and the question asked again', async () => {
  const byLogin = twitch.connect(settings, twitch.defaults).looks[0] as Look
  const tokens: string[] = []
  let granted = 0
  const ask: Ask = ({ url, method, headers }) => {
    if (method === 'POST') return Promise.resolve(answer(url, 200, { access_token: `t${++granted}`, expires_in: 60 }))
    tokens.push(headers?.['authorization'] ?? '')
    // Whoever has used the first one once may not again.
    const isRevoked = tokens.filter((token) => token === 'Bearer t1').length > 1 && tokens.at(-1) === 'Bearer t1'
    return Promise.resolve(isRevoked ? answer(url, 401, {}) : answer(url, 200, { data: [] }))
  }
  for (let n = 0; n < 2; n++) {
    const [reading] = await byLogin.ask([{ handle: 'one', id: null }], ask)
    expect(reading?.verdict.kind).toBe('absent')
  }
  expect(tokens).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2'])
})

test('logins go in one request, ids in another, and both looks share one token', async () => {
  const { looks } = twitch.connect(settings, twitch.defaults)
  const [byLogin, byId] = looks as readonly [Look, Look]
  const { ask, asked } = asking()
  const [one, two, three] = ['one', 'two', 'three'].map((handle, at) => ({
    handle,
    id: at === 0 ? null : String(at + 1),
  }))
  await byLogin.ask([one!, two!], ask)
  await byId.ask([two!, three!], ask)
  expect(asked).toEqual([
    {
      url: 'https://id.twitch.tv/oauth2/token',
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: 'client_id=client&client_secret=hidden%26%3D%2B%C3%A4&grant_type=client_credentials',
    },
    {
      url: 'https://api.twitch.tv/helix/users?login=one&login=two',
      headers: { 'client-id': 'client', authorization: 'Bearer abc' },
    },
    {
      url: 'https://api.twitch.tv/helix/users?id=2&id=3',
      headers: { 'client-id': 'client', authorization: 'Bearer abc' },
    },
  ])
})
