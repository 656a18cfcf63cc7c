import { afterEach, describe, expect, test, vi } from 'vitest'
import { tail, type TailEnd } from '../../src/cli/tail.ts'
import { inkFor, oneLine, progressLine, type Out } from '../../src/cli/terminal.ts'
import { closedOf, outageOf } from '../support/live-json.ts'
import { startLiveServer, type LiveServer, type LiveServerParts } from '../support/live-server.ts'

const started: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.stop()
})

/** A stream that remembers its lines. */
function paper(isTTY = false): Out & { readonly text: () => string; readonly lines: () => readonly string[] } {
  let text = ''
  return {
    isTTY,
    columns: 60,
    write: (more: string) => (text += more),
    text: () => text,
    lines: () => text.split('\n').slice(0, -1),
  }
}

async function begin(options: { json?: boolean; token?: string; server?: LiveServerParts } = {}) {
  const live = await startLiveServer({ now: () => Date.parse('2017-11-02T22:52:05.300Z'), ...options.server })
  const [out, err, ending] = [paper(), paper(), new AbortController()]
  const done: Promise<TailEnd> = tail({
    url: live.url,
    token: options.token,
    json: options.json ?? false,
    out,
    err,
    signal: ending.signal,
  })
  started.push({
    async stop() {
      ending.abort()
      await done
      await live.stop()
    },
  })
  return { live, out, err, done, stop: () => ending.abort() }
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 })
const live = (server: LiveServer) => until(() => expect(server.watching()).toBe(1))

const trump = outageOf('x:realDonaldTrump', {
  name: 'Donald J. Trump',
  identity: { id: '25073877', handle: 'realDonaldTrump', followers: 41_700_000 },
})
const news = (name: string, outage = trump) => ({ name, account: outage.account, outage })

describe('tail', () => {
  test('writes one line of words for each transition', async () => {
    const { live: server, out } = await begin()
    await live(server)
    server.announce(news('outage.opened'))
    server.announce(news('outage.changed', { ...trump, because: ['suspended'], disputed: ['host'] }))
    server.announce(news('outage.acknowledged', { ...trump, acknowledged: { at: '', by: 'ann', note: 'calling' } }))
    server.announce(news('outage.closed', closedOf(trump, 11)))
    const accepted = { at: '', by: 'ann', identity: { id: '7', handle: 'POTUS' } }
    server.announce(news('outage.closed', { ...closedOf(trump, 11), accepted }))
    server.announce({ name: 'sight.lost', scope: 'platform', platform: 'x', since: '', because: ['rate_limited'] })
    server.announce({ name: 'sight.regained', scope: 'everything', since: '', because: [] })
    server.announce({ name: 'platform.troubled', platform: 'x', since: '', accounts: ['x:a', 'x:b'] })
    await until(() => expect(out.lines()).toHaveLength(8))
    expect(out.lines()).toEqual(
      [
        'GONE       x:realDonaldTrump (Donald J. Trump) gone: not found or deactivated; 41.7 million followers',
        'CHANGED    x:realDonaldTrump (Donald J. Trump) now suspended, disputed by host',
        'ACK        x:realDonaldTrump (Donald J. Trump) acknowledged by ann: calling',
        'BACK       x:realDonaldTrump (Donald J. Trump) was gone 11 m 00 s (10 m 55 s to 11 m 05 s)',
        'ACCEPTED   x:realDonaldTrump (Donald J. Trump) is @POTUS (id 7), says ann; was gone 11 m 00 s (10 m 55 s to 11 m 05 s)',
        'BLIND      we cannot see x: rate limited',
        'SIGHT      we see everything again',
        'STORM      x is troubled: 2 accounts fell',
      ].map((line) => `2017-11-02 22:52:05  ${line}`),
    )
  })

  test('begins with what is gone already', async () => {
    const server = await startLiveServer()
    server.outages.set(trump.id, trump)
    const [out, ending] = [paper(), new AbortController()]
    const done = tail({ url: server.url, token: undefined, json: false, out, err: paper(), signal: ending.signal })
    await until(() => expect(out.lines()).toHaveLength(1))
    expect(out.text()).toContain('GONE       x:realDonaldTrump')
    ending.abort()
    await done
    await server.stop()
  })

  test('writes a frame a line as JSON when a program reads', async () => {
    const { live: server, out, err } = await begin({ json: true })
    await live(server)
    server.announce(news('outage.opened'))
    server.pulse([{ account: 'x:who', belief: 'up', lastSightingAt: '', latencyMs: 5 }])
    await until(() => expect(out.lines()).toHaveLength(3))
    const frames = out.lines().map((line) => JSON.parse(line) as { type: string; seq?: number })
    expect(frames.map(({ type, seq }) => [type, seq])).toEqual([
      ['snapshot', 0],
      ['transition', 1],
      ['pulse', undefined],
    ])
    expect(err.text()).not.toContain('{')
  })

  test('says when the connection is lost and back, and misses nothing', async () => {
    const { live: server, out, err } = await begin()
    await live(server)
    server.announce(news('outage.opened'))
    server.cut(1012)
    server.announce(news('outage.closed', closedOf(trump, 11)))
    await until(() => expect(out.lines()).toHaveLength(2))
    expect(err.lines().map((line) => line.replace(/in \d+\.\d s/, 'in … s'))).toEqual([
      `connecting to ${server.url}`,
      'live',
      'connection lost (code 1012); next try in … s',
      `connecting to ${server.url}`,
      'live again, nothing was missed',
    ])
  })

  test('says where nobody answers, and goes on trying', async () => {
    const { url, stop } = await startLiveServer()
    await stop()
    const [out, err, ending] = [paper(), paper(), new AbortController()]
    const done = tail({ url, token: undefined, json: false, out, err, signal: ending.signal })
    await until(() => expect(err.text()).toContain('connecting, try 2'))
    expect(err.lines()[1]).toMatch(`no Rollcall answers at ${url}; next try in `)
    ending.abort()
    expect(await done).toEqual({ kind: 'stopped' })
  })

  test('ends cleanly when asked to', async () => {
    const { live: server, done, stop } = await begin()
    await live(server)
    stop()
    expect(await done).toEqual({ kind: 'stopped' })
    await until(() => expect(server.watching()).toBe(0))
  })

  test('does not begin when it was asked to end before', async () => {
    const [out, err] = [paper(), paper()]
    const signal = AbortSignal.abort()
    expect(await tail({ url: 'http://127.0.0.1:1', token: undefined, json: false, out, err, signal })).toEqual({
      kind: 'stopped',
    })
    expect(out.text() + err.text()).toBe('')
  })

  test('ends when the token is refused, and never shows it', async () => {
    const { done, err } = await begin({ token: 'wrong-secret', server: { token: 'right' } })
    expect(await done).toMatchObject({ kind: 'refused' })
    expect(err.text()).toContain('refused (4401')
    expect(err.text()).not.toContain('wrong-secret')
  })

  test('lets no name steer the terminal', async () => {
    const { live: server, out } = await begin()
    await live(server)
    server.announce(news('outage.opened', { ...trump, name: '\u001b[2J\u001b]0;owned\u0007Evil\n2017 \u202egnihton' }))
    await until(() => expect(out.lines()).toHaveLength(1))
    // eslint-disable-next-line no-control-regex
    expect(out.text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  })
})

describe('on a terminal', () => {
  test('there is colour, elsewhere none, and none where NO_COLOR is set', () => {
    expect(inkFor(paper(true), {}).red('x')).toBe('\u001b[31mx\u001b[39m')
    expect(inkFor(paper(true), { NO_COLOR: '1' }).red('x')).toBe('x')
    expect(inkFor(paper(true), { TERM: 'dumb' }).red('x')).toBe('x')
    expect(inkFor(paper(false), {}).red('x')).toBe('x')
  })

  test('progress is one line that goes away; in a file there is none', () => {
    const [screen, file] = [paper(true), paper(false)]
    for (const out of [screen, file]) {
      const progress = progressLine(out)
      progress.show('1 of 2\u001b[2J')
      progress.clear()
      progress.clear()
    }
    expect([screen.text(), file.text()]).toEqual(['\r\u001b[2K1 of 2\r\u001b[2K', ''])
  })

  test('foreign text is one harmless line', () => {
    expect(oneLine('  a\u001b[31m\nb\u2066c\u0000 ')).toBe('a bc')
  })
})
