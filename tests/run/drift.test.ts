import { expect, test } from 'vitest'
import type { Evidence } from '../../src/core/sighting.ts'
import { inconclusive, present, type Verdict } from '../../src/core/verdict.ts'
import { createDrift, type Drift } from '../../src/run/drift.ts'

const page: Evidence = { status: 200, headers: {}, marker: null, excerpt: '<html>Welcome', digest: 'd' }
const read = present({ id: '1', handle: 'a' })
const odd = inconclusive('unreadable')

let at = 1_000
function sees(drift: Drift, verdict: Verdict, times: number, look = 'page', home = ''): void {
  for (let n = 0; n < times; n++) {
    at += 1_000
    const evidence = verdict === odd ? page : null
    const sighting = { account: 'tv:a', look, vantage: 'home', askedAt: at - 10, answeredAt: at, verdict, evidence }
    drift.seen('tv', home, sighting)
  }
}

const told = (drift: Drift): string[] => {
  const news = drift.news(at)
  drift.tell(news)
  return news.map(({ name, scope }) => `${name} ${scope.kind === 'look' ? scope.look : scope.kind}`)
}

test('a page that changed is told once with what it looks like, and once when it can be read again', () => {
  const drift = createDrift()
  sees(drift, read, 3)
  const lastRead = at
  sees(drift, odd, 1)
  sees(drift, read, 1)
  expect(told(drift)).toEqual([])
  sees(drift, odd, 5)
  expect(drift.news(at)).toMatchObject([{ because: ['unreadable'], evidence: page, since: lastRead + 2_000 }])
  expect(told(drift)).toEqual(['sight.lost page'])
  expect(told(drift)).toEqual([])
  expect(drift.told()).toMatchObject([{ scope: { platform: 'tv', look: 'page' }, evidence: page }])
  sees(drift, read, 4)
  expect(told(drift)).toEqual([])
  sees(drift, read, 1)
  expect(told(drift)).toEqual(['sight.regained page'])
  expect(drift.told()).toEqual([])
  expect(told(drift)).toEqual([])
})

test('looks are judged apart', () => {
  const drift = createDrift()
  sees(drift, odd, 5, 'page')
  sees(drift, odd, 4, 'feed')
  expect(told(drift)).toEqual(['sight.lost page'])
})

test('one odd server of many does not make the look unreadable at the others', () => {
  const drift = createDrift()
  sees(drift, odd, 5, 'page', 'a.test')
  sees(drift, odd, 4, 'page', 'b.test')
  expect(told(drift)).toEqual(['sight.lost page'])
  expect(drift.told().map(({ scope }) => scope.home)).toEqual(['a.test'])
})

test('what was told before a restart is taken back when it can be read', () => {
  const before = createDrift()
  sees(before, odd, 5)
  told(before)
  const after = createDrift()
  after.restore(before.told())
  expect(told(after)).toEqual([])
  sees(after, read, 5)
  expect(told(after)).toEqual(['sight.regained page'])
})

test('news that could not be written is told again', () => {
  const drift = createDrift()
  sees(drift, odd, 5)
  const before = drift.told()
  told(drift)
  drift.restore(before)
  expect(told(drift)).toEqual(['sight.lost page'])
})

test('a look that nobody on the roll is looked at by any more is no loss', () => {
  const drift = createDrift()
  sees(drift, read, 3)
  sees(drift, odd, 6)
  expect(told(drift)).toEqual(['sight.lost page'])
  const news = drift.news(at, ({ look }) => look !== 'page')
  expect(news).toMatchObject([{ name: 'sight.regained', scope: { look: 'page' } }])
  drift.tell(news)
  expect(drift.told()).toEqual([])
})
