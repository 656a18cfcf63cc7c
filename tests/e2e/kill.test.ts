import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { freePort, serve } from '../support/process.ts'
import { tempFolder, until } from '../support/run-app.ts'
import { createXWorld } from '../support/x-world.ts'

const KILLS = Number(process.env['KILLS'] ?? 8)
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const HANDLES = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay']

type Told = {
  id: string
  type: string
  data: { seq: number; outage: { id: string; account: string }; merged: { id: string; seq: number }[] }
}

/** Keeps every notice it was sent, verified with the library of the standard and not with our own code. */
async function createReceiver() {
  const got: Told[] = []
  const verifier = new Webhook(SECRET)
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const told = verifier.verify(body, request.headers as Record<string, string>) as Omit<Told, 'id'>
      got.push({ ...told, id: String(request.headers['webhook-id']) })
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { got, url: `http://127.0.0.1:${port}/hook`, stop: () => server.close() }
}

test(`nothing is lost, doubled or out of order over ${KILLS} kills`, { timeout: 30_000 + KILLS * 5_000 }, async () => {
  const world = await createXWorld([...HANDLES, 'known'])
  const receiver = await createReceiver()
  const folder = tempFolder()
  const port = await freePort()
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
  const env = { BEARER: 'a-bearer-token-for-tests', HOOK_SECRET: SECRET }
  const comings = setInterval(() => {
    const handle = HANDLES[Math.floor(Math.random() * HANDLES.length)] ?? 'ada'
    world.set(handle, (['active', 'active', 'gone', 'suspended'] as const)[Math.floor(Math.random() * 4)] ?? 'active')
  }, 60)
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const serving = serve(file, port, env)
      await until(
        () => serving.get('/livez'),
        (alive) => alive !== undefined,
        `it lives: ${serving.stderr()}`,
      )
      await new Promise((next) => setTimeout(next, Math.random() * 2_500))
      serving.signal('SIGKILL')
      await serving.ended
    }
    clearInterval(comings)
    for (const handle of HANDLES) world.set(handle, 'active')
    const last = serve(file, port, env)
    type Accounts = { accounts: { belief: string }[] }
    type Subscribers = { subscribers: { owed: number; refused: number }[] }
    await until(
      () => last.get<Accounts>('/api/v1/accounts'),
      (seen) => seen?.accounts.every(({ belief }) => belief === 'up') === true,
      'all are up',
      30_000,
    )
    await until(
      () => last.get<Subscribers>('/api/v1/subscribers'),
      (seen) => seen?.subscribers[0]?.owed === 0,
      'nothing is owed',
      60_000,
    )
    type Transition = { seq: number; name: string; account: string | null; outage?: { id: string } }
    const all: Transition[] = []
    for (let after = 0; ;) {
      const page = await last.get<{ transitions: Transition[] }>(`/api/v1/transitions?after=${after}&limit=500`)
      if (page === undefined || page.transitions.length === 0) break
      all.push(...page.transitions)
      after = all.at(-1)?.seq ?? after
    }
    last.signal('SIGTERM')
    await last.ended

    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1))
    const outages = all.filter(({ name }) => name.startsWith('outage.'))
    process.stdout.write(`${KILLS} kills, ${all.length} transitions, ${receiver.got.length} notices received\n`)
    expect(outages.length).toBeGreaterThan(KILLS / 2)
    for (const handle of HANDLES) {
      const own = outages.filter(({ account }) => account === `x:${handle}`)
      const turns = own.map(({ name }) => name).filter((name) => name !== 'outage.changed')
      expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? 'outage.opened' : 'outage.closed')))
      expect(turns.length % 2).toBe(0)
    }
    // Every number was told, by itself or merged into its closing; the same id always tells the same.
    const told = new Set(receiver.got.flatMap(({ data }) => [data.seq, ...data.merged.map(({ seq }) => seq)]))
    expect(all.map(({ seq }) => seq).filter((seq) => !told.has(seq))).toEqual([])
    const seqOf = new Map(receiver.got.map(({ id, data }) => [id, data.seq]))
    for (const { id, data } of receiver.got) expect(data.seq).toBe(seqOf.get(id))
    for (const handle of HANDLES) {
      const own = receiver.got.filter(
        ({ type, data }) => type.startsWith('outage.') && data.outage.account === `x:${handle}`,
      )
      const firsts = own
        .filter((one, index) => own.findIndex(({ id }) => id === one.id) === index)
        .map(({ data }) => data.seq)
      expect(firsts).toEqual(firsts.toSorted((one, other) => one - other))
    }
  } finally {
    clearInterval(comings)
    receiver.stop()
    await world.stop()
    folder.remove()
  }
})
