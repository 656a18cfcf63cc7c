import { expect, test } from 'vitest'
import { clearSight, foldSight, type Glimpse, type SightState } from '../../src/core/sight.ts'

const MINUTE = 60_000
const glimpse = (account: string, since: number, cause: Glimpse['cause'] = null): Glimpse => ({
  account,
  platform: account.split(':', 1)[0] ?? '',
  since,
  watchedFrom: 0,
  blindAfterMs: MINUTE,
  cause,
})

/** Lives through rounds of glimpses; answers with what was told. */
function live(...rounds: readonly (readonly [now: number, ...glimpses: readonly Glimpse[]])[]): readonly string[] {
  let state: SightState = clearSight
  return rounds.flatMap(([now, ...glimpses]) => {
    const next = foldSight(state, glimpses, now)
    state = next.state
    return next.changes.map(
      ({ name, scope }) =>
        `${name} ${'account' in scope ? scope.account : 'platform' in scope ? scope.platform : 'everything'}`,
    )
  })
}

test('a minute without a conclusive verdict loses sight of one account, once', () => {
  const a = (since: number, cause: Glimpse['cause']) => glimpse('x:a', since, cause)
  expect(
    live([MINUTE, a(0, 'network'), glimpse('x:b', MINUTE)], [MINUTE + 1, a(0, 'network'), glimpse('x:b', MINUTE)]),
  ).toEqual(['sight.lost x:a'])
  expect(
    live(
      [MINUTE + 1, a(0, 'network'), glimpse('x:b', MINUTE)],
      [MINUTE + 2, a(0, 'network'), glimpse('x:b', MINUTE)],
      [MINUTE + 3, a(MINUTE + 3, null), glimpse('x:b', MINUTE)],
    ),
  ).toEqual(['sight.lost x:a', 'sight.regained x:a'])
})

test('when all of a platform answer inconclusively it is the platform at once, not one after the other', () => {
  expect(
    live(
      [MINUTE + 1, glimpse('x:a', 0, 'rate_limited'), glimpse('x:b', 30_000, 'rate_limited')],
      [2 * MINUTE, glimpse('x:a', 0, 'rate_limited'), glimpse('x:b', 30_000, 'rate_limited')],
    ),
  ).toEqual(['sight.lost x'])
})

test('when all platforms are dark it is everything, and that covers what was told before', () => {
  const dark = (account: string) => glimpse(account, 0, 'network')
  expect(
    live(
      [MINUTE + 1, dark('x:a'), dark('x:b'), glimpse('bluesky:c', MINUTE)],
      [3 * MINUTE, dark('x:a'), dark('x:b'), glimpse('bluesky:c', MINUTE, 'network')],
      [4 * MINUTE, glimpse('x:a', 4 * MINUTE), dark('x:b'), glimpse('bluesky:c', MINUTE, 'network')],
    ),
  ).toEqual(['sight.lost x', 'sight.lost everything', 'sight.regained everything'])
})

test('a wider loss says which narrower ones it takes the place of', () => {
  const one = [glimpse('x:a', 0, 'network'), glimpse('x:b', MINUTE), glimpse('x:c', MINUTE)]
  const all = [glimpse('x:a', 0, 'network'), glimpse('x:b', 0, 'network'), glimpse('x:c', MINUTE, 'network')]
  const before = foldSight(clearSight, one, MINUTE + 1)
  const { state, changes } = foldSight(before.state, all, 2 * MINUTE)
  expect(changes).toMatchObject([
    {
      name: 'sight.lost',
      scope: { kind: 'platform' },
      replaces: [{ scope: { kind: 'account', account: 'x:a' }, since: 0 }],
    },
  ])
  const seen = all.map((glimpse) => ({ ...glimpse, since: 3 * MINUTE, cause: null }))
  const [regained] = foldSight(state, seen, 3 * MINUTE).changes
  expect(regained).toMatchObject({ name: 'sight.regained', scope: { kind: 'platform' } })
  expect(regained).not.toHaveProperty('replaces')
})

test('after a platform came back its other accounts get time to be seen before they are told one by one', () => {
  const state = live(
    [MINUTE + 1, glimpse('x:a', 0, 'network'), glimpse('x:b', 0, 'network')],
    [MINUTE + 2, glimpse('x:a', MINUTE + 2), glimpse('x:b', 0, 'network')],
    [MINUTE + 3, glimpse('x:a', MINUTE + 2), glimpse('x:b', 0, 'network')],
    [MINUTE + 4, glimpse('x:a', MINUTE + 2), glimpse('x:b', MINUTE + 4)],
  )
  expect(state).toEqual(['sight.lost x', 'sight.regained x'])
})

test('after a start accounts get time to be seen, however long ago they were seen before it', () => {
  const startedAt = 60 * MINUTE
  const joined = (account: string, since: number) => ({ ...glimpse(account, since), watchedFrom: startedAt })
  const soon = startedAt + 2_000
  expect(
    live(
      [soon, joined('x:a', soon), joined('x:b', 0), joined('x:c', 0)],
      [startedAt + MINUTE, joined('x:a', soon), joined('x:b', soon), joined('x:c', 0)],
      [startedAt + MINUTE + 1, joined('x:a', startedAt + MINUTE), joined('x:b', startedAt + MINUTE), joined('x:c', 0)],
    ),
  ).toEqual(['sight.lost x:c'])
})

test('what was lost before a restart is not regained by the restart', () => {
  const lost = foldSight(clearSight, [glimpse('x:a', 0), glimpse('x:b', MINUTE)], MINUTE + 1)
  const restarted = [glimpse('x:a', 0), glimpse('x:b', MINUTE)].map((one) => ({ ...one, watchedFrom: 2 * MINUTE }))
  expect(foldSight(lost.state, restarted, 2 * MINUTE + 1).changes).toEqual([])
})

test('an account that left the roll is no longer lost', () => {
  expect(
    live([MINUTE + 1, glimpse('x:a', 0, 'network'), glimpse('x:b', MINUTE)], [MINUTE + 2, glimpse('x:b', MINUTE)]),
  ).toEqual(['sight.lost x:a', 'sight.regained x:a'])
})

test('it says since when and why', () => {
  const { changes } = foldSight(
    clearSight,
    [glimpse('x:a', 5, 'blocked'), glimpse('x:b', 7, 'rate_limited')],
    MINUTE + 10,
  )
  expect(changes).toEqual([
    {
      name: 'sight.lost',
      at: MINUTE + 10,
      scope: { kind: 'platform', platform: 'x' },
      since: 5,
      because: ['rate_limited', 'blocked'],
    },
  ])
})
