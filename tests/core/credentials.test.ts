import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answer, AskRequest } from '../../src/core/answer.ts'
import { discreet } from '../../src/core/credentials.ts'

const answer: Answer = { url: '', status: 200, headers: {}, text: '', digest: () => '' }

/** The text as it is kept once these requests were made. */
function kept(text: string, ...requests: readonly Partial<AskRequest>[]): string {
  const { ask, scrub } = discreet(() => Promise.resolve(answer))
  for (const request of requests) void ask({ url: 'https://api.test/users', ...request })
  return scrub(text)
}

test.each([
  ['a bearer token', { authorization: 'Bearer s3cr3t-t0ken' }, 'bad token s3cr3t-t0ken'],
  ['a header quoted whole', { Authorization: 'Bearer s3cr3t-t0ken' }, '{"authorization":"Bearer s3cr3t-t0ken"}'],
  ['a token in a header of its own', { 'private-token': 's3cr3t-t0ken' }, 's3cr3t-t0ken is revoked'],
  ['a key', { 'x-goog-api-key': 's3cr3t-t0ken' }, 'key=s3cr3t-t0ken'],
  ['one cookie of several', { cookie: 'lang=en; sid=s3cr3t-t0ken' }, 'sid s3cr3t-t0ken'],
  ['the password of a pair', { authorization: `Basic ${btoa('app:s3cr3t-t0ken')}` }, 'wrong password s3cr3t-t0ken'],
  ['a pair as it was sent', { authorization: `Basic ${btoa('app:s3cr3t-t0ken')}` }, btoa('app:s3cr3t-t0ken')],
])('headers: %s', (_, headers, text) => {
  const clean = kept(text, { headers })
  expect(clean).not.toMatch(/s3cr3t|czNjcjN0/)
  expect(clean).toContain('[credential]')
})

test.each(['access_token', 'key', 'apiKey', 'client_secret', 'password', 'sig'])('a query: %s', (name) => {
  const url = `https://api.test/users?name=somebody&${name}=s3cr3t%2Ft0ken#top`
  for (const form of ['s3cr3t%2Ft0ken', 's3cr3t/t0ken', String.raw`s3cr3t\/t0ken`]) {
    expect(kept(`somebody sent ${form}.`, { url })).toBe('somebody sent [credential].')
    expect(kept(`somebody sent ${form}.`, { body: `a=b&${name}=s3cr3t%2Ft0ken` })).toBe('somebody sent [credential].')
  }
})

test('what says whom it is about, or is too short to prove anything, stays', () => {
  const url = 'https://api.test/users?author=somebody&keyword=somebody&key=on'
  const headers = { accept: 'application/json', 'client-id': 'somebody', cookie: 'consent=yes' }
  const text = 'somebody: yes, it is on, application/json'
  expect(kept(text, { url, headers })).toBe(text)
  expect(kept(text)).toBe(text)
})

test('a text that was cut off within a credential does not keep the beginning of it', () => {
  const headers = { authorization: 'Bearer abcabcabcabd' }
  expect(kept('token abcabcabca', { headers })).toBe('token [credential]')
  expect(kept('token abcab', { headers })).toBe('token abcab')
  expect(kept('token abcabc of', { headers })).toBe('token abcabc of')
})

test('of every request of a look, the latest as well', () => {
  const { ask, scrub } = discreet(() => Promise.resolve(answer))
  const asked = (token: string) => void ask({ url: 'https://api.test', headers: { 'x-token': token } })
  asked('the-first-one')
  expect(scrub('the-first-one')).toBe('[credential]')
  asked('the-first-one-renewed')
  expect(scrub('the-first-one-renewed, the-first-one')).toBe('[credential], [credential]')
})

test('wherever a credential stands and the text is cut off, six characters of it are nowhere', () => {
  // Shares no letter with the rest or with the mark, so that what is found of it is of it.
  const secret = fc.string({ unit: fc.constantFrom('0', '1', '2', '/', '+', '=', '%'), minLength: 6, maxLength: 40 })
  const rest = fc.string({ unit: fc.constantFrom('x', 'y', ' ', '"', '{', '<'), maxLength: 20 })
  fc.assert(
    fc.property(secret, rest, rest, fc.nat(80), (token, before, after, length) => {
      const text = `${before}${token}${after}${token}`.slice(0, length)
      expect(kept(text, { headers: { authorization: `Bearer ${token}` } })).not.toMatch(/[0-2/+=%]{6}/)
    }),
  )
})
