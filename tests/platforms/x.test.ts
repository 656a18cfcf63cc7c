import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Answer, AskRequest } from '../../src/core/answer.ts'
import type { Asked, Look, Reading } from '../../src/core/platform.ts'
import { x } from '../../src/platforms/x.ts'

const platform = x.connect({ bearer: 'secret-token', api: 'https://api.x.com' }, x.defaults)
const [byName, byId] = platform.looks as readonly [Look, Look]

const trump = { handle: 'realDonaldTrump', id: '25073877' }
const fresh = { handle: 'x', id: null }

const answerOf = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { url: '', status, headers, text, digest: () => createHash('sha256').update(text).digest('hex') }
}

const asking = (look: Look, accounts: readonly Asked[], status: number, body: unknown): Promise<readonly Reading[]> =>
  look.ask(accounts, () => Promise.resolve(answerOf(status, body)))

const verdicts = async (look: Look, accounts: readonly Asked[], status: number, body: unknown) =>
  (await asking(look, accounts, status, body)).map(({ verdict }) => verdict)

const user = (id: string, username: string, rest: object = {}) => ({
  id,
  username,
  name: `Name of ${username}`,
  ...rest,
})

const problem = (host: string, kind: string) => `https://${host}/2/problems/${kind}`

const notFound = (name: string, host = 'api.twitter.com', parameter = 'usernames') => ({
  value: name,
  detail: `Could not find user with ${parameter}: [${name}].`,
  title: 'Not Found Error',
  resource_type: 'user',
  parameter,
  resource_id: name,
  type: problem(host, 'resource-not-found'),
})

const suspended = (name: string, host = 'api.twitter.com') => ({
  ...notFound(name, host),
  detail: `User has been suspended: [${name}].`,
  title: 'Forbidden',
})

describe('what is asked', () => {
  const asked = async (look: Look, accounts: readonly Asked[]): Promise<AskRequest | undefined> => {
    let sent: AskRequest | undefined
    await look.ask(accounts, (request) => {
      sent = request
      return Promise.resolve(answerOf(200, {}))
    })
    return sent
  }

  test('names go in one request, with the token in its header only', async () => {
    const request = await asked(byName, [trump, fresh])
    expect(request?.url).toBe(
      'https://api.x.com/2/users/by?usernames=realDonaldTrump,x&user.fields=protected,public_metrics,withheld',
    )
    expect(request?.headers?.['authorization']).toBe('Bearer secret-token')
    expect(request?.url).not.toContain('secret')
  })

  test('ids go in one request', async () => {
    const request = await asked(byId, [trump, { handle: 'POTUS', id: '822215679726100480' }])
    expect(request?.url).toBe(
      'https://api.x.com/2/users?ids=25073877,822215679726100480&user.fields=protected,public_metrics,withheld',
    )
  })

  test('by id, a control without one is found by its name first, and the name that cannot exist ends there', async () => {
    const urls: string[] = []
    const readings = await byId.ask([{ handle: 'X', id: null }, { handle: 'nobody', id: null }, trump], ({ url }) => {
      urls.push(url.slice('https://api.x.com'.length).replace(/&.*/, ''))
      const byIds = { data: [user('783214', 'X'), user('25073877', 'realDonaldTrump')] }
      const byNames = { data: [user('783214', 'X')], errors: [notFound('nobody')] }
      return Promise.resolve(answerOf(200, url.includes('ids=') ? byIds : byNames))
    })
    expect(urls).toEqual(['/2/users/by?usernames=X,nobody', '/2/users?ids=783214,25073877'])
    expect(readings.map(({ verdict }) => verdict.kind)).toEqual(['present', 'absent', 'present'])
  })

  test('the same name twice is asked once', async () => {
    const request = await asked(byName, [fresh, { handle: 'X', id: null }])
    expect(request?.url).toMatch(/usernames=x&/i)
  })

  test('names that only seem alike are asked each', async () => {
    // Of these two the sum that tells names apart by their letters is the same.
    const request = await asked(byName, [
      { handle: 'an', id: null },
      { handle: 'c0', id: null },
    ])
    expect(request?.url).toContain('usernames=an,c0&')
  })

  test.each(['', 'abc', '1,2', '1&x=2', '12345678901234567890'])(
    'an id that X cannot have given (%j) is not asked about, so that the others are answered',
    async (id) => {
      const lost = { handle: 'lost', id }
      const request = await asked(byId, [lost, trump])
      expect(request?.url).toContain('/2/users?ids=25073877&')
      expect(await asked(byId, [lost])).toBeUndefined()
      const shown = { data: [user('25073877', 'realDonaldTrump')] }
      expect(await verdicts(byId, [lost, trump], 200, shown)).toMatchObject([
        { kind: 'inconclusive', because: 'unreadable' },
        { kind: 'present' },
      ])
      const gone = { title: 'Not Found Error', type: problem('api.x.com', 'resource-not-found'), status: 404 }
      expect(await verdicts(byId, [lost, trump], 404, gone)).toMatchObject([
        { kind: 'inconclusive', because: 'unreadable' },
        { kind: 'absent' },
      ])
    },
  )

  test('a base address with a path and a slash at its end is kept', async () => {
    const own = x.connect({ bearer: 'b', api: 'http://127.0.0.1:8080/x/' }, x.defaults)
    const request = await asked(own.looks[0]!, [fresh])
    expect(request?.url.startsWith('http://127.0.0.1:8080/x/2/users/by?usernames=x&')).toBe(true)
    expect(own.origins).toEqual(['http://127.0.0.1:8080'])
  })
})

describe('handles', () => {
  test.each([
    ['@realDonaldTrump', 'realDonaldTrump'],
    ['jack', 'jack'],
    ['a_b_C_1', 'a_b_C_1'],
    ['sixteen_letters_', null],
    ['with-dash', null],
    ['', null],
    ['a,b', null],
  ])('%s is kept as %s', (raw, kept) => {
    expect(x.handle(raw)).toBe(kept)
  })

  test('the name that cannot exist is valid and never the same', () => {
    const names = Array.from({ length: 50 }, () => platform.controls.nobody(''))
    expect(new Set(names).size).toBe(50)
    expect(names.every((name) => name.length === 15 && x.handle(name) === name)).toBe(true)
  })
})

describe('somebody is there', () => {
  test('the single shape is read as well', async () => {
    const body = {
      data: { id: '12', name: 'N', username: 'jack', protected: false, public_metrics: { followers_count: 1 } },
    }
    const [reading] = await asking(byName, [{ handle: 'Jack', id: null }], 200, body)
    expect(reading?.verdict).toMatchObject({ kind: 'present', identity: { id: '12', handle: 'jack' } })
  })

  test('a protected account is present, and so is one hidden in some countries', async () => {
    const [shy, hidden, tweetsOnly] = await asking(byName, [fresh, trump, { handle: 'y', id: null }], 200, {
      data: [
        user('1', 'x', { protected: true }),
        user('25073877', 'realDonaldTrump', { withheld: { country_codes: ['DE', 'FR'], scope: 'user' } }),
        user('3', 'y', { withheld: { country_codes: ['TR'], scope: 'tweet' } }),
      ],
    })
    expect(shy).toMatchObject({ verdict: { kind: 'present' }, marker: 'protected' })
    expect(hidden).toMatchObject({ verdict: { kind: 'present' }, marker: 'withheld in DE, FR' })
    expect(tweetsOnly).toMatchObject({ verdict: { kind: 'present' }, marker: 'data' })
  })

  test.each([
    ['a name that is none', { name: 7 }],
    ['an empty name', { name: '' }],
    ['an audience below nothing', { public_metrics: { followers_count: -1 } }],
    ['an audience in words', { public_metrics: { followers_count: 'many' } }],
    ['a list for an audience', { public_metrics: [] }],
    ['countries that are none', { withheld: { country_codes: [null], scope: 'user' } }],
    ['a withholding of no known kind', { withheld: { country_codes: ['DE'], scope: 7 } }],
    ['a withholding without countries', { withheld: {} }],
    ['a protection that is none', { protected: 'yes' }],
  ])('%s is left out, and who it is about is present', async (_what, rest) => {
    const [reading] = await asking(byName, [fresh], 200, { data: [{ id: '1', username: 'x', ...rest }] })
    expect(reading?.verdict).toEqual({ kind: 'present', identity: { id: '1', handle: 'x' } })
    expect(reading?.marker).toBe('data')
  })

  test('an id beyond 2^53 stays as it is, and one sent as a number is not believed', async () => {
    const potus = { handle: 'POTUS', id: '822215679726100480' }
    const right = { data: [user('822215679726100480', 'POTUS')] }
    expect(await verdicts(byId, [potus], 200, right)).toMatchObject([{ identity: { id: '822215679726100480' } }])
    const wrong = '{"data":[{"id":822215679726100480,"username":"POTUS","name":"P"}]}'
    expect(await verdicts(byName, [potus], 200, wrong)).toEqual([{ kind: 'inconclusive', because: 'unreadable' }])
  })

  test('an error about something else of theirs takes nobody away', async () => {
    const other = { ...notFound('x'), resource_type: 'tweet', value: '77', resource_id: '77' }
    expect(await verdicts(byName, [fresh], 200, { data: [user('1', 'x')], errors: [other] })).toMatchObject([
      { kind: 'present' },
    ])
  })
})

describe('nobody is there', () => {
  test.each(['api.twitter.com', 'api.x.com'])('not found and suspended are told apart by words (%s)', async (host) => {
    expect(await verdicts(byName, [fresh], 200, { errors: [notFound('x', host)] })).toEqual([
      { kind: 'absent', because: ['not_found', 'deactivated'] },
    ])
    expect(await verdicts(byName, [fresh], 200, { errors: [suspended('x', host)] })).toEqual([
      { kind: 'absent', because: ['suspended'] },
    ])
  })

  test('the single shape says "username"', async () => {
    expect(await verdicts(byName, [fresh], 200, { errors: [notFound('x', 'api.x.com', 'username')] })).toEqual([
      { kind: 'absent', because: ['not_found', 'deactivated'] },
    ])
  })

  test('a 404 hides no suspension that it names, and may be one problem as a whole', async () => {
    expect(await verdicts(byName, [fresh], 404, { errors: [suspended('x')] })).toEqual([
      { kind: 'absent', because: ['suspended'] },
    ])
    const whole = {
      title: 'Not Found Error',
      type: problem('api.x.com', 'resource-not-found'),
      status: 404,
      detail: '',
    }
    expect(await verdicts(byName, [fresh], 404, whole)).toEqual([
      { kind: 'absent', because: ['not_found', 'deactivated', 'suspended'] },
    ])
    expect(await verdicts(byName, [trump, fresh], 404, whole)).toMatchObject([
      { because: 'unreadable' },
      { because: 'unreadable' },
    ])
  })

  test.each([
    ['an old code', { errors: [{ code: 34, message: 'Sorry, that page does not exist.' }] }],
    ['nothing', ''],
    ['a page', '<!doctype html><title>Not found</title>'],
    ['an empty object', {}],
    ['somebody after all', { data: [user('1', 'x')], errors: [notFound('x')] }],
  ])('a 404 with %s says nothing', async (_what, body) => {
    expect(await verdicts(byName, [fresh], 404, body)).toEqual([{ kind: 'inconclusive', because: 'unreadable' }])
  })

  test('letter case is no difference', async () => {
    const errors = [{ ...notFound('REALDONALDTRUMP'), resource_id: 'realdonaldtrump' }]
    expect(await verdicts(byName, [trump], 200, { errors })).toMatchObject([{ kind: 'absent' }])
  })

  test('the impostor with a capital I is somebody else', async () => {
    const impostor = { handle: 'realDonaIdTrump', id: null }
    const body = { data: [user('4242', 'realDonaIdTrump')], errors: [notFound('realDonaldTrump')] }
    expect(await verdicts(byName, [trump, impostor], 200, body)).toMatchObject([
      { kind: 'absent' },
      { kind: 'present', identity: { id: '4242' } },
    ])
  })
})

test('however names are written, ordered and repeated, everybody gets what was said of them', async () => {
  const letters = fc.constantFrom('a', 'A', 'b', 'B', 'an', 'AN', 'c0', 'C0', 'x_1', 'X_1')
  const property = fc.asyncProperty(
    fc.array(letters, { minLength: 1, maxLength: 12 }),
    fc.array(letters, { maxLength: 12 }),
    async (asked, shown) => {
      const body = { data: shown.map((name) => user(String(name.toLowerCase().charCodeAt(0)), name)) }
      const seen = await verdicts(
        byName,
        asked.map((handle) => ({ handle, id: null })),
        200,
        body,
      )
      const expected = asked.map((handle) => {
        const own = shown.filter((name) => name.toLowerCase() === handle.toLowerCase())
        return own.length === 1
          ? { kind: 'present', identity: { handle: own[0] } }
          : { kind: 'inconclusive', because: 'unreadable' }
      })
      expect(seen).toMatchObject(expected)
    },
  )
  await fc.assert(property, { numRuns: 500 })
})

test('a hundred accounts in one answer each get their own', async () => {
  const accounts = Array.from({ length: 100 }, (_, at) => ({ handle: `Account_${at}`, id: null }))
  const name = (at: number) => `account_${at}`
  const body = {
    data: accounts.flatMap((_, at) => (at % 4 === 0 ? [user(`${at + 1}`, name(at))] : [])).reverse(),
    errors: accounts.flatMap((_, at) =>
      at % 4 === 1 ? [notFound(name(at))] : at % 4 === 2 ? [suspended(name(at))] : [],
    ),
  }
  const kinds = (await verdicts(byName, accounts, 200, body)).map((verdict) =>
    verdict.kind === 'present' ? `present ${verdict.identity.handle}` : `${verdict.kind} ${String(verdict.because)}`,
  )
  expect(kinds).toEqual(
    accounts.map((_, at) =>
      at % 4 === 0
        ? `present ${name(at)}`
        : at % 4 === 1
          ? 'absent not_found,deactivated'
          : at % 4 === 2
            ? 'absent suspended'
            : 'inconclusive unreadable',
    ),
  )
})
