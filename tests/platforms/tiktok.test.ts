import { expect, test } from 'vitest'
import { tiktok } from '../../src/platforms/tiktok.ts'
import { answer } from '../support/recorded.ts'

test.each([
  ['@CharliDAmelio', 'charlidamelio'],
  ['khaby.lame', 'khaby.lame'],
  ['.a', '.a'],
  ['a1', 'a1'],
  ['x'.repeat(24), 'x'.repeat(24)],
  ['x'.repeat(25), null],
  ['a', null],
  ['a.', null],
  ['12345', null],
  ['a-b', null],
  ['a b', null],
])('%s is kept as %s', (raw, handle) => expect(tiktok.handle(raw)).toBe(handle))

test('the profile is asked for by its own address, whatever the base', async () => {
  const { looks } = tiktok.connect(tiktok.settings.parse({ site: 'http://127.0.0.1:8080/x/' }), tiktok.defaults)
  const asked: string[] = []
  await looks[0]!.ask([{ handle: 'khaby.lame', id: null }], ({ url }) => {
    asked.push(url)
    return Promise.resolve(answer(url, 500, ''))
  })
  expect(asked).toEqual([
    `http://127.0.0.1:8080/x/oembed?url=${encodeURIComponent('https://www.tiktok.com/@khaby.lame')}`,
  ])
})
