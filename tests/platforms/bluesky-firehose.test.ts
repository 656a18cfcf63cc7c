import { encode } from 'cborg'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AskFault } from '../../src/core/answer.ts'
import type { Connect } from '../../src/core/platform.ts'
import { firehose } from '../../src/platforms/bluesky/firehose.ts'
import { readFrame } from '../../src/platforms/bluesky/frame.ts'
import { realPace, type Pace } from '../../src/platforms/bluesky/stream.ts'
import { hasRecorded, recordedFile } from '../support/recorded.ts'
import { atOnce, host, listenTo, type Listening } from './bluesky-streams.ts'

type Recorded = {
  readonly account?: string
  readonly header: { readonly t?: string }
  readonly body: { readonly did: string; readonly seq: number }
  readonly frameBase64?: string
}

const STREAM = 'com.atproto.sync.subscribeRepos'

const framesOf = (file: string): readonly Recorded[] =>
  hasRecorded ? (recordedFile(`bluesky/${file}.json`) as { frames: Recorded[] }).frames : []

/** The frames that were kept whole: everything about accounts and identities. */
const kept = framesOf(`pds-a/${STREAM}/from-cursor-0`).filter(({ frameBase64 }) => frameBase64 !== undefined)
const bytesOf = ({ frameBase64 }: Recorded): Buffer => Buffer.from(frameBase64 ?? '', 'base64')
const refusal = framesOf(`pds-a/${STREAM}/future-cursor`).map(bytesOf)

const frame = (header: unknown, body: unknown): Buffer => Buffer.concat([encode(header), encode(body)])
const account = (did: string, seq: number | bigint): Buffer =>
  frame({ op: 1, t: '#account' }, { did, seq, active: false })

describe('a frame', () => {
  test.skipIf(!hasRecorded)('of a real host about an account is read with its DID and number', () => {
    expect(kept).toHaveLength(54)
    for (const one of kept) {
      expect(readFrame(bytesOf(one))).toEqual({ kind: 'about', did: one.body.did, seq: one.body.seq })
    }
  })

  test.skipIf(!hasRecorded)('that refuses a future cursor says so', () =>
    expect(refusal.map(readFrame)).toEqual([{ kind: 'refused', why: 'FutureCursor' }]),
  )

  test.each(['#commit', '#sync'])('%s is let pass without reading its body, however long', (t) => {
    const body = Buffer.alloc(1_000_000, 0xff)
    expect(readFrame(Buffer.concat([encode({ t, op: 1 }), body]))).toEqual({ kind: 'passed' })
  })

  test.each([
    [
      'an outdated cursor',
      frame({ op: 1, t: '#info' }, { name: 'OutdatedCursor' }),
      { kind: 'refused', why: 'OutdatedCursor' },
    ],
    ['other information', frame({ op: 1, t: '#info' }, { name: 'Hello' }), { kind: 'passed' }],
    ['a slow consumer', frame({ op: -1 }, { error: 'ConsumerTooSlow' }), { kind: 'error', why: 'ConsumerTooSlow' }],
    ['a type of tomorrow', frame({ op: 1, t: '#tomorrow' }, { did: 1 }), { kind: 'passed' }],
    ['a retired type', frame({ op: 1, t: '#handle' }, { did: 'did:plc:a', seq: 1 }), { kind: 'passed' }],
    [
      'the largest number',
      account('did:plc:a', Number.MAX_SAFE_INTEGER),
      { kind: 'about', did: 'did:plc:a', seq: 2 ** 53 - 1 },
    ],
    ['a larger number', account('did:plc:a', 2n ** 53n), { kind: 'unreadable' }],
    ['a negative number', account('did:plc:a', -1), { kind: 'unreadable' }],
    ['text', 'hello', { kind: 'unreadable' }],
    ['nothing', Buffer.alloc(0), { kind: 'unreadable' }],
    ['a header alone', Buffer.from(encode({ op: 1, t: '#account' })), { kind: 'unreadable' }],
    ['no DID', frame({ op: 1, t: '#account' }, { seq: 1 }), { kind: 'unreadable' }],
    ['more than two values', Buffer.concat([account('did:plc:a', 1), encode(1)]), { kind: 'unreadable' }],
    [
      'an endless nest',
      Buffer.concat([encode({ op: 1, t: '#account' }), Buffer.alloc(16_000, 0x81)]),
      { kind: 'unreadable' },
    ],
    ['an array longer than memory', Buffer.from('9bffffffffffffffff', 'hex'), { kind: 'unreadable' }],
    ['a string longer than the frame', Buffer.from('5affffffff00', 'hex'), { kind: 'unreadable' }],
    ['a megabyte', Buffer.concat([encode({ op: 1, t: '#account' }), Buffer.alloc(1_000_000)]), { kind: 'unreadable' }],
  ])('with %s is read as what it is', (_what, data, expected) => expect(readFrame(data)).toEqual(expected))

  test.skipIf(!hasRecorded)('never throws, whatever was done to it', () => {
    const whole = fc.constantFrom(...kept.map(bytesOf), ...refusal)
    const harm = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })
    const damaged = fc.tuple(whole, harm, fc.nat()).map(([bytes, spots, end]) => {
      const copy = Buffer.from(bytes)
      for (const [at, value] of spots) copy[at % copy.length] = value
      return end % 3 === 0 ? copy.subarray(0, end % copy.length) : copy
    })
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 300 })), (data) => {
        const read = readFrame(data)
        if (read.kind === 'about') expect(Number.isSafeInteger(read.seq) && typeof read.did === 'string').toBe(true)
      }),
      { numRuns: 5_000, interruptAfterTimeLimit: 4_000 },
    )
  })
})

const listen = (url: string, { pace = atOnce, ...rest }: Listening & { pace?: Pace } = {}) =>
  listenTo(firehose(url, pace), rest)

describe('following a stream', () => {
  test.skipIf(!hasRecorded)('hints at the watched accounts of a real stream, and at nobody else', async () => {
    const deleted = kept.find((one) => one.account === 'deleted')!.body.did
    const last = kept.at(-1)!.body.did
    const { url, paths } = await host((socket) => kept.forEach((one) => socket.send(bytesOf(one))))
    const followed = listen(url, { watches: (id) => id === deleted || id === last })
    await followed.until(() => followed.hints.length === 4)
    expect(followed.hints).toEqual([deleted, last, last, last].map((id) => ({ id })))
    expect([...paths]).toEqual([`/xrpc/${STREAM}`])
  })

  test('goes on from the last account frame after a loss, and notes where it was', async () => {
    const { url, cursors } = await host((socket, cursor) => {
      socket.send(account('did:plc:a', cursor === null ? 41 : 42))
      if (cursor === null) socket.close(1011, 'restarting')
    })
    const followed = listen(url)
    await followed.until(() => followed.hints.length === 2)
    expect(cursors).toEqual([null, '41'])
    expect(followed.lines).toContain('lost: closed with 1011 restarting')
    await followed.stop()
    expect(followed.written.map((text) => text.split('@')[0])).toEqual(['41', '42'])
  })

  test('takes up the place that was kept, unless it is older than any hint is worth', async () => {
    const { url, cursors } = await host((socket) => socket.send(account('did:plc:a', 9)))
    for (const kept of ['120', `120@${Date.now() - 60_000}`, `120@${Date.now() - 3_600_000}`, 'garbage', '']) {
      const followed = listen(url, { kept })
      await followed.until(() => followed.hints.length === 1)
      await followed.stop()
    }
    expect(cursors).toEqual(['120', '120', null, null, null])
  })

  test.skipIf(!hasRecorded)('starts anew where its cursor lies in the future', async () => {
    const { url, cursors } = await host((socket, cursor) => {
      socket.send(cursor === null ? account('did:plc:a', 5) : refusal[0]!)
      if (cursor !== null) socket.close(1008, 'FutureCursor')
    })
    const followed = listen(url, { kept: '999999999' })
    await followed.until(() => followed.hints.length === 1)
    expect(cursors).toEqual(['999999999', null])
    expect(followed.lines).toContain('cursor_refused: FutureCursor')
  })

  test('does not sit through the backlog that replaces an outdated cursor', async () => {
    const { url, cursors } = await host((socket, cursor) => {
      if (cursor !== null) socket.send(frame({ op: 1, t: '#info' }, { name: 'OutdatedCursor' }))
      socket.send(account(cursor === null ? 'did:plc:new' : 'did:plc:old', 5))
    })
    const followed = listen(url, { kept: '1' })
    await followed.until(() => followed.hints.length === 1)
    expect(followed.hints).toEqual([{ id: 'did:plc:new' }])
    expect(cursors).toEqual(['1', null])
  })

  test('skips what it cannot read, and says how much that was', async () => {
    const { url } = await host((socket, cursor) => {
      for (const junk of [Buffer.from([0xff]), 'text', Buffer.alloc(0), frame({ op: 1, t: '#account' }, 7)])
        socket.send(junk)
      socket.send(account('did:plc:a', 1))
      if (cursor === null) socket.close(1000)
    })
    const followed = listen(url)
    await followed.until(() => followed.hints.length === 2)
    expect(followed.lines).toContain('lost: closed with 1000, 4 frames unreadable')
  })

  test('waits longer after each failure, up to a minute, and anew after a useful connection', async () => {
    const pauses: number[] = []
    const pace: Pace = {
      ...atOnce,
      random: () => 0.5,
      pause: (ms) => {
        pauses.push(ms)
        return Promise.resolve()
      },
    }
    let calls = 0
    const useless: Connect = ({ onMessage }) => {
      calls += 1
      if (calls === 9) onMessage(account('did:plc:a', 1))
      return calls % 2 === 0
        ? Promise.reject(new AskFault('connect', 'nobody listens'))
        : Promise.resolve({ code: 1006, reason: '' })
    }
    const followed = listen('ws://127.0.0.1:1', { pace, via: useless })
    await followed.until(() => pauses.length >= 10)
    await followed.stop()
    expect(pauses.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 0.5, 1].map((seconds) => seconds * 1000))
    expect(followed.lines.slice(0, 2)).toEqual(['lost: closed with 1006', 'lost: nobody listens'])
  })

  test('ends at once when it is told to, connected or waiting', async () => {
    const { url } = await host(() => undefined)
    const connected = listen(url)
    await connected.until(() => connected.lines.length === 1)
    await connected.stop()
    expect(connected.lines).toEqual([`connected: ${new URL(url).host}`])
    const nobody: Connect = () => Promise.reject(new AskFault('connect', 'nobody listens'))
    const waiting = listen(url, { via: nobody, pace: { ...realPace, random: () => 0.99 } })
    await waiting.until(() => waiting.lines.length === 1)
    await waiting.stop()
    expect(waiting.lines).toEqual(['lost: nobody listens'])
  })
})
