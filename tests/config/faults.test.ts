import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { faultsOf } from './kinds.ts'

const FOLDER = new URL('./faults/', import.meta.url)
const EXPECTED = new URL('./faults/expected.json', import.meta.url)

const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => basename(name, '.yaml'))
  .sort()

const fixture = (name: string): string => new URL(`${name}.yaml`, FOLDER).pathname

const said = (name: string): readonly string[] =>
  faultsOf(fixture(name)).faults.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`)

// UPDATE=1 writes what is said now; read the difference before it is believed.
if (process.env['UPDATE'] === '1') {
  const now = Object.fromEntries(names.map((name) => [name, said(name)]))
  writeFileSync(EXPECTED, `${JSON.stringify(now, null, 2)}\n`)
}

/** One fixture a fault, named after it: `line:column path: message` for each line that it must give. */
const expected = JSON.parse(readFileSync(EXPECTED, 'utf8')) as Record<string, readonly string[]>

test.each(names)('%s is told with its place', (name) => {
  expect(said(name)).not.toEqual([])
  expect(said(name)).toEqual(expected[name])
})

test('every expected fault has its fixture', () => expect(Object.keys(expected).sort()).toEqual(names))

test.each(names)('%s shows no secret', (name) => {
  expect(faultsOf(fixture(name)).message).not.toMatch(/sssssecret|short-one|wall-token/)
})
