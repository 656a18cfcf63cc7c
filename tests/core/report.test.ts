import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Delivery } from '../../src/core/delivery.ts'
import type { Outage } from '../../src/core/outage.ts'
import { reportOf, type ReportParts } from '../../src/core/report.ts'
import type { ChainedSighting } from '../../src/core/store.ts'
import type { Change, Transition } from '../../src/core/transition.ts'
import { absent } from '../../src/core/verdict.ts'

const at = (time: string): number => Date.parse(`2017-11-02T${time}Z`)

const outage: Outage = {
  id: 'out_01BXZ',
  account: 'x:realDonaldTrump',
  because: ['not_found', 'deactivated'],
  trust: 'high',
  disputed: [],
  lastPresentAt: at('22:52:00.000'),
  firstAbsentAt: at('22:52:04.000'),
  lastAbsentAt: at('23:03:02.000'),
  firstPresentAt: at('23:03:06.000'),
  openedAt: at('22:52:07.300'),
  closedAt: at('23:03:07.410'),
  blindMs: 0,
  sightings: 139,
  identity: { id: '25073877', handle: 'realDonaldTrump', followers: 41_700_000 },
  now: null,
  acknowledged: null,
  retracted: null,
  notes: [],
}

const sightings: readonly ChainedSighting[] = ['username', 'id', 'username'].map((look, index) => ({
  sighting: {
    account: outage.account,
    look,
    vantage: 'home',
    askedAt: outage.firstAbsentAt + index,
    answeredAt: outage.firstAbsentAt + index,
    verdict: absent('not_found', 'deactivated'),
    evidence: null,
  },
  hash: `hash${index}`,
  previous: null,
}))

const numbered = (change: Change, index: number): Transition => ({ ...change, seq: index + 1, id: `trn_${index}` })
const transitions = [
  { name: 'outage.opened' as const, at: outage.openedAt, outage: { ...outage, closedAt: null } },
  { name: 'outage.closed' as const, at: outage.closedAt ?? 0, outage },
].map(numbered)

const delivery: Delivery = {
  id: 'ntc_1',
  subscriber: 'desk',
  subject: outage.account,
  transition: 'trn_0',
  outage: outage.id,
  form: 'plain',
  reminder: 0,
  state: 'delivered',
  plannedAt: outage.openedAt,
  dueAt: outage.openedAt,
  expiresAt: outage.openedAt + 1,
  tries: 2,
  lastError: null,
  deliveredAt: at('22:52:09.000'),
  mergedInto: null,
}

const parts: ReportParts = {
  outage,
  name: 'Donald J. Trump',
  profileUrl: 'https://x.com/realDonaldTrump',
  sightings,
  isWhole: true,
  transitions,
  deliveries: [delivery],
  lookWords: { username: 'by its name', id: 'by its id' },
  now: at('23:15:00'),
}

describe.each(['md', 'text'] as const)('a report as %s', (format) => {
  const report = reportOf(parts, format)

  test('says who, what, how long and how sure', () => {
    expect(report).toContain('Donald J. Trump (x:realDonaldTrump) was gone for 11 m 02 s')
    expect(report).toContain('https://x.com/realDonaldTrump')
    expect(report).toContain('41.7 million followers')
    expect(report).toContain('gone: not found or deactivated')
    expect(report).toContain('11 m 02 s (10 m 58 s to 11 m 06 s)')
    expect(report).toContain('139 sightings; kept: by its name 2 times, by its id once')
    expect(report).toContain('100 % of it')
    expect(report).toContain('chained and as they were written; the last hash is hash2')
  })

  test('says where evidence was changed since it was written', () => {
    expect(reportOf({ ...parts, isWhole: false }, format)).toContain('NOT as they were written')
  })

  test('names the four instants in UTC', () => {
    for (const instant of ['22:52:00.000', '22:52:04.000', '23:03:02.000', '23:03:06.000']) {
      expect(report).toContain(`2017-11-02 ${instant}`)
    }
  })

  test('tells what happened, in order, and who was told', () => {
    expect(report.indexOf('outage.opened')).toBeLessThan(report.indexOf('outage.closed'))
    expect(report).toMatch(/desk[ |]+outage\.opened[ |]+delivered[ |]+2017-11-02 22:52:09\.000[ |]+2/)
    expect(report).not.toContain('What people said')
  })

  test('an open outage counts up, and one never seen present says so', () => {
    const open = { ...outage, lastPresentAt: null, closedAt: null, firstPresentAt: null }
    const running = reportOf({ ...parts, outage: open }, format)
    expect(running).toContain('has been gone for 22 m 56 s')
    expect(running).toContain('still gone')
    expect(running).toContain('never seen')
    expect(running).toContain('not yet')
  })

  test('one that a decision ended says so, and not that anybody came back', () => {
    const end = outage.closedAt ?? 0
    const accepted = { at: end, by: 'ops', identity: { id: '9', handle: 'new' } }
    const ended = { ...outage, firstPresentAt: end, accepted, notes: [{ at: end, by: 'ops', note: 'their new name' }] }
    const closing = numbered({ name: 'outage.closed', at: end, outage: ended }, 1)
    const told = reportOf({ ...parts, outage: ended, transitions: [closing] }, format)
    expect(told).toMatch(/outage\.closed[ |]+(?:@|&#64;)new \(id 9\) accepted by ops/)
    expect(told).toContain('accepted then; nobody had come back')
    expect(told).toMatch(/ops[ |]+their new name/)
    expect(told).not.toMatch(/same identity|it was back|came back between/)
  })

  test('a dispute, lost sight and what people said are told', () => {
    const remark = { at: at('23:10:00'), by: 'ops', note: 'a drill' }
    const told = reportOf(
      {
        ...parts,
        outage: {
          ...outage,
          disputed: ['id'],
          blindMs: 65_800,
          acknowledged: remark,
          retracted: remark,
          notes: [remark],
        },
        transitions: [
          ...transitions,
          numbered(
            {
              name: 'sight.lost',
              at: at('22:55:00'),
              scope: { kind: 'platform', platform: 'x' },
              since: at('22:54:00'),
              because: ['rate_limited'],
            },
            2,
          ),
        ],
      },
      format,
    )
    expect(told).toContain('Retracted: ')
    expect(told).toContain('there when asked by its id')
    expect(told).toContain('90 % of it; blind for 1 m 06 s')
    expect(told).toContain('x, nothing clear since 2017-11-02 22:54:00.000: rate limited')
    expect(told.match(/ops[ |]+a drill/g)).toHaveLength(3)
  })
})

test('a report as JSON is the contract’s own shapes', () => {
  const told = JSON.parse(reportOf(parts, 'json')) as Record<string, unknown>
  expect(told).toMatchObject({
    outage: { id: 'out_01BXZ', name: 'Donald J. Trump', state: 'closed' },
    profileUrl: 'https://x.com/realDonaldTrump',
    transitions: [{ name: 'outage.opened' }, { name: 'outage.closed' }],
    sightings: [{ hash: 'hash0' }, { hash: 'hash1' }, { hash: 'hash2' }],
    evidenceIsWhole: true,
    deliveries: [{ subscriber: 'desk' }],
  })
})

describe('what others call themselves', () => {
  test('stays text on a page', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const name = `<script>${text}</script><img src=x onerror="a">'"&${text}`
        const report = reportOf({ ...parts, name, profileUrl: 'javascript:alert(1)' }, 'html')
        expect(report).not.toMatch(/<script|<img|onerror="|href="javascript|[\u202a-\u202e\u2066-\u2069]/i)
        const known =
          /<(?:!doctype html|\/?(?:html|head|meta|title|style|body|h1|h2|div|table|thead|tbody|tr|th|td|p|bdi|a)\b)/g
        expect(report.match(/</g)?.length).toBe(report.match(known)?.length)
      }),
      { numRuns: 50 },
    )
  })

  test('stays text in Markdown', () => {
    const name = '| **x** [a](http://evil.example) <img src=y> `b` @here www.evil.example\n# not a title'
    const report = reportOf({ ...parts, name }, 'md')
    expect(report).not.toMatch(/(?<!\\)\*\*|(?<!\\)\[a|<img|http:\/\/evil|www\.evil|@here|\n# not/)
    expect(report.split('\n').filter((line) => line.startsWith('| Who |'))).toEqual([
      '| Who | \\| \\*\\*x\\*\\* \\[a\\](http&#58;//evil.example) &lt;img src=y&gt; \\`b\\` &#64;here www&#46;evil.example \\# not a title |',
    ])
  })

  test('cannot steer a terminal', () => {
    const name = '\u001b[31mred\u0007\u202Eesrever\r\nnew line'
    const report = reportOf({ ...parts, name }, 'text')
    // eslint-disable-next-line no-control-regex
    expect(report).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    expect(report).toContain('new line')
  })

  test('never changes how many lines and cells there are', () => {
    const shape = (report: string) => report.split('\n').map((line) => line.replaceAll(/\\./g, '').split('|').length)
    const plain = shape(reportOf({ ...parts, name: 'n' }, 'md'))
    const property = fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
      expect(shape(reportOf({ ...parts, name: `n${name}` }, 'md'))).toEqual(plain)
    })
    fc.assert(property, { numRuns: 500 })
  })
})
