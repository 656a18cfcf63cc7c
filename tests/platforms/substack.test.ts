import { expect, test } from 'vitest'
import { substack } from '../../src/platforms/substack.ts'

test('names are kept in lower case, as they are looked up', () => {
  expect(['Hamish', '@cb', 'a-b_c.d'].map((name) => substack.handle(name))).toEqual(['hamish', 'cb', 'a-b_c.d'])
  for (const name of ['-a', '.a', 'a b', 'a/b', 'x'.repeat(64), '']) expect(substack.handle(name)).toBeNull()
})
