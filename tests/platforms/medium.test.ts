import { expect, test } from 'vitest'
import type { Look } from '../../src/core/platform.ts'
import { inconclusive } from '../../src/core/verdict.ts'
import { medium } from '../../src/platforms/medium.ts'
import { answer } from '../support/recorded.ts'

const platform = medium.connect(medium.settings.parse({}), medium.defaults)
const [byPage, byFeed] = platform.looks as readonly [Look, Look]
const someone = { handle: 'Some.one', id: null }

async function urlsOf(look: Look, location: string): Promise<string[]> {
  const urls: string[] = []
  await look.ask([someone], ({ url }) => {
    urls.push(url)
    return Promise.resolve(answer(url, url.includes('/feed/') ? 404 : 301, '', { location }))
  })
  return urls
}

test('only an account’s own subdomain leads on to its feed', async () => {
  const page = 'https://medium.com/@Some.one?format=json'
  const feed = 'https://medium.com/feed/@Some.one'
  expect(await urlsOf(byPage, 'https://some-one.medium.com/?format=json')).toEqual([page, feed])
  for (const location of [
    'https://medium.com/m/signin',
    '/@Some.one',
    'https://some-one.medium.com.example/',
    'https://notmedium.com/',
    'https://a.b.medium.com/',
    'nonsense:',
    '',
  ]) {
    expect(await urlsOf(byPage, location)).toEqual([page])
  }
  expect(await urlsOf(byFeed, 'https://some-one.medium.com/')).toEqual([feed])
})

test('a feed is its channel’s, whatever its stories hold', async () => {
  const link = (name: string): string => `<link>https://medium.com/@${name}?source=rss-0123456789ab------2</link>`
  const rss = `<rss version="2.0"><channel><title>x</title><item>${link('Some.one')}</item></channel></rss>`
  const [reading] = await byFeed.ask([someone], ({ url }) => Promise.resolve(answer(url, 200, rss)))
  expect(reading?.verdict).toEqual(inconclusive('unreadable'))
})

test('names keep their letter case', () => {
  for (const name of ['MediumStaff', 'some.one', 'a', '_x', 'al-folio']) expect(medium.handle(name)).toBe(name)
  expect(medium.handle('@Medium')).toBe('Medium')
  for (const name of ['.a', 'a.', 'a b', 'a/b', 'x'.repeat(61), '']) expect(medium.handle(name)).toBeNull()
})
