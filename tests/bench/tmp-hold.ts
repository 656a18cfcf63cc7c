import { spawn, execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { startChild } from './child.ts'
const server = startChild('platform-server.ts')
const { origin } = await server.hear<{ origin: string }>('listening')
const folder = mkdtempSync('/tmp/rollcall-rss-')
writeFileSync(folder + '/r.yaml', `listen: 127.0.0.1:0\nstore: sqlite:./rollcall.db\nplatforms:\n  bluesky: { appview: '${origin}', directory: '${origin}', firehose: [] }\naccounts: [bluesky:person-000001.bsky.social]\n`)
const c = spawn(process.execPath, [...process.argv.slice(2), 'serve', '--config', folder + '/r.yaml'], { stdio: ['ignore', 'ignore', 'pipe'] })
let out = ''; c.stderr.on('data', (d) => out += d)
await new Promise((r) => setTimeout(r, 10000))
console.log(out.match(/MEM.*/)?.[0])
console.log(execFileSync(process.execPath, ['/tmp/smaps.mjs', String(c.pid)]).toString())
c.kill('SIGTERM'); await new Promise((r) => c.once('exit', r)); await server.stop()
