import { renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { onTestFinished, test, vi } from 'vitest'
import { watchConfig } from '../../src/config.ts'
import { write } from './kinds.ts'

/** Something beside the file that is seen to change: once it is, so would have been all that came before. */
function watching(path: string): { calls: () => Promise<void>; seen: () => number } {
  let seen = 0
  onTestFinished(watchConfig(path, () => seen++))
  return {
    seen: () => seen,
    calls: () =>
      vi.waitFor(() => {
        if (seen === 0) throw new Error('not yet')
      }, 5_000),
  }
}

test('a file written in place is noticed', async () => {
  const path = write('accounts: []\n')
  const { calls } = watching(path)
  writeFileSync(path, 'accounts: [bluesky:bsky.app]\n')
  await calls()
})

test('a file put in the old one’s place is noticed, and goes on being watched', async () => {
  const path = write('accounts: []\n')
  for (const round of ['first', 'second']) {
    const { calls } = watching(path)
    writeFileSync(join(dirname(path), '.new'), round)
    renameSync(join(dirname(path), '.new'), path)
    await calls()
  }
})

test('several writes in one breath are one change', async ({ expect }) => {
  const path = write('accounts: []\n')
  const { calls, seen } = watching(path)
  for (const round of ['1', '2', '3']) writeFileSync(path, round)
  await calls()
  expect(seen()).toBe(1)
})

test('what happens to its neighbours is none of its business', async ({ expect }) => {
  const path = write('accounts: []\n')
  const neighbour = join(dirname(path), 'rollcall.db')
  const { seen } = watching(path)
  const { calls } = watching(neighbour)
  writeFileSync(neighbour, 'x')
  await calls()
  expect(seen()).toBe(0)
})

test('once stopped it says no more', async ({ expect }) => {
  const path = write('accounts: []\n')
  let stoppedSaw = 0
  const stop = watchConfig(path, () => stoppedSaw++)
  stop()
  const { calls } = watching(path)
  writeFileSync(path, 'accounts: [bluesky:bsky.app]\n')
  await calls()
  expect(stoppedSaw).toBe(0)
})
