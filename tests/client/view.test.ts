import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createStateView,
  emptyView,
  foldView,
  lengthAt,
  type AccountJson,
  type StateView,
  type TransitionFrame,
  type ViewChange,
} from '../../src/client/index.ts'
import { accountOf, at, closedOf, outageOf, T0 } from '../support/live-json.ts'

const snapshot = (accounts: AccountJson[], outages = [] as ReturnType<typeof outageOf>[]): ViewChange => ({
  type: 'snapshot',
  snapshot: { type: 'snapshot', re: 1, epoch: 'one', seq: 1, accounts, outages },
})
const transition = (name: string, fields: object): ViewChange => ({
  type: 'transition',
  transition: { type: 'transition', seq: 2, id: 'trn', at: at(9), account: null, name, ...fields } as TransitionFrame,
})
const pulse = (account: string, belief: AccountJson['belief'], over: object = {}): ViewChange => ({
  type: 'pulse',
  pulses: [{ account, belief, lastSightingAt: at(20), latencyMs: 84, ...over }],
})
const play = (...changes: ViewChange[]): StateView => changes.reduce(foldView, emptyView)
const believed = (view: StateView) => [...view.accounts.values()].map(({ account, belief }) => `${account} ${belief}`)
const blind = (view: StateView) => view.blindness.map(({ scope, of, accounts }) => [scope, of, accounts.length])

const who = outageOf('x:who')
const roll = snapshot([accountOf('x:who'), accountOf('x:other'), accountOf('bluesky:third')])

describe('a view', () => {
  test('follows an outage from its opening to its end', () => {
    const open = play(roll, transition('outage.opened', { account: 'x:who', outage: who }))
    expect(believed(open)).toEqual(['x:who down', 'x:other up', 'bluesky:third up'])
    expect(open.accounts.get('x:who')).toMatchObject({ because: ['not_found', 'deactivated'], outage: who.id })
    expect(open.open).toEqual([who])
    const closed = foldView(open, transition('outage.closed', { account: 'x:who', outage: closedOf(who, 11) }))
    expect(believed(closed)).toEqual(['x:who up', 'x:other up', 'bluesky:third up'])
    expect(closed.accounts.get('x:who')).toMatchObject({ because: [], outage: null })
    expect([closed.open.length, closed.recent.map(({ id }) => id)]).toEqual([0, [who.id]])
  })

  test('takes an acknowledgement in', () => {
    const acknowledged = { ...who, acknowledged: { at: at(60), by: 'desk', note: 'on it' } }
    const view = play(
      snapshot([accountOf('x:who', { belief: 'down' })], [who]),
      transition('outage.acknowledged', { account: 'x:who', outage: acknowledged }),
    )
    expect(view.open).toEqual([acknowledged])
  })

  test('is not moved by a word about an outage that is over', () => {
    const first = closedOf(who, 11)
    const again = { ...who, id: 'out_again', firstAbsentAt: at(3000) }
    const view = play(
      snapshot([accountOf('x:who', { belief: 'down', outage: again.id })], [again]),
      transition('outage.annotated', { account: 'x:who', outage: first }),
    )
    expect(believed(view)).toEqual(['x:who down'])
    expect([view.open, view.recent]).toEqual([[again], [first]])
  })

  test('knows an account by whom was accepted for it', () => {
    const identity = { id: '8', handle: 'somebody_else' }
    const accepted = { at: at(60), by: 'ann', identity }
    const over = transition('outage.closed', { account: 'x:who', outage: { ...closedOf(who, 1), accepted } })
    expect(play(roll, over).accounts.get('x:who')).toMatchObject({ belief: 'up', identity })
  })

  test('learns doubt from pulses, and forgets reasons when it passes', () => {
    const doubted = play(roll, pulse('x:who', 'doubted'))
    expect(doubted.accounts.get('x:who')).toMatchObject({ belief: 'doubted', lastSightingAt: at(20), latencyMs: 84 })
    expect(foldView(doubted, pulse('x:who', 'up')).accounts.get('x:who')).toMatchObject({ belief: 'up', because: [] })
    expect(foldView(doubted, pulse('x:nobody', 'up'))).toBe(doubted)
  })

  test('sees an open outage last longer with each absence that was seen', () => {
    const open = play(snapshot([accountOf('x:who', { belief: 'down', outage: who.id })], [who]))
    const minutes = (view: StateView) => view.open.map((one) => lengthAt(one, T0 + 600_000).minMs / 60_000)
    const longer = foldView(open, pulse('x:who', 'down', { lastAbsentAt: at(300) }))
    expect(minutes(longer)).toEqual([(T0 + 300_000 - Date.parse(who.firstAbsentAt)) / 60_000])
    expect(foldView(longer, pulse('x:who', 'down', { lastAbsentAt: at(200) })).open).toEqual(longer.open)
    expect(foldView(longer, pulse('x:other', 'down', { lastAbsentAt: at(400) })).open).toEqual(longer.open)
  })

  test('keeps recent outages over a new snapshot, and drops the storms it says nothing of', () => {
    const view = play(
      roll,
      transition('platform.troubled', { platform: 'x', since: at(1), accounts: ['x:who'] }),
      { type: 'outages', outages: [closedOf(who, 3)] },
      roll,
    )
    expect([view.recent.length, view.troubled]).toEqual([1, []])
  })

  test('holds a troubled platform until it has settled', () => {
    const troubled = play(roll, transition('platform.troubled', { platform: 'x', since: at(1), accounts: ['x:who'] }))
    expect(troubled.troubled).toEqual([{ platform: 'x', since: at(1), accounts: ['x:who'] }])
    const settled = transition('platform.settled', { platform: 'x', since: at(1), accounts: ['x:who'] })
    expect(foldView(troubled, settled).troubled).toEqual([])
  })
})

describe('lost sight', () => {
  test('told by a flag of one account is taken in, and ends with it', () => {
    const dark = play(roll, { type: 'accounts', accounts: [accountOf('x:who', { blind: true })] })
    expect(blind(dark)).toEqual([['account', 'x:who', 1]])
    expect(blind(foldView(dark, pulse('x:who', 'up')))).toEqual([['account', 'x:who', 1]])
    expect(blind(foldView(dark, pulse('x:who', 'up', { blind: false })))).toEqual([])
  })

  const lost = (fields: object) => transition('sight.lost', { since: at(1), because: ['network'], ...fields })
  const regained = (fields: object) => transition('sight.regained', { since: at(1), because: ['network'], ...fields })

  test('of a platform blinds its accounts, and passes', () => {
    const dark = play(roll, lost({ scope: 'platform', platform: 'x' }))
    expect(blind(dark)).toEqual([['platform', 'x', 2]])
    expect([...dark.accounts.values()].filter((one) => one.blind).map(({ account }) => account)).toEqual([
      'x:who',
      'x:other',
    ])
    const seen = foldView(dark, regained({ scope: 'platform', platform: 'x' }))
    expect(blind(seen)).toEqual([])
    expect([...seen.accounts.values()].some((one) => one.blind)).toBe(false)
  })

  test('of everything replaces what was lost before', () => {
    const dark = play(roll, lost({ scope: 'account', account: 'x:who' }), lost({ scope: 'everything' }))
    expect(blind(dark)).toEqual([['everything', null, 3]])
  })

  test.each([
    [['x:a', 'x:b'], ['y:c'], [['platform', 'x', 2]]],
    [['x:a'], ['x:b', 'y:c'], [['account', 'x:a', 1]]],
    [['x:a', 'y:b'], [], [['everything', null, 2]]],
    [[], ['x:a'], []],
  ])('is named by what a snapshot flags: %j dark, %j not', (dark, lit, expected) => {
    const accounts = [...dark.map((one) => accountOf(one, { blind: true })), ...lit.map((one) => accountOf(one))]
    expect(blind(play(snapshot(accounts)))).toEqual(expected)
  })

  test('gets its beginning and its cause from what the platforms say', () => {
    const view = play(
      snapshot([accountOf('x:a', { blind: true }), accountOf('x:b', { blind: true }), accountOf('y:c')]),
      {
        type: 'platforms',
        platforms: [
          { platform: 'y', sight: null, troubledSince: at(2), unreadable: [] },
          { platform: 'x', sight: { lostSince: at(3), because: ['blocked'] }, troubledSince: null, unreadable: [] },
        ],
      },
    )
    expect(view.blindness[0]).toMatchObject({ since: at(3), because: ['blocked'] })
    expect(view.troubled).toEqual([{ platform: 'y', since: at(2), accounts: [] }])
  })
})

test('folding never changes the view it was given', () => {
  const addresses = ['x:a', 'x:b', 'y:c']
  const outages = addresses.map((address) => outageOf(address))
  const change: fc.Arbitrary<ViewChange> = fc.oneof(
    fc
      .constantFrom(...addresses)
      .chain((one) =>
        fc
          .constantFrom<AccountJson['belief'][]>('up', 'doubted', 'down')
          .map((belief) =>
            pulse(one, belief, belief === 'doubted' ? { blind: true } : belief === 'up' ? { blind: false } : {}),
          ),
      ),
    fc
      .constantFrom(...outages)
      .chain((outage) =>
        fc.constantFrom(
          transition('outage.opened', { account: outage.account, outage }),
          transition('outage.closed', { account: outage.account, outage: closedOf(outage, 2) }),
        ),
      ),
    fc
      .constantFrom('sight.lost', 'sight.regained')
      .chain((name) =>
        fc.constantFrom(
          transition(name, { scope: 'everything', since: at(0), because: [] }),
          transition(name, { scope: 'platform', platform: 'x', since: at(0), because: [] }),
          transition(name, { scope: 'account', account: 'y:c', since: at(0), because: [] }),
        ),
      ),
  )
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
      let view = play(snapshot(addresses.map((address) => accountOf(address))))
      for (const one of changes) {
        const before = JSON.stringify([...view.accounts, view])
        const next = foldView(view, one)
        expect(JSON.stringify([...view.accounts, view])).toBe(before)
        view = next
      }
      const flagged = [...view.accounts.values()].filter(({ blind }) => blind).map(({ account }) => account)
      expect(view.blindness.flatMap(({ accounts }) => accounts).toSorted()).toEqual(flagged.toSorted())
      const down = [...view.accounts.values()].flatMap(({ outage }) => outage ?? [])
      expect(view.open.map(({ id }) => id)).toEqual(expect.arrayContaining(down))
    }),
  )
})

test('a holder tells its listeners what moved, and stops when asked', () => {
  const holder = createStateView()
  const heard: string[] = []
  const stop = holder.listen((_, change) => heard.push(change.type))
  holder.callbacks.onSnapshot({ type: 'snapshot', re: 1, epoch: 'one', seq: 1, accounts: [], outages: [] })
  holder.callbacks.onPulse([])
  stop()
  holder.callbacks.onSnapshot({ type: 'snapshot', re: 1, epoch: 'one', seq: 1, accounts: [], outages: [] })
  expect(heard).toEqual(['snapshot'])
})

test('an answer that was under way when the outage closed does not open it again', () => {
  const view = play(
    snapshot([accountOf('x:who', { belief: 'down' })], [who]),
    transition('outage.closed', { account: 'x:who', outage: closedOf(who, 11) }),
    { type: 'outages', outages: [who] },
  )
  expect({ open: view.open, recent: view.recent.map(({ id }) => id) }).toEqual({ open: [], recent: [who.id] })
})
