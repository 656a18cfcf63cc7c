import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { accountAt, createFakeDesk, downFor, NOW, seenAt, stillOpen, theOutage, upSince } from '../support/desk.ts'
import { bearer, openDoors, OPERATOR, post, VIEWER } from '../support/doors.ts'
import type { Delivery } from '../../src/core/delivery.ts'

const HOUR = 3_600_000

const owed: Delivery = {
  id: 'ntc_1',
  subscriber: 'desk',
  subject: theOutage.account,
  transition: 'trn_1',
  outage: theOutage.id,
  form: 'plain',
  reminder: 0,
  state: 'refused',
  plannedAt: NOW,
  dueAt: NOW,
  expiresAt: NOW + HOUR,
  tries: 3,
  lastError: 'no_service',
  deliveredAt: null,
  mergedInto: null,
}

describe('accounts', () => {
  test('are shown as the contract says', async () => {
    const desk = createFakeDesk()
    const identity = { id: 'did:plc:z72', handle: 'bsky.app', displayName: 'Bluesky', followers: 31_000_000 }
    desk.watched.set('bluesky:bsky.app', {
      account: accountAt('bluesky:bsky.app', { name: 'Bluesky' }),
      belief: { ...upSince(NOW - 5_000), identity },
      blind: false,
      sightings: [seenAt(NOW - 1_000, { look: 'appview', verdict: { kind: 'inconclusive', because: 'rate_limited' } })],
    })
    const { ask } = await openDoors({ desk })
    const { status, headers, body } = await ask('/api/v1/accounts')
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'application/json',
      'no-store',
    ])
    expect(body).toEqual({
      accounts: [
        {
          account: 'bluesky:bsky.app',
          platform: 'bluesky',
          handle: 'bsky.app',
          name: 'Bluesky',
          important: false,
          tags: [],
          belief: 'up',
          blind: false,
          because: [],
          outage: null,
          identity,
          lastSightingAt: '2017-11-02T23:09:59.084Z',
          lastPresentAt: '2017-11-02T23:09:55.000Z',
          looks: [
            {
              look: 'appview',
              vantage: 'home',
              verdict: 'inconclusive',
              because: ['rate_limited'],
              askedAt: '2017-11-02T23:09:59.000Z',
              answeredAt: '2017-11-02T23:09:59.084Z',
            },
          ],
        },
      ],
      next: null,
    })
  })

  test('can be searched and come in pages, in the order of the configuration', async () => {
    const desk = createFakeDesk()
    for (let count = 0; count < 7; count++) desk.watch(accountAt(`x:someone${count}`, { tags: [`t${count % 2}`] }))
    desk.watch(accountAt('bluesky:bsky.app', { name: 'Someone else' }), upSince(NOW))
    const { ask } = await openDoors({ desk })
    type List = { accounts: { account: string }[]; next: string | null }
    const found = async (query: string): Promise<List> => (await ask(`/api/v1/accounts?${query}`)).body as List

    expect((await found('platform=bluesky')).accounts).toHaveLength(1)
    expect((await found('belief=up&q=SOMEONE')).accounts).toHaveLength(1)
    expect((await found('tag=t1')).accounts).toHaveLength(3)

    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const page: List = await found(`limit=3${next === '' ? '' : `&cursor=${next}`}`)
      seen.push(...page.accounts.map(({ account }) => account))
      // Whoever leaves the roll between two pages takes nobody else along.
      desk.watched.delete('x:someone2')
      next = page.next
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6].map((count) => `x:someone${count}`).concat('bluesky:bsky.app'))
  })

  test('tell their availability, blind spells and outages of the last 90 days', async () => {
    const desk = createFakeDesk()
    desk.clockAt = Date.parse('2017-11-03T22:00:00Z')
    desk.watch(accountAt('x:realDonaldTrump', { name: 'Donald J. Trump' }), upSince(desk.clockAt))
    desk.outages.set(theOutage.id, theOutage)
    const from = Date.parse('2017-11-03T00:00:00Z')
    desk.spells.push({ from, to: from + HOUR })
    const { ask } = await openDoors({ desk })
    const { body } = await ask('/api/v1/accounts/X:realdonaldtrump')
    const { availability, spells, outages } = body as Record<string, unknown>
    const share = (days: number): number => 1 - 659_956.5 / (days * 24 * HOUR - HOUR)
    expect(availability).toEqual({ '24h': share(1), '7d': share(7), '30d': share(30), '90d': share(90) })
    expect(spells).toEqual([{ from: '2017-11-03T00:00:00.000Z', to: '2017-11-03T01:00:00.000Z' }])
    expect(outages).toEqual([expect.objectContaining({ id: theOutage.id, state: 'closed' })])
  })

  test('that were never seen have no availability; a blindness that lasts is shown', async () => {
    const { ask, desk } = await openDoors()
    expect((await ask('/api/v1/accounts/x:realDonaldTrump')).body).toMatchObject({
      availability: { '24h': null, '90d': null },
      spells: [],
    })
    desk.watch(accountAt('x:realDonaldTrump'), upSince(NOW - 30 * HOUR))
    desk.blind.push({ scope: { kind: 'platform', platform: 'x' }, since: NOW - 29 * HOUR, because: ['network'] })
    expect((await ask('/api/v1/accounts/x:realDonaldTrump')).body).toMatchObject({
      availability: { '24h': null, '7d': 1 },
      spells: [{ from: new Date(NOW - 30 * HOUR).toISOString(), to: null }],
    })
  })

  test('that have been looked at for fifteen seconds have no thirty days of being there', async () => {
    const { ask, desk } = await openDoors()
    desk.outages.clear()
    desk.watch(accountAt('x:late'), { ...upSince(NOW), seenFrom: NOW - 15_000 })
    const gone = { ...theOutage, account: 'x:late', lastPresentAt: NOW - 10_000, firstAbsentAt: NOW - 10_000 }
    desk.outages.set(gone.id, {
      ...gone,
      lastAbsentAt: NOW - 7_000,
      firstPresentAt: NOW - 7_000,
      closedAt: NOW - 7_000,
    })
    const { body } = await ask('/api/v1/accounts/x:late')
    expect(body).toMatchObject({ availability: { '24h': 0.8, '7d': 0.8, '30d': 0.8, '90d': 0.8 } })
  })

  test('can be looked at now', async () => {
    const { ask } = await openDoors()
    const { status, body } = await ask('/api/v1/accounts/x:realDonaldTrump/check', { method: 'POST' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ account: 'x:realDonaldTrump', sightings: [{ look: 'app', verdict: 'absent' }] })
  })
})

describe('whoever a handle leads to', () => {
  const at = '/api/v1/accounts/x:realDonaldTrump/accept'

  test('can be accepted, with a body, an empty one or none; the account comes back', async () => {
    const { ask } = await openDoors()
    for (const init of [post({ by: 'Ann', note: 'their new name' }), post({}), { method: 'POST' }]) {
      const { status, body } = await ask(at, init)
      expect(status).toBe(200)
      expect(body).toMatchObject({ account: 'x:realDonaldTrump', belief: 'up', identity: { id: '99' }, spells: [] })
    }
    expect((await ask(at, post({ by: 'Ann', id: '7' }))).body).toMatchObject({
      identity: { id: '7', displayName: 'Ann' },
    })
    expect((await ask(at, post({}))).body).toMatchObject({ identity: { displayName: 'local' } })
  })

  test('is not where the desk refuses, or nobody is watched', async () => {
    const { ask } = await openDoors()
    expect(await ask(at, post({ note: 'refuse' }))).toMatchObject({
      status: 409,
      body: { detail: 'There is nothing to accept.' },
    })
    expect((await ask('/api/v1/accounts/x:nobody/accept', post({}))).status).toBe(404)
  })
})

describe('outages', () => {
  test('are shown as the contract says', async () => {
    const { ask, desk } = await openDoors()
    desk.outages.set(theOutage.id, theOutage)
    const { body } = await ask('/api/v1/outages')
    expect(body).toEqual({
      outages: [
        {
          id: theOutage.id,
          account: 'x:realDonaldTrump',
          name: 'Donald J. Trump',
          state: 'closed',
          because: ['not_found', 'deactivated'],
          explicit: false,
          trust: 'high',
          answers: [],
          disputed: [],
          unseen: false,
          lastPresentAt: '2017-11-02T22:51:58.120Z',
          firstAbsentAt: '2017-11-02T22:52:03.101Z',
          lastAbsentAt: '2017-11-02T23:02:58.044Z',
          firstPresentAt: '2017-11-02T23:03:03.090Z',
          openedAt: '2017-11-02T22:52:05.300Z',
          closedAt: '2017-11-02T23:03:04.410Z',
          duration: { estimateMs: 659_957, minMs: 654_943, maxMs: 664_970, coverage: 1 },
          acknowledged: null,
          retracted: null,
          notes: [],
          accepted: null,
          identity: { id: '25073877', handle: 'realDonaldTrump', followers: 41_700_000 },
          now: null,
        },
      ],
      next: null,
    })
  })

  test('are found by state, account and time, in pages', async () => {
    const { ask, desk } = await openDoors()
    for (const id of ['out_1', 'out_2', 'out_3']) desk.outages.set(id, { ...theOutage, id })
    desk.outages.set('out_4', { ...stillOpen, id: 'out_4', account: 'x:jack' })
    type List = { outages: { id: string }[]; next: string | null }
    const ids = async (query: string): Promise<string[]> =>
      ((await ask(`/api/v1/outages?${query}`)).body as List).outages.map(({ id }) => id)
    expect(await ids('state=open')).toEqual(['out_4'])
    expect(await ids('account=X:realdonaldtrump&limit=2')).toEqual(['out_1', 'out_2'])
    expect(await ids('account=x:jack&from=2017-11-02&to=2017-11-02T23:00:00%2B00:00')).toEqual(['out_4'])
    expect(await ids('to=2017-11-01')).toEqual([])
    const first = (await ask('/api/v1/outages?limit=3')).body as List
    expect(await ids(`limit=3&cursor=${first.next}`)).toEqual(['out_4'])
  })

  test('show their sightings with evidence and chain, and their deliveries', async () => {
    const { ask, desk } = await openDoors()
    desk.outages.set(theOutage.id, theOutage)
    desk.deliveries.set(owed.id, owed)
    desk.sightings.set(theOutage.id, [{ sighting: seenAt(NOW), hash: 'h2', previous: 'h1' }])
    const { body } = await ask(`/api/v1/outages/${theOutage.id}`)
    expect(body).toMatchObject({
      id: theOutage.id,
      sightings: [{ look: 'app', evidence: { status: 404, marker: 'Not Found' }, hash: 'h2', previous: 'h1' }],
      deliveries: [{ id: 'ntc_1', subscriber: 'desk', state: 'refused', tries: 3, lastError: 'no_service' }],
    })
  })

  test('take what people say about them', async () => {
    const { ask, desk } = await openDoors()
    desk.outages.set(stillOpen.id, stillOpen)
    const at = `/api/v1/outages/${stillOpen.id}`
    const said = { at: '2017-11-02T23:10:00.000Z', by: 'Ann', note: 'calling them' }
    expect((await ask(`${at}/acknowledge`, post({ by: 'Ann', note: 'calling them' }))).body).toMatchObject({
      id: stillOpen.id,
      acknowledged: said,
    })
    expect(await ask(`${at}/acknowledge`, post({ note: 'me too' }))).toMatchObject({
      status: 409,
      body: { detail: 'Already acknowledged by Ann.' },
    })
    expect((await ask(`${at}/annotate`, post({ note: 'still' }))).body).toMatchObject({ notes: [{ by: 'local' }] })
    expect((await ask(`${at}/retract`, post({ note: 'our fault' }))).body).toMatchObject({
      retracted: { note: 'our fault' },
    })
  })
})

describe('what else there is', () => {
  test('transitions come in order, and next goes on where the page ended', async () => {
    const { ask, desk } = await openDoors()
    for (let count = 0; count < 5; count++) {
      desk.happen({ name: 'outage.opened', at: NOW, outage: { ...stillOpen, id: `out_${count}` } })
    }
    type List = { transitions: { seq: number }[]; next: string | null; epoch: string }
    const page = async (query: string): Promise<List> => (await ask(`/api/v1/transitions?${query}`)).body as List
    const first = await page('limit=3')
    expect([first.epoch, first.next, first.transitions.map(({ seq }) => seq)]).toEqual(['epoch-1', '3', [1, 2, 3]])
    const second = await page(`after=${first.next}&limit=3`)
    expect([second.next, second.transitions.map(({ seq }) => seq)]).toEqual([null, [4, 5]])
  })

  test('platforms show budget, controls, sight and the worst time to notice', async () => {
    const { ask, desk } = await openDoors()
    desk.blind.push({ scope: { kind: 'platform', platform: 'x' }, since: NOW - 1_000, because: ['blocked'] })
    expect((await ask('/api/v1/platforms')).body).toMatchObject({
      platforms: [
        {
          platform: 'x',
          budget: { requests: 300, windowMs: 900_000, used: 12, planned: 90 },
          controls: [{ look: 'app', verdict: 'right', askedAt: '2017-11-02T23:09:55.000Z' }],
          sight: { lostSince: '2017-11-02T23:09:59.000Z', because: ['blocked'] },
          worstNoticeMs: 14_000,
          troubledSince: null,
        },
      ],
      next: null,
    })
  })

  test('subscribers show their health', async () => {
    const { ask, desk } = await openDoors()
    const health = { owed: 1, refused: 2, expired: 0, lastDeliveredAt: NOW, lastError: null }
    const shape = { channel: 'slack', types: ['outage.*'], ...health }
    desk.subscriberViews.push({ subscriber: 'desk', ...shape, condition: { kind: 'ok', silentUntil: null } })
    const failing = { kind: 'failing', since: NOW - 60_000, silentUntil: NOW + 30_000 } as const
    desk.subscriberViews.push({ subscriber: 'pager', ...shape, condition: failing })
    const shown = { ...shape, lastDeliveredAt: '2017-11-02T23:10:00.000Z' }
    const since = { failingSince: '2017-11-02T23:09:00.000Z', silentUntil: '2017-11-02T23:10:30.000Z' }
    expect((await ask('/api/v1/subscribers')).body).toEqual({
      subscribers: [
        { ...shown, name: 'desk', state: 'ok', failingSince: null, silentUntil: null },
        { ...shown, name: 'pager', state: 'failing', ...since },
      ],
      next: null,
    })
  })

  test('a drill is answered with what became of it; a subscriber nobody knows is none', async () => {
    const { ask } = await openDoors()
    expect(await ask('/api/v1/subscribers/desk%20one/drill', post({}))).toMatchObject({
      status: 200,
      body: { subscriber: 'desk one', outcome: 'delivered', ms: 12, notices: [{ plays: 'outage.opened' }] },
    })
    const gone = (await ask('/api/v1/subscribers/gone/drill', { method: 'POST' })).body
    expect(gone).toMatchObject({ outcome: 'refused', reason: 'answered 410' })
    expect((await ask('/api/v1/subscribers/nobody/drill', post({}))).status).toBe(404)
    const guarded = await openDoors({ tokens: [VIEWER, OPERATOR] })
    expect((await guarded.ask('/api/v1/subscribers/desk/drill', post({}, bearer(VIEWER)))).status).toBe(403)
  })

  test('a refused delivery can be tried again', async () => {
    const { ask, desk } = await openDoors()
    desk.deliveries.set(owed.id, owed)
    desk.deliveries.set('ntc_2', {
      ...owed,
      ...{ id: 'ntc_2', state: 'delivered', mergedInto: 'ntc_3' },
      deliveredAt: Date.parse('2017-11-02T22:52:09Z'),
    })
    expect((await ask('/api/v1/deliveries?state=refused')).body).toMatchObject({ deliveries: [{ id: 'ntc_1' }] })
    const retry = (id: string) => ask(`/api/v1/deliveries/${id}/retry`, { method: 'POST' })
    expect(await retry('ntc_1')).toMatchObject({ status: 200, body: { id: 'ntc_1', state: 'due' } })
    const told = { detail: 'ntc_2 was told at 2017-11-02T22:52:09.000Z, by ntc_3.' }
    expect(await retry('ntc_2')).toMatchObject({ status: 409, body: told })
    expect(await retry('ntc_4')).toMatchObject({ status: 404 })
  })

  test('readiness says what is missing', async () => {
    const { ask, desk } = await openDoors()
    expect(await ask('/readyz')).toMatchObject({ status: 200, body: { ready: true } })
    desk.readiness = { ok: false, detail: 'the store does not answer' }
    const { status, body } = await ask('/readyz')
    expect([status, (body as { detail: string }).detail]).toEqual([503, 'Not ready: the store does not answer.'])
    expect((await ask('/livez')).status).toBe(200)
  })

  test('metrics go out with the content type Prometheus insists on', async () => {
    const { ask } = await openDoors()
    const { headers, body } = await ask('/metrics')
    expect([headers.get('content-type'), body]).toEqual(['text/plain; version=0.0.4; charset=utf-8', 'rollcall_up 1\n'])
  })
})

describe('a request that does not fit', () => {
  const long = JSON.stringify({ note: 'n'.repeat(17_000) })
  const ACCEPT = '/api/v1/accounts/x:realDonaldTrump/accept'
  test.each([
    ['a limit', '/api/v1/accounts?limit=none', {}, 400, 'Parameter limit must be a whole number from 1 to 500.'],
    ['too much', '/api/v1/outages?limit=501', {}, 400, 'Parameter limit must be'],
    ['a state', '/api/v1/outages?state=gone', {}, 400, 'Parameter state must be one of open, closed.'],
    ['a belief', '/api/v1/accounts?belief=maybe', {}, 400, 'Parameter belief must be one of unknown, up, doubted'],
    ['an instant', '/api/v1/outages?from=yesterday', {}, 400, 'Parameter from must be an instant such as'],
    ['an impossible day', '/api/v1/outages?to=2017-13-40', {}, 400, 'Parameter to must be an instant'],
    ['a strange parameter', '/api/v1/accounts?plaform=x', {}, 400, 'Parameter plaform is not known here.'],
    ['a parameter twice', '/api/v1/accounts?tag=a&tag=b', {}, 400, 'Parameter tag must be given once'],
    ['a cursor', '/api/v1/accounts?cursor=!!', {}, 400, 'Parameter cursor is not one'],
    ['the store’s cursor', '/api/v1/outages?cursor=abc', {}, 400, 'Parameter cursor is not one'],
    ['a position', '/api/v1/transitions?after=-1', {}, 400, 'Parameter after must be a whole number'],
    ['a stranger', '/api/v1/accounts/x:nobody', {}, 404, 'The account x:nobody is not on the roll.'],
    ['no outage', '/api/v1/outages/out_0', {}, 404, 'There is no outage out_0.'],
    ['a note on none', '/api/v1/outages/out_0/annotate', post({ note: 'a' }), 404, 'There is no outage out_0.'],
    ['no note', '/api/v1/outages/out_0/annotate', post({}), 400, 'Field note must be text'],
    ['no name', '/api/v1/outages/out_0/annotate', post({ by: '', note: 'a' }), 400, 'Field by must be text'],
    ['a strange field', '/api/v1/outages/out_0/annotate', post({ who: 'a', note: 'a' }), 400, 'Field who is not known'],
    ['no JSON', '/api/v1/outages/out_0/annotate', post('{'), 400, 'Malformed JSON'],
    ['a large body', '/api/v1/outages/out_0/annotate', post(long), 413, 'at most 16384 bytes'],
    [
      'a form',
      '/api/v1/outages/out_0/annotate',
      post('a=b', { 'content-type': 'text/plain' }),
      415,
      'Send the body as application/json.',
    ],
    ['a form to accept', ACCEPT, post('a=b', { 'content-type': 'text/plain' }), 415, 'Send the body as'],
    ['a strange field to accept', ACCEPT, post({ handle: 'a' }), 400, 'Field handle is not known'],
    ['no id to accept', ACCEPT, post({ id: '' }), 400, 'Field id must be text'],
    ['a reading of accept', ACCEPT, {}, 405, 'GET is not possible here; POST is.'],
    ['a method', '/api/v1/accounts', { method: 'DELETE' }, 405, 'DELETE is not possible here; GET, HEAD is.'],
    ['a reading of an act', '/api/v1/outages/out_0/retract', {}, 405, 'GET is not possible here; POST is.'],
    ['a place', '/api/v1/nothing', {}, 404, 'There is nothing at /api/v1/nothing.'],
  ])('(%s) is answered with problem details', async (_, path, init, status, detail) => {
    const { ask } = await openDoors()
    const answer = await ask(path, init)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
    expect(answer.body).toMatchObject({ type: 'about:blank', title: expect.any(String) as string, status })
    expect((answer.body as { detail: string }).detail).toContain(detail)
  })

  test('a body that grows beyond the limit while it comes is refused too', async () => {
    const { url } = await openDoors()
    const body = Readable.toWeb(Readable.from(['x', 'y', 'z'].map((part) => Buffer.from(part.repeat(10_000)))))
    const init: object = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } }
    const answer = await fetch(`${url}/api/v1/outages/out_1/annotate`, init)
    expect(answer.status).toBe(413)
    await answer.body?.cancel()
  })

  test('a fault of ours is a 500 without its inside, which the log has', async () => {
    const { ask, desk, lines } = await openDoors()
    desk.store.outage = () => Promise.reject(new Error('disk I/O error'))
    const { status, body } = await ask('/api/v1/outages/out_1')
    expect(status).toBe(500)
    expect(JSON.stringify(body)).not.toContain('disk')
    expect(lines.join()).toContain('disk I/O error')
  })

  test('an account that is down carries its outage', async () => {
    const { ask, desk } = await openDoors()
    desk.watch(accountAt('x:realDonaldTrump'), downFor(stillOpen))
    const because = ['not_found', 'deactivated']
    expect((await ask('/api/v1/accounts?belief=down')).body).toMatchObject({
      accounts: [{ belief: 'down', because, outage: stillOpen.id }],
    })
  })
})
