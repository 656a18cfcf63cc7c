import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { faultsOf, load, write } from './kinds.ts'

const first = (path: string): string | undefined => {
  const fault = faultsOf(path).faults[0]
  return fault && `${fault.line}:${fault.column} ${fault.path}: ${fault.message}`
}

test('a file that is not there is a fault like any other', () => {
  expect(faultsOf('/no/such/rollcall.yaml').message).toBe(
    '/no/such/rollcall.yaml:1:1 (file): expected a readable file, found none',
  )
})

test('a folder is no file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  expect(first(folder)).toBe('1:1 (file): expected a readable file, found a folder')
})

test('more than a mebibyte is not read', () => {
  const path = write(`accounts: [bluesky:bsky.app]\n# ${'x'.repeat(16 * 1024 * 1024)}\n`)
  expect(first(path)).toBe('1:1 (file): expected at most 16777216 bytes, found 16777248')
})

test('bytes that are no UTF-8 are refused', () => {
  expect(first(write(new Uint8Array([0x61, 0x3a, 0x20, 0xff])))).toBe(
    '1:1 (file): expected UTF-8 text, found other bytes',
  )
})

test.each([
  [
    'an open quote',
    'accounts:\n  - "bluesky:bsky.app\n',
    '3:1 (file): expected YAML, found a fault: Missing closing "quote',
  ],
  [
    'a tab',
    'accounts:\n\t- bluesky:bsky.app\n',
    '2:1 (file): expected YAML, found a fault: Tabs are not allowed as indentation',
  ],
  [
    'text behind a value',
    'store: "sqlite:./a" sssssecret\n',
    '1:21 (file): expected YAML, found something that cannot stand here',
  ],
  [
    'an escape nobody knows',
    'store: "\\qsssssecret"\n',
    '1:9 (file): expected YAML, found something that cannot stand here',
  ],
  ['a second document', 'a: 1\n---\nb: 2\n', '2:1 (file): expected one document, found another'],
])('%s is told with its place and without its text', (_, text, expected) => {
  expect(first(write(text))).toBe(expected)
  expect(faultsOf(write(text)).message).not.toContain('sssssecret')
})

test('an anchor may be used again, and faults in it are told where they stand', () => {
  const text = [
    'accounts:',
    '  - { account: bluesky:bsky.app, tags: &tags [vip, press] }',
    '  - { account: bluesky:nytimes.com, tags: *tags }',
  ]
  expect(load(write(text.join('\n'))).accounts.map(({ tags }) => tags)).toEqual([
    ['vip', 'press'],
    ['vip', 'press'],
  ])
})

test('a few lines of aliases that stand for billions of values are refused at once', () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const inside =
      level === 0
        ? '[x, x, x, x, x, x, x, x, x]'
        : `[${Array(9)
            .fill(`*a${level - 1}`)
            .join(', ')}]`
    return `  a${level}: &a${level} ${inside}`
  })
  expect(first(write(`platforms:\n${levels.join('\n')}\n`))).toMatch(
    /expected aliases that repeat at most 10000 values/,
  )
})

test('a key that JavaScript would take for a prototype is only an unknown key', () => {
  expect(faultsOf(write('__proto__: { listen: x }\naccounts: [bluesky:bsky.app]\n')).message).toMatch(
    /:1:1 __proto__: expected one of/,
  )
})
