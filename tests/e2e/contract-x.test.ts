import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve, type Served } from '../support/contract-process.ts'
import { Outage, type Transition } from '../support/contract-shapes.ts'
import { BEARER, startX, type FakeX } from '../support/contract-x.ts'
import { until } from '../support/run-app.ts'

const NAMES = ['moved', 'stolen', 'erased', 'impostor', 'unpinned'] as const
const CROWD = Array.from({ length: 230 }, (_, index) => `crowd${index}`)

let x: FakeX
let rollcall: Served

beforeAll(async () => {
  x = await startX([...NAMES, ...CROWD])
  const accounts = [...NAMES.filter((name) => name !== 'impostor'), ...CROWD].map((name) => `"x:${name}"`).join(', ')
  rollcall = await serve(
    `
listen: 127.0.0.1:0
defaults: { schedule: "* * * * * *", confirm: { every: 50ms }, storm: { accounts: 1000 } }
platforms:
  x: { bearer: { env: BEARER }, api: "${x.url}", controls: { known: [known] }, budget: 100000/1m }
accounts: [{ account: "x:impostor", id: "25073877" }, ${accounts}]
`,
    { env: { BEARER } },
  )
  for (const name of ['moved', 'stolen', 'erased', 'unpinned']) await isUp(name)
})

afterAll(async () => {
  await rollcall.stop()
  await x.stop()
})

const isUp = (name: string) => rollcall.sees(`x:${name}`, ({ belief }) => belief === 'up', 'is up')
const isDown = (name: string) => rollcall.sees(`x:${name}`, ({ belief }) => belief === 'down', 'is down')

async function outageOf(name: string): Promise<Outage> {
  const [newest] = await rollcall.outages(`account=x%3A${name}`)
  return Outage.parse(newest)
}

const toldOf = async (name: string): Promise<readonly Transition[]> =>
  (await rollcall.transitions()).filter(({ outage }) => outage?.account === `x:${name}`)

/** Waits until the account was looked at so many times by each look. */
async function looked(name: string, times: number): Promise<void> {
  const seen = new Set<string>()
  await until(
    async () => {
      const { looks } = await rollcall.account(`x:${name}`)
      for (const { look, askedAt } of looks) seen.add(`${look} ${askedAt}`)
      return Math.min(...['username', 'id'].map((look) => [...seen].filter((one) => one.startsWith(look)).length))
    },
    (least) => least > times,
    `${name} was looked at ${times} times by each look`,
  )
}

describe.concurrent('who is who on X', () => {
  test('renamed: the old name leads nowhere, the pinned id has another', async () => {
    x.rename('moved', 'moved_on')
    await isDown('moved')
    await looked('moved', 2)
    const outage = await outageOf('moved')
    expect(outage).toMatchObject({ because: ['renamed'], now: { handle: 'moved_on' } })
    expect((await toldOf('moved')).length).toBeLessThanOrEqual(2)
  })

  test('renamed, and a stranger on the old name: taken over, told once and not on every look', async () => {
    x.rename('stolen', 'victim')
    const stranger = x.add('stolen')
    await isDown('stolen')
    await looked('stolen', 3)
    const outage = await outageOf('stolen')
    expect(outage).toMatchObject({ because: ['taken_over'], explicit: true, now: { id: stranger.id } })
    const told = await toldOf('stolen')
    expect(told.map(({ name }) => name).slice(0, 1)).toEqual(['outage.opened'])
    expect(told.length).toBeLessThanOrEqual(2)
  })

  test('deleted, and a stranger on the name: taken over', async () => {
    const { id } = x.person('erased')
    x.rename('erased', 'nobody_any_more')
    x.set('nobody_any_more', 'gone')
    const stranger = x.add('erased')
    await isDown('erased')
    await looked('erased', 2)
    expect(await outageOf('erased')).toMatchObject({ because: ['taken_over'], now: { id: stranger.id } })
    expect((await rollcall.account('x:erased')).identity?.id).toBe(id)
    expect((await toldOf('erased')).length).toBeLessThanOrEqual(2)
  })

  test('an id that the configuration pins is not the one that answers: taken over from the start', async () => {
    await isDown('impostor')
    expect(await outageOf('impostor')).toMatchObject({ because: ['taken_over'], unseen: true })
  })

  test('hundreds are asked many at a time, never more than a hundred', async () => {
    await until(
      () => rollcall.polled<{ accounts: { belief: string }[] }>('/api/v1/accounts?belief=up&limit=500'),
      ({ accounts }) => accounts.length >= 230,
      'the crowd is up',
    )
    const sizes = x.asked.map((asked) => asked.split('&', 1)[0]!.split(',').length)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100)
    // How many are due at once depends on how busy the machine is.
    expect(Math.max(...sizes)).toBeGreaterThan(10)
    expect(x.faults).toEqual([])
  })
})
