import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allCases } from '../platforms/all.ts'
import { serve, type Served } from '../support/contract-process.ts'
import { Outage, type Notice, type Transition } from '../support/contract-shapes.ts'
import { connectLive, type LiveSocket } from '../support/contract-socket.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { until } from '../support/run-app.ts'
import { startWorld, type WorldServer } from '../support/world-server.ts'

/** A configuration that watches one account of each of these worlds, looking often. */
const watching = (worlds: readonly WorldServer[], more = ''): string => `
listen: 127.0.0.1:0
outbound: { allowPrivate: [127.0.0.0/8] }
defaults: { schedule: "*/2 * * * * *", confirm: { every: 200ms }, blindAfter: 4s }
platforms: ${JSON.stringify(Object.fromEntries(worlds.map(({ kind, settings }) => [kind.id, settings])))}
accounts: ${JSON.stringify(worlds.map(({ account }) => account))}
${more}
`
const envOf = (worlds: readonly WorldServer[]): Record<string, string> =>
  Object.assign({}, ...worlds.map(({ env }) => env)) as Record<string, string>

const isUp = ({ belief }: { belief: string }): boolean => belief === 'up'
const isDown = ({ belief }: { belief: string }): boolean => belief === 'down'

describe('every platform of the list, watched at once', () => {
  let worlds: readonly WorldServer[]
  let receiver: Receiver
  let rollcall: Served
  let live: LiveSocket

  beforeAll(async () => {
    worlds = await Promise.all(allCases.map((cases) => startWorld(cases, { leadsTo: ['http://pds.test'] })))
    receiver = await startReceiver()
    rollcall = await serve(
      watching(
        worlds,
        `subscribers: [{ name: hook, webhook: { url: "${receiver.origin}", secret: { env: HOOK } } }]`,
      ),
      { env: { ...envOf(worlds), HOOK: receiver.secret } },
    )
    live = connectLive(rollcall.url)
  })

  afterAll(async () => {
    live.close()
    await rollcall.stop()
    await Promise.all([...worlds.map(({ stop }) => stop()), receiver.stop()])
  })

  test('x', async () => {
    const t = Date.now()
    for (const { account } of worlds) await rollcall.sees(account, isUp, 'is up')
    console.log('up', Date.now() - t)
    for (const { handle, leave } of worlds) leave(handle)
    await new Promise((r) => setTimeout(r, 45000))
    const { accounts } = await rollcall.polled<any>('/api/v1/accounts?limit=500')
    console.log(accounts.map((a: any) => [a.account, a.belief, a.because.join(), a.blind, a.looks.map((l: any) => l.look + ' ' + l.verdict + ' ' + l.because).join('; ')].join(' | ')).join('\n'))
    console.log(worlds.flatMap((w) => w.faults))
    console.log((await rollcall.transitions()).map((t: any) => [t.name, t.account, t.scope, t.platform, t.look, t.outage?.trust, t.at, t.because].join(' ')).join('\n'))
    console.log(rollcall.stderr().slice(0, 3000))
  }, 90000)
})
