import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyView, foldView, type AccountJson, type StateView } from '../../src/client/index.ts'
import { finds, groupAccounts, GROUPS } from '../../src/web/groups.ts'
import { newsOf } from '../../src/web/news.ts'
import { newestOf, unexplained } from '../../src/web/pulses.ts'
import { agoWords, countedWords, instantWords, whyWords } from '../../src/web/words.ts'
import { accountOf, at, closedOf, outageOf, T0 } from '../support/live-json.ts'

const CAPS = { down: 2, doubted: 2, blind: 2, up: 2, unknown: 2 }
const seen = (account: AccountJson) => ({ ...account, latencyMs: null })

function viewOf(accounts: readonly AccountJson[], outages = [] as ReturnType<typeof outageOf>[]): StateView {
  const snapshot = { type: 'snapshot', re: 1, epoch: 'one', seq: 1, accounts, outages } as const
  return foldView(emptyView, { type: 'snapshot', snapshot })
}

describe('the groups of the page', () => {
  test('put being down and in doubt before being out of sight', () => {
    const groups = groupAccounts(
      viewOf([
        accountOf('x:down', { belief: 'down', blind: true }),
        accountOf('x:doubted', { belief: 'doubted', blind: true }),
        accountOf('x:blind', { blind: true }),
        accountOf('x:up'),
        accountOf('x:new', { belief: 'unknown' }),
      ]),
      '',
      CAPS,
    )
    expect(GROUPS.map((group) => groups[group].shown.map(({ account }) => account))).toEqual([
      ['x:down'],
      ['x:doubted'],
      ['x:blind'],
      ['x:up'],
      ['x:new'],
    ])
  })

  test('show important accounts first, and say how many there are besides', () => {
    const accounts = ['a', 'b', 'c', 'd'].map((name) => accountOf(`x:${name}`, { important: name === 'd' }))
    const { up } = groupAccounts(viewOf(accounts), '', CAPS)
    expect(up).toMatchObject({ matching: 4, total: 4 })
    expect(up.shown.map(({ account }) => account)).toEqual(['x:d', 'x:a'])
  })

  test('keep somebody who left the roll while down', () => {
    const { down } = groupAccounts(viewOf([accountOf('x:up')], [outageOf('x:left')]), '', CAPS)
    expect(down.shown).toMatchObject([{ account: 'x:left', outage: 'out_xleft' }])
  })

  test('never lose or double anybody', () => {
    const account = fc.record({
      belief: fc.constantFrom<AccountJson['belief'][]>('unknown', 'up', 'doubted', 'down'),
      blind: fc.boolean(),
      important: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(account, { maxLength: 30 }), (all) => {
        const view = viewOf(all.map((over, index) => accountOf(`x:${index}`, over)))
        const groups = groupAccounts(view, '', { down: 99, doubted: 99, blind: 99, up: 99, unknown: 99 })
        const shown = GROUPS.flatMap((group) => groups[group].shown.map((one) => one.account))
        expect(shown.toSorted()).toEqual([...view.accounts.keys()].toSorted())
      }),
    )
  })
})

test('a search finds by address, name, tag and id, all words of it, whatever the case', () => {
  const nasa = seen(accountOf('youtube:@NASA', { name: 'Space agency', tags: ['Science'] }))
  for (const query of ['nasa', 'SPACE', 'science tube', 'id-@nasa', '']) expect(finds(query, nasa)).toBe(true)
  for (const query of ['space x', 'esa']) expect(finds(query, nasa)).toBe(false)
})

describe('pulses', () => {
  const pulse = (account: string, belief: AccountJson['belief'], second = 0) =>
    ({ account, belief, lastSightingAt: at(second), latencyMs: 1 }) as const

  test('make the page ask why somebody is in doubt now, and who a newcomer is', () => {
    const known = viewOf([accountOf('x:doubted', { belief: 'doubted' }), accountOf('x:fallen'), accountOf('x:up')])
    const pulses = [
      pulse('x:doubted', 'doubted'),
      pulse('x:fallen', 'doubted'),
      pulse('x:up', 'up'),
      pulse('x:new', 'up'),
    ]
    expect(unexplained(pulses, known.accounts)).toEqual(['x:fallen', 'x:new'])
  })

  test('of a storm make it ask about a few of many', () => {
    const storm = Array.from({ length: 1_000 }, (_, index) => pulse(`x:${index}`, 'doubted'))
    expect(unexplained(storm, new Map()).length).toBeLessThanOrEqual(20)
  })

  test('tell the newest instant, however many they are', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => pulse(`x:${index}`, 'up', index % 7))
    expect(newestOf(many)).toBe(Date.parse(at(6)))
  })
})

describe('the words of the page', () => {
  test('count to the second, however long', () => {
    const lengths = [0, 58_900, 662_000, 7_509_000, 273_900_000]
    expect(lengths.map(countedWords)).toEqual(['0 s', '58 s', '11 m 02 s', '2 h 05 m 09 s', '3 d 04 h 05 m'])
  })

  test('say how long ago', () => {
    expect([-5, 8_000, 240_000, 10_800_000, 172_800_000].map(agoWords)).toEqual([
      '0 s ago',
      '8 s ago',
      '4 m ago',
      '3 h ago',
      '2 d ago',
    ])
  })

  test('name the day only where it is another', () => {
    expect(instantWords(T0, T0 + 60_000)).toBe('22:51:58 UTC')
    expect(instantWords(T0, T0 + 86_400_000)).toBe('2 Nov 22:51:58 UTC')
  })

  test('give the reason an account stands where it stands', () => {
    const look = { vantage: 'home', askedAt: at(0), answeredAt: at(1) }
    const doubted = accountOf('x:a', {
      belief: 'doubted',
      looks: [
        { look: 'api', verdict: 'absent', because: ['suspended'], ...look },
        { look: 'page', verdict: 'present', because: [], ...look },
      ],
    })
    expect(whyWords(seen(doubted), undefined)).toBe('api: suspended')
    expect(whyWords(seen({ ...doubted, looks: [] }), undefined)).toBe('an absence is being confirmed')
    expect(whyWords(seen(accountOf('x:a')), undefined)).toBe('')
    const renamed = outageOf('x:a', { because: ['renamed'], now: { id: '1', handle: 'new' } })
    expect(whyWords(seen(accountOf('x:a', { belief: 'down' })), renamed)).toBe('renamed to @new')
    const stranger = [{ look: 'api', verdict: 'inconclusive' as const, because: ['not_yet_known'], ...look }]
    expect(whyWords(seen(accountOf('x:a', { blind: true, looks: stranger })), undefined)).toBe(
      'cannot see: no conclusive answer',
    )
  })

  test('say aloud what begins, ends and blinds, and nothing else', () => {
    const frame = { type: 'transition', seq: 1, id: 'trn', at: at(0), account: 'x:a' } as const
    const outage = outageOf('x:a', { name: 'Ann' })
    expect(newsOf({ ...frame, name: 'outage.opened', outage })).toBe(
      'Ann, x:a, is down: gone: not found or deactivated.',
    )
    expect(newsOf({ ...frame, name: 'outage.closed', outage: closedOf(outage, 2) })).toContain(
      'Ann, x:a, is back after',
    )
    const accepted = { at: at(2), by: 'ann', identity: { id: '8', handle: 'anna' } }
    expect(newsOf({ ...frame, name: 'outage.closed', outage: { ...closedOf(outage, 2), accepted } })).toBe(
      'Ann, x:a, is @anna (id 8) from now on.',
    )
    expect(newsOf({ ...frame, name: 'outage.annotated', outage })).toBeNull()
    const sight = { ...frame, since: at(0), because: ['network'] as const }
    expect(newsOf({ ...sight, name: 'sight.lost', scope: 'account' })).toBeNull()
    expect(newsOf({ ...sight, name: 'sight.lost', scope: 'everything' })).toBe(
      'We cannot see anything: network trouble.',
    )
  })
})
