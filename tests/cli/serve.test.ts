import { join } from 'node:path'
import { renameSync, writeFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { createFileWatch } from '../../src/cli/file-watch.ts'
import { serve } from '../../src/cli/serve.ts'
import { ConfigError, watchConfig, type Config } from '../../src/config.ts'
import { folderWith } from '../support/contract-process.ts'
import { silentLog } from '../support/platform.ts'
import { readConfig, until } from '../support/run-app.ts'

const yaml = (...packs: readonly string[]): string =>
  `listen: 127.0.0.1:0
accounts: [bluesky:bsky.app]
rules: [${packs.map((file) => `{ file: ${file} }`).join(', ')}]
`

const packOf = (...sites: readonly string[]): string =>
  JSON.stringify({
    license: ['none'],
    authors: ['nobody'],
    categories: ['social'],
    sites: sites.map((name) => ({
      name,
      uri_check: `https://${name.toLowerCase()}.example/{account}`,
      e_code: 200,
      e_string: 'a page of somebody',
      m_string: 'nobody has this name here',
      m_code: 404,
      known: ['ada', 'bob'],
      cat: 'social',
    })),
  })

/** `serve` over real files and an app that only keeps what it is given; `sites` is what it holds. */
function serving(files: Readonly<Record<string, string>>) {
  const folder = folderWith(files)
  const file = join(folder.path, 'rollcall.yaml')
  const told = new AbortController()
  const taken: Config[] = []
  const refused: unknown[] = []
  const served = serve({
    load: () => readConfig(file),
    faultsOf: (thrown) => (thrown instanceof ConfigError ? [thrown.message] : null),
    createApp(first) {
      taken.push(first)
      return {
        start: () => Promise.resolve({ url: 'http://127.0.0.1' }),
        reload: (next) => void taken.push(next),
        stop: () => Promise.resolve(),
      }
    },
    watch: watchConfig,
    onHangup: () => () => undefined,
    told: told.signal,
    log: { ...silentLog, error: (_, fields) => void refused.push(fields) },
    out: { write: () => true },
  })
  onTestFinished(async () => {
    told.abort()
    await served
    folder.remove()
  })
  return {
    /** As editors do it: never half a file. */
    write(name: string, text: string): void {
      writeFileSync(join(folder.path, `.${name}`), text)
      renameSync(join(folder.path, `.${name}`), join(folder.path, name))
    },
    holds: (...packs: readonly number[]) =>
      until(
        () => taken.at(-1)?.packs.map((pack) => pack.taken),
        (now) => JSON.stringify(now) === JSON.stringify(packs),
        `the packs have ${packs.join(' and ')} sites`,
      ),
    refused: (times: number) =>
      until(
        () => refused.length,
        (many) => many >= times,
        `${times} reloads are refused`,
      ),
  }
}

test('a rule pack that a reload added is watched from then on', async () => {
  const { write, holds } = serving({
    'rollcall.yaml': yaml('one.json'),
    'one.json': packOf('Alpha'),
    'two.json': packOf('Gamma'),
  })
  await holds(1)
  write('rollcall.yaml', yaml('one.json', 'two.json'))
  await holds(1, 1)
  write('two.json', packOf('Gamma', 'Delta'))
  await holds(1, 2)
  write('one.json', packOf('Alpha', 'Beta'))
  await holds(2, 2)
})

test('a configuration that is refused leaves the watched files as they were', async () => {
  const { write, holds, refused } = serving({ 'rollcall.yaml': yaml('one.json'), 'one.json': packOf('Alpha') })
  await holds(1)
  write('rollcall.yaml', yaml('missing.json'))
  await refused(1)
  write('one.json', packOf('Alpha', 'Beta'))
  await refused(2)
  write('rollcall.yaml', yaml('one.json'))
  await holds(2)
})

test('a file is watched as long as it is named, and tried again where it could not be', () => {
  const happened: string[] = []
  const { follow } = createFileWatch(
    (path) => {
      if (path === 'bad' && !happened.includes('no bad')) throw new Error('no bad')
      happened.push(`watch ${path}`)
      return () => happened.push(`leave ${path}`)
    },
    (fault) => happened.push(fault instanceof Error ? fault.message : ''),
  )
  follow(['a', 'b', 'a'])
  follow(['b', 'c', 'bad'])
  follow(['b', 'bad'])
  follow([])
  expect(happened).toEqual([
    'watch a',
    'watch b',
    'leave a',
    'watch c',
    'no bad',
    'leave c',
    'watch bad',
    'leave b',
    'leave bad',
  ])
})
