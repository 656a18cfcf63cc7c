import { describe, expect, test } from 'vitest'
import { absent, inconclusive, present } from '../../src/core/verdict.ts'
import { http } from '../../src/platforms/http.ts'
import type { PlatformKind } from '../../src/platforms/kind.ts'
import { sees, type Said } from '../support/packs.ts'

type Described = Readonly<Record<string, unknown>>

const nowhere = absent('not_found', 'deactivated', 'suspended', 'deleted')
const here = (handle: string) => present({ id: null, handle })

const named = (described: Described): PlatformKind => http.named!('forum', described)
const platform = (described: Described) => {
  const kind = named(described)
  return kind.connect(kind.settings.parse(described), kind.defaults)
}
const verdict = async (described: Described, handle: string, said: Said) =>
  (await sees(platform(described), handle, said)).verdict

const API = 'https://forum.example/api/u/{account}'
const json = (value: unknown, status = 200): Said => ({ status, text: JSON.stringify(value) })

describe('a pointer into JSON', () => {
  const site = {
    url: API,
    present: { json: { pointer: '/users/0/name', equals: '{account}' } },
    absent: [
      { json: { pointer: '/error~1code', equals: 7 } },
      { status: 404, json: { pointer: '/gone', equals: null } },
    ],
  }

  test('finds a name in any letter case', async () => {
    expect(await verdict(site, 'alice', json({ users: [{ name: 'Alice' }] }))).toEqual(here('alice'))
    expect(await verdict(site, 'alice', json({ users: [{ name: 'bob' }] }))).toEqual(inconclusive('unreadable'))
  })

  test('finds a value of the same type only', async () => {
    expect(await verdict(site, 'alice', json({ 'error/code': 7 }))).toEqual(nowhere)
    expect(await verdict(site, 'alice', json({ 'error/code': '7' }))).toEqual(inconclusive('unreadable'))
    expect(await verdict(site, 'alice', json({ gone: null }, 404))).toEqual(nowhere)
    expect(await verdict(site, 'alice', json({}, 404))).toEqual(inconclusive('unreadable'))
  })

  test('finds only what is in the document itself', async () => {
    const inherited = { ...site, absent: { json: { pointer: '/__proto__' } } }
    expect(await verdict(inherited, 'alice', json({}))).toEqual(inconclusive('unreadable'))
    const past = { ...site, absent: { json: { pointer: '/users/length' } } }
    expect(await verdict(past, 'alice', json({ users: [] }))).toEqual(inconclusive('unreadable'))
  })

  test('without a value asks for anything but nothing', async () => {
    const anything = { ...site, present: { json: { pointer: '/id' } } }
    expect(await verdict(anything, 'alice', json({ id: 0 }))).toEqual(here('alice'))
    expect(await verdict(anything, 'alice', json({ id: null }))).toEqual(inconclusive('unreadable'))
  })

  test('finds nothing in a page', async () => {
    expect(await verdict(site, 'alice', { status: 404, text: '{"gone":null' })).toEqual(inconclusive('unreadable'))
  })
})

describe('a redirect', () => {
  const site = {
    url: 'https://forum.example/u/{account}',
    present: { text: 'Member since' },
    absent: { redirect: ['/members?missing={account}', 'https://www.forum.example/gone'] },
  }
  const sent = (location: string): Said => ({ status: 302, headers: { location } })

  test.each([
    'https://forum.example/members?missing=alice',
    '/members?missing=alice',
    '../members/?missing=alice',
    'http://forum.example/gone/',
  ])('to %s is the one described', async (location) => {
    expect(await verdict(site, 'alice', sent(location))).toEqual(nowhere)
  })

  test.each(['/members?missing=bob', '/members', 'https://other.example/gone', 'https://[', '/login?next=/gone'])(
    'to %s is another',
    async (location) => {
      expect(await verdict(site, 'alice', sent(location))).toEqual(inconclusive('blocked'))
    },
  )

  test('to the page of somebody whose name is a word of walls is no wall', async () => {
    const moved = { ...site, present: { redirect: '/people/{account}' } }
    expect(await verdict(moved, 'Challenge', sent('/people/challenge'))).toEqual(here('Challenge'))
    expect(await verdict(moved, 'alice', sent('/people/challenge'))).toEqual(inconclusive('blocked'))
  })

  test('is one only with its status', async () => {
    expect(await verdict(site, 'alice', { ...sent('/gone'), status: 200, text: 'x' })).toEqual(
      inconclusive('unreadable'),
    )
  })
})

describe('what is asked', () => {
  const markers = { present: { text: 'Member since' }, absent: { text: 'No such member' } }

  test('is a form or JSON where there is a body, labelled as such', async () => {
    const form = { ...markers, url: 'https://forum.example/find', body: 'exact=1&q={account}' }
    const { request } = await sees(platform(form), 'a&b', { status: 200 })
    expect(request).toMatchObject({
      method: 'POST',
      body: 'exact=1&q=a%26b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    const body = {
      ...markers,
      url: 'https://forum.example/find',
      body: '{"q":"{account}"}',
      headers: { 'X-Way': 'in' },
    }
    expect((await sees(platform(body), 'alice', { status: 200 })).request).toMatchObject({
      body: '{"q":"alice"}',
      headers: { 'content-type': 'application/json', 'x-way': 'in' },
    })
  })

  test('may be private only at an address that no name changes', () => {
    expect(platform({ ...markers, url: 'http://127.0.0.1:80/{account}' }).origins).toEqual(['http://127.0.0.1'])
    expect(platform({ ...markers, url: 'https://{account}.forum.example/' }).origins).toEqual([])
  })
})

describe('a site under a name of its own', () => {
  const described = {
    kind: 'http',
    title: 'The Forum',
    url: 'https://forum.example/u/{account}',
    profile: 'https://forum.example/people/{account}',
    handle: '[a-z]{3,12}',
    strip: '.',
    present: { text: 'Member since' },
    absent: { text: 'No such member' },
    trust: 'low',
  }

  test('has its own title, handles, trust and profiles', () => {
    const kind = named(described)
    expect([kind.id, kind.title, kind.looks.map(({ trust }) => trust)]).toEqual(['forum', 'The Forum', ['low']])
    expect(['a.lice', 'al', 'alice!', 'ALICE'].map((raw) => kind.handle(raw))).toEqual(['alice', null, null, null])
    const { id, source, profileUrl, controls } = platform(described)
    expect([id, source, profileUrl('alice')]).toEqual(['forum', null, 'https://forum.example/people/alice'])
    expect(controls.nobody('')).toMatch(/^[a-z]{8,12}$/)
  })

  test('is kept even while its description is wrong, so that its accounts are not', () => {
    expect(named({ kind: 'http', url: 7 }).handle('alice')).toBe('alice')
    expect(named({}).handle('a/b')).toBeNull()
  })

  test('is of medium trust unless it says otherwise', () => {
    expect(http.looks.map(({ trust }) => trust)).toEqual(['medium'])
  })
})

const BASE = {
  url: 'https://forum.example/u/{account}',
  present: { text: 'Member since' },
  absent: { status: 404, text: 'No such member' },
}

test.each<[string, Described, string, string]>([
  [
    'a status of walls',
    { absent: { status: 403, text: 'No such member' } },
    'absent',
    'status that cannot be told from being blocked',
  ],
  ['a status alone that says little', { absent: { status: 200 } }, 'absent', 'nothing but what other pages show'],
  ['a status alone for presence', { present: { status: 200 } }, 'present', 'nothing but what other pages show'],
  ['a marker without conditions', { absent: {} }, 'absent', 'nothing but what other pages show'],
  ['the same evidence for both', { absent: { text: 'Member since' } }, 'present', 'markers that contradict each other'],
  [
    'evidence that contains the other',
    { absent: { text: 'Member since never' } },
    'absent',
    'markers that contradict each other',
  ],
  ['being sent to sign in', { absent: { redirect: '/login' } }, 'absent', 'markers that contradict each other'],
  ['a text of every page', { absent: { text: '</body>' } }, 'absent', 'marker that stands in every page'],
  ['a text of failures', { absent: { text: 'Too many requests' } }, 'absent', 'marker that tells of a fault or a wall'],
  [
    'text and JSON in one marker',
    { absent: { text: 'No such', json: { pointer: '/a' } } },
    'absent',
    'text and json in one marker',
  ],
  ['no place for a name', { url: 'https://forum.example/' }, 'url', 'no place for a name'],
  ['a name that chooses the server', { url: 'https://{account}/' }, 'url', 'name in the address'],
  [
    'a header that hides who we are',
    { headers: { 'User-Agent': 'Mozilla/5.0' } },
    'headers',
    'user-agent, which is never sent',
  ],
  ['a body that GET does not send', { method: 'GET', body: 'a={account}' }, 'body', 'a body, which GET does not send'],
  ['an expression that is none', { handle: '(?=a)' }, 'handle', 'expression that does not translate'],
])('a site described by %s is refused', (_, own, part, words) => {
  const { error } = http.settings.safeParse({ ...BASE, ...own })
  expect(error?.issues).toMatchObject([{ path: [part], params: { found: expect.stringContaining(words) as string } }])
})
