import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { createCaller } from '../../src/io/store-caller.ts'

const thread = (onMessage: string) =>
  createCaller(
    new Worker(
      `const { parentPort } = require('node:worker_threads')
      parentPort.on('message', (call) => { ${onMessage} })
      parentPort.postMessage({ kind: 'opened', epoch: 'e' })`,
      { eval: true, resourceLimits: { maxOldGenerationSizeMb: 24 } },
    ),
  )

const endings = [
  ['ends', 'process.exit(3)', 'has ended with code 3'],
  ['throws', `throw new Error('the disk is gone')`, 'the disk is gone'],
  ['runs out of memory', 'const all = []; for (;;) all.push(new Array(1e6).fill(call.id))', 'memory'],
] as const

test.each(endings)('when the thread %s, waiting and later calls are refused', async (_name, onMessage, why) => {
  const caller = thread(onMessage)
  expect(await caller.opened).toBe('e')
  const calls = [caller.call('lastSeq'), caller.call('note', 'storms')]
  const endings = await Promise.allSettled(calls)
  for (const ending of endings) expect(String(ending.status === 'rejected' && ending.reason)).toContain(why)
  await expect(caller.call('lastSeq')).rejects.toThrow(why)
  await caller.close()
})

test('when the thread ends before the database is open, opening is refused', async () => {
  const caller = createCaller(new Worker('process.exit(4)', { eval: true }))
  await expect(caller.opened).rejects.toThrow('has ended with code 4')
})

test('a thread that dies while it closes is told', async () => {
  const caller = thread('process.exit(5)')
  await caller.opened
  await expect(caller.close()).rejects.toThrow('has ended with code 5')
})
