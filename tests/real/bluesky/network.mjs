/**
 * A Bluesky network on loopback, run as a process of its own:
 *
 *     node network.mjs FOLDER
 *
 * Everything it writes is under FOLDER, which is the caller's to remove. Lines of JSON: the first on standard output
 * gives the addresses; then each line on standard input, `{"id":1,"do":"deactivate","did":"…"}`, is answered by
 * `{"id":1,"ok":true,"startedAt":…,"at":…,"shownAt":…}`: epoch ms before the first request, when the server had answered,
 * and when the app shows it. It ends with standard input.
 */
import { mkdirSync } from 'node:fs'
import { Server } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { startPostgres } from './postgres.mjs'

const folder = process.argv[2]
const temporary = join(folder, 'tmp')
mkdirSync(temporary)
Object.assign(process.env, { TMPDIR: temporary, LOG_ENABLED: 'false', REDIS_HOST: 'not-asked' })

// The servers bind every interface by themselves.
const { listen } = Server.prototype
Server.prototype.listen = function (where, ...rest) {
  const port = typeof where === 'object' ? where : { port: Number(where) }
  return listen.call(this, { ...port, host: '127.0.0.1' }, ...rest.filter((one) => typeof one === 'function'))
}

process.once('SIGTERM', () => process.exit(0))
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

const postgres = await startPostgres(folder)
// The servers read the environment when they are loaded.
const { startServers } = await import('./servers.mjs')
const { createVerbs } = await import('./verbs.mjs')
const servers = await startServers(postgres.url)
const verbs = createVerbs(servers)

const { a, b, app, plc } = servers
say({
  appview: app.url,
  directory: plc.url,
  hosts: [a.url, b.url],
  firehoses: [a, b].map(({ port }) => `ws://localhost:${port}`),
})

for await (const line of createInterface({ input: process.stdin })) {
  const { id, do: verb, ...rest } = JSON.parse(line)
  try {
    const startedAt = Date.now()
    const found = await verbs[verb](rest)
    const at = Date.now()
    await servers.shown()
    say({ id, ok: true, startedAt, at, shownAt: Date.now(), ...found })
  } catch (fault) {
    say({ id, ok: false, error: String(fault?.stack ?? fault) })
  }
}

await servers.stop()
await postgres.stop()
process.exit(0)
