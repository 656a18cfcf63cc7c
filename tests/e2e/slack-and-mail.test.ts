import { createHmac } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import type { Store } from '../../src/core/store.ts'
import { startSlackApi, TOKEN } from '../support/fake-slack-api.ts'
import { startMailServer } from '../support/mail-server.ts'
import { runApp, tempFolder, until } from '../support/run-app.ts'
import { createXWorld } from '../support/x-world.ts'

const SIGNING = 'a-signing-secret-of-slack'

type Button = { readonly action_id: string; readonly value: string }
type Slack = Awaited<ReturnType<typeof startSlackApi>>

const title = (slack: Slack): string => String(slack.posted[0]?.texts[1])

function buttonsOf(slack: Slack): readonly Button[] {
  const blocks = (slack.posted[0]?.payload['blocks'] ?? []) as { type: string; elements: Button[] }[]
  return blocks.filter(({ type }) => type === 'actions').flatMap(({ elements }) => elements)
}

const beliefOf = async (url: string): Promise<string> =>
  ((await (await fetch(`${url}/api/v1/accounts/x:ada`)).json()) as { belief: string }).belief

/** Somebody presses the button that the message has now. */
function press(url: string, button: Button, username: string, responseUrl: string): Promise<Response> {
  const user = { id: 'U1', username }
  const payload = { type: 'block_actions', user, actions: [button], response_url: responseUrl }
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', SIGNING).update(`v0:${timestamp}:${body}`).digest('hex')
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  }
  return fetch(`${url}/slack/interactions`, { method: 'POST', headers, body })
}

test('an outage is one Slack message and one thread of mails, and is acknowledged by the button', async () => {
  const [world, slack, box] = await Promise.all([createXWorld(['ada', 'known']), startSlackApi(), startMailServer()])
  const yaml = `listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "* * * * * *", confirm: { sightings: 2, looks: 1, every: 50ms, clears: 1 } }
platforms:
  x: { bearer: { env: BEARER }, api: "${world.url}", controls: { known: [known] }, budget: 100000/1m }
accounts: [x:ada]
subscribers:
  - name: desk
    slack: { token: { env: TOKEN }, channel: "#desk", signingSecret: { env: SIGNING }, api: "${slack.api}" }
    tell: { types: [outage.*] }
  - name: editors
    email: { smtp: { host: 127.0.0.1, port: ${box.port} }, from: rollcall@example.org, to: desk@example.org }
    tell: { types: [outage.*] }
`
  const { url, stop } = await runApp(yaml, { env: { BEARER: 'a-bearer-for-tests', TOKEN, SIGNING }, speed: 5 })
  onTestFinished(async () => {
    await stop()
    await Promise.all([slack.stop(), box.stop(), world.stop()])
  })
  const said = () => title(slack)

  await until(
    () => beliefOf(url),
    (belief) => belief === 'up',
    'she is up',
  )
  world.set('ada', 'suspended')
  await until(said, (text) => text.includes('suspended'), 'her outage is told')
  const [button] = buttonsOf(slack)
  expect((await press(url, button!, 'roadrunner', slack.responseUrl)).status).toBe(200)
  await until(said, (text) => text.includes('roadrunner has acknowledged'), 'the message says who knows')
  expect((await press(url, button!, 'coyote', slack.responseUrl)).status).toBe(200)
  await until(
    () => slack.whispered.map(({ text }) => text),
    ([first, second]) => /^You have/.test(first ?? '') && /^`roadrunner` has already/.test(second ?? ''),
    'both read what became of their press',
  )
  world.set('ada', 'active')
  await until(said, (text) => text.includes('is back'), 'the message says that she is back')
  await until(
    () => [slack.posted.length, box.arrived.length],
    ([posted, arrived]) => posted === 3 && arrived === 3,
    'everything is told',
  )
  expect(slack.posted.map(({ threadTs, isBroadcast }) => [threadTs, isBroadcast])).toEqual([
    [null, false],
    [slack.posted[0]?.ts, false],
    [slack.posted[0]?.ts, true],
  ])
  const [first, ...rest] = box.arrived.map(({ headers }) => headers)
  expect(rest.map((headers) => [headers['subject'], headers['in-reply-to']])).toEqual(
    Array.from({ length: 2 }, () => [first?.['subject'], first?.['message-id']]),
  )
})

const YAML = (folder: string, world: string, slack: Slack): string => `listen: 127.0.0.1:0
store: "sqlite:${folder}/rollcall.db"
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "* * * * * *", confirm: { sightings: 2, looks: 1, every: 50ms, clears: 1 } }
platforms:
  x: { bearer: { env: BEARER }, api: "${world}", controls: { known: [known] }, budget: 100000/1m }
accounts: [x:ada]
subscribers:
  - name: desk
    slack: { token: { env: TOKEN }, channel: C024BE91L, signingSecret: { env: SIGNING }, api: "${slack.api}" }
`
const ENV = { BEARER: 'a-bearer-for-tests', TOKEN, SIGNING }

/** Nothing is written of what was told from now on, as after a kill between Slack's answer and the disk. */
const forgetful = (store: Store): Store => ({ ...store, settle: () => Promise.reject(new Error('killed')) })

test('what Slack took before a kill stands there once, and is edited after the restart', async () => {
  const [world, slack] = await Promise.all([createXWorld(['ada', 'known']), startSlackApi()])
  const folder = tempFolder()
  onTestFinished(async () => {
    await Promise.all([slack.stop(), world.stop()])
    folder.remove()
  })
  const yaml = YAML(folder.path, world.url, slack)
  const first = await runApp(yaml, { env: ENV, parts: { aroundStore: forgetful } })
  await until(
    () => beliefOf(first.url),
    (belief) => belief === 'up',
    'she is up',
  )
  world.set('ada', 'suspended')
  await until(
    () => slack.posted.length,
    (posted) => posted === 1,
    'her outage is told',
  )
  await first.stop()

  const { url, desk, stop } = await runApp(yaml, { env: ENV })
  onTestFinished(stop)
  const settled = async () => (await desk.store.deliveries({ state: 'delivered', limit: 10 })).items.length
  await until(settled, (count) => count === 1, 'it is known as told')
  expect(slack.posted).toHaveLength(1)
  const outage = buttonsOf(slack)[0]!.value
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ by: 'Ada', note: 'on it' })
  await fetch(`${url}/api/v1/outages/${outage}/acknowledge`, { method: 'POST', headers, body })
  await until(
    () => title(slack),
    (text) => text.includes('Ada has acknowledged'),
    'the message says who acknowledged elsewhere',
  )
  expect(buttonsOf(slack)).toEqual([])
  world.set('ada', 'active')
  await until(settled, (count) => count === 3, 'her return is told')
  expect(title(slack)).toContain('is back')
  expect(slack.posted.map(({ threadTs }) => threadTs)).toEqual([null, slack.posted[0]?.ts, slack.posted[0]?.ts])
})
