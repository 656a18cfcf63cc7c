import { createHash } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { AskFault, type Answer, type AskRequest, type FaultKind } from '../../src/core/answer.ts'
import { createAsk, type AskOptions } from '../../src/io/ask.ts'
import { closedPort, serveBytes, serveHttp, serveHttps, type Served } from '../support/ask-servers.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()))
})

function kept<T extends { close(): Promise<void> }>(thing: T): T {
  ends.push(() => thing.close())
  return thing
}

const LOOPBACK = ['127.0.0.0/8', '::1/128']
const asking = (options: Partial<AskOptions> = {}) =>
  kept(createAsk({ userAgent: 'Rollcall-Test', allowPrivate: LOOPBACK, ...options })).ask

const served = async (serving: Promise<Served>): Promise<string> => kept(await serving).host

const SECRETS = ['hush-path', 'hush-query', 'hush-header', 'hush-user', 'hush-pass']

/** Asks in a way full of secrets and answers with the fault, whose text must hold none. */
async function faultOf(
  ask: (request: AskRequest) => Promise<Answer>,
  origin: string,
  request: Partial<AskRequest> = {},
): Promise<AskFault> {
  const url = `${origin}/hush-path?token=hush-query`
  const fault: unknown = await ask({ url, headers: { authorization: 'Bearer hush-header' }, ...request }).then(
    () => new Error('an answer came'),
    (fault: unknown) => fault,
  )
  expect(fault).toBeInstanceOf(AskFault)
  const told = [(fault as AskFault).message, JSON.stringify((fault as AskFault).cause)].join(' ')
  for (const secret of SECRETS) expect(told).not.toContain(secret)
  return fault as AskFault
}

const kindOf = async (...args: Parameters<typeof faultOf>): Promise<FaultKind> => (await faultOf(...args)).kind

describe('an answer', () => {
  test('comes whole, with lower-case headers, its text and its digest', async () => {
    const host = await served(
      serveHttp((_, response) =>
        response.writeHead(404, { 'X-Mark': 'é', 'Set-Cookie': ['a=1', 'b=2'] }).end('gone ✓'),
      ),
    )
    const answer = await asking()({ url: `http://${host}/a?b` })
    expect(answer).toMatchObject({ url: `http://${host}/a?b`, status: 404, text: 'gone ✓' })
    expect(answer.headers['set-cookie']).toBe('a=1, b=2')
    expect(answer.digest()).toBe(createHash('sha256').update('gone ✓').digest('hex'))
  })

  test('is asked for with our User-Agent unless the caller has one, and with JSON as JSON', async () => {
    const host = await served(
      serveHttp((request, response) => {
        const body: Buffer[] = []
        request.on('data', (chunk: Buffer) => body.push(chunk))
        const { method, url, headers } = request
        request.on('end', () =>
          response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(body).toString() })),
        )
      }),
    )
    const ask = asking()
    const url = `http://${host}/x?y=1#z`
    const plain = JSON.parse((await ask({ url })).text) as Record<string, never>
    expect(plain).toMatchObject({ method: 'GET', url: '/x?y=1', body: '' })
    expect(plain.headers).toMatchObject({ 'user-agent': 'Rollcall-Test', 'accept-encoding': 'gzip, br' })
    const posted = JSON.parse(
      (await ask({ url, method: 'POST', json: { a: [1] }, headers: { 'User-Agent': 'Own' } })).text,
    ) as Record<string, never>
    expect(posted).toMatchObject({ method: 'POST', body: '{"a":[1]}' })
    expect(posted.headers).toMatchObject({ 'user-agent': 'Own', 'content-type': 'application/json' })
    const raw = JSON.parse(
      (await ask({ url, method: 'PUT', body: 'b', headers: { 'Content-Type': 'x/y' } })).text,
    ) as object
    expect(raw).toMatchObject({ method: 'PUT', body: 'b', headers: { 'content-type': 'x/y' } })
  })

  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['zstd', zstdCompressSync],
    ['identity', (text: string) => Buffer.from(text)],
    ['gzip, br', (text: string) => brotliCompressSync(gzipSync(text))],
  ])('is decompressed: %s', async (encoding, compress) => {
    const text = 'who is there? '.repeat(20_000)
    const bytes = compress(text)
    const host = await served(
      serveHttp((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(bytes)),
    )
    const answer = await asking()({ url: `http://${host}/` })
    expect(answer.text).toBe(text)
    expect(answer.digest()).toBe(createHash('sha256').update(text).digest('hex'))
  })

  test('without a body may name an encoding', async () => {
    const host = await served(serveHttp((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end()))
    expect(await asking()({ url: `http://${host}/`, method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
    expect(await asking()({ url: `http://${host}/` })).toMatchObject({ status: 200, text: '' })
  })

  test('is read in the charset it names, and without its byte order mark', async () => {
    const host = await served(
      serveHttp(({ url }, response) => {
        if (url === '/mark') response.end('\uFEFF{}')
        else response.setHeader('content-type', 'text/html; charset=windows-1251').end(Buffer.from([0xcd, 0xe5, 0xf2]))
      }),
    )
    expect((await asking()({ url: `http://${host}/mark` })).text).toBe('{}')
    expect((await asking()({ url: `http://${host}/` })).text).toBe('Нет')
  })

  test('that sends us elsewhere is given back and not followed', async () => {
    const seen: (string | undefined)[] = []
    const host = await served(
      serveHttp(({ url }, response) => {
        seen.push(url)
        response.writeHead(302, { location: '/login' }).end()
      }),
    )
    expect(await asking()({ url: `http://${host}/` })).toMatchObject({ status: 302, headers: { location: '/login' } })
    expect(seen).toEqual(['/'])
  })

  test('leaves its connection to the next request', async () => {
    const ports = new Set<unknown>()
    const host = await served(
      serveHttp(({ socket }, response) => {
        ports.add(socket.remotePort)
        response.end('x')
      }),
    )
    const ask = asking({ connections: 1 })
    for (let turn = 0; turn < 5; turn++) await ask({ url: `http://${host}/` })
    expect(ports.size).toBe(1)
  })
})

describe('no answer', () => {
  test('because nobody listens is a connect fault', async () => {
    const port = await closedPort()
    const fault = await faultOf(asking(), `http://127.0.0.1:${port}`)
    expect(fault).toMatchObject({ kind: 'connect', cause: 'ECONNREFUSED' })
    expect(fault.message).toContain(`127.0.0.1:${port}`)
    expect(await kindOf(asking(), `http://localhost:${port}`)).toBe('connect')
  })

  test('because the name does not exist is a dns fault', async () => {
    const fault = await faultOf(asking(), 'http://nobody.invalid')
    expect(fault.kind).toBe('dns')
    expect(fault.message).toContain('nobody.invalid')
    expect(await kindOf(asking({ trustedOrigins: ['http://nobody.invalid'] }), 'http://nobody.invalid')).toBe('dns')
  })

  test('because the other side speaks no TLS is a tls fault', async () => {
    const host = await served(serveHttp((_, response) => response.end()))
    expect(await kindOf(asking(), `https://${host}`)).toBe('tls')
  })

  test('because the other side hangs up in the handshake is a tls fault', async () => {
    const host = await served(serveBytes('', (socket) => socket.destroy()))
    expect(await kindOf(asking(), `https://${host}`)).toBe('tls')
  })

  test('because nobody vouches for the certificate is a tls fault', async () => {
    const host = await served(serveHttps((_, response) => response.end()))
    expect(await faultOf(asking(), `https://${host}`)).toMatchObject({
      kind: 'tls',
      cause: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
  })

  test('before the headers in time is a deadline fault', async () => {
    const host = await served(serveHttp(() => undefined))
    expect(await faultOf(asking(), `http://${host}`, { deadlineMs: 60 })).toMatchObject({
      kind: 'deadline',
      head: null,
    })
  })

  test('within the body in time is a deadline fault, plain or compressed', async () => {
    const host = await served(
      serveHttp(({ url }, response) => {
        const isZipped = url?.includes('zip') === true
        response.writeHead(200, isZipped ? { 'content-encoding': 'gzip' } : {})
        response.write(isZipped ? gzipSync('half').subarray(0, 12) : 'half')
      }),
    )
    expect(await kindOf(asking(), `http://${host}`, { deadlineMs: 60 })).toBe('deadline')
    expect(await faultOf(asking(), `http://${host}/zip`, { deadlineMs: 60 })).toMatchObject({
      kind: 'deadline',
      head: { status: 200 },
    })
  })

  test('in time while waiting for a connection is a deadline fault, and is never sent', async () => {
    const seen: (string | undefined)[] = []
    const answers = new PassThrough()
    const host = await served(
      serveHttp(({ url }, response) => {
        seen.push(url)
        if (url === '/first') answers.pipe(response)
        else response.end(url)
      }),
    )
    const ask = asking({ connections: 1 })
    const first = ask({ url: `http://${host}/first` })
    expect(await kindOf(ask, `http://${host}`, { deadlineMs: 60 })).toBe('deadline')
    answers.end('done')
    expect((await first).text).toBe('done')
    expect((await ask({ url: `http://${host}/third` })).text).toBe('/third')
    expect(seen).toEqual(['/first', '/third'])
  })

  test('because the connection was reset after the headers is a broken one', async () => {
    const headers = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'
    const host = await served(serveBytes(headers, (socket) => socket.resetAndDestroy()))
    expect(await kindOf(asking(), `http://${host}`)).toBe('broken')
  })

  test.each([
    ['less than its length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":'],
    ['no last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
    ['no headers', ''],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2 hush-path\r\n'],
  ])('because the transfer ended with %s is a broken one', async (_, bytes) => {
    const host = await served(serveBytes(bytes, (socket) => socket.end()))
    expect(await kindOf(asking(), `http://${host}`)).toBe('broken')
  })

  test.each([
    ['gzip', Buffer.from('<html>not at all</html>')],
    ['gzip', gzipSync('a truncated one '.repeat(99)).subarray(0, 40)],
    ['br', Buffer.from('<html>not at all</html>')],
    ['rot13', Buffer.from('uryyb')],
    ['gzip, gzip, gzip', Buffer.from('x')],
  ])('because it cannot be decoded is an undecodable one: %s', async (encoding, bytes) => {
    const host = await served(
      serveHttp((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(bytes)),
    )
    expect(await kindOf(asking(), `http://${host}`)).toBe('undecodable')
  })

  test('after closing is a broken one', async () => {
    const asked = createAsk({ userAgent: 'x', allowPrivate: LOOPBACK })
    await asked.close()
    expect(await kindOf((request) => asked.ask(request), 'https://127.0.0.1:9')).toBe('broken')
  })

  test('is owed to a request that still runs when the time to close is over', async () => {
    const host = await served(
      serveHttp(({ url }, response) => {
        if (url === '/soon') setImmediate(() => response.end('soon'))
      }),
    )
    const asked = createAsk({ userAgent: 'x', allowPrivate: LOOPBACK })
    const soon = asked.ask({ url: `http://${host}/soon` })
    const never = kindOf((request) => asked.ask(request), `http://${host}`, { deadlineMs: 60_000 })
    await asked.ask({ url: `http://${host}/soon` })
    await Promise.all([asked.close(), asked.close()])
    expect((await soon).text).toBe('soon')
    expect(await never).toBe('broken')
  })

  test('because a header cannot be sent is a broken one that does not show it', async () => {
    const headers = { authorization: 'Bearer hush-header\nhush-pass' }
    expect(await kindOf(asking(), 'http://127.0.0.1:9', { headers })).toBe('broken')
  })
})

describe('too much of an answer', () => {
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const fifty = 50 * 1024 * 1024

  test('is refused unread when it says its length', async () => {
    let written = 0
    const host = await served(
      serveHttp((_, response) => {
        response.writeHead(200, { 'content-length': fifty })
        const more = (): void => {
          while (!response.destroyed && (written += chunk.length) < fifty) if (!response.write(chunk)) return
        }
        response.on('drain', more)
        more()
      }),
    )
    expect(await faultOf(asking(), `http://${host}`)).toMatchObject({ kind: 'oversize', head: { status: 200 } })
    expect(written).toBeLessThan(fifty / 2)
  })

  test('is dropped as soon as it is too much', async () => {
    const host = await served(
      serveHttp((_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(chunk));
        }
        response.on('drain', more)
        more()
      }),
    )
    expect(await kindOf(asking(), `http://${host}`)).toBe('oversize')
    expect(await kindOf(asking(), `http://${host}`, { maxBytes: 10 })).toBe('oversize')
  })

  test('may be exactly as much as is allowed', async () => {
    const host = await served(serveHttp(({ url }, response) => response.end(Buffer.alloc(Number(url?.slice(1)), 'x'))))
    expect((await asking()({ url: `http://${host}/100`, maxBytes: 100 })).text).toHaveLength(100)
    await expect(asking()({ url: `http://${host}/101`, maxBytes: 100 })).rejects.toMatchObject({ kind: 'oversize' })
  })

  test('hidden in a gzip bomb does not fill the memory', async () => {
    const bomb: Buffer[] = []
    const gzip = createGzip().on('data', (piece: Buffer) => bomb.push(piece))
    const whole = new Promise((resolve) => gzip.on('end', resolve))
    const zeros = Buffer.alloc(1024 * 1024)
    for (let megabyte = 0; megabyte < 1024; megabyte++) {
      if (!gzip.write(zeros)) await new Promise((resolve) => gzip.once('drain', resolve))
    }
    gzip.end()
    await whole
    const bytes = Buffer.concat(bomb)
    const host = await served(
      serveHttp((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes)),
    )
    const ask = asking()
    await kindOf(ask, `http://${host}`)
    const before = process.memoryUsage().rss
    for (let turn = 0; turn < 5; turn++) expect(await kindOf(ask, `http://${host}`)).toBe('oversize')
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
  })

  test('in the headers is refused as well', async () => {
    const host = await served(
      serveBytes(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`, (socket) => socket.end()),
    )
    expect(await kindOf(asking(), `http://${host}`)).toBe('oversize')
  })
})
