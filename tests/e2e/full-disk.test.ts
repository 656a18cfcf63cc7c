import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Ask } from '../../src/core/answer.ts'
import { okAnswer } from '../support/platform.ts'
import { startReceiver } from '../support/receiver.ts'
import { runApp, tempFolder, until } from '../support/run-app.ts'
import { meddle } from '../support/store-temp.ts'
import { createXWorld } from '../support/x-world.ts'

const TABLES = ['kept', 'transitions']
const FILL = TABLES.map(
  (table) => `create trigger full_${table} before insert on ${table}
    begin select raise(abort, 'database or disk is full'); end;`,
).join('\n')
const CLEAR = TABLES.map((table) => `drop trigger full_${table};`).join('\n')

/** One account, one subscriber, and somebody who watches the watcher; ten seconds of it are one of ours. */
async function running() {
  const [world, receiver, folder] = [await createXWorld(['ada', 'known']), await startReceiver(), tempFolder()]
  const database = join(folder.path, 'rollcall.db')
  const yaml = `listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
store: "sqlite:${database}"
heartbeat: { url: { env: BEAT }, every: 10s }
defaults: { schedule: "* * * * * *", confirm: { sightings: 2, looks: 1, every: 50ms, clears: 1 } }
platforms:
  x: { bearer: { env: BEARER }, api: "${world.url}", controls: { known: [known] }, budget: 100000/1m }
accounts: [x:ada]
subscribers:
  - { name: hook, webhook: { url: "${receiver.origin}/hook", secret: { env: HOOK } } }
`
  let beats = 0
  const aroundAsk =
    (ask: Ask): Ask =>
    (request) => {
      if (!request.url.endsWith('/beat')) return ask(request)
      beats++
      return Promise.resolve(okAnswer(request.url))
    }
  const env = { BEARER: 'a-bearer-token-for-tests', HOOK: receiver.secret, BEAT: `${receiver.origin}/beat` }
  const { url, stop } = await runApp(yaml, { env, speed: 10, parts: { aroundAsk } })
  onTestFinished(async () => {
    await stop()
    await receiver.stop()
    await world.stop()
    folder.remove()
  })
  const ready = async (): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${url}/readyz`)
    return { status: answer.status, text: await answer.text() }
  }
  const belief = async (): Promise<string> =>
    ((await (await fetch(`${url}/api/v1/accounts/x:ada`)).json()) as { belief: string }).belief
  const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text()
  return { world, receiver, database, ready, belief, metrics, beats: () => beats }
}

test('while nothing can be written whoever watches us is told so, and afterwards all is told', async () => {
  const { world, receiver, database, ready, belief, metrics, beats } = await running()
  await until(belief, (kind) => kind === 'up', 'she is up')
  await until(beats, (count) => count > 0, 'whoever watches us is called')

  meddle(database, FILL)
  world.set('ada', 'suspended')
  const { text } = await until(ready, ({ status }) => status === 503, 'it is not ready')
  expect(text).toMatch(/Not ready: since \S+Z the store refuses what is written: .*database or disk is full/)
  expect(await metrics()).toContain('rollcall_store_refusing 1')
  const before = beats()
  const looks = async (): Promise<number> =>
    Number(/rollcall_looks_total\{.*verdict="absent".*\} (\d+)/.exec(await metrics())?.[1] ?? 0)
  const seen = await looks()
  await until(looks, (count) => count > seen + 20, 'it looks on')
  // One call may have been under way.
  expect(beats()).toBeLessThanOrEqual(before + 1)
  expect(receiver.received).toEqual([])

  meddle(database, CLEAR)
  await until(ready, ({ status }) => status === 200, 'it is ready')
  await until(beats, (count) => count > before + 1, 'whoever watches us is called again')
  await until(
    () => receiver.received.map(({ body }) => body.type),
    (types) => types.includes('outage.opened'),
    'her outage is told',
  )
  expect(await metrics()).toContain('rollcall_store_refusing 0')
})
