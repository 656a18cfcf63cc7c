import { expect, test } from 'vitest'
import { AskFault, type Answer, type AskRequest } from '../../src/core/answer.ts'
import type { Look, Reading } from '../../src/core/platform.ts'
import { absent, inconclusive } from '../../src/core/verdict.ts'
import { createLooker } from '../../src/run/looker.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { fakeLook, fakePlatform, gone, here, okAnswer, silentLog } from '../support/platform.ts'

const TOKEN = 'AAAA-our-own-token'
const headers = { authorization: `Bearer ${TOKEN}` }
const request: AskRequest = { url: 'https://api.test/users?api_key=our-own-key', headers }

/** What is kept of one look, whose request is answered like this. */
async function evidenceOf(read: (answer: Answer) => Reading, answered: Partial<Answer> = {}) {
  const look: Look = { ...fakeLook('app', () => gone), ask: async (_, ask) => [read(await ask(request))] }
  const looker = createLooker({ clock: createManualClock(), log: silentLog })
  const ask = () => Promise.resolve({ ...okAnswer('https://api.test', 401), ...answered })
  const [glance] = await looker(fakePlatform([look]), look, [{ handle: 'a', id: null }], ask)
  return glance?.evidence
}

test('a server that quotes what it was asked with leaves no credential of ours in the evidence', async () => {
  const marker = `Malformed access token ${TOKEN}`
  const evidence = await evidenceOf((answer) => ({ verdict: inconclusive('unauthorized'), marker, answer }), {
    text: `{"error":"bad token","sent":{"authorization":"Bearer ${TOKEN}","url":"?api_key=our-own-key"}}`,
    headers: { location: 'https://login.test/?back=/users%3Fapi_key=our-own-key', server: 'nginx' },
  })
  expect(evidence).toEqual({
    status: 401,
    headers: { location: 'https://login.test/?back=/users%3Fapi_key=[credential]', server: 'nginx' },
    marker: 'Malformed access token [credential]',
    excerpt: '{"error":"bad token","sent":{"authorization":"Bearer [credential]","url":"?api_key=[credential]"}}',
    digest: 'digest',
  })
})

test('a credential at the end of the excerpt is gone although it was cut off there', async () => {
  const text = `${'.'.repeat(290)}${TOKEN}${'.'.repeat(500)}`
  const evidence = await evidenceOf((answer) => ({ verdict: absent('suspended'), marker: null, answer }), { text })
  expect(evidence?.excerpt).toBe(`${'.'.repeat(290)}[credentia`)
})

test('words without an answer are scrubbed, too, also those of a fault', async () => {
  const marker = `no entry for ${TOKEN}`
  const evidence = await evidenceOf(() => ({ verdict: gone, marker, answer: null }))
  expect(evidence?.marker).toBe('no entry for [credential]')
  const fault = await evidenceOf(() => {
    throw new AskFault('broken', `api.test broke off at ${TOKEN}`)
  })
  expect(fault?.marker).toBe('api.test broke off at [credential]')
})

test('whoever is there leaves no evidence, whatever the answer quotes', async () => {
  expect(await evidenceOf((answer) => ({ verdict: here('a'), marker: TOKEN, answer }), { text: TOKEN })).toBeNull()
})
