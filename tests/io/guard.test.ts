import type { LookupAddress } from 'node:dns'
import { afterEach, describe, expect, test } from 'vitest'
import { AskFault } from '../../src/core/answer.ts'
import { createAsk, type AskOptions } from '../../src/io/ask.ts'
import { createGuard } from '../../src/io/guard.ts'
import { serveHttp } from '../support/ask-servers.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()))
})

function asking(options: Partial<AskOptions>) {
  const { ask, close } = createAsk({ userAgent: 'x', allowPrivate: [], ...options })
  ends.push(close)
  return ask
}

async function server() {
  const serving = await serveHttp((_, response) => response.end('inside'))
  ends.push(() => serving.close())
  return serving
}

const WEB = ['http:', 'https:']

describe('without permission', () => {
  const { target } = createGuard({ allowPrivate: [] })

  test.each([
    ['loopback', '127.0.0.1'],
    ['loopback as a number', '2130706433'],
    ['loopback in hexadecimal', '0x7f.1'],
    ['loopback in octal', '0177.0.0.1'],
    ['loopback, short', '127.1'],
    ['loopback in full-width digits', '１２７.0.0.1'],
    ['loopback of IPv6', '[::1]'],
    ['mapped loopback', '[::ffff:127.0.0.1]'],
    ['mapped loopback in hexadecimal', '[::ffff:7f00:1]'],
    ['mapped public', '[::ffff:8.8.8.8]'],
    ['compatible loopback', '[::127.0.0.1]'],
    ['unspecified', '0.0.0.0'],
    ['unspecified of IPv6', '[::]'],
    ['this network', '0.1.2.3'],
    ['private of class A', '10.1.2.3'],
    ['private of class B', '172.16.0.1'],
    ['private of class C', '192.168.1.1'],
    ['carrier NAT', '100.64.0.1'],
    ['link-local', '169.254.169.254'],
    ['link-local of IPv6', '[fe80::1]'],
    ['site-local', '[fec0::1]'],
    ['unique local', '[fd00:ec2::254]'],
    ['multicast', '224.0.0.1'],
    ['multicast of IPv6', '[ff02::1]'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['protocol assignments', '192.0.0.8'],
    ['benchmarking', '198.18.0.1'],
    ['documentation', '203.0.113.9'],
    ['documentation of IPv6', '[2001:db8::1]'],
    ['NAT64', '[64:ff9b::7f00:1]'],
    ['6to4', '[2002:7f00:1::1]'],
    ['Teredo', '[2001::1]'],
  ])('%s is refused: %s', (_, host) =>
    expect(() => target(`http://${host}/secret-path`, WEB)).toThrow(
      expect.toSatisfy(
        (fault) => fault instanceof AskFault && fault.kind === 'forbidden_address' && !fault.message.includes('secret'),
      ),
    ),
  )

  test.each(['http://8.8.8.8/', 'https://[2606:4700::1111]/', 'https://example.org/'])('%s may be asked', (address) =>
    expect(target(address, WEB)).toMatchObject({ isTrusted: false }),
  )

  test.each(['ftp://example.org/', 'file:///etc/passwd', 'data:,x', 'https://user:pass@example.org/', 'nonsense', ''])(
    '%s is nothing to ask',
    (address) => expect(() => target(address, WEB)).toThrow(AskFault),
  )

  test('a name that leads inside is refused', async () => {
    const { port } = await server()
    await expect(asking({})({ url: `http://localhost:${port}/` })).rejects.toMatchObject({ kind: 'forbidden_address' })
  })
})

describe('with permission', () => {
  test('a range lets through addresses and names in it, and nothing else', async () => {
    const { port } = await server()
    const ask = asking({ allowPrivate: ['127.0.0.0/8', '::1/128'] })
    expect((await ask({ url: `http://127.0.0.1:${port}/` })).text).toBe('inside')
    expect((await ask({ url: `http://localhost:${port}/` })).text).toBe('inside')
    await expect(ask({ url: 'http://10.0.0.1/' })).rejects.toMatchObject({ kind: 'forbidden_address' })
  })

  test('a range counts for its addresses in IPv6 clothes', () => {
    const { target } = createGuard({ allowPrivate: ['127.0.0.0/8'] })
    expect(target('http://[::ffff:127.0.0.1]/', WEB)).toMatchObject({ isTrusted: false })
    expect(() => target('http://[::1]/', WEB)).toThrow(AskFault)
  })

  test.each([
    ['all of them inside', ['10.1.0.1', '10.2.0.1'], null],
    ['one of them outside', ['10.1.0.1', '8.8.8.8', '192.168.0.1'], 'forbidden_address'],
    ['none at all', [], 'dns'],
  ])('every address of a name is judged: %s', async (_, addresses, kind) => {
    const asked: string[] = []
    const { lookup } = createGuard({ allowPrivate: ['10.0.0.0/8'] }, (hostname, _, done) => {
      asked.push(hostname)
      done(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      )
    })
    const { promise, resolve } = Promise.withResolvers<readonly [Error | null, string | LookupAddress[]]>()
    lookup('name.example', { all: true }, (fault, found) => resolve([fault, found]))
    const [fault, found] = await promise
    if (kind === null) expect(found).toEqual(addresses.map((address) => ({ address, family: 4 })))
    else expect(fault).toMatchObject({ kind })
    expect(asked).toEqual(['name.example'])
  })

  test('a trusted origin is trusted by scheme, host and port together', async () => {
    const mine = await server()
    const other = await server()
    const ask = asking({ trustedOrigins: [`http://localhost:${mine.port}`] })
    expect((await ask({ url: `http://localhost:${mine.port}/` })).text).toBe('inside')
    for (const url of [`http://localhost:${other.port}/`, `http://127.0.0.1:${mine.port}/`]) {
      await expect(ask({ url })).rejects.toMatchObject({ kind: 'forbidden_address' })
    }
    await expect(ask({ url: `https://localhost:${mine.port}/` })).rejects.toMatchObject({ kind: 'forbidden_address' })
  })

  test('a socket has the origin of its web server', () => {
    const { target } = createGuard({ allowPrivate: [], trustedOrigins: ['ws://127.0.0.1:80', 'https://10.0.0.1'] })
    expect(target('ws://127.0.0.1/', ['ws:'])).toMatchObject({ isTrusted: true })
    expect(target('http://127.0.0.1/', WEB)).toMatchObject({ isTrusted: true })
    expect(target('wss://10.0.0.1/', ['wss:'])).toMatchObject({ isTrusted: true })
  })
})
