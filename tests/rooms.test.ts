import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, dirname } from 'node:path'
import { describe, expect, test } from 'vitest'

const SRC = resolve(import.meta.dirname, '../src')
/** Rooms whose files import `core` and themselves; the values are what a room may import besides. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  platforms: ['core'],
  channels: ['core'],
  run: ['core'],
  io: ['core'],
  replay: ['core'],
  client: ['core'],
  config: ['core', 'platforms', 'channels'],
  cli: ['core', 'client'],
  web: ['core', 'client'],
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))

/** Every module a file imports, in any form: static, type-only, re-export or dynamic. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  const forms =
    /(?:^|[\s;}])(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|^import\s*['"]([^'"]+)['"]/gm
  return [...text.matchAll(forms)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '')
const target = (file: string, module: string): string => relative(SRC, resolve(SRC, dirname(file), module))

describe('the rooms', () => {
  test('are the ones we know', () => {
    expect(new Set(files.map(roomOf).filter((room) => room !== ''))).toEqual(new Set(Object.keys(ROOMS)))
  })

  test.each(Object.entries(ROOMS))('%s imports core, itself and nobody else', (room, allowed) => {
    const strangers = files
      .filter((file) => roomOf(file) === room)
      .flatMap((file) =>
        importsOf(file)
          .filter((module) => module.startsWith('.'))
          .map((module) => target(file, module))
          .filter((path) => ![room, ...allowed].includes(roomOf(path)))
          .map((path) => `${file} imports ${path}`),
      )
    expect(strangers).toEqual([])
  })

  test('core imports no package, no node module, and reads no clock', () => {
    const core = files.filter((file) => roomOf(file) === 'core')
    const packages = core.flatMap((file) => importsOf(file).filter((module) => !module.startsWith('.')))
    const clocks = core.filter((file) =>
      /Date\.now\(|performance\.|new Date\(\)|Math\.random|setTimeout/.test(readFileSync(join(SRC, file), 'utf8')),
    )
    expect({ packages, clocks }).toEqual({ packages: [], clocks: [] })
  })

  test('only app.ts and main.ts know several rooms', () => {
    const roots = files.filter((file) => roomOf(file) === '')
    expect(roots.toSorted()).toEqual(['app.ts', 'config.ts', 'main.ts'])
  })
})
