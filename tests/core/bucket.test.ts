import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fullBucket, reserve, returned, taken, waitFor } from '../../src/core/bucket.ts'

const budgets = fc.record({
  requests: fc.integer({ min: 1, max: 5000 }),
  windowMs: fc.integer({ min: 100, max: 900_000 }),
})

test('in no window of the budget do more requests go than it allows', () => {
  const wishes = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 400 })
  const costs = fc.integer({ min: 1, max: 8 })
  fc.assert(
    fc.property(budgets, wishes, costs, (budget, gaps, wanted) => {
      const cost = Math.min(wanted, fullBucket(budget, 0).tokens + 1)
      let now = 0
      let bucket = fullBucket(budget, now)
      const sent: number[] = []
      for (const gap of gaps) {
        now += gap
        for (
          let next = taken(bucket, budget, cost, 0, now);
          next !== null;
          next = taken(bucket, budget, cost, 0, now)
        ) {
          bucket = next
          sent.push(now)
        }
      }
      const most = sent.map((from) => sent.filter((at) => at >= from && at < from + budget.windowMs).length * cost)
      expect(Math.max(0, ...most)).toBeLessThanOrEqual(Math.max(budget.requests, cost))
    }),
  )
})

test('what it says one must wait is enough, and not a millisecond more than needed by much', () => {
  fc.assert(
    fc.property(budgets, fc.integer({ min: 1, max: 40 }), (budget, requests) => {
      let bucket = fullBucket(budget, 0)
      for (let next = taken(bucket, budget, 1, 0, 0); next !== null; next = taken(bucket, budget, 1, 0, 0))
        bucket = next
      const wait = waitFor(bucket, budget, requests, 0, 0)
      expect(taken(bucket, budget, requests, 0, wait)).not.toBeNull()
      if (wait > 2) expect(taken(bucket, budget, requests, 0, wait - 2)).toBeNull()
    }),
  )
})

test('what is kept back from the roll is there for a doubt', () => {
  const budget = { requests: 300, windowMs: 900_000 }
  let bucket = fullBucket(budget, 0)
  for (let next = taken(bucket, budget, 1, reserve(budget), 0); next !== null;) {
    bucket = next
    next = taken(bucket, budget, 1, reserve(budget), 0)
  }
  expect(taken(bucket, budget, 1, 0, 0)).not.toBeNull()
})

test('what a look reserved and did not need comes back, never above the capacity', () => {
  const budget = { requests: 300, windowMs: 900_000 }
  const bucket = taken(fullBucket(budget, 0), budget, 3, 0, 0)
  expect(bucket && returned(bucket, budget, 2).tokens).toBe(59)
  expect(returned(fullBucket(budget, 0), budget, 2).tokens).toBe(60)
})
