import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { drillLine, drillThere } from '../../src/cli/drill.ts'
import { createFakeDesk, NOW } from '../support/desk.ts'
import { openDoors, OPERATOR, VIEWER } from '../support/doors.ts'
import { freePort } from '../support/process.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { tempFolder } from '../support/run-app.ts'

const MAIN = resolve(import.meta.dirname, '../../src/main.ts')

function deskWith(...names: readonly string[]) {
  const desk = createFakeDesk()
  const health = { owed: 0, refused: 0, expired: 0, lastDeliveredAt: NOW, lastError: null }
  const condition = { kind: 'ok', silentUntil: null } as const
  for (const subscriber of names) {
    desk.subscriberViews.push({ subscriber, channel: 'webhook', types: [], condition, ...health })
  }
  return desk
}

const outcomes = (drilled: Awaited<ReturnType<typeof drillThere>>) =>
  drilled.kind === 'done'
    ? drilled.value.map(({ subscriber, outcome }) => `${subscriber} ${outcome}`)
    : `${drilled.kind}: ${drilled.reason}`

test('all are drilled, or those who are named', async () => {
  const { url } = await openDoors({ desk: deskWith('desk', 'gone') })
  const there = { url, token: undefined }
  expect(outcomes(await drillThere(there, []))).toEqual(['desk delivered', 'gone refused'])
  expect(outcomes(await drillThere(there, ['gone', 'gone']))).toEqual(['gone refused'])
  expect(outcomes(await drillThere(there, ['pager']))).toBe(
    'refused: there is no subscriber pager; there are desk, gone',
  )
})

test('a viewer may not drill, and where nobody listens that is told apart', async () => {
  const { url } = await openDoors({ desk: deskWith('desk'), tokens: [VIEWER, OPERATOR] })
  expect(outcomes(await drillThere({ url, token: VIEWER.token }, []))).toContain(
    'refused: The token wall may read only',
  )
  expect(outcomes(await drillThere({ url, token: OPERATOR.token }, []))).toEqual(['desk delivered'])
  const nobody = await drillThere({ url: `http://127.0.0.1:${await freePort()}`, token: undefined }, [])
  expect(nobody).toMatchObject({
    kind: 'unreachable',
    isNobody: true,
    reason: expect.stringContaining('ECONNREFUSED') as string,
  })
})

test('a report is one line', () => {
  const report = { subscriber: 'desk\u001b[2J', channel: 'slack', notices: [] }
  expect(drillLine({ ...report, outcome: 'delivered', reason: null, ms: 84 })).toBe('desk (slack): delivered, in 84 ms')
  expect(drillLine({ ...report, outcome: 'refused', reason: 'answered 410', ms: 2_300 })).toBe(
    'desk (slack): refused: answered 410, in 2 s',
  )
  expect(drillLine({ ...report, outcome: 'retry', reason: 'the target asked', ms: null })).toBe(
    'desk (slack): not delivered: the target asked',
  )
})

/** `rollcall drill` as a user calls it, with this configuration and no running monitor. */
async function rollcallDrill(receiver: Receiver, ...args: readonly string[]) {
  const folder = tempFolder()
  onTestFinished(() => folder.remove())
  const file = join(folder.path, 'rollcall.yaml')
  writeFileSync(
    file,
    `listen: 127.0.0.1:${await freePort()}
outbound: { allowPrivate: [127.0.0.0/8] }
accounts: [bluesky:bsky.app]
subscribers:
  - { name: hook, webhook: { url: "${receiver.origin}/hook", secret: { env: HOOK } } }
  - { name: gone, webhook: { url: "${receiver.origin}/gone", secret: { env: HOOK } } }
`,
  )
  return new Promise<{ code: number; out: string; err: string }>((done) => {
    const env = { ...process.env, HOOK: receiver.secret }
    execFile(process.execPath, [MAIN, 'drill', '--config', file, ...args], { env }, (fault, out, err) =>
      done({ code: typeof fault?.code === 'number' ? fault.code : 0, out, err }),
    )
  })
}

test('without a running monitor the configuration is enough: 0 when all was delivered, 1 otherwise', async () => {
  const receiver = await startReceiver()
  onTestFinished(() => receiver.stop())
  receiver.answerAll(({ path }) => ({ status: path === '/gone' ? 410 : 204 }))
  const one = await rollcallDrill(receiver, 'hook')
  expect(one).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^hook \(webhook\): delivered, in \d+ ms\n$/) as string,
  })
  expect(receiver.received.map(({ fault, body }) => [fault, body.type])).toEqual([
    [null, 'drill'],
    [null, 'drill'],
  ])
  const all = await rollcallDrill(receiver)
  expect(all.code).toBe(1)
  expect(all.out).toContain('gone (webhook): refused: answered 410')
  expect(await rollcallDrill(receiver, 'pager')).toMatchObject({
    code: 1,
    err: expect.stringContaining('hook, gone') as string,
  })
})
