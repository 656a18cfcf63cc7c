import { createHmac } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { startSlackApi, TOKEN } from '../support/fake-slack-api.ts'
import { startMailServer } from '../support/mail-server.ts'
import { runApp, until } from '../support/run-app.ts'
import { createXWorld } from '../support/x-world.ts'

const SIGNING = 'a-signing-secret-of-slack'

/** Somebody presses the button that the message has now. */
function press(url: string, button: { readonly action_id: string; readonly value: string }): Promise<Response> {
  const payload = { type: 'block_actions', user: { id: 'U1', username: 'roadrunner' }, actions: [button] }
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
  const seen = async () => (await (await fetch(`${url}/api/v1/accounts/x:ada`)).json()) as { belief: string }
  const title = () => String(slack.posted[0]?.texts[1])

  await until(seen, ({ belief }) => belief === 'up', 'she is up')
  world.set('ada', 'suspended')
  await until(title, (text) => text.includes('suspended'), 'her outage is told')
  const blocks = slack.posted[0]?.payload['blocks'] as {
    type: string
    elements: { action_id: string; value: string }[]
  }[]
  const button = blocks.find(({ type }) => type === 'actions')!.elements[0]!
  expect((await press(url, button)).status).toBe(200)
  await until(title, (text) => text.includes('roadrunner has acknowledged'), 'the message says who knows')
  world.set('ada', 'active')
  await until(title, (text) => text.includes('is back'), 'the message says that she is back')
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
