import { expect, test } from 'vitest'
import { hackernews } from '../../src/platforms/hackernews.ts'

test('names keep their letter case: another is another account', () => {
  for (const name of ['pg', 'PG', 'a-b_c', '42']) expect(hackernews.handle(name)).toBe(name)
  for (const name of ['@pg', 'p', 'a.b', 'a b', 'x'.repeat(33), '']) expect(hackernews.handle(name)).toBeNull()
})
