import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Transition } from '../../src/core/transition.ts'
import type { Store } from '../../src/core/store.ts'
import { isWhole } from '../../src/io/store-chain.ts'
import { T0 } from '../support/store-samples.ts'
import { everyPage, tempFile, tempStore } from '../support/store-temp.ts'

const WRITER = fileURLToPath(new URL('../support/store-writer.ts', import.meta.url))
const KILLS = 20

/** Lets a process record until it has been answered so many times, and kills it in the middle of the next ones. */
async function recordAndDie(path: string, from: number, answers: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [WRITER, path, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  const answered: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    answered.push(line)
    if (answered.length === answers) child.kill('SIGKILL')
  }
  expect(await closed).toEqual([null, 'SIGKILL'])
  return answered
}

async function everyTransition(store: Store): Promise<readonly Transition[]> {
  const all: Transition[] = []
  for (;;) {
    const some = await store.transitionsAfter(all.length, 1_000)
    if (some.length === 0) return all
    all.push(...some)
  }
}

test('a process that is killed at any moment has written whole decisions, and all it had answered', async () => {
  const path = tempFile()
  const answered: string[] = []
  for (let kill = 0; kill < KILLS; kill++)
    answered.push(...(await recordAndDie(path, T0 + kill * 100_000, 1 + Math.floor(Math.random() * 120))))

  const store = await tempStore(path)
  const transitions = await everyTransition(store)
  expect(transitions.map(({ seq }) => seq)).toEqual(transitions.map((_, index) => index + 1))
  const written = new Set(transitions.map(({ seq, id }) => `${seq} ${id}`))
  expect(answered.filter((line) => !written.has(line))).toEqual([])

  const deliveries = await everyPage((cursor) => store.deliveries({ limit: 1_000, ...cursor }))
  const told = deliveries.map(({ transition, subscriber }) => `${transition} ${subscriber}`).sort()
  expect(told).toEqual(transitions.flatMap(({ id }) => [`${id} desk`, `${id} pager`]).sort())
  const accounts = transitions.map((one) => ('outage' in one ? one.outage.account : '')).sort()
  expect((await store.kept()).map(({ account }) => account)).toEqual(accounts)
  const outages = await everyPage((cursor) => store.outages({ limit: 1_000, ...cursor }))
  expect(outages.map(({ account }) => account).sort()).toEqual(accounts)
  const chains = await Promise.all(outages.map(({ id }) => store.sightingsOf(id)))
  expect(chains.every((chain) => chain.length === 1 && isWhole(chain))).toBe(true)
}, 120_000)
