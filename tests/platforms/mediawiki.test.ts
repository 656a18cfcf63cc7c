import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AskRequest } from '../../src/core/answer.ts'
import type { Asked, Look } from '../../src/core/platform.ts'
import { mediawiki } from '../../src/platforms/mediawiki.ts'
import { answer } from '../support/recorded.ts'

describe('a handle', () => {
  test.each([
    ['jimbo_Wales@en.wikipedia.org', 'Jimbo Wales@en.wikipedia.org'],
    [' Jimbo  _ Wales_@EN.Wikipedia.ORG', 'Jimbo Wales@en.wikipedia.org'],
    ['éric@fr.wikipedia.org', 'Éric@fr.wikipedia.org'],
    ['чайка@ru.wikipedia.org', 'Чайка@ru.wikipedia.org'],
    ['e\u0301ric@fr.wikipedia.org', 'Éric@fr.wikipedia.org'],
    ['ßüß@de.wikipedia.org', 'ßüß@de.wikipedia.org'],
    ['გიორგი@ka.wikipedia.org', 'გიორგი@ka.wikipedia.org'],
    ['川@ja.wikipedia.org', '川@ja.wikipedia.org'],
    ['old@name@wiki.example.org', 'Old@name@wiki.example.org'],
    ['Desk@localhost:8080', 'Desk@localhost:8080'],
    ['Desk@wiki.example.org:443', 'Desk@wiki.example.org'],
    ['Desk@вики.example', 'Desk@xn--b1amah.example'],
  ])('%s is kept as %s', (raw, kept) => expect(mediawiki.handle(raw)).toBe(kept))

  test.each([
    'Jimbo Wales',
    'Jimbo',
    '@en.wikipedia.org',
    '_@en.wikipedia.org',
    'Jimbo@',
    'A|B@en.wikipedia.org',
    'A/B@en.wikipedia.org',
    'A[B@en.wikipedia.org',
    'A\u0000B@en.wikipedia.org',
    `${'ж'.repeat(128)}@ru.wikipedia.org`,
    'Jimbo@en.wikipedia.org/w/api.php',
    'Jimbo@user:pass@',
    'Jimbo@a b',
    'Jimbo@en.wikipedia.org?x',
    'Jimbo@%2e',
  ])('%j is none', (raw) => expect(mediawiki.handle(raw)).toBeNull())

  test('what is kept is kept', () => {
    const part = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('_', ' ', '@', 'ß', 'ǆ', 'İ'))
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const kept = mediawiki.handle(`${parts.join('')}@en.wikipedia.org`)
        if (kept !== null) expect(mediawiki.handle(kept)).toBe(kept)
      }),
    )
  })
})

describe('what is asked', () => {
  const platform = mediawiki.connect(
    { hosts: { 'Wiki.Example.org': 'http://127.0.0.1:8080/api.php' } },
    mediawiki.defaults,
  )
  const [byName, byId] = platform.looks as readonly [Look, Look]

  async function requests(look: Look, accounts: readonly Asked[]): Promise<readonly AskRequest[]> {
    const asked: AskRequest[] = []
    await look.ask(accounts, (request) => {
      asked.push(request)
      return Promise.resolve(answer(request.url, 503, ''))
    })
    return asked
  }
  const on = (host: string, ...names: readonly string[]): readonly Asked[] =>
    names.map((name, at) => ({ handle: `${name}@${host}`, id: String(at + 1) }))

  test('users of one wiki go in one request to its API', async () => {
    expect(await requests(byName, on('en.wikipedia.org', 'Jimbo Wales', 'Ärzte & Co'))).toEqual([
      {
        url: 'https://en.wikipedia.org/w/api.php?action=query&list=users&usprop=blockinfo&format=json&formatversion=2&ususers=Jimbo+Wales%7C%C3%84rzte+%26+Co',
      },
    ])
  })

  test('a wiki that has its API elsewhere is asked there, and may be private', async () => {
    expect(await requests(byId, on('wiki.example.org', 'A', 'B'))).toEqual([
      {
        url: 'http://127.0.0.1:8080/api.php?action=query&list=users&usprop=blockinfo&format=json&formatversion=2&ususerids=1%7C2',
      },
    ])
    expect(platform.origins).toEqual(['http://127.0.0.1:8080'])
    expect(platform.profileUrl('Old name@wiki.example.org')).toBe('http://127.0.0.1:8080/index.php?title=User:Old_name')
  })

  test('names that would make the address too long are posted', async () => {
    const names = Array.from({ length: 50 }, (_, n) => `Пользователь Википедии ${n}`)
    const [request] = await requests(byName, on('ru.wikipedia.org', ...names))
    expect(request).toMatchObject({ url: 'https://ru.wikipedia.org/w/api.php', method: 'POST' })
    expect(new URLSearchParams(request?.body).get('ususers')).toBe(names.join('|'))
  })

  test('each wiki is a home of its own, and only controls that live there are asked there', () => {
    expect(platform.homeOf('Old@name@wiki.example.org')).toBe('wiki.example.org')
    expect(platform.homeOf(platform.controls.nobody('wiki.example.org'))).toBe('wiki.example.org')
  })
})
