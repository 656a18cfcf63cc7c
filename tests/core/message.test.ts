import { describe, expect, test } from 'vitest'
import { headline, lines, links, plainLine } from '../../src/core/message.ts'
import type { Notice } from '../../src/core/notice.ts'
import type { Outage } from '../../src/core/outage.ts'
import type { TransitionName } from '../../src/core/transition.ts'
import { instantWords } from '../../src/core/words.ts'
import { BACK_AT, changeNamed, fakeNotice, numbered } from '../support/notices.ts'

const notice = (name: TransitionName, shape: Partial<Outage> = {}, more: Partial<Notice> = {}): Notice =>
  fakeNotice(changeNamed(name, 'realDonaldTrump', shape), more)

const plain = (of: Notice): Readonly<Record<string, string>> =>
  Object.fromEntries(lines(of).map((line) => [line.label, plainLine(line).slice(line.label.length + 2)]))

const now = { id: '99', handle: 'stranger' }
const accepted = { at: BACK_AT, by: 'Ann', identity: now }

describe('the headline', () => {
  const who = 'Donald J. Trump (x:realDonaldTrump)'

  test.each([
    [notice('outage.opened'), `${who} is gone: not found or deactivated`],
    [notice('outage.opened', { because: ['suspended'] }), `${who} is suspended`],
    [notice('outage.opened', { because: ['renamed'], now }), `${who} is renamed to @stranger`],
    [notice('outage.opened', { because: ['taken_over'], now }), `${who}: the handle now belongs to another account`],
    [notice('outage.changed', { because: ['suspended'] }), `${who} is still gone: suspended`],
    [notice('outage.closed'), `${who} is back, was gone 11 m 00 s`],
    [notice('outage.closed', { lastPresentAt: null }), `${who} is back, was gone at least 10 m 54 s`],
    [notice('outage.closed', { accepted }), `${who}: @stranger (id 99) accepted by Ann after 11 m 00 s`],
    [notice('outage.acknowledged'), `realDonaldTrump has acknowledged that ${who} is gone`],
    [notice('outage.annotated'), `realDonaldTrump has added a note on the outage of ${who}`],
    [notice('outage.retracted'), `realDonaldTrump has retracted the outage of ${who}`],
    [notice('sight.lost'), `Cannot see ${who}: rate limited`],
    [notice('sight.regained'), `Can see ${who} again after 1 m 30 s`],
    [notice('platform.troubled'), 'x is troubled: 500 accounts are gone at once'],
    [notice('platform.settled'), 'x has settled after 30 s: 500 accounts were gone'],
  ])('%# %s', (of, words) => expect(headline(of)).toBe(words))

  test('says when it is late', () => {
    const late = { late: true, lateMs: 840_000 }
    expect(headline(notice('outage.closed', {}, late))).toBe(
      `${who} is back, was gone 11 m 00 s; this message is 14 m 00 s late`,
    )
  })

  test('of an account that left the roll has its address', () =>
    expect(headline(notice('outage.opened', {}, { account: null }))).toMatch(/^x:realDonaldTrump is gone/))
})

test('an outage whose start was never seen says so', () => {
  const facts = plain(notice('outage.opened', { lastPresentAt: null }))
  expect(facts['Gone']).toBe('before 2017-11-02 22:52:03 UTC, never seen present')
  expect(facts['So far']).toBe('at least 1 s')
})

test('an outage that a decision ended says who is accepted, and why, and not that anybody is back', () => {
  const notes = [{ at: BACK_AT, by: 'Ann', note: 'their new name' }]
  const facts = plain(notice('outage.closed', { accepted, notes, firstPresentAt: BACK_AT }))
  expect(facts['Accepted']).toBe('@stranger (id 99), 2017-11-02 23:03:04 UTC')
  expect(facts['Note']).toBe('Ann: their new name')
  expect(facts).not.toHaveProperty('Back')
})

test('a dispute is told in the words of the look that disputes', () => {
  const facts = plain(notice('outage.opened', { because: ['suspended'], disputed: ['host'] }))
  expect(facts['Disputed']).toBe('suspended, yet present at its host')
})

test('how sure we are is told by the looks, the controls and the platform itself', () => {
  const answers = [
    { look: 'appview', marker: 'AccountDeactivated' },
    { look: 'host', marker: 'User has been\u202E suspended: [jack].' },
    { look: 'page', marker: null },
  ]
  const facts = plain(notice('outage.opened', { because: ['suspended'], answers, trust: 'medium' }))
  expect(facts['Evidence']).toBe(
    '3 sightings in the app and at its host and page while the controls answered right; the platform says why; answers of medium trust',
  )
  expect(facts['Answer']).toBe('AccountDeactivated (in the app); User has been suspended: [jack]. (at its host)')
})

test('a stranger on the handle is named with id', () => {
  const facts = plain(notice('outage.opened', { because: ['taken_over'], now }))
  expect(facts['Reason']).toBe('the handle now belongs to another account; there now: @stranger, id 99')
})

test('blind time is part of the length', () => {
  const facts = plain(notice('outage.closed', { blindMs: 330_000 }))
  expect(facts['Length']).toBe('11 m 00 s (10 m 54 s to 11 m 05 s), of which we could see 50 %')
})

test('what people said is told with who said it', () => {
  const acknowledged = { at: 0, by: 'desk', note: 'on it' }
  expect(plain(notice('outage.acknowledged', { acknowledged }))['Note']).toBe('desk: on it')
})

test('news of an outage that somebody has taken on says who has', () => {
  const acknowledged = { at: BACK_AT, by: 'Ann', note: 'on it' }
  const changed = notice('outage.changed', { acknowledged, retracted: null })
  expect(plain(changed)['Acknowledged']).toBe(`by Ann, ${instantWords(BACK_AT)}`)
  expect(plain(notice('outage.changed', { acknowledged: null, retracted: null }))['Acknowledged']).toBeUndefined()
  expect(plain(notice('outage.acknowledged', { acknowledged, retracted: null }))['Acknowledged']).toBeUndefined()
})

test('a merged message says that the opening could not be told', () => {
  const merged = [{ id: 'ntc_1', transition: numbered(changeNamed('outage.opened')) }]
  const facts = plain(notice('outage.closed', {}, { late: true, lateMs: 840_000, merged }))
  expect(facts['Late']).toBe('this message is 14 m 00 s late; that it was gone could not be told before')
})

test('that nothing waits for a subscriber who refuses it all does not read as if all had been told', () => {
  const lost = changeNamed('subscriber.lost', 'desk')
  if (!('subscriber' in lost)) throw new Error('another change')
  const refusing = fakeNotice({ ...lost, reason: 'answered 410', owed: 0 })
  expect(headline(refusing)).toMatch(/^desk cannot be reached since .* UTC: answered 410$/)
  expect(plain(refusing)['Waiting']).toBe('nothing; what was refused or has expired can be told again by hand')
  expect(headline(fakeNotice(lost))).toMatch(/; 3 notices owed$/)
})

test('lost sight says that it is no outage, and a storm lists who fell', () => {
  expect(plain(notice('sight.lost'))).toMatchObject({ What: 'x:realDonaldTrump', Cause: 'rate limited' })
  expect(plain(notice('platform.troubled'))['Accounts']).toMatch(/^500: x:realDonaldTrump0, .*, x:realDonaldTrump499$/)
})

test('only web addresses are linked, with every odd character encoded', () => {
  expect(
    links(notice('outage.opened', {}, { profileUrl: 'javascript:x', link: 'https://a.example/\u202E<x>' })),
  ).toEqual([{ label: 'Outage', url: 'https://a.example/%E2%80%AE%3Cx%3E' }])
})
