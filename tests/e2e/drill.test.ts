import { expect, onTestFinished, test } from 'vitest'
import { startReceiver } from '../support/receiver.ts'
import { runApp, until } from '../support/run-app.ts'
import { createXWorld } from '../support/x-world.ts'

test('a drill goes out beside the real thing: /metrics count only that, and nothing is recorded of the other', async () => {
  const [world, receiver] = [await createXWorld(['ada', 'known']), await startReceiver()]
  const yaml = `listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "* * * * * *", confirm: { sightings: 2, looks: 1, every: 50ms, clears: 1 } }
platforms:
  x: { bearer: { env: BEARER }, api: "${world.url}", controls: { known: [known] }, budget: 100000/1m }
accounts: [x:ada]
subscribers:
  - { name: hook, webhook: { url: "${receiver.origin}/hook", secret: { env: HOOK } } }
`
  const env = { BEARER: 'a-bearer-token-for-tests', HOOK: receiver.secret }
  const { url, stop } = await runApp(yaml, { env, speed: 5 })
  onTestFinished(async () => {
    await stop()
    await receiver.stop()
    await world.stop()
  })
  const told = (type: string) => receiver.received.filter(({ body }) => body.type === type)
  const metrics = async () => (await (await fetch(`${url}/metrics`)).text()).split('\n')

  const drilled = await fetch(`${url}/api/v1/subscribers/hook/drill`, { method: 'POST' })
  expect(await drilled.json()).toMatchObject({ subscriber: 'hook', outcome: 'delivered', notices: [{}, {}] })
  expect(told('drill').map(({ fault }) => fault)).toEqual([null, null])
  expect(await metrics()).toContain('rollcall_subscriber_failing{subscriber="hook",channel="webhook"} 0')
  expect((await metrics()).filter((line) => line.startsWith('rollcall_delivery_seconds_count'))).toEqual([])

  await until(
    async () => (await (await fetch(`${url}/api/v1/accounts/x:ada`)).json()) as { belief: string },
    ({ belief }) => belief === 'up',
    'she is up',
  )
  world.set('ada', 'suspended')
  await until(
    () => told('outage.opened').length,
    (count) => count === 1,
    'her outage is told',
  )
  await until(
    metrics,
    (lines) => lines.includes('rollcall_delivery_seconds_count{channel="webhook"} 1'),
    'the delivery is counted',
  )
  expect(await metrics()).toContain('rollcall_delivery_seconds_bucket{le="3600",channel="webhook"} 1')
  const { transitions } = (await (await fetch(`${url}/api/v1/transitions`)).json()) as { transitions: object[] }
  expect(transitions).toHaveLength(1)
  const { subscribers } = (await (await fetch(`${url}/api/v1/subscribers`)).json()) as { subscribers: object[] }
  expect(subscribers).toMatchObject([{ name: 'hook', state: 'ok', failingSince: null, silentUntil: null, owed: 0 }])
})
