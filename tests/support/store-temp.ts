import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import type { Store } from '../../src/core/store.ts'
import { openStore } from '../../src/io/store.ts'

/** A database file in a directory of its own, gone when the test is. */
export function tempFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'rollcall-store-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'data', 'rollcall.db')
}

/** Opens a store that the end of the test closes. */
export async function tempStore(path = tempFile()): Promise<Store> {
  const store = await openStore({ path })
  onTestFinished(() => store.close())
  return store
}

/** Does something to the file behind the store's back. */
export function meddle(path: string, statements: string): void {
  const db = new DatabaseSync(path, { timeout: 5_000 })
  try {
    db.exec(statements)
  } finally {
    db.close()
  }
}

type SomePage<T> = { readonly items: readonly T[]; readonly next: string | null }

/** All pages of a list, asked for with each other's cursors. */
export async function everyPage<T>(page: (cursor: { cursor?: string }) => Promise<SomePage<T>>): Promise<readonly T[]> {
  let last = await page({})
  const all = [...last.items]
  while (last.next !== null) {
    last = await page({ cursor: last.next })
    all.push(...last.items)
  }
  return all
}
