import { expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { startBluesky } from '../support/contract-bluesky.ts'
import { serve } from '../support/contract-process.ts'
import { until } from '../support/run-app.ts'
import { host } from '../platforms/bluesky-streams.ts'

/** Once in a leap year: whatever is seen meanwhile is seen because of a hint. */
const HARDLY_EVER = '0 0 0 29 2 *'

test('a Jetstream is told whom we watch, as soon as that is known, and its hints make us look now', async () => {
  const network = await startBluesky(['ada.test', 'bob.test'])
  const wanted: string[][] = []
  let line: WebSocket | undefined
  const { url } = await host((socket) => {
    line = socket
    socket.on('message', (data: Buffer) => {
      wanted.push((JSON.parse(data.toString()) as { payload: { wantedDids: string[] } }).payload.wantedDids)
    })
  })
  const ada = network.person('ada.test')
  const served = await serve(`
listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "${HARDLY_EVER}", confirm: { every: 50ms } }
platforms: { bluesky: ${network.settings(`, jetstream: ["${url}"]`)} }
accounts: [{ account: "bluesky:ada.test", id: "${ada.did}" }, "bluesky:bob.test"]
`)
  await served.sees('bluesky:ada.test', ({ belief }) => belief === 'up', 'is up')
  await until(
    () => wanted.at(-1) ?? [],
    (dids) => dids.length === 2,
    'both are known to it',
  )
  expect(new Set(wanted.at(-1))).toEqual(new Set([ada.did, network.person('bob.test').did]))
  network.set('ada.test', 'deactivated')
  line?.send(JSON.stringify({ did: ada.did, time_us: Date.now() * 1000, kind: 'account', account: { active: false } }))
  await served.sees('bluesky:ada.test', ({ belief }) => belief === 'down', 'is down')
  expect((await served.account('bluesky:bob.test')).belief).toBe('up')
  await served.stop()
  await network.stop()
})
