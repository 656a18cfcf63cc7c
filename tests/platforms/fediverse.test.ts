import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { handleOf } from '../../src/platforms/fediverse/acct.ts'
import { createMemory } from '../../src/platforms/fediverse/memory.ts'
import { createReach, hosts } from '../../src/platforms/fediverse/reach.ts'

describe('a handle', () => {
  test.each([
    ['Gargron@mastodon.social', 'Gargron@mastodon.social'],
    ['@Gargron@Mastodon.Social', 'Gargron@mastodon.social'],
    ['a.b-c_1@example.org:8443', 'a.b-c_1@example.org:8443'],
    ['a@example.org:443', 'a@example.org'],
    ['a@localhost:3000', 'a@localhost:3000'],
    ['a@127.0.0.1:3000', 'a@127.0.0.1:3000'],
    ['a@Bücher.example', 'a@xn--bcher-kva.example'],
  ])('%s is kept as %s', (raw, kept) => expect(handleOf(raw)).toBe(kept))

  test.each([
    'Gargron',
    '@Gargron',
    'a@mastodon',
    'a@b@example.org',
    '@@example.org',
    'a@example.org/users',
    'a@example.org?x',
    'a@example.org:99999',
    'a@user:secret@example.org',
    'a@[::1]:3000',
    '.a@example.org',
    'a.@example.org',
    'a b@example.org',
    `${'a'.repeat(65)}@example.org`,
    `a@${'a.'.repeat(130)}org`,
  ])('%s is none', (raw) => expect(handleOf(raw)).toBeNull())

  test('is kept as it was kept, and always one name at one host', () => {
    const text = fc.stringMatching(/^[aZ9_.\-@:/?# ü%[\]]*$/)
    fc.assert(
      fc.property(fc.tuple(text, text), ([name, host]) => {
        const kept = handleOf(`${name}@${host}`)
        if (kept === null) return
        expect(handleOf(kept)).toBe(kept)
        expect(kept.split('@')).toHaveLength(2)
        expect(new URL(`https://${kept.split('@')[1]}/`).pathname).toBe('/')
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('where servers are asked', () => {
  const reach = createReach({ 'Own.example': 'http://127.0.0.1:3000/' })

  test.each([
    ['https://m.example/users/a', 'https://m.example/users/a', 'https://m.example'],
    ['https://m.example/users/a?x=1#y', 'https://m.example/users/a?x=1', 'https://m.example'],
    ['https://own.example/users/a', 'http://127.0.0.1:3000/users/a', 'http://127.0.0.1:3000/'],
    ['http://own.example/users/a', 'http://127.0.0.1:3000/users/a', 'http://127.0.0.1:3000/'],
    ['http://127.0.0.1:3000/users/a', 'http://127.0.0.1:3000/users/a', 'http://127.0.0.1:3000/'],
  ])('%s is asked at %s', (address, at, origin) => {
    expect(reach.at(address)).toBe(at)
    expect(reach.origin(address)).toBe(origin)
  })

  test.each([
    'http://m.example/users/a',
    'http://127.0.0.1:3001/users/a',
    'https://user:secret@m.example/users/a',
    'acct:a@m.example',
    'users/a',
    '',
    `https://m.example/${'a'.repeat(3_000)}`,
  ])('%s is not asked', (address) => {
    expect(reach.at(address)).toBeNull()
    expect(reach.origin(address)).toBeNull()
  })

  test('hosts are named as handles have them', () => {
    expect(hosts.safeParse({ 'localhost:3000': 'http://localhost:3000' }).success).toBe(true)
    expect(hosts.safeParse({ 'http://localhost': 'http://localhost:3000' }).success).toBe(false)
    expect(hosts.safeParse({ 'm.example': 'ftp://m.example' }).success).toBe(false)
  })
})

test('what is remembered is forgotten after its time, and the oldest where there is too much', () => {
  let now = 0
  const memory = createMemory<number>(2, 100, () => now)
  memory.set('a', 1)
  now = 100
  memory.set('b', 2)
  expect([memory.get('a'), memory.get('b')]).toEqual([1, 2])
  now = 101
  expect([memory.get('a'), memory.get('b')]).toEqual([undefined, 2])
  memory.set('b', 3)
  memory.set('c', 4)
  memory.set('d', 5)
  expect(['a', 'b', 'c', 'd'].map((key) => memory.get(key))).toEqual([undefined, undefined, 4, 5])
})
