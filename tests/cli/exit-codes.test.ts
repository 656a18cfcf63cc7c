import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createCommands, type Acts } from '../../src/cli/commands.ts'
import { rollcall } from '../support/contract-process.ts'
import { freePort } from '../support/process.ts'

const MAIN = resolve(import.meta.dirname, '../../src/main.ts')

const never = () => {
  throw new Error('no command here takes more than the monitor')
}

const acts: Acts = {
  load: never,
  gapMs: never,
  mayReach: never,
  schema: never,
  platforms: [],
  formats: [],
  pack: never,
  serve: never,
  targets: never,
  replay: never,
  drillBy: never,
  untilInterrupted: never,
}

/** Runs a command in this process; the process's own exit code is as it was afterwards. */
async function run(...words: readonly string[]) {
  const lines = { out: [] as unknown[], err: [] as unknown[] }
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.out.push(line))
  vi.spyOn(console, 'error').mockImplementation((line) => void lines.err.push(line))
  const before = process.exitCode
  onTestFinished(() => {
    process.exitCode = before
    vi.restoreAllMocks()
  })
  await createCommands(acts).parseAsync(words, { from: 'user' })
  return { code: process.exitCode, ...lines }
}

test.each([
  'accept x:NASA',
  'acknowledge out_1',
  'annotate out_1 --note seen',
  'retract out_1 --note wrong',
  'report out_1',
  'quiet --list',
  'quiet --end qui_1',
  'quiet x:NASA --for 2h --because moving',
  'drill',
  'drill desk --json',
])('%s: 1 and one line where nobody listens', async (words) => {
  const url = `http://127.0.0.1:${await freePort()}`
  expect(await run(...words.split(' '), '--url', url)).toEqual({
    code: 1,
    out: [],
    err: [expect.stringMatching(/^no Rollcall answers at http:.*$/) as string],
  })
})

test('the process ends with that code, and with 64 for what cannot be meant', async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  const ends = [rollcall(['drill', '--url', url]), rollcall(['quiet', 'x:NASA'])].map(
    async (ended) => (await ended).code,
  )
  expect(await Promise.all(ends)).toEqual([1, 64])
})

test('whoever reads may have enough: a command whose output nobody reads any more ends without a word', async () => {
  const child = spawn(process.execPath, [MAIN, 'platforms'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  child.stdout.destroy()
  const [code] = (await once(child, 'close')) as [number | null]
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})
