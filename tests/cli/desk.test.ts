import { expect, test } from 'vitest'
import { endedLine, endQuietThere, quietLine, quietsThere, quietThere } from '../../src/cli/quiet.ts'
import { remarkedLine, remarkThere } from '../../src/cli/remark.ts'
import { reportThere } from '../../src/cli/report.ts'
import { stillOpen } from '../support/desk.ts'
import { openDoors, OPERATOR, VIEWER } from '../support/doors.ts'
import { freePort } from '../support/process.ts'

const plain = { outage: stillOpen.id, note: 'on it', by: null, token: undefined }

async function open(parts: Parameters<typeof openDoors>[0] = {}) {
  const doors = await openDoors(parts)
  doors.desk.outages.set(stillOpen.id, stillOpen)
  return doors
}

test.each(['acknowledge', 'annotate', 'retract'] as const)('%s: who and when come back', async (remark) => {
  const { url } = await open()
  const done = await remarkThere({ ...plain, url, remark, by: 'Anna\u202e' })
  expect(done.kind === 'done' && remarkedLine(remark, done.value)).toBe(
    `Donald J. Trump (x:realDonaldTrump): ${remark.replace(/e?$/, 'ed')} by Anna at 2017-11-02T23:10:00.000Z`,
  )
})

test('what the server refuses is told in its words', async () => {
  const { url } = await open({ tokens: [VIEWER, OPERATOR] })
  const reason = async (more: object) => {
    const done = await remarkThere({ ...plain, url, remark: 'acknowledge', ...more })
    return done.kind === 'done' ? 'done' : `${done.kind}: ${done.reason}`
  }
  expect(await reason({})).toBe('refused: Send a token as Authorization: Bearer.')
  expect(await reason({ token: VIEWER.token })).toContain('refused: The token wall may read only')
  expect(await reason({ token: OPERATOR.token, outage: 'out_none' })).toBe('refused: There is no outage out_none.')
  expect(await reason({ token: OPERATOR.token })).toBe('done')
  expect(await reason({ token: OPERATOR.token })).toBe('refused: Already acknowledged by ops.')
  expect(await reason({ url: `http://127.0.0.1:${await freePort()}` })).toMatch(/^unreachable: no Rollcall answers/)
})

test.each([
  ['md', /^# Donald J\. Trump/],
  ['html', /^<!doctype html>\n/],
  ['json', /^\{\n {2}"outage": \{\n/],
] as const)('a report is written as %s', async (format, begins) => {
  const { url } = await open()
  const done = await reportThere({ url, token: undefined, outage: stillOpen.id, format })
  expect(done.kind === 'done' && done.value).toMatch(begins)
  expect(await reportThere({ url, token: undefined, outage: 'out_none', format })).toEqual({
    kind: 'refused',
    reason: 'There is no outage out_none.',
  })
})

test('accounts are quiet for a while, and not any more', async () => {
  const { url } = await open()
  const there = { url, token: undefined }
  const begun = await quietThere({ ...there, of: 'vip', span: '2h', because: 'moving house', by: 'ops' })
  if (begun.kind !== 'done') throw new Error(begun.reason)
  expect(quietLine(begun.value)).toBe(
    `${begun.value.id}: notices about 1 account tagged vip are held until 2017-11-03T01:10:00.000Z, says ops: moving house`,
  )
  expect(await quietsThere(there)).toMatchObject({ kind: 'done', value: { quiets: [{ of: 'vip' }] } })
  const ended = await endQuietThere(there, begun.value.id)
  expect(ended.kind === 'done' && endedLine(ended.value)).toBe(
    `${begun.value.id}: notices about vip are told again since 2017-11-02T23:10:00.000Z`,
  )
  expect(await quietThere({ ...there, of: 'nobody', span: '2h', because: 'why', by: null })).toMatchObject({
    kind: 'refused',
  })
})
