import { describe, expect, test } from 'vitest'
import { accountAt, downFor, NOW, stillOpen, theOutage } from '../support/desk.ts'
import { openDoors, type OpenDoors } from '../support/doors.ts'
import { readMarkup } from '../support/markup.ts'

/** An outage that opened and closed, another's, a storm elsewhere, and trouble of the desk's own. */
function live({ desk }: OpenDoors): void {
  desk.watch(accountAt('y:other'))
  desk.happen(
    { name: 'outage.opened', at: theOutage.openedAt, outage: stillOpen },
    { name: 'outage.closed', at: theOutage.closedAt ?? 0, outage: theOutage },
    { name: 'outage.opened', at: NOW - 3_000, outage: { ...stillOpen, account: 'y:other' } },
    { name: 'platform.troubled', at: NOW - 2_500, platform: 'y', since: NOW, accounts: ['y:other'] },
    {
      ...{ name: 'subscriber.lost', at: NOW - 2_000, since: NOW },
      ...{ subscriber: 'desk', reason: '', owed: 1, fallback: null },
    },
  )
}

async function open(): Promise<OpenDoors> {
  const doors = await openDoors({ publicUrl: 'https://rollcall.example.org' })
  live(doors)
  return doors
}

const titles = (body: unknown): readonly string[] =>
  [...String(body).matchAll(/<entry>[^]*?<title>(.*)<\/title>/g)].map(([, title = '']) => title)

describe('/feed.atom', () => {
  test('tells what happened, newest first', async () => {
    const { ask } = await open()
    const { status, headers, body } = await ask('/feed.atom')
    expect([status, headers.get('content-type')]).toEqual([200, 'application/atom+xml; charset=utf-8'])
    expect(titles(body)).toEqual([
      'y is troubled: 1 account is gone at once',
      'other (y:other) is gone: not found or deactivated',
      'Donald J. Trump (x:realDonaldTrump) is back, was gone 11 m 00 s',
      'Donald J. Trump (x:realDonaldTrump) is gone: not found or deactivated',
    ])
    expect(readMarkup(String(body)).elements.slice(0, 4)).toEqual(['feed', 'id', 'title', 'updated'])
    expect(body).toContain('<updated>2017-11-02T23:09:57.500Z</updated>\n<author>')
    expect(body).toContain('rel="self" type="application/atom+xml" href="https://rollcall.example.org/feed.atom"/>')
    expect(body).toContain(`href="https://rollcall.example.org/#/outages/${theOutage.id}"`)
    expect(body).toContain('href="https://x.com/realDonaldTrump"')
  })

  test.each([
    ['account=X:realdonaldtrump', 2, 'Rollcall: X:realdonaldtrump'],
    ['tag=vip', 2, 'Rollcall: vip'],
    ['platform=y', 2, 'Rollcall: y'],
    ['account=y:other', 2, 'Rollcall: y:other'],
    ['tag=vip&platform=y', 0, 'Rollcall: vip, y'],
    ['tag=%3Cb%3E%26', 0, 'Rollcall: &lt;b&gt;&amp;'],
  ])('of a selection: %s', async (query, entries, title) => {
    const { ask } = await open()
    const { body } = await ask(`/feed.atom?${query}`)
    expect(titles(body)).toHaveLength(entries)
    expect(body).toContain(`<title>${title}</title>`)
    readMarkup(String(body))
  })

  test('is not sent again until something is new', async () => {
    const { ask, desk } = await open()
    const { headers } = await ask('/feed.atom')
    const [etag, date] = [headers.get('etag') ?? '', headers.get('last-modified') ?? '']
    expect([date, headers.get('cache-control')]).toEqual(['Thu, 02 Nov 2017 23:09:57 GMT', 'no-cache'])
    const known = [{ 'if-none-match': etag }, { 'if-modified-since': date }]
    for (const headers of known) {
      const { status, body } = await ask('/feed.atom', { headers })
      expect([status, body]).toEqual([304, ''])
    }
    const both = { 'if-none-match': '"another"', 'if-modified-since': date }
    expect((await ask('/feed.atom', { headers: both })).status).toBe(200)
    desk.happen({ name: 'outage.retracted', at: NOW, outage: stillOpen })
    for (const headers of known) expect((await ask('/feed.atom', { headers })).status).toBe(200)
  })

  test('has no date yet while its second lasts, in which more may happen', async () => {
    const { ask, desk } = await open()
    desk.happen({ name: 'outage.retracted', at: NOW, outage: stillOpen })
    expect((await ask('/feed.atom')).headers.get('last-modified')).toBeNull()
    desk.clockAt = NOW + 1_000
    expect((await ask('/feed.atom')).headers.get('last-modified')).toBe('Thu, 02 Nov 2017 23:10:00 GMT')
  })

  test('of nothing, of too much, and of what is not known', async () => {
    const { ask, desk } = await openDoors()
    expect(titles((await ask('/feed.atom')).body)).toEqual([])
    expect((await ask('/feed.atom?tags=vip')).status).toBe(400)
    for (let at = NOW; at < NOW + 60; at++) desk.happen({ name: 'outage.opened', at, outage: stillOpen })
    expect(titles((await ask('/feed.atom')).body)).toHaveLength(50)
  })
})

describe('/badge', () => {
  test('shows how an account stands', async () => {
    const { ask, desk } = await openDoors()
    const path = '/badge/x:realDonaldTrump.svg'
    expect((await ask(path)).body).toContain('Donald J. Trump (x:realDonaldTrump): not seen yet')
    desk.watch(accountAt('x:realDonaldTrump'), downFor(stillOpen))
    const { status, headers, body } = await ask(path)
    expect([status, headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8'])
    expect(headers.get('cache-control')).toBe('max-age=15')
    expect(body).toContain('realDonaldTrump (x:realDonaldTrump): gone 18 m')
  })

  test.each([
    'mastodon:Gargron@mastodon.social',
    'mediawiki:Jimbo Wales@en.wikipedia.org',
    'forum:a/b.svg',
    'f:ü%.svg',
  ])('is there for %s', async (account) => {
    const { ask, desk } = await openDoors()
    desk.watch(accountAt(account))
    expect((await ask(`/badge/${encodeURIComponent(account)}.svg`)).status).toBe(200)
  })

  test('of nobody is a problem', async () => {
    const { ask } = await openDoors()
    const { status, headers, body } = await ask('/badge/x:nobody.svg')
    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    expect(body).toMatchObject({ detail: 'The account x:nobody is not on the roll.' })
    expect((await ask('/badge/x:realDonaldTrump.png')).status).toBe(404)
    expect((await ask('/badge/x:realDonaldTrump.svg', { method: 'POST' })).status).toBe(405)
  })
})
