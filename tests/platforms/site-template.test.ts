import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ANY_HANDLE, handleBy, nobodyBy } from '../../src/platforms/sites/handle.ts'
import { SiteFault } from '../../src/platforms/sites/site.ts'
import { ACCOUNT, bodyTemplate, fill, targetTemplate, urlTemplate } from '../../src/platforms/sites/template.ts'

const LABEL = { ...ANY_HANDLE, isLabel: true }

/** Names of every kind, the nastiest first; only those that a site could have are used. */
const written = fc.oneof(
  fc.constantFrom(
    '..',
    '.',
    '%2e%2e',
    '%2F',
    '{account}',
    '$&',
    '$1',
    "a'b",
    'a&b=c',
    'a+b',
    'a;b',
    'ß',
    'Ж',
    '😀',
    'a b',
    '<b>',
  ),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary-ascii', maxLength: 40 }),
)
const names = written.filter((name) => handleBy(ANY_HANDLE, name) === name)
const labels = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/).filter((name) => handleBy(LABEL, name) === name)

const url = (text: string): ReturnType<typeof urlTemplate> => urlTemplate(text, ACCOUNT, 'url')

describe('a name in its place', () => {
  test('is one segment of a path, and nothing around it moves', () => {
    const template = url('https://site.example/u/@{account}/about?tab=1')
    fc.assert(
      fc.property(names, (name) => {
        const { origin, pathname, search, hash } = new URL(fill(template, name))
        const [, u, segment, about, ...more] = pathname.split('/')
        expect([origin, u, decodeURIComponent(segment!), about, more, search, hash]).toEqual([
          'https://site.example',
          'u',
          `@${name}`,
          'about',
          [],
          '?tab=1',
          '',
        ])
      }),
    )
  })

  test('alone in a path never climbs out of it', () => {
    fc.assert(
      fc.property(names, (name) => {
        expect(new URL(fill(url('https://site.example/u/{account}'), name)).pathname).toMatch(/^\/u\/[^/]+$/)
      }),
    )
  })

  test('is one value of a query', () => {
    const template = url('https://site.example/?a=1&name={account}&b=2')
    fc.assert(
      fc.property(names, (name) => {
        expect([...new URL(fill(template, name)).searchParams]).toEqual([
          ['a', '1'],
          ['name', name],
          ['b', '2'],
        ])
      }),
    )
  })

  test('is one label of a host, below the same domain', () => {
    fc.assert(
      fc.property(labels, (name) => {
        expect(new URL(fill(url('https://{account}.site.example/about'), name)).href).toBe(
          `https://${name.toLowerCase()}.site.example/about`,
        )
      }),
    )
  })

  test('is one text of a JSON body', () => {
    const template = bodyTemplate('{"query":"user(name:\\"{account}\\")","name":"{account}"}', ACCOUNT, '')
    fc.assert(
      fc.property(names, (name) => {
        expect(JSON.parse(fill(template, name))).toEqual({ query: `user(name:"${name}")`, name })
      }),
    )
  })

  test('is one field of a form', () => {
    const template = bodyTemplate('a=1&name={account}', ACCOUNT, 'application/x-www-form-urlencoded')
    fc.assert(
      fc.property(names, (name) => {
        expect([...new URLSearchParams(fill(template, name))]).toEqual([
          ['a', '1'],
          ['name', name],
        ])
      }),
    )
  })
})

describe('a name', () => {
  test.each([
    '',
    ' ',
    'a/b',
    'a?b',
    'a#b',
    '@a',
    'a:b',
    'a\\b',
    'a"b',
    '.',
    '..',
    'a\nb',
    'a\u0000b',
    ' a',
    'a ',
    '\ud800',
    'a\u200bb',
    'a'.repeat(256),
  ])('%j is none', (name) => expect(handleBy(ANY_HANDLE, name)).toBeNull())

  test.each(['a.b', '-a', 'a-', 'xn--a', 'a b', 'é', 'a'.repeat(64)])('%j is no label of a host', (name) =>
    expect(handleBy(LABEL, name)).toBeNull(),
  )

  test('is kept as it was kept', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (raw) => {
        const kept = handleBy({ ...ANY_HANDLE, strip: '.-' }, raw)
        if (kept !== null) expect(handleBy({ ...ANY_HANDLE, strip: '.-' }, kept)).toBe(kept)
      }),
    )
  })

  test('that is made up has the form that the site asks for', () => {
    for (const pattern of [/^[a-z]{3,10}$/, /^[A-Z]+$/, /^\w+_\w+$/, /^[a-z0-9]{16,}$/]) {
      const rule = { ...ANY_HANDLE, fits: { pattern: pattern.source, test: (text: string) => pattern.test(text) } }
      const made = Array.from({ length: 50 }, nobodyBy(rule))
      expect(made.every((name) => pattern.test(name))).toBe(true)
      expect(new Set(made).size).toBe(50)
    }
  })
})

test('a template is an address of the web or is refused, whatever it is', () => {
  const piece = fc.constantFrom(
    'https://',
    'http://',
    'ftp://',
    '{account}',
    'site.example',
    '.',
    '/',
    '?',
    '#',
    '@',
    ':',
    '\\',
    '%',
    ' ',
    '[::1]',
    '8080',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const template = orRefused(() => url(pieces.join('')))
      if (template === null) return
      const [one, other] = ['alice', 'bob'].map((name) => new URL(fill(template, name)))
      expect(one!.protocol).toMatch(/^https?:$/)
      expect([one!.username, one!.password]).toEqual(['', ''])
      // Whoever is asked about, it is the same domain that is asked.
      expect(one!.host.replace(/^alice\./, '')).toBe(other!.host.replace(/^bob\./, ''))
    }),
    { numRuns: 2_000 },
  )
})

test('a redirect may lead to a path or an address, but not to the whole of another host by two slashes', () => {
  expect(fill(targetTemplate('/u/{account}', ACCOUNT, 'absent'), 'a b')).toBe('/u/a%20b')
  expect(fill(targetTemplate('https://site.example/?q={account}', ACCOUNT, 'absent'), 'a')).toBe(
    'https://site.example/?q=a',
  )
  expect(orRefused(() => targetTemplate('//other.example/', ACCOUNT, 'absent'))).toBeNull()
})

function orRefused<T>(make: () => T): T | null {
  try {
    return make()
  } catch (fault) {
    if (fault instanceof SiteFault) return null
    throw fault
  }
}

test('a rule that made-up names were found for keeps them, whatever luck would say next', () => {
  const rule = { strip: '.-', isLabel: false, fits: null }
  expect(nobodyBy(rule)).toBe(nobodyBy(rule))
})
