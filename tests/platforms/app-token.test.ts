import { describe, expect, test } from 'vitest'
import { AskFault, type Answer, type Ask, type AskRequest } from '../../src/core/answer.ts'
import { createAppToken } from '../../src/platforms/app-token.ts'
import { answer } from '../support/recorded.ts'

const GRANT: AskRequest = { url: 'http://auth.test/token', method: 'POST', body: 'grant_type=client_credentials' }
const API = 'http://api.test/thing'

const HOUR = 3600

/** A service that grants `token-1`, `token-2` … and takes only those that `isGood`. */
function service(parts: { isGood?: (token: string) => boolean; grants?: () => Answer | Promise<Answer> } = {}) {
  const { isGood = () => true } = parts
  const asked: string[] = []
  let granted = 0
  const grants =
    parts.grants ?? (() => answer(GRANT.url, 200, { access_token: `token-${++granted}`, expires_in: HOUR }))
  const ask: Ask = async (request) => {
    if (request.url === GRANT.url) {
      asked.push('grant')
      return grants()
    }
    const token = request.headers?.['authorization'] ?? ''
    asked.push(token)
    return Promise.resolve(answer(request.url, isGood(token) ? 200 : 401, '{}'))
  }
  return { ask, asked }
}

const thing = (token: string): AskRequest => ({ url: API, headers: { authorization: token } })

test('a token is fetched once and used again', async () => {
  const { ask, asked } = service()
  const token = createAppToken(GRANT)
  for (let n = 0; n < 3; n++) expect(await token(thing, ask)).toMatchObject({ kind: 'answer', answer: { status: 200 } })
  expect(asked).toEqual(['grant', 'token-1', 'token-1', 'token-1'])
})

test('whoever comes while a token is fetched waits for that one', async () => {
  const { ask, asked } = service()
  const token = createAppToken(GRANT)
  await Promise.all([token(thing, ask), token(thing, ask), token(thing, ask)])
  expect(asked).toEqual(['grant', 'token-1', 'token-1', 'token-1'])
})

test('a token is renewed five minutes before its end, not sooner', async () => {
  const { ask, asked } = service()
  let now = 1_000_000
  const token = createAppToken(GRANT, () => now)
  await token(thing, ask)
  now += (HOUR - 301) * 1000
  await token(thing, ask)
  now += 2000
  await token(thing, ask)
  expect(asked).toEqual(['grant', 'token-1', 'token-1', 'grant', 'token-2'])
})

test('a short token is used for nine tenths of its life', async () => {
  const { ask, asked } = service({
    grants: () => answer(GRANT.url, 200, { access_token: 'short', expires_in: 10 }),
  })
  let now = 0
  const token = createAppToken(GRANT, () => now)
  await token(thing, ask)
  now = 8999
  await token(thing, ask)
  now = 9000
  await token(thing, ask)
  expect(asked).toEqual(['grant', 'short', 'short', 'grant', 'short'])
})

test('a token that is refused is renewed once', async () => {
  let isRevoked = false
  const { ask, asked } = service({ isGood: (token) => !isRevoked || token !== 'token-1' })
  const token = createAppToken(GRANT)
  await token(thing, ask)
  isRevoked = true
  expect(await token(thing, ask)).toMatchObject({ kind: 'answer', answer: { status: 200 } })
  expect(asked).toEqual(['grant', 'token-1', 'token-1', 'grant', 'token-2'])
})

test('a refusal of a token just fetched is the answer', async () => {
  const { ask, asked } = service({ isGood: () => false })
  const token = createAppToken(GRANT)
  expect(await token(thing, ask)).toMatchObject({ kind: 'answer', answer: { status: 401 } })
  expect(asked).toEqual(['grant', 'token-1'])
})

test('two who are refused with the same token fetch one new one', async () => {
  let isRevoked = false
  const { ask, asked } = service({ isGood: (token) => !isRevoked || token !== 'token-1' })
  const token = createAppToken(GRANT)
  await token(thing, ask)
  isRevoked = true
  await Promise.all([token(thing, ask), token(thing, ask)])
  expect(asked.filter((one) => one === 'grant')).toHaveLength(2)
  expect(asked.slice(-2)).toEqual(['token-2', 'token-2'])
})

test('a late refusal of the old token does not throw away the new one', async () => {
  let isRevoked = false
  const { ask, asked } = service({ isGood: (token) => !isRevoked || token !== 'token-1' })
  const token = createAppToken(GRANT)
  await token(thing, ask)
  isRevoked = true
  const late = Promise.withResolvers<undefined>()
  const slow = token(thing, async (request) => {
    const given = await ask(request)
    await late.promise
    return given
  })
  await token(thing, ask)
  late.resolve(undefined)
  await slow
  expect(asked.filter((one) => one === 'grant')).toHaveLength(2)
})

describe('without a token', () => {
  const refused = async (status: number, body: unknown) => {
    const { ask, asked } = service({ grants: () => answer(GRANT.url, status, body) })
    const granted = await createAppToken(GRANT)(thing, ask)
    expect(asked).toEqual(['grant'])
    return granted
  }

  test.each([
    [400, { status: 400, message: 'invalid client' }, 'unauthorized', '400, invalid client'],
    [403, { status: 403, message: 'invalid client secret' }, 'unauthorized', '403, invalid client secret'],
    [400, { error: 'invalid_client' }, 'unauthorized', '400, invalid_client'],
    [401, '', 'unauthorized', '401'],
    [403, '', 'blocked', '403'],
    [429, '', 'rate_limited', '429'],
    [502, '', 'platform_error', '502'],
    [200, '', 'unreadable', '200'],
  ])('%i %j is %s', async (status, body, because, words) => {
    expect(await refused(status, body)).toEqual({
      kind: 'no_token',
      reading: { verdict: { kind: 'inconclusive', because }, marker: `no app token: ${words}`, answer: null },
    })
  })

  test.each([
    ['without an end', { access_token: 'abc' }],
    ['that ends before it begins', { access_token: 'abc', expires_in: -1 }],
    ['that fits no header', { access_token: 'a\nb', expires_in: 60 }],
    ['that is none', { access_token: '', expires_in: 60 }],
  ])('a token %s is not used, and not shown as evidence', async (_name, body) => {
    expect(await refused(200, body)).toMatchObject({ kind: 'no_token', reading: { answer: null } })
  })

  test('a fault passes through to all who wait, and the next one tries again', async () => {
    let isBroken = true
    const { ask, asked } = service({
      grants: () =>
        isBroken
          ? Promise.reject(new AskFault('connect', 'refused'))
          : answer(GRANT.url, 200, { access_token: 'abc', expires_in: HOUR }),
    })
    const token = createAppToken(GRANT)
    const both = await Promise.allSettled([token(thing, ask), token(thing, ask)])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(asked).toEqual(['grant'])
    isBroken = false
    expect(await token(thing, ask)).toMatchObject({ kind: 'answer' })
  })
})
