import { expect, test } from 'vitest'
import type { Answer } from '../../src/core/answer.ts'
import { PackError, packKinds, readPack, type Format, type Remark } from '../../src/platforms/rules.ts'
import { connected, kindsOf, sees } from '../support/packs.ts'
import { answer } from '../support/recorded.ts'

type Json = Record<string, unknown>

const LICENCE = ['Copyright (C) 2026 Somebody', 'Creative Commons Attribution-ShareAlike', '4.0 International License.']

const whatsMyName = (...sites: readonly Json[]): string =>
  JSON.stringify({
    license: LICENCE,
    authors: ['somebody'],
    categories: ['social', 'archived'],
    sites: sites.map(rule),
  })

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

/** What a rule makes of a site whose pages are these, and what it asked for. */
async function walks(own: Json, pages: Readonly<Record<string, Answer>>, format: Format = 'sherlock') {
  const asked: string[] = []
  const [kind] = kindsOf(format === 'sherlock' ? sherlock(own) : whatsMyName(own), format)
  const [look] = connected(kind!).looks
  const [reading] = await look!.ask([{ handle: 'alice', id: null }], ({ url }) => {
    asked.push(url)
    return Promise.resolve(pages[url] ?? answer(url, 404, 'No page'))
  })
  return { said: reading!.verdict.kind, asked, most: look!.requests }
}

const START = 'https://site.example/u/alice'
const sent = (from: string, location: string): Answer => answer(from, 301, '', { location })

test('a redirect that only moves the page is gone after, as Sherlock does', async () => {
  const target = 'https://www.site.example/u/alice/'
  const pages = { [START]: sent(START, target), [target]: answer(target, 200, 'A page') }
  expect(await walks({}, pages)).toEqual({ said: 'present', asked: [START, target], most: 3 })
  expect(await walks({}, { [START]: sent(START, target) })).toMatchObject({ said: 'absent' })
  expect(await walks({ errorType: 'message', errorMsg: 'No such member' }, pages)).toMatchObject({ said: 'present' })
  const byRedirect = { errorType: 'response_url', errorUrl: 'https://site.example/none' }
  expect(await walks(byRedirect, pages)).toEqual({ said: 'inconclusive', asked: [START], most: 1 })
  expect(await walks({}, pages, 'whatsmyname')).toEqual({ said: 'inconclusive', asked: [START], most: 1 })
})

test.each([
  '/',
  '/login?next=/u/alice',
  'https://other.example/u/alice',
  'https://notsite.example/u/alice',
  'http://site.example/u/alice',
  'ftp://site.example/u/alice',
  START,
  'https://login.site.example/u/alice',
  'nonsense:',
])('a redirect to %s is not gone after', async (location) => {
  expect(await walks({}, { [START]: sent(START, location) })).toMatchObject({ said: 'inconclusive', asked: [START] })
})

test('pages that send in a circle are left', async () => {
  const other = 'https://site.example/@alice'
  const { said, asked } = await walks({}, { [START]: sent(START, other), [other]: sent(other, START) })
  expect({ said, asked }).toEqual({ said: 'inconclusive', asked: [START, other, START] })
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

test.each([
  ['^(a+)+$', [false, false, false]],
  ['(x+x+)+y|^a', [true, true, false]],
  ['^(\\w+\\s?)*$', [false, false, true]],
  ['^(a|a)*$|^[a-z]+$', [false, false, true]],
])('%s needs no longer for a long name', (regexCheck, fits) => {
  const [kind] = kindsOf(sherlock({ regexCheck: `${regexCheck}|^[a-z]{8,20}$`, username_claimed: 'aaaa' }), 'sherlock')
  // A matcher that backtracks would be at it until the sun goes out.
  const names = [`${'a'.repeat(250)}!`, `${'ab '.repeat(80)}!`, 'x'.repeat(250)]
  expect(names.map((name) => kind!.handle(name) === name)).toEqual(fits)
})

const UNFIT = 'does not fit the schema: '
const entry = (own: Json): Json => ({ ...(JSON.parse(sherlock(own)) as { Site: Json }).Site })
const beside = (own: unknown, name = 'Odd'): string => JSON.stringify({ Site: entry({}), [name]: own })

test.each([
  ['an unknown field', { colour: 'red' }, 'unknown field "colour"'],
  ['a field of another type', { e_code: '200' }, 'e_code: expected number, found string'],
  ['a number that is no whole one', { e_code: 200.5 }, 'e_code: expected whole number, found number'],
  ['a status that there is not', { m_code: 900 }, 'm_code: expected at most 599'],
  ['no known names', { known: [] }, 'known: expected at least 1 entries'],
  ['a known name that is no text', { known: ['alice', 5] }, 'known.1: expected string, found number'],
  [
    'an address of another kind',
    { uri_check: 'ftp://a.example/{account}' },
    'uri_check: expected an address with http',
  ],
  ['a category that the file does not list', { cat: 'socail' }, 'cat: none of the categories'],
  ['a body without headers', { post_body: 'a={account}' }, 'post_body needs headers'],
  ['a text without end', { e_string: 'x'.repeat(4_001) }, 'e_string: expected at most 4000 characters'],
  ['a header without a name', { headers: { '': 'x' } }, 'headers.: expected at least 1 characters'],
  [
    'many faults',
    { e_code: null, e_string: [], m_code: {}, m_string: 1, known: 'x' },
    'e_code: expected number, found null; e_string: expected string, found array; m_code: expected number, found object; and 2 more',
  ],
])('a WhatsMyName rule with %s does not fit, and the others are taken', (_, own, words) => {
  const { sites, refused } = readPack(whatsMyName({ name: 'Odd', ...own }, {}), null, './p')
  expect(refused).toEqual([{ name: 'Odd', reason: expect.stringContaining(`${UNFIT}${words}`) as string }])
  expect(sites.map(({ slug }) => slug)).toEqual(['somesite'])
})

test.each([
  ['no mapping', beside([]), 'Odd', 'expected object, found array'],
  ['nothing in it', beside({}), 'Odd', 'url: expected string, found nothing; urlMain: expected string, found nothing'],
  ['an unknown kind of evidence', beside(entry({ errorType: 'mood' })), 'Odd', 'errorType: expected one of message, '],
  [
    'one of several kinds unknown',
    beside(entry({ errorType: ['mood'] })),
    'Odd',
    'errorType.0: expected one of message',
  ],
  [
    'a message that is no text',
    beside(entry({ errorMsg: ['a', 5] })),
    'Odd',
    'errorMsg.1: expected string, found number',
  ],
  [
    'a message rule without messages',
    beside(entry({ errorType: 'message' })),
    'Odd',
    'errorType message needs errorMsg',
  ],
  ['a name of the file’s own kind', beside(entry({}), '$odd'), '$odd', 'name: begins with $'],
  ['no name', beside(entry({}), ''), '""', 'name: expected at least 1 characters'],
  ['the name of a trap', beside(1, '__proto__'), '__proto__', 'expected object, found number'],
])('a Sherlock rule with %s does not fit, and the others are taken', (_, text, name, words) => {
  const { sites, refused } = readPack(text, null, './p')
  expect(refused).toEqual([{ name, reason: expect.stringContaining(`${UNFIT}${words}`) as string }])
  expect(sites.map(({ slug }) => slug)).toEqual(['site'])
})

test.each([
  ['no name', { name: undefined }, 'sites.1', 'name: expected string, found nothing'],
  ['a name that is no text', { name: 5 }, 'sites.1', 'name: expected string, found number'],
  ['a name that shows nothing', { name: '\u202e\u0007' }, 'sites.1', 'name: control characters'],
  ['a name that moves the cursor', { name: '\u001b[2JOdd' }, '[2JOdd', 'name: control characters'],
  ['a name without end', { name: 'a'.repeat(500) }, `${'a'.repeat(99)}…`, 'name: expected at most 100 characters'],
])('a rule with %s is named by what can be shown, or by its place', (_, own, name, words) => {
  const [remark] = refused(whatsMyName({}, own))
  expect(remark).toEqual({ name, reason: `${UNFIT}${words}` })
})

test('a field of a stranger’s choice is shown short and harmless', () => {
  const reason = reasonOf(whatsMyName({ ['\u001b]0;\u202e'.padEnd(1_000_000, 'a')]: 1 }, { name: 'Another' }))
  expect(reason).toMatch(/^does not fit the schema: unknown field "[^\p{C}]{1,30}"$/u)
})

const head = (own: Json): string => JSON.stringify({ ...(JSON.parse(whatsMyName({})) as Json), ...own })

test.each([
  ['no JSON', '{', 'no JSON'],
  ['a list', '[]', 'no mapping'],
  ['no rule', '{}', 'no rules'],
  ['no list of sites', head({ sites: undefined }), 'sites: expected array, found nothing'],
  ['no licence', head({ license: undefined }), 'license: expected array, found nothing'],
  ['more in its head', head({ more: 1 }), 'unknown field "more"'],
  ['too many sites', head({ sites: Array(20_001).fill(1) }), 'sites: expected at most 20000 entries'],
  [
    'a schema that is no text',
    sherlock({}).replace('"data.schema.json"', '5'),
    '$schema: expected string, found number',
  ],
  [
    'too many sites of Sherlock’s',
    JSON.stringify(Object.fromEntries(Array.from({ length: 20_001 }, (_, at) => [`s${at}`, 1]))),
    'expected at most 20000 rules',
  ],
  ['one rule, which does not fit', whatsMyName({ e_code: '200' }), 'Some Site: e_code: expected number, found string'],
  [
    'no rule that fits',
    whatsMyName({ e_code: '1' }, { name: 'B', cat: 'x' }, { name: 1 }, { name: 'D', x: 1 }, { name: 'E', x: 1 }),
    'Some Site: e_code: expected number, found string; B: cat: none of the categories; sites.2: name: expected string, found number; and 2 more',
  ],
  ['a name that moves the cursor', JSON.stringify({ '\u001b[2J': { url: 1 } }), '[2J: name: control characters'],
])('a file with %s is no pack, and says so in a line', (_, text, words) => {
  const read = (): unknown => readPack(text, null, './pack.json')
  expect(read).toThrow(PackError)
  expect(read).toThrow(words)
})

test.each([
  ['whatsmyname', whatsMyName({}, { e_code: '200' }), 'sherlock'],
  ['sherlock', beside([]), 'whatsmyname'],
] as const)('a %s file under the other’s name is told by its own', (format, text, other) => {
  expect(() => readPack(text, other, './p')).toThrow(new PackError(`one of ${format}`))
  expect(readPack(text, null, './p').format).toBe(format)
})
