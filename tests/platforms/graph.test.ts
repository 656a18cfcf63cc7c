import { expect, test } from 'vitest'
import type { AskRequest } from '../../src/core/answer.ts'
import { instagram } from '../../src/platforms/instagram.ts'
import { threads } from '../../src/platforms/threads.ts'
import { answer } from '../support/recorded.ts'
import { cases as instagramCases } from './cases/instagram.ts'
import { cases as threadsCases } from './cases/threads.ts'

const both = [
  ['Instagram', instagram, instagramCases],
  ['Threads', threads, threadsCases],
] as const

test.each([
  ['@NatGeo', 'natgeo'],
  ['a.b_c.1', 'a.b_c.1'],
  ['_', '_'],
  ['x'.repeat(30), 'x'.repeat(30)],
  ['x'.repeat(31), null],
  ['.a', null],
  ['a.', null],
  ['a..b', null],
  ['a b', null],
  ['a){id}', null],
  ['bücher', null],
])('%s is kept as %s', (raw, handle) => {
  expect([instagram.handle(raw), threads.handle(raw)]).toEqual([handle, handle])
})

test.each(both)('%s gets the token in a header only', async (_title, kind, { settings, world }) => {
  const sent: AskRequest[] = []
  await kind
    .connect(kind.settings.parse(settings), kind.defaults)
    .looks[0]!.ask([{ handle: 'a.b', id: null }], (request) => {
      sent.push(request)
      return Promise.resolve(world(() => true)(request))
    })
  expect(sent).toHaveLength(1)
  expect(sent[0]!.headers).toMatchObject({ authorization: `Bearer ${String(settings['token'])}` })
})

test('a version that follows the base address is kept, and braces go encoded', async () => {
  const { settings } = instagramCases
  const [look] = instagram.connect(instagram.settings.parse(settings), instagram.defaults).looks
  let asked = ''
  await look!.ask([{ handle: 'natgeo', id: null }], ({ url }) => {
    asked = url
    return Promise.resolve(answer(url, 500, ''))
  })
  expect(asked).toBe(
    `http://graph.test/v23.0/17841405309211844?fields=business_discovery.username(natgeo)${encodeURIComponent('{id,username,name,followers_count}')}`,
  )
})

// What an answer said is kept as evidence for good, and these interfaces repeat a token that they cannot read.
test.each(both)('%s’ words about a token are kept without the token', async (_title, kind, { settings }) => {
  const token = String(settings['token'])
  const [look] = kind.connect(kind.settings.parse(settings), kind.defaults).looks
  for (const [status, code] of [
    [400, 190],
    [400, 1_000_001],
    [500, 1],
  ] as const) {
    const echo = { error: { message: `Malformed access token ${token} (${token})`, type: 'OAuthException', code } }
    const [reading] = await look!.ask([{ handle: 'natgeo', id: null }], ({ url }) =>
      Promise.resolve(answer(url, status, echo)),
    )
    expect(reading!.verdict.kind).toBe('inconclusive')
    expect(JSON.stringify(reading)).not.toContain(token)
    expect(reading!.answer?.text).toContain('Malformed access token [token] ([token])')
  }
})
