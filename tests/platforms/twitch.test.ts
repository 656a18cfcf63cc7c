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
