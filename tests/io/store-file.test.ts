import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openStore } from '../../src/io/store.ts'
import { meddle, tempFile, tempStore } from '../support/store-temp.ts'
import { opening, T0 } from '../support/store-samples.ts'

const WRITER = fileURLToPath(new URL('../support/store-writer.ts', import.meta.url))

/** A file that is there before the store is. */
function fileWith(write: (path: string) => void): string {
  const path = tempFile()
  mkdirSync(dirname(path))
  write(path)
  return path
}

test('a store that is in use is refused, by the same process and under another name too', async () => {
  const path = tempFile()
  const store = await tempStore(path)
  await expect(openStore({ path })).rejects.toThrow(
    `The store ${path} cannot be opened: it is in use by another rollcall.`,
  )
  const alias = join(dirname(path), 'alias.db')
  symlinkSync(path, alias)
  await expect(openStore({ path: alias })).rejects.toThrow('in use')
  await store.record(opening('x:a', T0, []))
  await store.close()
  expect(await (await tempStore(alias)).lastSeq()).toBe(1)
})

test('a store that another process holds is refused until that one is killed', async () => {
  const path = tempFile()
  const child = spawn(process.execPath, [WRITER, path, String(T0)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  await once(child.stdout, 'data')
  await expect(openStore({ path })).rejects.toThrow('in use by another rollcall')
  child.stdout.resume()
  child.kill('SIGKILL')
  await closed
  expect(await (await tempStore(path)).lastSeq()).toBeGreaterThan(0)
})

test('a file that is no database is refused and stays as it is', async () => {
  const path = fileWith((file) => writeFileSync(file, 'accounts: [x:realDonaldTrump]\n'.repeat(100)))
  const before = readFileSync(path)
  await expect(openStore({ path })).rejects.toThrow('this file is not a database')
  expect(readFileSync(path)).toEqual(before)
})

test("another program's database is refused and stays as it is", async () => {
  const path = fileWith((file) => meddle(file, 'create table songs (title text)'))
  const before = readFileSync(path)
  await expect(openStore({ path })).rejects.toThrow('a database of another program')
  expect(readFileSync(path)).toEqual(before)
})

test('a database from a newer version is refused', async () => {
  const path = tempFile()
  await (await tempStore(path)).close()
  meddle(path, 'insert into migrations values (99, 0)')
  await expect(openStore({ path })).rejects.toThrow('written by a newer rollcall (version 99)')
})

test('a place where no directory can be made is refused', async () => {
  const path = fileWith((file) => writeFileSync(file, ''))
  await expect(openStore({ path: join(path, 'rollcall.db') })).rejects.toThrow('cannot be opened')
})

test('a database that was cut off before its first version is taken up', async () => {
  const path = fileWith((file) => writeFileSync(file, ''))
  expect(await (await tempStore(path)).lastSeq()).toBe(0)
})

test('every commit waits for the disk, and the file can be read beside', async () => {
  const path = tempFile()
  const store = await tempStore(path)
  await store.record(opening('x:a', T0, []))
  const db = new DatabaseSync(path, { readOnly: true })
  expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' })
  expect(db.prepare('select count(*) as count from transitions').get()).toEqual({ count: 1 })
  db.close()
})

test('a closed store refuses whatever is asked, and can be closed twice', async () => {
  const store = await tempStore()
  const last = store.record(opening('x:a', T0, []))
  await Promise.all([store.close(), store.close()])
  expect(await last).toHaveLength(1)
  await expect(store.lastSeq()).rejects.toThrow('The store is closed.')
})
