import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Ask, AskRequest } from '../../src/core/answer.ts'
import type { Look } from '../../src/core/platform.ts'
import { absent, inconclusive, present } from '../../src/core/verdict.ts'
import { github } from '../../src/platforms/github.ts'
import { createMemory } from '../../src/platforms/github/memory.ts'
import { madeNumber } from '../support/made-id.ts'
import { answer } from '../support/recorded.ts'

const connected = (token?: string): readonly [Look, Look] => {
  const own = github.settings.parse({ api: 'https://api.github.test', token })
  return github.connect(own, github.defaults).looks as unknown as readonly [Look, Look]
}

const verdict = async (look: Look, handle: string, id: string | null, ask: Ask) =>
  (await look.ask([{ handle, id }], ask))[0]!.verdict

/** Who has which login. An account is marked by its number, its name and what else it has written of itself. */
type World = Map<string, { readonly id: number; readonly edition: number }>

/** The interface as it keeps to conditional requests. */
function server(world: World, etag = (login: string, edition: number) => `W/"${madeNumber(login)}-${edition}"`) {
  const heard: AskRequest[] = []
  const ask: Ask = (request) => {
    heard.push(request)
    const [, road, key = ''] = /\/(users?)\/([^/]+)$/.exec(request.url) ?? []
    const found = [...world].find(([login, { id }]) => (road === 'users' ? login === key : String(id) === key))
    const gone = { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' }
    if (found === undefined) return Promise.resolve(answer(request.url, 404, gone))
    const [login, { id, edition }] = found
    const headers = { etag: etag(login, edition) }
    const isSame = request.headers?.['if-none-match'] === headers.etag
    return Promise.resolve(
      isSame
        ? answer(request.url, 304, '', headers)
        : answer(request.url, 200, { id, login, name: `${login} ${edition}`, followers: edition }, headers),
    )
  }
  return { ask, heard }
}

const seen = (login: string, id: number, edition: number) =>
  present({ id: String(id), handle: login, displayName: `${login} ${edition}`, followers: edition })

describe('what is asked', () => {
  test('with a token, it is in its header only', async () => {
    const { ask, heard } = server(new Map())
    await connected('ghp_secret')[0].ask([{ handle: 'octocat', id: null }], ask)
    expect(heard).toEqual([
      {
        url: 'https://api.github.test/users/octocat',
        headers: {
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
          authorization: 'Bearer ghp_secret',
        },
      },
    ])
  })

  test('without one, no authorization is sent', async () => {
    const { ask, heard } = server(new Map())
    await connected()[0].ask([{ handle: 'octocat', id: null }], ask)
    expect(Object.keys(heard[0]!.headers!)).toEqual(['accept', 'x-github-api-version'])
  })

  test('a token raises the budget', () => {
    expect(github.budget({})).toEqual({ requests: 60, windowMs: 3_600_000 })
    expect(github.budget({ token: 'ghp_secret' })).toEqual({ requests: 5000, windowMs: 3_600_000 })
  })
})

describe('conditional requests', () => {
  test('what is not modified is as it was seen', async () => {
    const { ask, heard } = server(new Map([['octocat', { id: 1, edition: 3 }]]))
    const [byLogin] = connected()
    const first = await verdict(byLogin, 'octocat', null, ask)
    expect(await verdict(byLogin, 'octocat', '1', ask)).toEqual(first)
    expect(first).toEqual(seen('octocat', 1, 3))
    expect(heard.map(({ headers }) => headers?.['if-none-match'])).toEqual([
      undefined,
      `W/"${madeNumber('octocat')}-3"`,
    ])
  })

  test('who was absent is asked about in full until seen again', async () => {
    const world: World = new Map([['octocat', { id: 1, edition: 1 }]])
    const { ask, heard } = server(world)
    const [byLogin] = connected()
    await verdict(byLogin, 'octocat', null, ask)
    world.clear()
    expect(await verdict(byLogin, 'octocat', null, ask)).toEqual(absent('not_found', 'suspended', 'deleted'))
    world.set('octocat', { id: 1, edition: 1 })
    expect(await verdict(byLogin, 'octocat', null, ask)).toEqual(seen('octocat', 1, 1))
    expect(heard.map(({ headers }) => headers?.['if-none-match'] !== undefined)).toEqual([false, true, false])
  })

  test('"not modified" means nothing where nothing was remembered', async () => {
    const ask: Ask = ({ url }) => Promise.resolve(answer(url, 304, '', { etag: '"x"' }))
    expect(await verdict(connected()[0], 'octocat', null, ask)).toEqual(inconclusive('unreadable'))
    expect(await verdict(connected()[1], 'octocat', '1', ask)).toEqual(inconclusive('unreadable'))
  })

  test('a mark that cannot be sent back is not kept', async () => {
    for (const bad of ['unquoted', '"a\r\nx-evil: 1"', `"${'x'.repeat(1000)}"`, '"ä"']) {
      const { ask, heard } = server(new Map([['octocat', { id: 1, edition: 1 }]]), () => bad)
      const [byLogin] = connected()
      await verdict(byLogin, 'octocat', null, ask)
      await verdict(byLogin, 'octocat', null, ask)
      expect(heard.map(({ headers }) => headers?.['if-none-match'])).toEqual([undefined, undefined])
    }
  })

  // Marks are told apart by their path only, as HTTP has it: here they count its editions, for each the same.
  test('whatever is asked in whichever order, nobody is taken for another', async () => {
    const logins = ['ada', 'bob', 'eve']
    const steps = fc.array(
      fc.record({
        login: fc.constantFrom(...logins),
        does: fc.constantFrom('look', 'look', 'look', 'lookById', 'edit', 'leave', 'swap'),
      }),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const world: World = new Map(logins.map((login, at) => [login, { id: at + 1, edition: 1 }]))
        const editions = new Map(logins.map((login) => [login, 1]))
        const next = (login: string): number => editions.set(login, editions.get(login)! + 1).get(login)!
        let nextId = 100
        const { ask } = server(world, (_login, edition) => `"${edition}"`)
        const [byLogin, byId] = connected()
        for (const { login, does } of history) {
          const account = world.get(login)
          if (does === 'edit' && account !== undefined) world.set(login, { ...account, edition: next(login) })
          if (does === 'leave') world.delete(login)
          if (does === 'swap') world.set(login, { id: nextId++, edition: next(login) })
          if (!does.startsWith('look')) continue
          const id = account === undefined ? null : String(account.id)
          if (does === 'lookById' && id === null) continue
          const said = await verdict(does === 'look' ? byLogin : byId, login, id, ask)
          if (account === undefined) expect(said.kind).toBe('absent')
          else expect(said).toEqual(seen(login, account.id, account.edition))
        }
      }),
    )
  })

  test('no more is remembered than was said, and the longest unasked is forgotten first', () => {
    const memory = createMemory(2)
    const keep = (path: string): void =>
      memory.keep(path, { headers: { etag: `"${path}"` } }, { id: '1', handle: path })
    keep('/a')
    keep('/b')
    memory.recall('/a')
    keep('/c')
    expect(['/a', '/b', '/c'].map((path) => memory.recall(path)?.identity.handle)).toEqual(['/a', undefined, '/c'])
  })
})

test('names keep their letter case; of old and managed accounts more is taken than is given out today', () => {
  for (const name of ['octocat', 'NASA', 'a', 'old-', 'two--hyphens', 'mona-cat_octo', 'x'.repeat(39)]) {
    expect(github.handle(name)).toBe(name)
  }
  expect(github.handle('@octocat')).toBe('octocat')
  for (const name of ['-a', '_a', 'a_', 'a b', 'a.b', 'a/b', 'x'.repeat(40), '']) expect(github.handle(name)).toBeNull()
})
