import { describe, expect, test } from 'vitest'
import { bluesky } from '../../src/platforms/bluesky.ts'
import { platform } from './bluesky-network.ts'

describe('handles', () => {
  test.each([
    ['bsky.app', 'bsky.app'],
    ['@BSKY.app', 'bsky.app'],
    ['active.test', 'active.test'],
    ['xn--bcher-kva.example.com', 'xn--bcher-kva.example.com'],
    ['8.cn', '8.cn'],
    ['a'.repeat(63) + '.com', 'a'.repeat(63) + '.com'],
  ])('%s is %s', (raw, handle) => expect(bluesky.handle(raw)).toBe(handle))

  test.each([
    'alice',
    '',
    '@',
    '@@bsky.app',
    'bad_handle.test',
    '-a.test',
    'a-.test',
    'a..test',
    'a.test.',
    '.test',
    'a.1com',
    '127.0.0.1',
    'a.local',
    'a.onion',
    'handle.invalid',
    'a.b.localhost',
    'a.example',
    'did:plc:xczogvquoohq7xotmcxhvtxa',
    'bücher.de',
    'a b.com',
    'a.com\n',
    'a'.repeat(64) + '.com',
    `${'a.'.repeat(126)}com`,
  ])('%j is none', (raw) => expect(bluesky.handle(raw)).toBeNull())

  test('the name that cannot exist is a handle, and never the same', () => {
    const [one, other] = [platform.controls.nobody(''), platform.controls.nobody('')]
    expect(bluesky.handle(one)).toBe(one)
    expect(one).not.toBe(other)
  })
})

test('the configured servers are the origins, hosts of accounts are not', () => {
  const own = bluesky.connect(
    bluesky.settings.parse({
      appview: 'http://127.0.0.1:1/',
      directory: 'http://127.0.0.1:2',
      firehose: ['ws://127.0.0.1:3'],
    }),
    bluesky.defaults,
  )
  expect(own.origins).toEqual(['http://127.0.0.1:1', 'http://127.0.0.1:2', 'ws://127.0.0.1:3', 'http://127.0.0.1:3'])
  expect(own.hints).toHaveLength(1)
  expect(platform.hints).toEqual([])
})
