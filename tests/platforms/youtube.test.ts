import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AskRequest } from '../../src/core/answer.ts'
import type { Asked, Look, Reading } from '../../src/core/platform.ts'
import { youtube } from '../../src/platforms/youtube.ts'
import { answer } from '../support/recorded.ts'

const NASA = 'UCLA_DiR1FfKNvjuUpBHmylQ'
const OTHER = 'UCBR8-60-B28hp2BmDPdntcQ'

const platform = youtube.connect(
  { key: 'AIza-key', api: 'https://www.googleapis.com', site: 'https://www.youtube.com/' },
  youtube.defaults,
)
const [api, page] = platform.looks as readonly [Look, Look]

describe('a handle', () => {
  test.each([
    ['@NASA', '@NASA'],
    ['NASA', '@NASA'],
    [NASA, NASA],
    [`@${NASA}`, `@${NASA}`],
    ['@чайка', '@чайка'],
    ['@हिन्दी', '@हिन्दी'],
    ['@a.b-c_d·e', '@a.b-c_d·e'],
    ['@e\u0301clair', '@éclair'],
  ])('%s is kept as %s', (raw, kept) => expect(youtube.handle(raw)).toBe(kept))

  test.each(['', '@', '@ab', `@${'a'.repeat(31)}`, 'user/NASA', '@two words', '@@NASA', '@a/b', '@😀😀😀'])(
    '%j is none',
    (raw) => expect(youtube.handle(raw)).toBeNull(),
  )

  test('what is kept is kept', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 32 }), (raw) => {
        const kept = youtube.handle(raw)
        if (kept !== null) expect(youtube.handle(kept)).toBe(kept)
      }),
    )
  })
})

describe('what is asked', () => {
  async function requests(look: Look, accounts: readonly Asked[]): Promise<readonly AskRequest[]> {
    const asked: AskRequest[] = []
    await look.ask(accounts, (request) => {
      asked.push(request)
      return Promise.resolve(answer(request.url, 503, ''))
    })
    return asked
  }

  test('ids go in one request, each handle that is not pinned in one of its own, the key in a header', async () => {
    const asked = await requests(api, [
      { handle: '@NASA', id: NASA },
      { handle: '@чайка', id: null },
      { handle: OTHER, id: null },
    ])
    const queries = asked.map(({ url }) => new URL(url).searchParams)
    expect(queries.map((query) => [query.get('id'), query.get('forHandle')])).toEqual([
      [`${NASA},${OTHER}`, null],
      [null, '@чайка'],
    ])
    for (const query of queries) expect(query.get('maxResults')).toBe('50')
    for (const { url, headers } of asked) {
      expect(headers?.['x-goog-api-key']).toBe('AIza-key')
      expect(url).not.toContain('AIza-key')
      expect(url).toMatch(/^https:\/\/www\.googleapis\.com\/youtube\/v3\/channels\?/)
    }
  })

  test('a lost page is followed up at the id, unless that was asked already', async () => {
    const lost = '<html><head><title>404 Not Found</title></head></html>'
    const urls = async (handle: string): Promise<readonly string[]> => {
      const asked: string[] = []
      await page.ask([{ handle, id: NASA }], ({ url }) => {
        asked.push(url)
        return Promise.resolve(answer(url, 404, lost))
      })
      return asked.map((url) => new URL(url).pathname)
    }
    expect(await urls('@NASA')).toEqual(['/@NASA', `/channel/${NASA}`])
    expect(await urls(NASA)).toEqual([`/channel/${NASA}`])
  })

  test('an id that is no channel’s is not asked for: the handle is', async () => {
    const mistaken = { handle: '@NASA', id: 'nasa' }
    const [request] = await requests(api, [mistaken])
    expect(new URL(request!.url).searchParams.get('forHandle')).toBe('@NASA')
    const asked: string[] = []
    await page.ask([mistaken], ({ url }) => {
      asked.push(new URL(url).pathname)
      return Promise.resolve(answer(url, 404, '<html><head><title>404 Not Found</title></head></html>'))
    })
    expect(asked).toEqual(['/@NASA'])
  })

  test('pages are asked for in English, at the handle or at the id', async () => {
    const asked = await requests(page, [
      { handle: '@чайка', id: NASA },
      { handle: NASA, id: NASA },
    ])
    expect(asked.map(({ url }) => url)).toEqual([
      'https://www.youtube.com/@%D1%87%D0%B0%D0%B9%D0%BA%D0%B0?hl=en',
      `https://www.youtube.com/channel/${NASA}?hl=en`,
    ])
  })
})

describe('a page as hostile as can be', () => {
  const seen = (body: string): Promise<readonly Reading[]> =>
    page.ask([{ handle: '@NASA', id: null }], ({ url }) =>
      Promise.resolve(answer(url, 200, `<!DOCTYPE html><html><head></head><body>${body}</body></html>`)),
    )
  const many = (part: string): string => part.repeat(Math.floor(2_000_000 / part.length))

  // Each takes seconds or hours where time grows with the square of the size, and the test's own limit ends it.
  test.each([
    ['data that never ends', many('ytInitialData = {')],
    ['data that ends again and again', `ytInitialData = {${many('};</script>')}`],
    ['titles that never end', many('<title>')],
    ['white space in a title', `<title>${' '.repeat(2_000_000)}`],
    [
      'a million alerts',
      `ytInitialData = ${JSON.stringify({ alerts: Array.from({ length: 200_000 }, () => ({})) })};</script>`,
    ],
    ['deep data', `ytInitialData = ${'{"contents":'.repeat(100_000)}1${'}'.repeat(100_000)};</script>`],
  ])('%s is read in no time, and says nothing', async (_name, body) => {
    const [reading] = await seen(body)
    expect(reading?.verdict).toEqual({ kind: 'inconclusive', because: 'unreadable' })
    expect(reading?.marker?.length ?? 0).toBeLessThanOrEqual(120)
  })
})
