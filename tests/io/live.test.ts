import { describe, expect, test } from 'vitest'
import { accountAt, createFakeDesk, downFor, NOW, seenAt, stillOpen, theOutage, upSince } from '../support/desk.ts'
import { follow, listenTo, openDoors } from '../support/doors.ts'
import type { Change } from '../../src/core/transition.ts'

const opened = (account: string, id = 'a'): Change => ({
  name: 'outage.opened',
  at: NOW,
  outage: { ...stillOpen, account, id: `out_${account}_${id}` },
})

const closed = (account: string): Change => ({ name: 'outage.closed', at: NOW, outage: { ...theOutage, account } })

describe('the first words', () => {
  test('the server says hello with its epoch, its number and its heartbeat', async () => {
    const doors = await openDoors()
    doors.desk.happen(opened('x:realDonaldTrump'))
    const ear = listenTo(doors.url)
    expect(await ear.next()).toEqual({
      type: 'hello',
      epoch: 'epoch-1',
      seq: 1,
      at: new Date(NOW).toISOString(),
      heartbeatMs: 15_000,
    })
  })

  test('the server selects the public subprotocol and never the one with the token', async () => {
    const doors = await openDoors()
    const ear = listenTo(doors.url, { protocols: ['bearer.c2VjcmV0', 'rollcall.v1'] })
    await ear.next('hello')
    expect(ear.socket.protocol).toBe('rollcall.v1')
    expect(ear.socket.extensions).toBe('')
  })

  test('without a position the answer is a snapshot of accounts and open outages', async () => {
    const doors = await openDoors()
    doors.desk.watch(accountAt('x:realDonaldTrump', { name: 'Donald J. Trump' }), downFor(stillOpen))
    doors.desk.watch(accountAt('bluesky:bsky.app'), upSince(NOW))
    doors.desk.happen(opened('x:realDonaldTrump'))
    const snapshot = await follow(listenTo(doors.url))
    expect(snapshot).toMatchObject({ type: 'snapshot', re: 1, epoch: 'epoch-1', seq: 1 })
    expect(snapshot).toHaveProperty('accounts.length', 2)
    expect(snapshot['outages']).toEqual([
      expect.objectContaining({ account: 'x:realDonaldTrump', name: 'Donald J. Trump', state: 'open', closedAt: null }),
    ])
  })
})

describe('resuming', () => {
  test('what was missed follows in order and without a hole, then what comes', async () => {
    const doors = await openDoors()
    for (let count = 0; count < 200; count++) doors.desk.happen(opened('x:realDonaldTrump', String(count)))
    const ear = listenTo(doors.url)
    const resumed = await follow(ear, {}, { epoch: 'epoch-1', seq: 50 })
    expect(resumed).toEqual({ type: 'resumed', re: 1, epoch: 'epoch-1', seq: 200 })
    doors.desk.happen(closed('x:realDonaldTrump'))
    const seqs: unknown[] = []
    while (seqs.at(-1) !== 201) seqs.push((await ear.next('transition'))['seq'])
    expect(seqs).toEqual(Array.from({ length: 151 }, (_, index) => index + 51))
  })

  test('who misses nothing is resumed with nothing', async () => {
    const doors = await openDoors()
    doors.desk.happen(opened('x:realDonaldTrump'))
    const ear = listenTo(doors.url)
    expect(await follow(ear, {}, { epoch: 'epoch-1', seq: 1 })).toMatchObject({ type: 'resumed', seq: 1 })
    doors.desk.happen(closed('x:realDonaldTrump'))
    expect(await ear.next()).toMatchObject({ type: 'transition', seq: 2 })
  })

  test.each([
    ['another epoch', { epoch: 'epoch-0', seq: 1 }],
    ['a number from the future', { epoch: 'epoch-1', seq: 900 }],
    ['a number too old to be in memory', { epoch: 'epoch-1', seq: 1 }],
  ])('%s gets a snapshot', async (_, after) => {
    const doors = await openDoors({ desk: createFakeDesk({ feedSize: 10 }) })
    for (let count = 0; count < 40; count++) doors.desk.happen(opened('x:realDonaldTrump', String(count)))
    expect(await follow(listenTo(doors.url), {}, after)).toMatchObject({ type: 'snapshot', seq: 40 })
  })

  test('a long backlog reaches a reader in order although it is larger than what may wait for it', async () => {
    const doors = await openDoors({ live: { maxBufferedBytes: 64 * 1024 } })
    const note = { at: NOW, by: 'desk', note: 'n'.repeat(50_000) }
    for (let count = 0; count < 300; count++) {
      const outage = { ...stillOpen, id: `out_${count}`, notes: [note] }
      doors.desk.happen({ name: 'outage.annotated', at: NOW, outage })
    }
    const ear = listenTo(doors.url)
    await follow(ear, {}, { epoch: 'epoch-1', seq: 0 })
    doors.desk.happen(closed('x:realDonaldTrump'))
    for (let seq = 1; seq <= 301; seq++) expect((await ear.next('transition'))['seq']).toBe(seq)
  })

  test('a transition reads the same live, resumed and over HTTP', async () => {
    const doors = await openDoors()
    const live = listenTo(doors.url)
    await follow(live)
    doors.desk.happen(opened('x:realDonaldTrump'))
    const first = await live.next('transition')
    doors.desk.clockAt += 3_600_000
    const late = listenTo(doors.url)
    await follow(late, {}, { epoch: 'epoch-1', seq: 0 })
    expect(await late.next('transition')).toEqual(first)
    const { body } = await doors.ask('/api/v1/transitions')
    expect({ type: 'transition', ...(body as { transitions: object[] }).transitions[0] }).toEqual(first)
  })
})

describe('filters', () => {
  test('let through what is wished for; the beat moves the number on', async () => {
    const doors = await openDoors({ live: { heartbeatMs: 50 } })
    doors.desk.watch(accountAt('bluesky:bsky.app'), upSince(NOW))
    const ear = listenTo(doors.url)
    const snapshot = await follow(ear, { tags: ['vip'], platforms: ['x'], types: ['outage.*'] })
    expect(snapshot['accounts']).toEqual([expect.objectContaining({ account: 'x:realDonaldTrump' })])
    const scope = { kind: 'account', account: 'x:realDonaldTrump' } as const
    doors.desk.happen(opened('bluesky:bsky.app'))
    doors.desk.happen({ name: 'sight.lost', at: NOW, scope, since: NOW, because: ['network'] })
    doors.desk.happen(opened('x:realDonaldTrump'))
    doors.desk.happen(opened('bluesky:bsky.app', 'b'))
    expect(await ear.next('transition')).toMatchObject({ seq: 3, account: 'x:realDonaldTrump' })
    expect(await ear.next('transition', 'beat')).toEqual({ type: 'beat', seq: 4, at: new Date(NOW).toISOString() })
  })

  test('another watch replaces the filter', async () => {
    const doors = await openDoors()
    doors.desk.watch(accountAt('bluesky:bsky.app'), upSince(NOW))
    const ear = listenTo(doors.url)
    await follow(ear, { platforms: ['x'] })
    ear.say({ type: 'watch', id: 2, filter: { accounts: ['BLUESKY:bsky.app'] } })
    expect(await ear.next()).toMatchObject({ type: 'snapshot', re: 2, accounts: [{ account: 'bluesky:bsky.app' }] })
    doors.desk.happen(opened('x:realDonaldTrump'), opened('bluesky:bsky.app'))
    expect(await ear.next()).toMatchObject({ type: 'transition', seq: 2, account: 'bluesky:bsky.app' })
  })

  test.each([
    [{ types: ['outage.opend'] }, 'outage.opend'],
    [{ types: ['*'] }, 'outage.*'],
    [{ accounts: ['nobody'] }, 'no address'],
    [{ tag: ['vip'] }, 'tag'],
    [{ tags: 'vip' }, 'filter.tags'],
    ['vip', 'filter'],
  ])('a bad one (%j) is explained and costs neither the connection nor the filter before', async (filter, words) => {
    const doors = await openDoors()
    const ear = listenTo(doors.url)
    await follow(ear)
    ear.say({ type: 'watch', id: 7, filter })
    const fault = await ear.next()
    expect(fault).toMatchObject({ type: 'error', re: 7, code: 'bad_filter' })
    expect(fault['detail']).toContain(words)
    doors.desk.happen(opened('x:realDonaldTrump'))
    expect(await ear.next()).toMatchObject({ type: 'transition', seq: 1 })
  })

  test('news about a platform reaches who watches one of its accounts', async () => {
    const doors = await openDoors()
    doors.desk.watch(accountAt('bluesky:bsky.app'))
    const mine = listenTo(doors.url)
    const other = listenTo(doors.url)
    await follow(mine, { accounts: ['x:realDonaldTrump'] })
    await follow(other, { platforms: ['bluesky'] })
    const troubled = { name: 'platform.troubled', at: NOW, platform: 'x', since: NOW, accounts: ['x:a'] } as const
    doors.desk.happen(troubled, opened('bluesky:bsky.app'))
    expect(await mine.next()).toMatchObject({ seq: 1, name: 'platform.troubled', platform: 'x', accounts: ['x:a'] })
    expect(await other.next()).toMatchObject({ seq: 2 })
  })
})

describe('pulses', () => {
  test('carry the newest state of the watched accounts', async () => {
    const doors = await openDoors()
    doors.desk.watch(accountAt('bluesky:bsky.app'), upSince(NOW))
    const ear = listenTo(doors.url)
    await follow(ear, { platforms: ['bluesky'] })
    doors.desk.feed.pulse({ account: 'x:realDonaldTrump', askedAt: NOW - 80, answeredAt: NOW })
    doors.desk.feed.pulse({ account: 'bluesky:bsky.app', askedAt: NOW - 84, answeredAt: NOW })
    const at = new Date(NOW).toISOString()
    const state = { account: 'bluesky:bsky.app', belief: 'up', blind: false, lastSightingAt: at, latencyMs: 84 }
    expect(await ear.next('pulse')).toEqual({ type: 'pulse', accounts: [state] })
  })

  test('of an account that is gone say until when it was seen to be', async () => {
    const doors = await openDoors()
    doors.desk.watch(accountAt('x:realDonaldTrump'), downFor(stillOpen))
    const ear = listenTo(doors.url)
    await follow(ear, { platforms: ['x'] })
    doors.desk.feed.pulse({ account: 'x:realDonaldTrump', askedAt: NOW - 84, answeredAt: NOW })
    const lastAbsentAt = new Date(stillOpen.lastAbsentAt).toISOString()
    expect(await ear.next('pulse')).toMatchObject({ accounts: [{ belief: 'down', lastAbsentAt }] })
  })

  test('that come faster than once a second are folded into the newest', async () => {
    const doors = await openDoors()
    const ear = listenTo(doors.url)
    await follow(ear)
    const pulse = (latencyMs: number): void =>
      doors.desk.feed.pulse({ account: 'x:realDonaldTrump', askedAt: NOW - latencyMs, answeredAt: NOW })
    pulse(1)
    await ear.next('pulse')
    for (const latencyMs of [2, 3, 4]) pulse(latencyMs)
    expect(await ear.next('pulse')).toMatchObject({ accounts: [{ latencyMs: 4 }] })
  })
})

test('the state of an account in a snapshot is the one the API shows', async () => {
  const doors = await openDoors()
  doors.desk.watched.set('x:realdonaldtrump', {
    account: accountAt('x:realDonaldTrump'),
    belief: downFor(stillOpen),
    blind: true,
    sightings: [seenAt(NOW - 1_000)],
  })
  const snapshot = await follow(listenTo(doors.url))
  const { body } = await doors.ask('/api/v1/accounts')
  expect(snapshot['accounts']).toEqual((body as { accounts: unknown }).accounts)
})
