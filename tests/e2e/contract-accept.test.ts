import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folderWith, rollcall, serve, type Served } from '../support/contract-process.ts'
import { AccountDetail, Outage, Problem, type Transition } from '../support/contract-shapes.ts'
import { BEARER, startX, type FakeX } from '../support/contract-x.ts'
import { freePort } from '../support/process.ts'
import { until } from '../support/run-app.ts'

const NAMES = ['moved', 'stolen', 'pinned', 'lost', 'quiet', 'fresh'] as const
const env = { BEARER }

let x: FakeX
let folder: ReturnType<typeof folderWith>
let open: Served
let yaml: string

beforeAll(async () => {
  x = await startX(NAMES)
  folder = folderWith({})
  const accounts = NAMES.filter((name) => name !== 'pinned').map((name) => `"x:${name}"`)
  yaml = `
listen: 127.0.0.1:0
store: sqlite:./rollcall.db
defaults: { schedule: "* * * * * *", confirm: { every: 50ms }, storm: { accounts: 1000 } }
platforms:
  x: { bearer: { env: BEARER }, api: "${x.url}", controls: { known: [known] }, budget: 100000/1m }
accounts: [{ account: "x:pinned", id: "${x.person('pinned').id}" }, ${accounts.join(', ')}]
`
  open = await serve(yaml, { env, cwd: folder.path })
  for (const name of NAMES) await isUp(name)
})

afterAll(async () => {
  await open.stop()
  await x.stop()
  folder.remove()
})

const path = (name: string) => `/api/v1/accounts/${encodeURIComponent(`x:${name}`)}/accept`
const accept = (name: string, body?: unknown) => open.post<AccountDetail>(path(name), body)
const isUp = (name: string) => open.sees(`x:${name}`, ({ belief }) => belief === 'up', 'is up')
const isDown = (name: string, because: string) =>
  open.sees(`x:${name}`, (one) => one.belief === 'down' && one.because.includes(because as never), `is ${because}`)

const toldOf = async (name: string): Promise<readonly Transition[]> =>
  (await open.transitions()).filter(({ outage }) => outage?.account === `x:${name}`)

type Remarked = Outage & { accepted: unknown; notes: { by: string; note: string; at: string }[] }
async function outageOf(name: string): Promise<Remarked> {
  const [newest] = await open.outages(`account=x%3A${name}`)
  return Outage.parse(newest) as Remarked
}

/** Waits until every look has asked about the account anew. */
async function looked(name: string): Promise<AccountDetail> {
  const since = Date.now()
  await until(
    () => open.account(`x:${name}`),
    ({ looks }) =>
      ['username', 'id'].every((look) => looks.some((one) => one.look === look && Date.parse(one.askedAt) > since)),
    `${name} was looked at by both looks`,
  )
  return open.account(`x:${name}`)
}

async function refused(answer: Promise<{ status: number; json: unknown }>): Promise<string> {
  const { status, json } = await answer
  expect(status).toBe(409)
  return Problem.parse(json).detail
}

describe.concurrent('who an account is, a person decides', () => {
  test('a new name is accepted: the outage is over by that decision, and the account is asked for by it', async () => {
    const { id } = x.person('moved')
    x.rename('moved', 'moved_on')
    await isDown('moved', 'renamed')
    const { status, json } = await accept('moved', { by: 'Ann', note: 'they said so' })
    expect(status).toBe(200)
    expect(AccountDetail.parse(json)).toMatchObject({
      account: 'x:moved',
      handle: 'moved',
      belief: 'up',
      outage: null,
      because: [],
      identity: { id, handle: 'moved_on' },
    })
    const outage = await outageOf('moved')
    expect(outage).toMatchObject({
      state: 'closed',
      because: ['renamed'],
      identity: { id, handle: 'moved' },
      accepted: { by: 'Ann', identity: { id, handle: 'moved_on' }, at: outage.closedAt },
      notes: [{ by: 'Ann', note: `accepted @moved_on (id ${id}) as the account's identity: they said so` }],
      firstPresentAt: outage.closedAt,
    })
    expect(outage.duration.minMs).toBeLessThanOrEqual(outage.duration.estimateMs)
    expect(outage.duration.estimateMs).toBeLessThanOrEqual(outage.duration.maxMs ?? 0)
    expect((await looked('moved')).belief).toBe('up')
    expect(x.asked.some((asked) => /usernames=(?:\w+,)*moved_on\b/.test(asked))).toBe(true)
    expect((await toldOf('moved')).map(({ name }) => name)).toEqual(['outage.opened', 'outage.closed'])
    expect(await refused(accept('moved'))).toContain('nothing to accept')
    const { json: checked } = await open.post<{ sightings: { verdict: string }[] }>('/api/v1/accounts/x%3Amoved/check')
    expect(checked.sightings.map(({ verdict }) => verdict)).toEqual(['present', 'present'])
  })

  test('a stranger on the handle is accepted, and from then on is who may be gone', async () => {
    const { id } = x.person('stolen')
    x.rename('stolen', 'victim')
    const stranger = x.add('stolen')
    const { looks } = await isDown('stolen', 'taken_over')
    expect(looks.find(({ look }) => look === 'username')).toMatchObject({ verdict: 'absent', because: ['taken_over'] })
    expect(await refused(accept('stolen', { id: '1' }))).toContain(`id ${stranger.id}`)
    const { status, json } = await accept('stolen', { id: stranger.id })
    expect(status).toBe(200)
    expect(AccountDetail.parse(json)).toMatchObject({ belief: 'up', identity: { id: stranger.id, handle: 'stolen' } })
    expect(json.lastPresentAt).not.toBeNull()
    expect(await outageOf('stolen')).toMatchObject({
      state: 'closed',
      identity: { id },
      accepted: { by: 'local', identity: { id: stranger.id } },
    })
    expect((await looked('stolen')).looks.map(({ verdict }) => verdict)).toEqual(['present', 'present'])
    stranger.state = 'suspended'
    await isDown('stolen', 'suspended')
    expect(await outageOf('stolen')).toMatchObject({ state: 'open', unseen: false, identity: { id: stranger.id } })
  })

  test('another id than the configuration pins is refused, with what to do', async () => {
    const { id } = x.person('pinned')
    x.rename('pinned', 'elsewhere')
    x.add('pinned')
    await isDown('pinned', 'taken_over')
    const detail = await refused(accept('pinned'))
    expect(detail).toContain(`pins the id ${id}`)
    expect(detail).toContain('Change the id in the configuration')
    expect((await isDown('pinned', 'taken_over')).identity?.id).toBe(id)
  })

  test('where nobody answers there is nobody to accept', async () => {
    x.set('lost', 'gone')
    await isDown('lost', 'not_found')
    expect(await refused(accept('lost'))).toBe('Nobody is at @lost now: not found or deactivated.')
    expect((await open.account('x:lost')).belief).toBe('down')
  })

  test('an account that is as it should be, or not on the roll, has nothing to accept', async () => {
    expect(await refused(accept('quiet'))).toContain('nothing to accept')
    expect(await toldOf('quiet')).toEqual([])
    expect((await accept('nobody')).status).toBe(404)
    expect((await open.post(path('quiet'), { note: 1 })).status).toBe(400)
    expect((await open.post(path('quiet'), {}, { origin: 'https://evil.example' })).status).toBe(403)
  })

  test('the command does it over HTTP, and says how it went', async () => {
    const { id } = x.person('fresh')
    const run = (...args: string[]) => rollcall(['accept', ...args, '--url', open.url], { cwd: folder.path })
    const nothing = await run('x:fresh')
    expect([nothing.code, nothing.stdout]).toEqual([1, ''])
    expect(nothing.stderr).toContain('nothing to accept')
    x.rename('fresh', 'fresher')
    await isDown('fresh', 'renamed')
    const done = await run('x:fresh', '--note', 'read it in the paper', '--json')
    expect([done.code, done.stderr]).toEqual([0, ''])
    expect(AccountDetail.parse(JSON.parse(done.stdout))).toMatchObject({ identity: { id, handle: 'fresher' } })
    expect((await outageOf('fresh')).notes[0]?.note).toContain('read it in the paper')
    expect((await run('nobody')).code).toBe(64)
    expect((await rollcall(['accept', 'x:fresh', '--url', `http://127.0.0.1:${await freePort()}`])).code).toBe(1)
  })
})

test('what was accepted outlives a kill, and goes on being watched', async () => {
  await open.end('SIGKILL')
  x.asked.length = 0
  open = await serve(yaml, { env, cwd: folder.path })
  expect(await looked('moved')).toMatchObject({ belief: 'up', identity: { handle: 'moved_on' } })
  expect(await open.account('x:fresh')).toMatchObject({ belief: 'up', identity: { handle: 'fresher' } })
  const names = x.asked.flatMap((asked) => /usernames=([^&]*)/.exec(asked)?.[1]?.split(',') ?? [])
  expect(names).toContain('moved_on')
  expect(names).not.toContain('moved')
  x.set('moved_on', 'suspended')
  await isDown('moved', 'suspended')
  x.set('moved_on', 'active')
  await isUp('moved')
  expect((await toldOf('moved')).map(({ name }) => name)).toEqual([
    'outage.opened',
    'outage.closed',
    'outage.opened',
    'outage.closed',
  ])
  expect(await outageOf('moved')).toMatchObject({ accepted: null, identity: { handle: 'moved_on' } })
})

test('killed in the middle of it, it is accepted or can be, and never half', async () => {
  x.rename('quiet', 'quieter')
  await isDown('quiet', 'renamed')
  const accepting = accept('quiet').catch(() => null)
  await until(
    () => x.asked.at(-1),
    (asked) => asked?.includes('usernames=quieter') === true,
    'the look for the new name is under way',
  )
  await open.end('SIGKILL')
  await accepting
  open = await serve(yaml, { env, cwd: folder.path })
  expect([200, 409]).toContain((await accept('quiet')).status)
  expect(await looked('quiet')).toMatchObject({ belief: 'up', identity: { handle: 'quieter' } })
  expect((await toldOf('quiet')).map(({ name }) => name)).toEqual(['outage.opened', 'outage.closed'])
})
