import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { connectedWith, faultsOf, load, write } from './kinds.ts'

test('the least configuration is one account; everything else has its default', () => {
  const file = write('accounts: [bluesky:BSKY.app]\n')
  const { platforms, ...config } = load(file)
  expect(platforms.map(({ id }) => id)).toEqual(['bluesky'])
  expect(config).toEqual({
    file,
    packs: [],
    listen: { host: '127.0.0.1', port: 8787 },
    publicUrl: null,
    store: { kind: 'sqlite', path: join(dirname(file), 'data/rollcall.db') },
    outbound: { contact: null, allowPrivate: [] },
    tokens: [],
    origins: [],
    confirm: { sightings: 3, looks: 2, vantages: 1, clears: 2, everyMs: 1000 },
    blindAfterMs: null,
    storm: { accounts: 5, share: 0.3, withinMs: 60_000 },
    accounts: [
      {
        account: 'bluesky:bsky.app',
        platform: 'bluesky',
        handle: 'bsky.app',
        name: 'bsky.app',
        id: null,
        important: false,
        tags: [],
        schedule: '*/10 * * * * *',
      },
    ],
    subscribers: [],
    heartbeat: null,
  })
})

const FULL = `
listen: "[::]:0"
publicUrl: https://rollcall.example.org/
store: sqlite:../rollcall.db
outbound: { contact: ops@example.org, allowPrivate: [127.0.0.0/8, "fd00::/8"] }
tokens:
  - { name: wall, role: viewer, token: { env: WALL_TOKEN } }
  - { name: desk, role: operator, token: { file: ./desk.token } }
origins: [https://Desk.example.org/]
heartbeat: { url: { env: SLACK_URL }, every: 30s }
defaults:
  schedule: "*/20 * * * * *"
  confirm: { sightings: 4, looks: 3, vantages: 1, every: 500ms, clears: 1 }
  blindAfter: 5m
  storm: { accounts: 3, share: 0.5, within: 2m }
platforms:
  x: { bearer: { env: X_BEARER }, budget: 900/15m, spend: 40/day, timeout: 3s, concurrency: 5, controls: { known: ["@X"] } }
  bluesky:
accounts:
  - { account: "x:@jack", name: Jack, id: "12", important: true, tags: [vip, vip], schedule: "*/5 * * * * *" }
  - bluesky:bsky.app
subscribers:
  - name: desk
    slack: { url: { env: SLACK_URL } }
    tell: { types: [outage.*, sight.lost], tags: [vip], platforms: [x], accounts: ["x:@JACK"], important: true }
  - name: newsroom
    webhook: { url: https://news.example/hook }
`

test('a full configuration arrives resolved, in our own units and absolute', () => {
  connectedWith.length = 0
  const file = write(FULL, { 'desk.token': 'a-desk-token-from-a-file\n' })
  const config = load(file)
  expect(config).toMatchObject({
    listen: { host: '::', port: 0 },
    publicUrl: 'https://rollcall.example.org',
    store: { kind: 'sqlite', path: join(dirname(file), '../rollcall.db') },
    outbound: { contact: 'ops@example.org', allowPrivate: ['127.0.0.0/8', 'fd00::/8'] },
    tokens: [
      { name: 'wall', role: 'viewer', token: 'a-wall-token-of-24-bytes' },
      { name: 'desk', role: 'operator', token: 'a-desk-token-from-a-file' },
    ],
    origins: ['https://desk.example.org'],
    heartbeat: { url: 'https://hooks.slack.example/services/T0/B0/sssssecret', everyMs: 30_000 },
    confirm: { sightings: 4, looks: 3, vantages: 1, clears: 1, everyMs: 500 },
    blindAfterMs: 300_000,
    storm: { accounts: 3, share: 0.5, withinMs: 120_000 },
    accounts: [
      {
        account: 'x:jack',
        handle: 'jack',
        name: 'Jack',
        id: '12',
        important: true,
        tags: ['vip'],
        schedule: '*/5 * * * * *',
      },
      { account: 'bluesky:bsky.app', schedule: '*/20 * * * * *' },
    ],
    subscribers: [
      {
        name: 'desk',
        channel: { id: 'slack' },
        tell: {
          types: ['outage.*', 'sight.lost'],
          tags: ['vip'],
          platforms: ['x'],
          accounts: ['x:jack'],
          important: true,
        },
      },
      { name: 'newsroom', channel: { id: 'webhook' }, tell: { types: [], tags: [], platforms: [], accounts: [] } },
    ],
  })
})

test('platforms and channels are connected with their own settings, their secrets resolved and trimmed', () => {
  connectedWith.length = 0
  load(write(FULL, { 'desk.token': 'a-desk-token-from-a-file\n' }))
  expect(connectedWith).toEqual([
    {
      id: 'bluesky',
      settings: { appview: 'https://appview.example', firehose: [] },
      common: {
        controls: { known: ['bsky.app'] },
        budget: { requests: 300, windowMs: 900_000 },
        spendPerDay: null,
        timeoutMs: 10_000,
        concurrency: 2,
      },
    },
    {
      id: 'x',
      settings: { bearer: 'bearer-of-x', api: 'https://api.example' },
      common: {
        controls: { known: ['X'] },
        budget: { requests: 900, windowMs: 900_000 },
        spendPerDay: 40,
        timeoutMs: 3_000,
        concurrency: 5,
      },
    },
    { id: 'slack', target: { url: 'https://hooks.slack.example/services/T0/B0/sssssecret' } },
    { id: 'webhook', target: { url: 'https://news.example/hook' } },
  ])
})

test('sections with nothing in them are as if they were not there', () => {
  const config = load(write('tokens:\nplatforms:\naccounts: [bluesky:bsky.app]\nsubscribers:\n#  - name: desk\n'))
  expect(config).toMatchObject({ tokens: [], subscribers: [] })
})

test('a platform is connected when it is configured or used, and only then', () => {
  expect(load(write('accounts: [bluesky:bsky.app]\n')).platforms.map(({ id }) => id)).toEqual(['bluesky'])
  const both = 'platforms: { x: { bearer: { env: X_BEARER } } }\naccounts: [bluesky:bsky.app]\n'
  expect(load(write(both)).platforms.map(({ id }) => id)).toEqual(['bluesky', 'x'])
})

test('the default of two looks is no fault on a platform that offers one', () => {
  const one = 'platforms: { x: { bearer: { env: X_BEARER } } }\naccounts: [x:jack]\n'
  expect(load(write(`${one}defaults: { confirm: { looks: 2 } }\n`)).confirm.looks).toBe(2)
  expect(faultsOf(write(`${one}defaults: { confirm: { looks: 3 } }\n`)).message).toMatch(/expected at most 2/)
})

test.each(['127.0.0.1', '127.8.8.8', '[::1]', 'localhost', '[::ffff:127.0.0.1]'])('%s needs no token', (host) => {
  expect(faultsOf(write(`listen: "${host}:8787"\naccounts: [bluesky:bsky.app]\n`)).faults).toEqual([])
})

test.each(['0.0.0.0', '[::]', '192.168.1.4', 'rollcall.example.org', '[::ffff:10.0.0.1]'])(
  '%s needs a token',
  (host) => {
    const text = `listen: "${host}:8787"\naccounts: [bluesky:bsky.app]\n`
    expect(faultsOf(write(text)).message).toMatch(/:1:9 listen: expected a loopback address/)
    const tokens = 'tokens: [{ name: wall, role: viewer, token: { env: WALL_TOKEN } }]\n'
    expect(faultsOf(write(text + tokens)).faults).toEqual([])
  },
)

test('a secret that is wrong is not shown by any fault, even where it was resolved', () => {
  const text = [
    'tokens: [{ name: wall, role: viewer, token: { env: SHORT_TOKEN } }]',
    'heartbeat: { url: { env: PLAIN_TEXT } }',
    'accounts: [bluesky:bsky.app]',
  ]
  const { faults, message } = faultsOf(write(text.join('\n')))
  expect(faults).toHaveLength(2)
  expect(message).not.toMatch(/short-one|sssssecret/)
})

test('when a subscriber is told is read in milliseconds and minutes', () => {
  const file = write(`
accounts: [bluesky:bsky.app]
subscribers:
  - name: desk
    webhook: { url: https://news.example }
    after: 5m
    remind: 30m
    quiet: { from: 22:00, to: "07:00", zone: Europe/Berlin, days: [fri, sat] }
    fallback: mail
  - { name: mail, webhook: { url: https://news.example }, digest: daily }
  - { name: wall, webhook: { url: https://news.example }, digest: { at: "18:30", zone: Asia/Kathmandu } }
`)
  expect(load(file).subscribers).toMatchObject([
    {
      afterMs: 300_000,
      remindMs: 1_800_000,
      hold: { kind: 'quiet', from: 1_320, to: 420, zone: 'Europe/Berlin', days: ['fri', 'sat'] },
      fallback: 'mail',
    },
    { hold: { kind: 'digest', at: 480, zone: 'UTC' } },
    { hold: { kind: 'digest', at: 1_110, zone: 'Asia/Kathmandu' } },
  ])
})

test('who is told in one place is known to be, and the place gives no secret away', () => {
  const file = write(`
accounts: [bluesky:bsky.app]
subscribers:
  - { name: desk, webhook: { url: https://news.example } }
  - { name: night, after: 5m, webhook: { url: https://news.example } }
  - { name: wall, webhook: { url: https://news.example/wall } }
`)
  const [desk, night, wall] = load(file).subscribers.map(({ place }) => place)
  expect(desk).toBe(night)
  expect(desk).not.toBe(wall)
  expect(desk).toMatch(/^[\w-]{43}$/)
})
