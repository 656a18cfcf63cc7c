import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folderWith, rollcall, serve } from '../support/contract-process.ts'

const GOOD = `
listen: 127.0.0.1:0
publicUrl: https://rollcall.example.org
store: sqlite:./data/rollcall.db
outbound:
  contact: ops@example.org
  allowPrivate: []
tokens:
  - { name: wall, role: viewer, token: { env: ROLLCALL_WALL_TOKEN } }
  - { name: desk, role: operator, token: { file: ./secrets/desk } }
defaults:
  schedule: "*/10 * * * * *"
  confirm: { sightings: 3, looks: 2, vantages: 1, every: 1s, clears: 2 }
platforms:
  x: { bearer: { env: X_BEARER_TOKEN }, api: https://api.x.com, budget: 300/15m, spend: 40/day }
  bluesky: { appview: https://public.api.bsky.app, directory: https://plc.directory, firehose: [wss://bsky.network], controls: { known: [bsky.app] } }
accounts:
  - account: x:realDonaldTrump
    name: Donald J. Trump
    id: "25073877"
    important: true
    tags: [head-of-state]
    schedule: "*/5 * * * * *"
  - bluesky:bsky.app
subscribers:
  - name: desk
    slack: { url: { env: SLACK_DESK_URL } }
    tell: { types: [outage.*, platform.*], tags: [head-of-state] }
  - name: newsroom
    webhook: { url: https://news.example.org/hooks/rollcall, secret: { env: NEWSROOM_SECRET } }
`
const env = {
  ROLLCALL_WALL_TOKEN: 'wall-wall-wall-wall-1',
  X_BEARER_TOKEN: 'bearer-bearer-bearer-2',
  SLACK_DESK_URL: 'https://hooks.slack.invalid/services/T000/B000/three',
  NEWSROOM_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
}
const DESK = 'desk-desk-desk-desk-4'
const files = (yaml: string) => ({ 'rollcall.yaml': yaml, 'secrets/desk': `${DESK}\n` })
const SECRETS = [...Object.values(env), DESK]

const EIGHT = `listen: 0.0.0.0:8787
outbound: { allowPrivate: [everywhere] }
defaults:
  schedule: "61 * * * * *"
  confirm: { every: soon }
platforms:
  bluesky: { bugdet: 300/15m }
accounts:
  - bluesky:bsky.app
  - blusky:nytimes.com
subscribers:
  - name: hook
    webhook: { url: https://news.example.org/hook, secret: the-secret-written-out }
  - name: pigeons
    pigeon: { loft: north }
`

async function configCheck(yaml: string, more: { args?: readonly string[]; env?: Record<string, string> } = {}) {
  const folder = folderWith(files(yaml))
  const ended = await rollcall(['config', 'check', join(folder.path, 'rollcall.yaml'), ...(more.args ?? [])], {
    env: more.env ?? env,
  })
  folder.remove()
  return { ...ended, file: join(folder.path, 'rollcall.yaml'), all: ended.stdout + ended.stderr }
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '')

describe.concurrent('config check', () => {
  test('a good file ends with 0 and prints the plan, and no secret', async () => {
    const { code, stdout, all } = await configCheck(GOOD)
    expect(code).toBe(0)
    for (const words of ['x', 'bluesky', '300/15m', '3000/5m', 'USD']) expect(stdout).toContain(words)
    for (const secret of SECRETS) expect(all).not.toContain(secret)
  })

  test('the plan as JSON has requests, budget, money and the worst case for each platform', async () => {
    const { code, stdout } = await configCheck(GOOD, { args: ['--json'] })
    expect(code).toBe(0)
    type Plan = { platform: string; requests: number; budget: unknown; money: unknown; worstNoticeMs: number }
    const { platforms } = JSON.parse(stdout) as { platforms: readonly Plan[] }
    expect(platforms.map(({ platform }) => platform).toSorted()).toEqual(['bluesky', 'x'])
    const x = platforms.find(({ platform }) => platform === 'x')!
    expect(x.budget).toEqual({ requests: 300, windowMs: 900_000 })
    expect(x.requests).toBeGreaterThan(0)
    expect(x.worstNoticeMs).toBeGreaterThan(0)
    // One account every five seconds at a cent each.
    expect(x.money).toMatchObject({ perDay: expect.closeTo(172.8, 0) as number, limitPerDay: 40 })
  })

  test('eight faults are eight lines with file, line, column, path, expected and found; it exits 78', async () => {
    const { code, all, file } = await configCheck(EIGHT)
    expect(code).toBe(78)
    const lines = linesOf(all)
    for (const line of lines) expect(line).toMatch(/^.+rollcall\.yaml:\d+:\d+ \S+: expected .+, found .+/)
    expect(lines.map((line) => line.slice(file.length + 1).replace(/^(\d+):\d+ ([^:]+):.*$/, '$1 $2'))).toEqual([
      '1 listen',
      '2 outbound.allowPrivate[0]',
      '4 defaults.schedule',
      '5 defaults.confirm.every',
      '7 platforms.bluesky.bugdet',
      '10 accounts[1]',
      '13 subscribers[0].webhook.secret',
      '15 subscribers[1].pigeon',
    ])
    expect(all).not.toContain('the-secret-written-out')
  })

  test.for([
    ['a missing variable', GOOD, { ...env, X_BEARER_TOKEN: '' }, /platforms\.x\.bearer.*X_BEARER_TOKEN/],
    ['a missing secret file', GOOD.replace('./secrets/desk', './secrets/nobody'), env, /tokens\[1\]\.token.*nobody/],
    [
      'a listener beyond loopback without tokens',
      GOOD.replace('127.0.0.1:0', '0.0.0.0:8787').replace(/tokens:[^]*?defaults:/, 'defaults:'),
      env,
      /:2:\d+ listen: expected a loopback address/,
    ],
    ['an unknown key at the top', `${GOOD}\nlistn: 1\n`, env, /listn: expected .*listen/],
    ['a key twice', `${GOOD}\nlisten: 127.0.0.1:1\n`, env, /expected each key once/],
    ['no YAML at all', 'accounts: [', env, /:1:\d+ .*expected/],
    ['an id that is no text', GOOD.replace('"25073877"', '25073877'), env, /accounts\[0\]\.id: expected .*quotes/],
    [
      'an account twice, in other letters',
      GOOD.replace('- bluesky:bsky.app', '- x:REALdonaldtrump'),
      env,
      /accounts\[1\]: expected each account once/,
    ],
    [
      'an unknown type to be told of',
      GOOD.replace('outage.*', 'outage.exploded'),
      env,
      /subscribers\[0\]\.tell\.types\[0\]/,
    ],
  ] as const)('%s is a fault with its place', async ([, yaml, variables, words]) => {
    const { code, all } = await configCheck(yaml, { env: variables })
    expect(code).toBe(78)
    expect(all).toMatch(words)
    expect(linesOf(all)).toHaveLength(1)
    for (const secret of SECRETS) expect(all).not.toContain(secret)
  })

  test('a listener beyond loopback is fine with a token', async () => {
    expect((await configCheck(GOOD.replace('127.0.0.1:0', '0.0.0.0:8787'))).code).toBe(0)
  })

  test('a file that is not there is told, with 78', async () => {
    const { code, stderr } = await rollcall(['config', 'check', '/nowhere/rollcall.yaml'])
    expect(code).toBe(78)
    expect(stderr).toMatch(/^\/nowhere\/rollcall\.yaml:1:1 /)
  })

  test('the file that comes with it runs as it is, from any folder and without any variable', async () => {
    const folder = folderWith({})
    const { code, stderr } = await rollcall(['config', 'check'], { cwd: folder.path })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    folder.remove()
  })

  test('the file in the current folder is taken before the one that comes with it', async () => {
    const folder = folderWith({ 'config/rollcall.yaml': EIGHT })
    expect((await rollcall(['config', 'check'], { cwd: folder.path })).code).toBe(78)
    folder.remove()
  })

  test('the schema beside the file is the one that the program writes', async () => {
    const { stdout } = await rollcall(['config', 'schema'])
    expect(stdout).toBe(readFileSync(resolve(import.meta.dirname, '../../config/rollcall.schema.json'), 'utf8'))
  })
})

describe.concurrent('serve', () => {
  test('with a bad file exits 78 before any socket or store is opened', async () => {
    // Whoever opened a socket first would stumble over the port and not over the file.
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const folder = folderWith({ 'rollcall.yaml': `listen: 127.0.0.1:${port}\naccounts: [bluesky:not_a_domain]\n` })
    const ended = await rollcall(['serve', '--config', join(folder.path, 'rollcall.yaml')])
    taken.close()
    expect(ended.code).toBe(78)
    expect(ended.stderr).toMatch(/rollcall\.yaml:2:\d+ accounts\[0\]: expected/)
    expect(existsSync(join(folder.path, 'data'))).toBe(false)
    folder.remove()
  })

  test('reads secrets from files and keeps its store beside the configuration, wherever it is started', async () => {
    const folder = folderWith({ 'secrets/desk': `${DESK}\n` })
    const yaml = `listen: 127.0.0.1:0
store: sqlite:./deep/kept.db
tokens: [{ name: desk, role: operator, token: { file: ./secrets/desk } }]
platforms: { bluesky: { appview: "http://127.0.0.1:9", directory: "http://127.0.0.1:9", firehose: [] } }
accounts: [bluesky:ada.test]
`
    const served = await serve(yaml, { cwd: folder.path })
    expect(existsSync(join(folder.path, 'deep/kept.db'))).toBe(true)
    expect((await served.get('/api/v1/accounts')).status).toBe(401)
    expect((await served.get('/api/v1/accounts', { authorization: `Bearer ${DESK}` })).status).toBe(200)
    await served.stop()
    folder.remove()
  })
})
