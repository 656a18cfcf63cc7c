import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Answer } from '../../src/core/answer.ts'
import type { Asked, Look } from '../../src/core/platform.ts'
import type { Cause } from '../../src/core/verdict.ts'
import { x } from '../../src/platforms/x.ts'

const platform = x.connect({ bearer: 'b', api: 'https://api.x.com' }, x.defaults)
const accounts: readonly Asked[] = [
  { handle: 'one', id: '1' },
  { handle: 'two', id: '2' },
]

const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body))

const ask = async (look: Look, status: number, body: unknown, headers: Record<string, string> = {}) => {
  const answer: Answer = { url: '', status, headers, text: textOf(body), digest: () => '' }
  return (await look.ask(accounts, () => Promise.resolve(answer))).map(({ verdict }) => verdict)
}

const kind = (name: string, detail: string) => ({
  title: 'Trouble',
  detail,
  type: `https://api.twitter.com/2/problems/${name}`,
})

const both = (because: Cause) => [
  { kind: 'inconclusive', because },
  { kind: 'inconclusive', because },
]

describe.each(platform.looks)('asked $words', (look) => {
  test.each<[string, number, unknown, Cause]>([
    ['a spent month in a 403', 403, { ...kind('usage-capped', 'Usage cap exceeded') }, 'rate_limited'],
    ['a limit in a 200', 200, { errors: [kind('rate-limit-exceeded', 'Rate limit exceeded')] }, 'rate_limited'],
    [
      'a suspended owner in a 200',
      200,
      { errors: [kind('user-suspended', 'The user used for authentication is suspended')] },
      'unauthorized',
    ],
    ['an unknown problem', 200, { errors: [kind('brand-new', 'Something else')] }, 'unreadable'],
    ['bad parameters', 400, { errors: [{ message: 'bad' }], ...kind('invalid-request', 'invalid') }, 'unreadable'],
    ['another page', 200, '<!doctype html><title>X</title><p>Sign in</p>', 'unreadable'],
    ['half a document', 200, '{"data":[{"id":"1","usern', 'unreadable'],
  ])('%s (%i) says nothing about anybody', async (_what, status, body, because) => {
    expect(await ask(look, status, body)).toEqual(both(because))
  })

  test.each<[number, Cause]>([
    [32, 'unauthorized'],
    [64, 'unauthorized'],
    [89, 'unauthorized'],
    [215, 'unauthorized'],
    [239, 'unauthorized'],
    [326, 'unauthorized'],
    [88, 'rate_limited'],
    [130, 'platform_error'],
    [50, 'blocked'],
    [63, 'blocked'],
  ])('the old code %i in a 403 is about us', async (code, because) => {
    expect(await ask(look, 403, { errors: [{ code, message: 'User has been suspended.' }] })).toEqual(both(because))
  })
})

const [byName] = platform.looks as readonly [Look, Look]

const about = (name: string, rest: object) => ({
  value: name,
  resource_id: name,
  resource_type: 'user',
  title: 'Not Found Error',
  detail: `Could not find user with usernames: [${name}].`,
  type: 'https://api.x.com/2/problems/resource-not-found',
  ...rest,
})

test('an account we may not see is our trouble, the one beside it is read', async () => {
  const hidden = about('one', {
    title: 'Authorization Error',
    detail: 'Sorry, you are not authorized to see the user with usernames: [one].',
    type: 'https://api.twitter.com/2/problems/not-authorized-for-resource',
  })
  expect(await ask(byName, 200, { errors: [hidden, about('two', {})] })).toMatchObject([
    { kind: 'inconclusive', because: 'unauthorized' },
    { kind: 'absent' },
  ])
})

test.each([
  ['another title', { title: 'Not Found' }],
  ['another text', { detail: 'Over capacity' }],
  ['another type', { type: 'https://api.x.com/2/problems/resource-unavailable' }],
  ['another kind of thing', { resource_type: 'tweet' }],
  ['another account', { value: 'three', resource_id: 'three', detail: 'Could not find user with usernames: [three].' }],
  ['our own suspension', { title: 'Forbidden', detail: 'User has been suspended: used for authentication' }],
])('an error with %s is no absence', async (_what, rest) => {
  expect((await ask(byName, 200, { errors: [about('one', rest)] }))[0]?.kind).toBe('inconclusive')
})

test('an account shown and denied in one answer, or denied in two ways, is not read', async () => {
  const shown = { id: '1', username: 'one', name: 'One' }
  expect(await ask(byName, 200, { data: [shown], errors: [about('one', {})] })).toEqual(both('unreadable'))
  const suspended = about('one', { title: 'Forbidden', detail: 'User has been suspended: [one].' })
  expect(await ask(byName, 200, { errors: [about('one', {}), suspended] })).toEqual(both('unreadable'))
  expect(await ask(byName, 200, { data: [shown, { ...shown, id: '2' }] })).toEqual(both('unreadable'))
})

// ---------------------------------------------------------------- hostile sizes

test('a text of nothing but opening brackets is read in one go', async () => {
  // Read from each bracket to the end it would take an hour; the test's own deadline tells.
  const endless = about('one', { value: undefined, resource_id: undefined, detail: '['.repeat(1_500_000) })
  expect(await ask(byName, 200, { errors: [endless] })).toEqual(both('unreadable'))
})

test.each(['data', 'errors'])('an answer with more %s than anybody asked for is not read', async (where) => {
  const shown = { id: '1', username: 'one', name: 'One' }
  const many = Array.from({ length: 1_001 }, () => (where === 'data' ? {} : about('three', {})))
  const text = {
    data: [shown],
    errors: [about('two', {})],
    [where]: [...many, where === 'data' ? shown : about('one', {})],
  }
  expect(await ask(byName, 200, text)).toEqual(both('unreadable'))
})

test('a name far longer than names are there is left out', async () => {
  const [one] = await ask(byName, 200, { data: [{ id: '1', username: 'one', name: 'x'.repeat(1_000_000) }] })
  expect(one).toEqual({ kind: 'present', identity: { id: '1', handle: 'one' } })
})

test('a handle that no account can have is not read', async () => {
  const renamed = { data: [{ id: '1', username: 'x'.repeat(1_000_000), name: 'One' }] }
  expect(await ask(platform.looks[1]!, 200, renamed)).toEqual(both('unreadable'))
})

// ---------------------------------------------------------------- anything at all

const word = fc.constantFrom(
  'Not Found Error',
  'Forbidden',
  'Could not find user with usernames: [one].',
  'User has been suspended: [two].',
  'The user used for authentication is suspended',
  'https://api.x.com/2/problems/resource-not-found',
  'https://api.x.com/2/problems/usage-capped',
  'user',
  'one',
  'two',
  '1',
  '',
)
const scrap = fc.oneof({ weight: 8, arbitrary: word }, fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<unknown>)
const field = fc.constantFrom(
  'title',
  'detail',
  'type',
  'value',
  'resource_id',
  'resource_type',
  'code',
  'id',
  'username',
)
const bent = fc
  .tuple(fc.constantFrom('one', 'two', '1', '2'), fc.boolean(), fc.option(fc.tuple(field, scrap)))
  .map(([name, suspended, other]) => ({
    ...about(name, suspended ? { title: 'Forbidden', detail: `User has been suspended: [${name}].` } : {}),
    ...(other === null ? {} : { [other[0]]: other[1] }),
  }))
const shown = fc.record({ id: scrap, username: scrap, name: scrap }, { requiredKeys: [] })
const entry = fc.oneof(bent, shown, scrap)
const body = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record(
        { data: fc.oneof(fc.array(shown), shown), errors: fc.array(entry), title: scrap, type: scrap },
        { requiredKeys: [] },
      )
      .map(textOf),
  },
  fc.json(),
  fc.string(),
)
const statuses = fc.constantFrom(200, 200, 200, 404, 404, 202, 302, 400, 401, 403, 429, 500, 503, 999)

/** The documented words, looked for without any of the reader's own code. */
const saysGone = (text: string, status: number): boolean =>
  (text.includes('"title":"Not Found Error"') && (text.includes('Could not find user with ') || status === 404)) ||
  (text.includes('"title":"Forbidden"') && text.includes('"detail":"User has been suspended'))

test('whatever comes back is read without a fault, and nobody is absent unless the words are there', async () => {
  let gone = 0
  const property = fc.asyncProperty(fc.constantFrom(...platform.looks), statuses, body, async (look, status, text) => {
    const seen = await ask(look, status, text)
    expect(seen).toHaveLength(accounts.length)
    if (!seen.some(({ kind: is }) => is === 'absent')) return
    gone++
    expect([200, 404]).toContain(status)
    expect(saysGone(text, status)).toBe(true)
  })
  await fc.assert(property, { numRuns: 3000 })
  expect(gone).toBeGreaterThan(100)
})

test('cutting or bending a true answer never takes away somebody it does not name', async () => {
  const whole = textOf({ data: [{ id: '2', username: 'two', name: 'Two' }], errors: [about('one', {})] })
  const property = fc.asyncProperty(
    fc.nat(whole.length - 1),
    fc.string({ maxLength: 3 }),
    fc.nat(5),
    async (at, inserted, removed) => {
      const [one, two] = await ask(byName, 200, whole.slice(0, at) + inserted + whole.slice(at + removed))
      expect(two?.kind).not.toBe('absent')
      if (one?.kind === 'absent') expect(one.because).toEqual(['not_found', 'deactivated', 'renamed'])
    },
  )
  await fc.assert(property, { numRuns: 2000 })
})
