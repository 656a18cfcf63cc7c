import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atomOf, isFollowed } from '../../src/core/atom.ts'
import { uuidOf } from '../../src/core/id.ts'
import { plainNotice, type Notice } from '../../src/core/notice.ts'
import { transitionId, type Change } from '../../src/core/transition.ts'
import { accountAt, NOW, stillOpen, theOutage } from '../support/desk.ts'
import { readMarkup } from '../support/markup.ts'

function noticeOf(change: Change, more: Partial<Notice> = {}): Notice {
  const id = transitionId(change)
  return plainNotice({ id, transition: { ...change, seq: 1, id }, ...more })
}

const opened: Change = { name: 'outage.opened', at: theOutage.openedAt, outage: stillOpen }
const feed = { key: 'epoch-1 ', title: 'Rollcall', self: '/feed.atom', home: '/', updated: NOW }
const shell = ['feed', 'id', 'title', 'updated', 'author', 'name', 'generator', 'link', 'link']
const head = ['entry', 'id', 'title', 'published', 'updated', 'category']

describe('a feed', () => {
  test('has all that RFC 4287 asks for, and says what happened as notices do', () => {
    const account = accountAt(stillOpen.account, { name: 'Donald J. Trump' })
    const more = { account, profileUrl: 'https://x.com/realDonaldTrump', link: '/#/outages/1' }
    const atom = atomOf({ ...feed, entries: [noticeOf(opened, more)] })
    const { elements, text } = readMarkup(atom)
    expect(elements.filter((name) => name !== 'p')).toEqual([...shell, ...head, 'link', 'link', 'content', 'div'])
    expect(atom).toMatch(/^<\?xml version="1\.0" encoding="utf-8"\?>\n<feed xmlns="http:\/\/www\.w3\.org\/2005\/Atom"/)
    expect(atom).toContain('<link rel="self" type="application/atom+xml" href="/feed.atom"/>')
    expect(atom).toContain('<link rel="related" type="text/html" href="https://x.com/realDonaldTrump"/>')
    expect(atom).toContain('<updated>2017-11-02T22:52:05.300Z</updated>')
    expect(text).toContain('Donald J. Trump (x:realDonaldTrump) is gone: not found or deactivated')
    expect(text).toContain('Evidence: 66 sightings')
  })

  test('of nothing is a feed, too', () => {
    expect(readMarkup(atomOf({ ...feed, entries: [] })).elements).toEqual(shell)
  })

  test('calls the same the same, and everything else something else', () => {
    const idsOf = (key: string, ...changes: readonly Change[]): readonly string[] =>
      [...atomOf({ ...feed, key, entries: changes.map((change) => noticeOf(change)) }).matchAll(/<id>(.*)<\/id>/g)].map(
        ([, id = '']) => id,
      )
    const closed: Change = { name: 'outage.closed', at: NOW, outage: theOutage }
    const ids = idsOf('all', opened, closed)
    expect(idsOf('all', opened, closed)).toEqual(ids)
    expect(new Set([...ids, ...idsOf('tag=vip')]).size).toBe(4)
    for (const id of ids)
      expect(id).toMatch(/^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  })

  test('takes names of any kind as text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (odd) => {
        const name = `]]><script>${odd}</title>&amp;"'\uFFFE\uFFFF\u202e${odd}`
        const outage = { ...stillOpen, account: `x:${odd}<b>`, disputed: [name], now: { id: odd, handle: name } }
        const note = { at: NOW, by: name, note: name }
        const entries = [
          noticeOf({ ...opened, outage }, { account: accountAt('x:a', { name }), profileUrl: `javascript:${odd}` }),
          noticeOf({ name: 'outage.retracted', at: NOW, outage: { ...outage, retracted: note } }),
          noticeOf({ name: 'platform.troubled', at: NOW, platform: 'x', since: NOW, accounts: [name, odd] }),
        ]
        const { elements } = readMarkup(atomOf({ ...feed, title: name, self: `/feed.atom?tag=${odd}`, entries }))
        expect(elements.filter((one) => one !== 'p')).toEqual([
          ...shell,
          ...[0, 1, 2].flatMap(() => [...head, 'content', 'div']),
        ])
      }),
      { numRuns: 100 },
    )
  })
})

test('the desk’s own troubles and lists that grew are not followed', () => {
  const storm = { name: 'platform.troubled', at: NOW, platform: 'x', since: NOW, accounts: [] } as const
  const untold = { at: NOW, subscriber: 'desk', since: NOW, reason: '', owed: 1, fallback: null } as const
  const changes: readonly Change[] = [opened, storm, { ...storm, again: true }, { name: 'subscriber.lost', ...untold }]
  expect(changes.map((change) => isFollowed({ ...change, seq: 1, id: 'trn_1' }))).toEqual([true, true, false, false])
})

test('an id as a UUID keeps its instant', () => {
  const at = Date.parse('2017-11-02T22:51:58.120Z')
  const uuid = uuidOf(transitionId({ ...opened, at }))
  expect(Number.parseInt(uuid.slice(0, 13).replace('-', ''), 16)).toBe(at)
})
