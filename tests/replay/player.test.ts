import { existsSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { request } from 'undici'
import { expect, test } from 'vitest'
import type { Outage } from '../../src/core/outage.ts'
import { createFastClock } from '../../src/io/clock.ts'
import { play, type Replay } from '../../src/replay/player.ts'
import { parseScenario } from '../../src/replay/scenario.ts'
import { startFakeApp, type FakeApp } from './fake-app.ts'

const scenario = parseScenario(
  `title: A minute
start: 2017-11-02T22:00:00Z
end: 2017-11-02T22:01:00Z
facts: F
invented: all of it
control: known
accounts:
  - { handle: ada, id: "3", name: Ada, followers: 7, important: true }
  - { handle: bob, id: "4", name: Bob, followers: 7, schedule: "*/15 * * * * *" }
  - { handle: known, id: "5", name: Known, followers: 1, watched: false }
timeline:
  - { at: "22:00:10", do: gone, account: ada, note: by mistake, invented: all }
  - { at: "22:00:40", do: back, account: ada }
spells:
  - { from: "22:00:45", to: "22:00:50", do: login-wall }
`,
  'minute.yaml',
)
const at = (time: string): number => Date.parse(`2017-11-02T22:00:${time}Z`)

const outage = (rest: Partial<Outage>): Outage => ({
  id: 'out_1',
  account: 'x:ada',
  because: ['not_found', 'deactivated'],
  trust: 'high',
  disputed: [],
  lastPresentAt: at('09'),
  firstAbsentAt: at('11'),
  lastAbsentAt: at('11'),
  firstPresentAt: null,
  openedAt: at('12'),
  closedAt: null,
  blindMs: 0,
  sightings: 3,
  identity: { id: '3', handle: 'ada', followers: 7 },
  now: null,
  acknowledged: null,
  retracted: null,
  notes: [],
  ...rest,
})

const closed = { lastAbsentAt: at('39'), firstPresentAt: at('41'), closedAt: at('42') }

type Played = { replay: Replay; text: string; app: FakeApp }

/** Plays the minute at twenty times its pace, the app telling what `acts` says as soon as somebody watches it. */
async function played(
  acts: (app: FakeApp) => Promise<void>,
  options: { isTTY?: boolean; signal?: AbortSignal; env?: Record<string, string> } = {},
): Promise<Played> {
  let text = ''
  let app: FakeApp | undefined
  const replay = await play({
    scenario,
    speed: 20,
    port: 0,
    out: { write: (part) => (text += part), isTTY: options.isTTY ?? false, columns: 100 },
    signal: options.signal ?? new AbortController().signal,
    createClock: createFastClock,
    env: options.env ?? {},
    async startApp(file, clock) {
      const started = (app = await startFakeApp(file, clock))
      void started.watched.then(() => acts(started))
      return started
    },
  })
  return { replay, text, app: app! }
}

const tellAll = async (app: FakeApp): Promise<void> => {
  const scope = { kind: 'platform', platform: 'x' } as const
  await app.tell({ name: 'outage.opened', at: at('12'), outage: outage({}) })
  await app.tell({ name: 'outage.closed', at: at('42'), outage: outage(closed) })
  await app.tell({ name: 'sight.lost', at: at('46'), scope, since: at('45'), because: ['blocked'] })
}

test.concurrent('the app gets an ordinary configuration, and the stand-in takes its token', async () => {
  let users: unknown
  const { app } = await played(async ({ config, secret }) => {
    const { api, bearer } = config.platforms.x
    const headers = { authorization: `Bearer ${secret(bearer)}` }
    users = await (await request(`${api}/2/users/by?usernames=ada`, { headers })).body.json()
  })
  expect(users).toMatchObject({ data: [{ id: '3' }] })
  expect(app.config).toMatchObject({
    listen: '127.0.0.1:0',
    outbound: { allowPrivate: ['127.0.0.0/8'] },
    defaults: { schedule: '*/5 * * * * *' },
    platforms: { x: { controls: { known: ['known'] } } },
    accounts: [
      { account: 'x:ada', name: 'Ada', important: true },
      { account: 'x:bob', schedule: '*/15 * * * * *' },
    ],
  })
})

test.concurrent(
  'what happens is told as it happens, in plain lines where there is no terminal, and judged at the end',
  async () => {
    const { replay, text } = await played(tellAll)
    expect(replay).toMatchObject({ clean: true, notices: 3, copies: 0, refused: 0, frames: 3, invented: [] })
    expect(text).toBe(stripVTControlCharacters(text))
    expect(text).not.toContain('\r')
    expect(text).toMatch(/22:00:10 {2}world {5}@ada is gone: by mistake \(invented: all\)\n/)
    expect(text).toMatch(/22:00:12 {2}rollcall {2}x:ada is DOWN, gone: not found or deactivated; 7 followers\n/)
    expect(text).toMatch(/webhook {3}outage\.opened, signature right\n/)
    expect(text).toMatch(/socket {4}outage\.opened, number 1\n/)
    expect(text).toMatch(/22:00:42 {2}rollcall {2}x:ada is BACK after 30 s \(28 s to 32 s\)\n/)
    expect(text).toMatch(/rollcall {2}we cannot see x any more: blocked\n/)
    expect(text).toMatch(/22:00:50 {2}world {5}the platform answers again\n/)
    expect(text).toContain('The four instants')
    expect(text).toContain(
      'x:ada was gone from 22:00:10 to 22:00:40: told down after 2 s, for 30 s (28 s to 32 s), and the truth lies within',
    )
    expect(text).toContain('1 of 1 absences told, 0 false ones.')
  },
)

test.concurrent('an absence that was not told, a false one and bounds that do not hold are said', async () => {
  const missed = await played(async (app) => {
    await app.tell({ name: 'outage.opened', at: at('12'), outage: outage({ account: 'x:bob' }) })
  })
  expect(missed.replay).toMatchObject({ clean: false, told: [{ outage: null }], invented: [{ account: 'x:bob' }] })
  expect(missed.text).toContain('x:ada was gone from 22:00:10 to 22:00:40: NOT TOLD')
  expect(missed.text).toContain('x:bob was told down at 22:00:11: IT WAS THERE')

  const wrong = await played(async (app) => {
    await app.tell({ name: 'outage.closed', at: at('42'), outage: outage({ ...closed, lastPresentAt: at('11') }) })
  })
  expect(wrong.replay).toMatchObject({ clean: false, told: [{ boundsHold: false }] })
  expect(wrong.text).toContain('BUT THE TRUTH LIES OUTSIDE')
})

test.concurrent('on a terminal there is colour and a line that changes in place, and NO_COLOR is obeyed', async () => {
  const bright = await played(tellAll, { isTTY: true })
  expect(bright.text).toContain('\u001b[31m')
  const plain = await played(tellAll, { isTTY: true, env: { NO_COLOR: '1' } })
  // eslint-disable-next-line no-control-regex
  expect(plain.text).not.toMatch(/\u001b\[\d+m/)
})

test.concurrent('the signal ends it early; nothing is left behind, neither server nor folder', async () => {
  const ending = new AbortController()
  const { replay, app } = await played(
    () => {
      ending.abort()
      return Promise.resolve()
    },
    { signal: ending.signal },
  )
  expect(replay).toMatchObject({ clean: true, told: [], notices: 0 })
  expect(app.stopped).toBe(true)
  expect(existsSync(app.folder)).toBe(false)
  await expect(request(app.config.platforms.x.api)).rejects.toThrow('ECONNREFUSED')
  await expect(request(app.config.subscribers[0]!.webhook.url)).rejects.toThrow('ECONNREFUSED')
})

test.concurrent('an app that does not start ends it, and the folder is gone as well', async () => {
  let folder = ''
  const replaying = play({
    scenario,
    speed: 20,
    port: 0,
    out: { write: () => true },
    signal: new AbortController().signal,
    createClock: createFastClock,
    startApp(file) {
      folder = file.replace(/[^/]*$/, '')
      return Promise.reject(new Error('no room'))
    },
  })
  await expect(replaying).rejects.toThrow('no room')
  expect(existsSync(folder)).toBe(false)
})
