import { expect, test } from 'vitest'
import { didYouMean, nearest, oneOf } from '../../src/config/near.ts'

test.each([
  ['acounts', 'accounts'],
  ['bugdet', 'budget'],
  ['Blusky', 'bluesky'],
  ['publicURL', 'publicUrl'],
])('%s is near enough to %s', (word, meant) => {
  expect(nearest(word, ['budget', 'accounts', 'bluesky', 'publicUrl'])).toBe(meant)
})

test('what is near nothing is not guessed at', () => {
  expect(nearest('pigeon', ['slack', 'webhook'])).toBeNull()
  expect(didYouMean('pigeon', ['slack', 'webhook'])).toBe('')
})

test('a long list is cut', () => {
  expect(oneOf(Array.from({ length: 40 }, (_, index) => String(index)))).toMatch(/^one of 0, .*, 23 …$/)
})
