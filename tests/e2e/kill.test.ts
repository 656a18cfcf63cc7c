import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  BOUNDARIES,
  createReceiver,
  expectWhole,
  HANDLES,
  SECRET,
  untilTold,
  type Boundary,
  type Order,
  type Told,
} from '../support/kill-story.ts'
import { freePort, serve } from '../support/process.ts'
import { loadedApp } from '../support/loaded-app.ts'
import { tempFolder, until } from '../support/run-app.ts'
import { createXWorld } from '../support/x-world.ts'

const KILLS = Number(process.env['KILLS'] ?? 20)
/** Kills at any moment cost a whole start each. */
const AT_ANY_MOMENT = Math.max(2, Math.round(KILLS / 10))
const ENV = { BEARER: 'a-bearer-token-for-tests', HOOK_SECRET: SECRET }

/** A world in which accounts come and go, somebody who is told of it, and a configuration for both. */
async function createStory(port: number) {
  const world = await createXWorld([...HANDLES, 'known'])
  const receiver = await createReceiver()
  const folder = tempFolder()
  const file = join(folder.path, 'rollcall.yaml')
  writeFileSync(
    file,
    `listen: 127.0.0.1:${port}
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "* * * * * *", confirm: { sightings: 2, looks: 2, every: 50ms, clears: 1 }, storm: { accounts: 1000 } }
platforms:
  x: { bearer: { env: BEARER }, api: "${world.url}", controls: { known: [known] }, budget: 100000/1m }
accounts: [${HANDLES.map((handle) => `"x:${handle}"`).join(', ')}]
subscribers:
  - { name: hook, webhook: { url: "${receiver.url}", secret: { env: HOOK_SECRET } } }
`,
  )
  const comings = setInterval(() => {
    const handle = HANDLES[Math.floor(Math.random() * HANDLES.length)] ?? 'ada'
    world.set(handle, (['active', 'active', 'gone', 'suspended'] as const)[Math.floor(Math.random() * 4)] ?? 'active')
  }, 60)
  onTestFinished(async () => {
    clearInterval(comings)
    receiver.stop()
    await world.stop()
    folder.remove()
  })
  return {
    file,
    got: receiver.got,
    calm() {
      clearInterval(comings)
      for (const handle of HANDLES) world.set(handle, 'active')
    },
  }
}

test(
  `nothing is lost or out of order over ${AT_ANY_MOMENT} kills at any moment`,
  { timeout: 60_000 + AT_ANY_MOMENT * 6_000 },
  async () => {
    const port = await freePort()
    const story = await createStory(port)
    for (let kill = 0; kill < AT_ANY_MOMENT; kill++) {
      const serving = serve(story.file, port, ENV)
      await until(
        () => serving.get('/livez'),
        (alive) => alive !== undefined,
        `it lives: ${serving.stderr()}`,
      )
      await new Promise((next) => setTimeout(next, Math.random() * 2_500))
      serving.signal('SIGKILL')
      await serving.ended
    }
    story.calm()
    const last = serve(story.file, port, ENV)
    const all = await untilTold((path) => last.get(path))
    last.signal('SIGTERM')
    await last.ended
    expectWhole(all, story.got)
  },
)

const SPEED = 10
/** Loaded and waiting for its order. */

const runOf = ({ agent }: Told): number => Number(/run(\d+)@/.exec(agent)?.[1])

test(
  `nothing is lost or out of order over ${KILLS} kills at every boundary, and nothing is told twice without one`,
  { timeout: 60_000 + KILLS * 4_000 },
  async () => {
    const story = await createStory(0)
    const begunAt = Date.now()
    const order = (run: number, boundary: Boundary | null): Order => ({
      ...{ file: story.file, run, boundary, speed: SPEED, nth: 1 + Math.floor(Math.random() * 3) },
      // On through all runs: time never goes back.
      startAt: begunAt + (Date.now() - begunAt) * SPEED,
    })
    let next = loadedApp(ENV)
    for (let run = 0; run < KILLS; run++) {
      const child = await next
      next = loadedApp(ENV)
      const ended = once(child, 'exit')
      child.send(order(run, BOUNDARIES[run % BOUNDARIES.length] ?? null))
      expect(await ended).toEqual([null, 'SIGKILL'])
    }
    story.calm()
    const last = await next
    const ended = once(last, 'exit')
    last.send(order(KILLS, null))
    const [{ url }] = (await once(last, 'message')) as [{ url: string }]
    const all = await untilTold(async <T>(path: string) => (await (await fetch(url + path)).json()) as T)
    last.kill('SIGKILL')
    await ended

    const again = story.got.length - new Set(story.got.map(({ id }) => id)).size
    process.stdout.write(
      `${KILLS} kills, ${all.length} transitions, ${story.got.length} notices, ${again} of them again\n`,
    )
    expect(all.length).toBeGreaterThan(KILLS / 2)
    expectWhole(all, story.got)
    for (const told of Map.groupBy(story.got, ({ id }) => id).values()) {
      const runs = told.map(runOf)
      expect(runs).toEqual([...new Set(runs)])
    }
  },
)
