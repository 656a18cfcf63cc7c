import { expect, test } from 'vitest'
import type { Outcome } from '../../src/core/channel.ts'
import { newsOf, reachAfter, type Reach } from '../../src/core/reach.ts'

const MINUTE = 60_000
const busy: Outcome = { kind: 'retry', reason: 'answered 503', retryAt: null }
const gone: Outcome = { kind: 'refused', reason: 'answered 404' }
const taken: Outcome = { kind: 'delivered' }

/** Tries so many minutes after the first, and what is to be told after the last of them. */
function after(tries: readonly (readonly [number, Outcome])[], now: number, before: Reach | null = null) {
  const reach = tries.reduce<Reach | null>(
    (last, [minute, outcome]) => reachAfter(last, outcome, minute * MINUTE),
    before,
  )
  return reach === null ? null : newsOf(reach, now * MINUTE)
}

const lost: Reach = { since: 0, reason: 'answered 503', isFinal: false, isLost: true, backAt: null }

test.each([
  ['who fails is waited for', [[0, busy]] as const, 9, null],
  [
    'who fails for ten minutes is lost',
    [
      [0, busy],
      [5, busy],
    ] as const,
    10,
    'lost',
  ],
  [
    'one that is taken begins anew',
    [
      [0, busy],
      [5, taken],
      [6, busy],
    ] as const,
    12,
    null,
  ],
  ['who refuses is lost at once', [[0, gone]] as const, 0, 'lost'],
  [
    'a refusal followed by one that is taken is none',
    [
      [0, gone],
      [1, taken],
    ] as const,
    1,
    null,
  ],
])('%s', (_, tries, now, news) => expect(after(tries, now)).toBe(news))

test('who is lost is told of once, and once when it is back', () => {
  expect(after([[20, busy]], 40, lost)).toBeNull()
  expect(after([[20, taken]], 20, lost)).toBe('regained')
  expect(
    after(
      [
        [20, taken],
        [21, busy],
      ],
      21,
      lost,
    ),
  ).toBeNull()
})
