import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folderWith, rollcall } from '../support/contract-process.ts'
import { hasPacks, packFile } from '../support/packs.ts'

let server: Server
let folder: ReturnType<typeof folderWith>

/** A site with a few members, one page for all others, and a bad day for those called `walled`. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const [, place, name] = (request.url ?? '').split('/')
    const page = (status: number, text: string): void =>
      void response.writeHead(status, { 'content-type': 'text/html' }).end(`<html><body>${text}</body></html>`)
    if (name === 'walled') page(403, 'No such member')
    else if (name === 'alice') page(200, 'Member since 2009')
    else if (place === 'list') response.writeHead(302, { location: '/members' }).end()
    else page(404, 'No such member')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const rule = {
    e_code: 200,
    e_string: 'Member since',
    m_code: 404,
    m_string: 'No such member',
    known: ['alice'],
    cat: 'social',
  }
  folder = folderWith({
    'rollcall.yaml': `
outbound: { allowPrivate: [127.0.0.0/8] }
platforms:
  forum:
    kind: http
    url: ${base}/list/{account}
    present: { status: 200, text: Member since }
    absent: { redirect: /members }
    controls: { known: [alice] }
rules:
  - { file: ./packs/wmn.json, format: whatsmyname }
  - { file: ./packs/sherlock.json, format: sherlock }
accounts: [forum:alice]
`,
    'packs/wmn.json': JSON.stringify({
      license: ['Copyright (C) 2026 Somebody'],
      authors: ['somebody'],
      categories: ['social'],
      sites: [{ name: 'Some Site', uri_check: `${base}/u/{account}`, ...rule }],
    }),
    'packs/sherlock.json': JSON.stringify({
      'Other Site': { url: `${base}/u/{}`, urlMain: base, errorType: 'status_code', username_claimed: 'alice' },
    }),
    'packs/none.json': '{"license":1}',
  })
})

afterAll(async () => {
  folder.remove()
  server.close()
  await once(server, 'close')
})

const check = (...args: readonly string[]) =>
  rollcall(['check', '--config', join(folder.path, 'rollcall.yaml'), ...args])

describe.concurrent('a site, whoever described it', () => {
  test.for(['forum', 'somesite', 'othersite'])('%s is looked at like any platform', async (platform) => {
    const { code, stdout } = await check(`${platform}:alice`, `${platform}:nobody`, `${platform}:walled`)
    expect(code).toBe(1)
    expect(stdout).toMatch(new RegExp(`^${platform}:alice  present`, 'm'))
    expect(stdout).toMatch(new RegExp(`^${platform}:nobody  gone: not found, deactivated, suspended or deleted`, 'm'))
    expect(stdout).toMatch(new RegExp(`^${platform}:walled  cannot see: blocked`, 'm'))
  })

  test('a name that the site cannot have is bad usage', async () => {
    const { code, stderr } = await check('somesite:a/b')
    expect(code).toBe(64)
    expect(stderr).toMatch(/a handle on Some Site/)
  })
})

describe.concurrent('rollcall rules check', () => {
  const rules = (...args: readonly string[]) => rollcall(['rules', 'check', ...args], { cwd: folder.path })

  test('tells the format by the content, and is 0', async () => {
    const { code, stdout } = await rules('packs/sherlock.json')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Sherlock {2}MIT/)
    expect(stdout).toMatch(/packs\/sherlock\.json \(sherlock\): 1 taken, 0 refused, 0 in collision, 0 flagged/)
    // eslint-disable-next-line no-control-regex -- no colours where nobody looks
    expect(stdout).not.toMatch(/\u001b/)
  })

  test('--json names every site that is taken', async () => {
    const { code, stdout } = await rules('packs/wmn.json', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'WhatsMyName',
      licence: 'Copyright (C) 2026 Somebody',
      taken: [{ platform: 'somesite', title: 'Some Site', trust: 'medium' }],
      counts: { taken: 1 },
    })
  })

  test.for([
    ['a file that is not there', ['nowhere.json'], 78],
    ['a file that is no pack', ['packs/none.json'], 78],
    ['a pack of another format', ['packs/wmn.json', '--format', 'sherlock'], 78],
    ['a format that nobody knows', ['packs/wmn.json', '--format', 'maigret'], 64],
    ['no file', [], 64],
  ] as const)('%s', async ([, args, expected]) => {
    const { code, stdout, stderr } = await rules(...args)
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
    expect(stderr.trim().split('\n').length).toBeLessThan(4)
  })

  test.skipIf(!hasPacks)('the packs there are come through, ours kept', async () => {
    const { code, stdout } = await rules(packFile('sherlock'))
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}Bluesky +there is another platform called bluesky$/m)
    expect(stdout).toMatch(/^ {2}Tuna +known names that it could not have itself$/m)
  })
})
