import { expect, test } from 'vitest'
import { PackError, packKinds, readPack, type Remark } from '../../src/platforms/rules.ts'
import { connected, kindsOf, sees } from '../support/packs.ts'

type Json = Record<string, unknown>

const LICENCE = ['Copyright (C) 2026 Somebody', 'Creative Commons Attribution-ShareAlike', '4.0 International License.']

const whatsMyName = (...sites: readonly Json[]): string =>
  JSON.stringify({ license: LICENCE, authors: ['somebody'], categories: ['social'], sites: sites.map(rule) })

const rule = (own: Json): Json => ({
  name: 'Some Site',
  uri_check: 'https://site.example/u/{account}',
  e_code: 200,
  e_string: 'member since',
  m_code: 404,
  m_string: 'no such member',
  known: ['alice'],
  cat: 'social',
  ...own,
})

const sherlock = (own: Json): string =>
  JSON.stringify({
    $schema: 'data.schema.json',
    Site: {
      url: 'https://site.example/u/{}',
      urlMain: 'https://site.example',
      errorType: 'status_code',
      username_claimed: 'alice',
      ...own,
    },
  })

const refused = (text: string): readonly Remark[] => readPack(text, null, './pack.json').refused
const reasonOf = (text: string): string | undefined => refused(text)[0]?.reason

test.each([
  ['no text and one status for both', { m_string: '', m_code: 200 }, 'no usable absent marker'],
  ['no text and a status that says little', { m_string: '', m_code: 400 }, 'no usable absent marker'],
  ['a text too short to matter', { m_string: '[]', m_code: 200 }, 'too short a marker'],
  ['a text of every page', { m_string: '<body', m_code: 200 }, 'marker that stands in every page'],
  [
    'a text of a failure',
    { m_string: 'Something went wrong', m_code: 200 },
    'marker that tells of a fault or a wall, not of an absence',
  ],
  ['a status that walls have', { m_code: 403 }, 'status that cannot be told from being blocked'],
  ['presence with a status that failures have', { e_code: 503 }, 'status that cannot be told from being blocked'],
  ['a status without a body but with a text', { m_code: 204 }, 'no usable absent marker'],
  ['one status and no text for presence', { e_string: '', m_code: 200 }, 'no usable present marker'],
  [
    'texts that contain one another',
    { e_string: 'member', m_string: 'no such member', m_code: 200 },
    'markers that contradict each other: what is absent reads as inconclusive',
  ],
  [
    'the name in two places',
    { uri_check: 'https://{account}.site.example/{account}' },
    'placeholder twice meaning two things: host and path',
  ],
  ['the name nowhere but behind #', { uri_check: 'https://site.example/#{account}' }, 'no place for a name'],
  [
    'the name as the whole host',
    { uri_check: 'https://{account}/' },
    'name in the address where another server could be named',
  ],
  [
    'the name as a domain',
    { uri_check: 'https://{account}.example/' },
    'name in the address where another server could be named',
  ],
  [
    'the name as a part of a label',
    { uri_check: 'https://u-{account}.site.example/' },
    'name in the address where another server could be named',
  ],
  ['the name as a port', { uri_check: 'https://site.example:{account}/' }, 'no usable address'],
  ['credentials in the address', { uri_check: 'https://me:{account}@site.example/' }, 'no usable address'],
  ['no host', { uri_check: 'https:///{account}.site.example/' }, 'no usable address'],
  ['a header with a line break', { headers: { 'x-a': 'b\r\nc: d' } }, 'header that cannot be sent'],
  [
    'a header for another host',
    { headers: { Host: 'other.example' } },
    'header that asks another host than the address',
  ],
  [
    'a name outside the quotes of a body',
    {
      uri_check: 'https://site.example/',
      post_body: '{"a":{account}}',
      headers: { 'Content-Type': 'application/json' },
    },
    'body in which a name cannot stand',
  ],
  ['known names that its address cannot take', { known: ['a/b', '..'] }, 'known names that it could not have itself'],
  ['being switched off', { valid: false }, 'switched off in the pack itself'],
  ['being an archive', { cat: 'archived' }, 'copy in an archive, which stays when the account goes'],
  ['a name of signs only', { name: '!!!' }, 'name without letters or digits'],
])('a WhatsMyName rule is refused for %s', (_, own, reason) => {
  expect(reasonOf(whatsMyName(own))).toBe(reason)
  expect(refused(whatsMyName(own, { name: 'Another' }))).toHaveLength(1)
})

test.each([
  ['messages that are all too short', { errorType: 'message', errorMsg: ['[]', '404'] }, 'too short a marker'],
  [
    'a message of a wall',
    { errorType: 'message', errorMsg: 'Please log in to go on' },
    'marker that tells of a fault or a wall, not of an absence',
  ],
  [
    'a look-ahead',
    { regexCheck: '^(?!-)[a-z]+$' },
    'expression that does not translate: invalid or unsupported Perl syntax: `(?!`',
  ],
  [
    'a back reference',
    { regexCheck: '^(a)\\1$' },
    'expression that does not translate: invalid escape sequence: `\\1`',
  ],
  ['a class of Python’s own reading', { regexCheck: '^[[:alpha:]]+$' }, 'expression that does not translate: [:'],
  ['an expression that is none', { regexCheck: '(' }, 'expression that does not translate: missing closing ): `(`'],
  ['an expression that only short names fit', { regexCheck: '^[a-z]{1,7}$' }, 'expression that no made-up name fits'],
  ['a known name that does not fit', { regexCheck: '^[A-Z]+$' }, 'known names that it could not have itself'],
  ['no kind of evidence', { errorType: [] }, 'no usable absent marker'],
  [
    'a body that GET does not send',
    { request_payload: { a: '{}' }, url: 'https://site.example/' },
    'body that its method does not send',
  ],
])('a Sherlock rule is refused for %s', (_, own, reason) => expect(reasonOf(sherlock(own))).toBe(reason))

test('a slug belongs to the first that has it, here and among the platforms there are', () => {
  const pack = readPack(whatsMyName({ name: 'Hacker News' }, { name: 'hacker-news' }, { name: 'Gîthub' }), null, './p')
  expect(pack.sites.map(({ slug }) => slug)).toEqual(['hackernews', 'github'])
  expect(pack.refused).toEqual([{ name: 'hacker-news', reason: 'slug of another rule before it: hackernews' }])
  const { kinds, collisions } = packKinds(pack, new Set(['github', 'x']))
  expect(kinds.map(({ id }) => id)).toEqual(['hackernews'])
  expect(collisions).toEqual([{ name: 'Gîthub', reason: 'there is another platform called github' }])
})

test('a site whose name is in other letters is addressed by its host', () => {
  const own = { name: 'Чатовка.net', uri_check: 'https://www.chatovka.net/{account}' }
  expect(readPack(whatsMyName(own), null, './p').sites.map(({ slug }) => slug)).toEqual(['chatovkanet'])
})

test('two empty braces in a body are an object, and only those in a text a name', async () => {
  const text = sherlock({
    url: 'https://site.example/',
    request_method: 'POST',
    request_payload: { variables: { name: 'u:{}' }, extensions: {} },
  })
  const [kind] = kindsOf(text, 'sherlock')
  const { request } = await sees(connected(kind!), 'alice', { status: 200, text: 'x' })
  expect(JSON.parse(request.body!)).toEqual({ variables: { name: 'u:alice' }, extensions: {} })
  expect(request).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } })
})

test('a message of a wall says that we are blocked, whatever else is there', async () => {
  const [kind] = kindsOf(
    sherlock({ errorType: 'message', errorMsg: ['No such member', 'Too many requests'] }),
    'sherlock',
  )
  const { verdict } = await sees(connected(kind!), 'alice', { status: 200, text: 'No such member. Too many requests' })
  expect(verdict).toEqual({ kind: 'inconclusive', because: 'blocked' })
})

test('several kinds of evidence: any of them means absent, and present needs all to be silent', async () => {
  const own = { errorType: ['message', 'status_code'], errorMsg: 'No such member', errorCode: [204, 403, 200] }
  const [kind] = kindsOf(sherlock(own), 'sherlock')
  const verdict = async (status: number, text: string) =>
    (await sees(connected(kind!), 'alice', { status, text })).verdict.kind
  expect(await verdict(200, 'No such member')).toBe('absent')
  expect(await verdict(404, 'x')).toBe('absent')
  expect(await verdict(204, '')).toBe('absent')
  expect(await verdict(200, 'x')).toBe('present')
  expect(await verdict(403, 'No such member')).toBe('inconclusive')
})

test.each([
  ['^[\\w-]{,34}$', ['alice', 'Жанна', ''.padEnd(34, 'a')], [''.padEnd(35, 'a'), 'a b']],
  ['[a-z0-9]{4,16}', ['alice', 'THE-alice-1'], ['abc', 'ABCDE']],
  ['^\\d+$', ['٣٤'], ['a']],
  ['^[^\\/:*?"<>|@]{3,50}$', ['a b'], ['ab', 'a|b']],
  ['^[]\\w]+$', ['a]b'], ['a-b']],
])('%s fits the names that Python’s re.search would find it in', (regexCheck, fits, others) => {
  const known = fits[0]!
  const text = sherlock({ regexCheck: `${regexCheck}|^[a-z]{8,20}$`, username_claimed: known })
  const [kind] = kindsOf(text, 'sherlock')
  expect(fits.map((name) => kind!.handle(name))).toEqual(fits)
  expect(others.map((name) => kind!.handle(name))).toEqual(others.map(() => null))
})

test.each(['^(a+)+$', '(x+x+)+y|^a', '^(\\w+\\s?)*$', '^(a|a)*$|^[a-z]+$'])(
  '%s needs no longer for a long name',
  (regexCheck) => {
    const [kind] = kindsOf(
      sherlock({ regexCheck: `${regexCheck}|^[a-z]{8,20}$`, username_claimed: 'aaaa' }),
      'sherlock',
    )
    // A matcher that backtracks would be at it until the sun goes out.
    for (const name of [`${'a'.repeat(250)}!`, `${'ab '.repeat(80)}!`, 'x'.repeat(250)]) kind!.handle(name)
  },
)

test.each([
  ['no JSON', '{', 'no JSON'],
  ['a list', '[]', 'no mapping'],
  ['an unknown field', whatsMyName({ colour: 'red' }), 'sites.0: Unrecognized key: "colour"'],
  [
    'a field of another type',
    whatsMyName({ e_code: '200' }),
    'sites.0.e_code: Invalid input: expected number, received string',
  ],
  ['a body without headers', whatsMyName({ post_body: 'a={account}' }), 'sites.0: post_body needs headers'],
  ['a message rule without messages', sherlock({ errorType: 'message' }), 'Site: errorType message needs errorMsg'],
  ['an unknown kind of evidence', sherlock({ errorType: 'mood' }), 'Site.errorType: Invalid input'],
  ['a name that moves the cursor', JSON.stringify({ '\u001b[2J': { url: 1 } }), ' [2J: '],
])('a file with %s is no pack, and says so in a line', (_, text, words) => {
  const read = (): unknown => readPack(text, null, './pack.json')
  expect(read).toThrow(PackError)
  expect(read).toThrow(words)
})
