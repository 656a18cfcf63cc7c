import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { startChild } from './child.ts'
const server = startChild('platform-server.ts')
const { origin } = await server.hear<{ origin: string }>('listening')
const folder = mkdtempSync('/tmp/rollcall-rss-')
writeFileSync(folder + '/r.yaml', `listen: 127.0.0.1:0\nstore: sqlite:./rollcall.db\nplatforms:\n  bluesky: { appview: '${origin}', directory: '${origin}', firehose: [] }\naccounts: [bluesky:person-000001.bsky.social]\n`)
const variants: Record<string, [string[], NodeJS.ProcessEnv]> = {
  src: [['src/main.ts'], {}],
  gc: [['--expose-gc', '--import', '/tmp/gc.mjs', 'src/main.ts'], { NODE_COMPILE_CACHE: '/tmp/ncc' }],
  gcsemi: [['--expose-gc', '--max-semi-space-size=1', '--import', '/tmp/gc.mjs', 'src/main.ts'], { NODE_COMPILE_CACHE: '/tmp/ncc' }],
  gcsize: [['--expose-gc', '--optimize-for-size', '--max-semi-space-size=1', '--import', '/tmp/gc.mjs', 'src/main.ts'], { NODE_COMPILE_CACHE: '/tmp/ncc' }],
  lite: [['--lite-mode', '--import', '/tmp/gc.mjs', '--expose-gc', 'src/main.ts'], { NODE_COMPILE_CACHE: '/tmp/ncc' }],
  'src+cache1': [['src/main.ts'], { NODE_COMPILE_CACHE: '/tmp/ncc' }],
  'src+cache2': [['src/main.ts'], { NODE_COMPILE_CACHE: '/tmp/ncc' }],
  'src+cache+semi1': [['--max-semi-space-size=1', 'src/main.ts'], { NODE_COMPILE_CACHE: '/tmp/ncc' }],
  'src+semi1': [['--max-semi-space-size=1', 'src/main.ts'], {}],
  dist: [['dist/main.js'], {}],
  'dist+semi1': [['--max-semi-space-size=1', 'dist/main.js'], {}],
  'dist+semi1+cache': [['--max-semi-space-size=1', 'dist/main.js'], { NODE_COMPILE_CACHE: '/tmp/ncc' }],
  'dist+semi1+cache2': [['--max-semi-space-size=1', 'dist/main.js'], { NODE_COMPILE_CACHE: '/tmp/ncc' }],
  'dist+cache2': [['dist/main.js'], { NODE_COMPILE_CACHE: '/tmp/ncc' }],
  'dist+cache2+size': [['--optimize-for-size', '--max-semi-space-size=1', 'dist/main.js'], { NODE_COMPILE_CACHE: '/tmp/ncc' }],
}
const only = process.argv.slice(2)
for (const [name, [args, env]] of Object.entries(variants)) {
  if (only.length && !only.includes(name)) continue
  const t = performance.now(); let up = 0
  const c = spawn(process.execPath, [...args, 'serve', '--config', folder + '/r.yaml'], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } })
  let out = ''
  c.stderr.on('data', (d) => { out += d; if (!up && out.includes('"calling"')) up = performance.now() - t })
  await new Promise((r) => setTimeout(r, 11000))
  try {
  const s = readFileSync(`/proc/${c.pid}/status`, 'utf8').match(/(VmHWM|VmRSS|RssAnon|RssFile).*/g)
  console.log(out.match(/MEM.*/)?.[0] ?? '', name.padEnd(22), s?.join(' ').replace(/\s+/g, ' '), 'calling after', up.toFixed(0)) } catch { console.log(name, 'died', out) }
  c.kill('SIGTERM'); await new Promise((r) => c.once('exit', r))
}
await server.stop()
