import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { accountAt, NOW, theOutage, upSince } from '../support/desk.ts'
import { openDoors } from '../support/doors.ts'

const path = `/api/v1/outages/${theOutage.id}/report`

async function open() {
  const doors = await openDoors()
  doors.desk.outages.set(theOutage.id, theOutage)
  doors.desk.happen({ name: 'outage.closed', at: theOutage.closedAt ?? 0, outage: theOutage })
  return doors
}

test('a report comes as Markdown unless another format is asked for', async () => {
  const { ask } = await open()
  for (const query of ['', '?format=md']) {
    const report = await ask(path + query)
    expect(report.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
    expect(report.body).toContain('# Donald J. Trump (x:realDonaldTrump) was gone for 11 m')
    expect(report.body).toContain('<https://x.com/realDonaldTrump>')
  }
})

test('its profile is the one that leads to the account now, whatever the address says', async () => {
  const { desk, ask } = await open()
  const identity = { id: '25073877', handle: 'accepted' }
  desk.watch(accountAt('x:realDonaldTrump'), { ...upSince(NOW), identity })
  expect((await ask(path)).body).toContain('<https://x.com/accepted>')
})

test('as JSON it has the shapes of the contract', async () => {
  const { ask } = await open()
  expect((await ask(`${path}?format=json`)).body).toMatchObject({
    outage: { id: theOutage.id, name: 'Donald J. Trump', state: 'closed', duration: { coverage: 1 } },
    transitions: [{ seq: 1, name: 'outage.closed', outage: { id: theOutage.id } }],
    lookWords: { app: 'in the app' },
    sightings: [],
    deliveries: [],
  })
})

test('as a page it may show its own style and nothing else', async () => {
  const { ask } = await open()
  const { headers, body } = await ask(`${path}?format=html`)
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  const style = /<style>(.*)<\/style>/.exec(String(body))?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  expect(style).not.toBe('')
  expect(headers.get('content-security-policy')).toContain(`style-src 'self' 'sha256-${hash}'`)
  expect(body).not.toMatch(/<script|<img|<link|src=|@import|url\(/)
})

test('of no outage there is no report, and no other format', async () => {
  const { ask } = await open()
  expect((await ask('/api/v1/outages/out_none/report')).status).toBe(404)
  expect((await ask(`${path}?format=pdf`)).status).toBe(400)
})
