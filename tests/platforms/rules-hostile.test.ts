import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PackError, packKinds, readPack, type Pack } from '../../src/platforms/rules.ts'
import { connected, hasPacks, packText, sees } from '../support/packs.ts'

/** A pack, or null where it was refused in the one way there is. */
function orRefused(text: string): Pack | null {
  try {
    const pack = readPack(text, null, './pack.json')
    for (const { name, reason } of pack.refused.filter((one) => one.reason.startsWith('does not fit the schema: '))) {
      expect(name).toMatch(/^[^\p{C}]{1,100}$/u)
      expect(reason).toMatch(/^[^\p{C}]{1,600}$/u)
    }
    return pack
  } catch (fault) {
    expect(fault).toBeInstanceOf(PackError)
    expect((fault as PackError).message).toMatch(/^[^\p{C}]{1,1000}$/u)
    return null
  }
}

/** What is taken can be asked, and what it reads never breaks. */
async function useAll(pack: Pack | null): Promise<void> {
  for (const kind of pack === null ? [] : packKinds(pack, new Set()).kinds) {
    const platform = connected(kind)
    const handle = platform.controls.nobody('')
    expect(kind.handle(handle)).toBe(handle)
    const { verdict, request } = await sees(platform, handle, { status: 403, text: 'x' })
    expect(verdict.kind).toBe('inconclusive')
    expect(request.url).toMatch(/^https?:\/\/[^/?#@]+/)
  }
}

const rule = {
  name: 'Some Site',
  uri_check: 'https://site.example/u/{account}',
  e_code: 200,
  e_string: 'member since',
  m_code: 404,
  m_string: 'no such member',
  known: ['alice'],
  cat: 'social',
}
const whatsMyName = {
  license: ['x'],
  authors: ['x'],
  categories: ['social'],
  sites: [rule, { ...rule, name: 'Another' }],
}
const sherlock = {
  Site: {
    url: 'https://site.example/{}',
    urlMain: 'https://site.example/',
    errorType: 'message',
    errorMsg: ['No such member', 'Nobody here'],
    regexCheck: '^[a-z0-9]+$',
    username_claimed: 'alice',
  },
}

const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    0,
    -1,
    1e99,
    [],
    {},
    true,
    '{account}',
    '{}',
    'https://',
    '\u0000',
    '__proto__',
    '(',
    '[',
    '(a*)*',
    '\\',
    '999',
    403,
  ),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 2 }),
)

/** Somewhere in a value something else, a key more or a key less. */
function damaged(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return nasty
  const keys = Object.keys(value)
  return fc.oneof(
    nasty,
    fc.constantFrom(...keys).map((key) => without(value, key)),
    fc
      .tuple(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '$schema')), nasty)
      .map(([key, more]) => withKey(value, key, more)),
    ...keys.map((key) => damaged((value as Record<string, unknown>)[key]).map((inside) => withKey(value, key, inside))),
  )
}

const entriesOf = (value: object): [string, unknown][] => Object.entries(value)
const rebuilt = (value: object, entries: [string, unknown][]): unknown =>
  Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries)
const without = (value: object, key: string): unknown =>
  rebuilt(
    value,
    entriesOf(value).filter(([one]) => one !== key),
  )
const withKey = (value: object, key: string, item: unknown): unknown =>
  rebuilt(value, [...entriesOf(value).filter(([one]) => one !== key), [key, item]])

test.each([
  ['WhatsMyName', whatsMyName],
  ['Sherlock', sherlock],
])('whatever is done to a %s file, it is read, or refused with a word', async (_, pack) => {
  const read = orRefused(JSON.stringify(pack))
  expect(read?.refused).toEqual([])
  expect(read?.sites.length).toBeGreaterThan(0)
  await fc.assert(
    fc.asyncProperty(damaged(pack), (given) => useAll(orRefused(JSON.stringify(given)))),
    { numRuns: 3_000 },
  )
})

test.each([
  ['WhatsMyName', (odd: unknown) => ({ ...whatsMyName, sites: [odd, rule] }), 'somesite'],
  ['Sherlock', (odd: unknown) => ({ Odd: odd, ...sherlock }), 'site'],
])('whatever stands beside a rule of a %s file, the rule is taken', (_, packWith, slug) => {
  fc.assert(
    fc.property(fc.oneof(damaged({ ...rule, name: 'Odd' }), damaged({ ...sherlock.Site })), (odd) => {
      const slugs = orRefused(JSON.stringify(packWith(odd)))?.sites.map((site) => site.slug)
      expect(slugs).toContain(slug)
    }),
    { numRuns: 1_000 },
  )
})

test('any JSON, and what is none, is refused with a word', async () => {
  await fc.assert(fc.asyncProperty(fc.json(), (text) => useAll(orRefused(text))))
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void orRefused(text)))
})

test('what is nested without end is refused, not followed', () => {
  const deep = (open: string, close: string): string => open.repeat(100_000) + close.repeat(100_000)
  expect(orRefused(`{"Site":${deep('[', ']')}}`)).toBeNull()
  const payload = `{"a":${deep('{"a":', '}').replace('}', '1}')}}`
  const text = JSON.stringify(sherlock).replace(
    '"errorType"',
    `"request_method":"POST","request_payload":${payload},"errorType"`,
  )
  expect(orRefused(text)?.sites ?? []).toEqual([])
})

test.skipIf(!hasPacks)('a letter turned anywhere in a real file harms nobody', async () => {
  const { categories, sites } = JSON.parse(packText('whatsmyname')) as {
    categories: readonly string[]
    sites: readonly object[]
  }
  const start = `{"license":["x"],"authors":["x"],"categories":${JSON.stringify(categories)},"sites":[`
  const texts = sites.slice(0, 200).map((site) => JSON.stringify(site))
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...texts),
      fc.nat(),
      fc.string({ minLength: 1, maxLength: 3 }),
      (text, at, put) => {
        const place = at % text.length
        return useAll(orRefused(`${start}${text.slice(0, place)}${put}${text.slice(place + 1)}]}`))
      },
    ),
    { numRuns: 2_000 },
  )
})
