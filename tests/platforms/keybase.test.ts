import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Look } from '../../src/core/platform.ts'
import { keybase } from '../../src/platforms/keybase.ts'
import { madeId } from '../support/made-id.ts'
import { answer } from '../support/recorded.ts'

const platform = keybase.connect(keybase.settings.parse({ api: 'https://keybase.test' }), keybase.defaults)
const [byNames, byUid] = platform.looks as readonly [Look, Look]

const user = (username: string) => ({ id: madeId(username), basics: { username, status: 0 } })
const asked = (handle: string) => ({ handle, id: null })

async function urlsOf(look: Look, handles: readonly string[], reply: (url: string) => unknown): Promise<string[]> {
  const urls: string[] = []
  await look.ask(handles.map(asked), ({ url }) => {
    urls.push(url.slice('https://keybase.test/_/api/1.0/user/lookup.json?'.length))
    return Promise.resolve(answer(url, 200, reply(url)))
  })
  return urls
}

test('many names go in one request, and those who were deleted are asked for, too', async () => {
  expect(await urlsOf(byNames, ['chris', 'max'], () => ({ status: { code: 0 }, them: [null, null] }))).toEqual([
    'usernames=chris,max&load_deleted_v2=1&fields=basics,profile',
  ])
})

test('a name that it takes for malformed makes each be asked alone, once', async () => {
  const refusal = { status: { code: 100, name: 'INPUT_ERROR' } }
  expect(await urlsOf(byNames, ['chris', 'max'], () => refusal)).toEqual([
    'usernames=chris,max&load_deleted_v2=1&fields=basics,profile',
    'usernames=chris&load_deleted_v2=1&fields=basics,profile',
    'usernames=max&load_deleted_v2=1&fields=basics,profile',
  ])
})

test('a control is found by its name and looked up by its id', async () => {
  const reply = (url: string) => ({
    status: { code: 0 },
    them: url.includes('uid=') ? user('chris') : [user('chris')],
  })
  expect(await urlsOf(byUid, ['chris'], reply)).toEqual([
    'usernames=chris&load_deleted_v2=1&fields=basics,profile',
    `uid=${madeId('chris')}&load_deleted=1&fields=basics,profile`,
  ])
})

test('nobody is absent but by a null in their own place of a list of all who were asked', async () => {
  const handles = ['ada', 'bob', 'eve']
  const entry = fc.oneof(
    fc.constant(null),
    fc.constantFrom(...handles, 'mallory').map(user),
    fc.constantFrom(undefined, 0, '', [], {}, { id: 'x' }, { id: madeId('ada') }, [null]),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 4 }), async (them) => {
      const readings = await byNames.ask(handles.map(asked), ({ url }) =>
        Promise.resolve(answer(url, 200, { status: { code: 0 }, them })),
      )
      const sent = JSON.parse(JSON.stringify(them)) as unknown[]
      const names = sent.map((one) => (one as { basics?: { username: string } } | null)?.basics?.username)
      const isOurs = sent.length === 3 && names.every((name, at) => name === undefined || name === handles[at])
      expect(readings.map(({ verdict }) => verdict.kind)).toEqual(
        handles.map((_, at) =>
          !isOurs
            ? 'inconclusive'
            : sent[at] === null
              ? 'absent'
              : names[at] === undefined
                ? 'inconclusive'
                : 'present',
        ),
      )
    }),
  )
})

test('names are kept in lower case', () => {
  expect(['Chris', '@max', 'a_b', 'ab_', '0x'].map((name) => keybase.handle(name))).toEqual([
    'chris',
    'max',
    'a_b',
    'ab_',
    '0x',
  ])
  for (const name of ['a', '_ab', 'a__b', 'a-b', 'a.b', 'x'.repeat(17), '']) expect(keybase.handle(name)).toBeNull()
})
