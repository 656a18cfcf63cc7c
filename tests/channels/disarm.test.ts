import fc from 'fast-check'
import { expect, test } from 'vitest'
import { disarmed } from '../../src/channels/disarm.ts'
import { fitted } from '../../src/channels/fitted.ts'
import { escaped, factText, linksText } from '../../src/channels/markdown.ts'
import { isArmed, isMarkdown } from './cases/armed.ts'

const pieces = fc.constantFrom(
  ...[
    '@',
    'all',
    '#',
    '$',
    '/',
    '.',
    ':',
    '{',
    '`',
    '*',
    '_',
    '<',
    '>',
    '!',
    '\\',
    '[',
    ']',
    '(',
    ')',
    '~',
    '|',
    ' ',
    'a1',
    'é',
  ],
)
const hostile = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''))

test('disarmed text looks the same and mentions, links and fills in nothing', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(isArmed(disarmed(text))).toBe(false)
      expect(disarmed(text).replaceAll('\u200B', '')).toBe(text)
    }),
  )
})

test('escaped and quoted text is no Markdown, whatever it is', () => {
  fc.assert(
    fc.property(hostile, hostile, (text, name) => {
      expect(isMarkdown(escaped(text))).toBe(false)
      expect(isMarkdown(factText({ label: 'Account', pieces: [{ name }, ' and ', { name: text }] }, 500, String))).toBe(
        false,
      )
    }),
  )
})

test('ordinary names and sentences stay as they are', () => {
  const text = 'Donald J. Trump (x:realDonaldTrump) is back, was gone 11 m 00 s; 41 %'
  expect(disarmed(text)).toBe(text)
  expect(escaped(text)).toBe(text)
})

test('whole parts are kept while they and the mark of more fit', () => {
  expect(fitted(['ab', 'cd'], 5)).toBe('abcd')
  expect(fitted(['ab', 'cd'], 4)).toBe('ab…')
  expect(fitted(['ab', 'cd', 'e'], 4)).toBe('ab…')
  expect(fitted([], 4)).toBe('')
})

test('a fact is never empty, and an address never ends its link', () => {
  expect(factText({ label: 'Account', pieces: [{ name: '' }] }, 100, String)).toBe('–')
  expect(linksText([{ label: 'Profile', url: 'https://x.com/a)b[c' }])).toBe('[Profile](https://x.com/a%29b%5Bc)')
  expect(linksText([{ label: 'Profile', url: `https://x.com/${'a'.repeat(500)}` }])).toBe('')
})
