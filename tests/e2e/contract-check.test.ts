import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startBluesky, type FakeBluesky } from '../support/contract-bluesky.ts'
import { folderWith, rollcall } from '../support/contract-process.ts'
import { at } from '../support/contract-shapes.ts'
import { BEARER, startX, type FakeX } from '../support/contract-x.ts'

let network: FakeBluesky
let x: FakeX
let folder: ReturnType<typeof folderWith>

beforeAll(async () => {
  network = await startBluesky(['here.test', 'gone.test', 'apponly.test', 'dark.test'])
  x = await startX(['ada', 'bob'])
  network.set('gone.test', 'deactivated')
  network.set('apponly.test', { app: 'takendown' })
  x.set('bob', 'suspended')
  network.trouble((_, url, response) => {
    const about = decodeURIComponent(`${url.pathname}${url.search}`)
    if (!about.includes('dark.test') && !about.includes(network.person('dark.test').did)) return false
    response.writeHead(503).end()
    return true
  })
  folder = folderWith({
    'rollcall.yaml': `
outbound: { allowPrivate: [127.0.0.0/8] }
platforms:
  bluesky: ${network.settings()}
  x: { bearer: { env: BEARER }, api: "${x.url}", controls: { known: [known] } }
accounts: [bluesky:here.test]
subscribers: [{ name: unset, slack: { url: { env: NOT_SET_AND_NOT_NEEDED } } }]
`,
  })
})

afterAll(async () => {
  folder.remove()
  await Promise.all([network.stop(), x.stop()])
})

const check = (...args: readonly string[]) =>
  rollcall(['check', '--config', join(folder.path, 'rollcall.yaml'), ...args], { env: { BEARER } })

const Look = z.looseObject({
  look: z.string(),
  verdict: z.enum(['present', 'absent', 'inconclusive']),
  because: z.array(z.string()),
  askedAt: at,
  answeredAt: at,
})
const Checked = z.looseObject({
  accounts: z.array(
    z.looseObject({
      account: z.string(),
      verdict: z.enum(['present', 'absent', 'inconclusive']),
      because: z.array(z.string()),
      looks: z.array(Look).min(2),
    }),
  ),
})

describe.concurrent('rollcall check', () => {
  test('all present is 0, with a readable line for each account and each look', async () => {
    const { code, stdout, stderr } = await check('bluesky:here.test', 'x:ada')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^bluesky:here\.test +present/m)
    expect(stdout).toMatch(/^x:ada +present/m)
    expect(stdout).toMatch(/in the app +present/)
    expect(stdout).toMatch(/at its host +present/)
    // eslint-disable-next-line no-control-regex -- no colours and no progress where nobody looks
    expect(stdout + stderr).not.toMatch(/\u001b|\r/)
  })

  test('any absent is 1, and says why', async () => {
    const { code, stdout } = await check('bluesky:here.test', 'x:bob', 'bluesky:gone.test')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^x:bob .*suspended/m)
    expect(stdout).toMatch(/^bluesky:gone\.test .*deactivated/m)
  })

  test('any inconclusive is 2', async () => {
    const { code, stdout } = await check('bluesky:here.test', 'bluesky:dark.test')
    expect(code).toBe(2)
    expect(stdout).toMatch(/^bluesky:dark\.test .*cannot see/m)
  })

  test('absent weighs more than inconclusive', async () => {
    expect((await check('bluesky:dark.test', 'bluesky:gone.test')).code).toBe(1)
  })

  test('a name that nobody has is absent, whatever else is unknown of it', async () => {
    expect((await check('bluesky:nobody.test', 'x:nobody_at_all')).code).toBe(1)
  })

  test('--json is one document with every look, in the order asked', async () => {
    const { code, stdout } = await check('bluesky:apponly.test', 'x:ada', 'bluesky:dark.test', '--json')
    expect(code).toBe(1)
    const { accounts } = Checked.parse(JSON.parse(stdout))
    expect(accounts.map(({ account, verdict }) => [account, verdict])).toEqual([
      ['bluesky:apponly.test', 'absent'],
      ['x:ada', 'present'],
      ['bluesky:dark.test', 'inconclusive'],
    ])
    expect(accounts[0]!.looks.map(({ look, verdict }) => [look, verdict])).toEqual([
      ['appview', 'absent'],
      ['host', 'present'],
    ])
    expect(accounts[0]!.because).toEqual(['suspended'])
    expect(accounts[2]!.because).toEqual(['platform_error'])
  })

  test.for([
    ['no account', []],
    ['an unknown platform', ['myspace:tom']],
    ['a handle that can be none', ['bluesky:not_a_domain']],
    ['no address', ['realDonaldTrump']],
    ['an unknown option', ['--verbose', 'bluesky:here.test']],
  ] as const)('%s is bad usage', async ([, args]) => {
    const { code, stdout, stderr } = await check(...args)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr.length).toBeGreaterThan(10)
  })

  test('a file that is not there is 78', async () => {
    expect((await rollcall(['check', 'bluesky:here.test', '--config', '/nowhere.yaml'])).code).toBe(78)
  })

  test('without a file, a platform that needs a credential says which', async () => {
    const empty = folderWith({})
    const { code, stderr } = await rollcall(['check', 'x:ada'], { cwd: empty.path })
    expect(code).toBe(78)
    expect(stderr).toMatch(/platforms\.x\.bearer: expected .*x:ada needs it/)
    empty.remove()
  })

  test('the credential is never shown', async () => {
    x.trouble((url, response) => {
      if (!url.search.includes('walled')) return false
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"title":"Unauthorized","status":401}')
      return true
    })
    const { code, stdout, stderr } = await check('x:walled', '--json')
    expect(code).toBe(2)
    expect(stdout).toContain('unauthorized')
    expect(stdout + stderr).not.toContain(BEARER)
  })

  test('what it asks of X is what X takes', () => {
    expect(x.faults).toEqual([])
  })
})
