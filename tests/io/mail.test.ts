import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { SMTPServerOptions } from 'smtp-server'
import { expect, onTestFinished, test } from 'vitest'
import { MailFault, type Letter, type MailServer } from '../../src/core/mail.ts'
import { createMail, sendMail } from '../../src/io/mail.ts'
import { askCertificate } from '../support/ask-certificate.ts'
import { says, startMailServer } from '../support/mail-server.ts'

const letter: Letter = {
  from: 'Rollcall <rollcall@example.org>',
  to: ['desk@example.org', 'editor@example.org'],
  subject: 'Outage of Ada Lovelace',
  text: 'Ada Lovelace is gone',
  html: '<p>Ada Lovelace is gone</p>',
  messageId: '<ntc_1@example.org>',
  references: [],
  listId: 'rollcall.example.org',
}
const CREDENTIALS = { user: 'rollcall', password: 'a-password-nobody-may-read' }

async function opened(...shape: Parameters<typeof startMailServer>) {
  const box = await startMailServer(...shape)
  onTestFinished(() => box.stop())
  const at: MailServer = { host: '127.0.0.1', port: box.port, tls: 'offered' }
  return { ...box, at }
}

const faultOf = async (sent: Promise<unknown>): Promise<MailFault> => {
  const fault = await sent.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(fault instanceof MailFault)) throw new Error(`no MailFault but ${String(fault)}`)
  return fault
}

test('a mail arrives with both bodies, its ids and its addressees', async () => {
  const { arrived, at } = await opened()
  await sendMail(at, { ...letter, references: ['<a@example.org>', '<b@example.org>'] })
  expect(arrived).toMatchObject([
    {
      text: letter.text,
      html: letter.html,
      envelope: { from: 'rollcall@example.org', to: letter.to },
      headers: {
        'message-id': '<ntc_1@example.org>',
        'in-reply-to': '<b@example.org>',
        'list-id': 'Rollcall <rollcall.example.org>',
        'auto-submitted': 'auto-generated',
      },
      isSecure: false,
    },
  ])
  expect(arrived[0]?.headers['references']).toBe('<a@example.org> <b@example.org>')
})

test.each(['subject', 'from', 'messageId'] as const)('a line break in %s begins no header', async (key) => {
  const { arrived, at } = await opened()
  const injected = `${letter[key]}\r\nBcc: everyone@example.org\r\nX-Injected: yes`
  await sendMail(at, { ...letter, [key]: injected }).catch(() => undefined)
  for (const { headers, envelope } of arrived) {
    expect(headers).not.toHaveProperty('x-injected')
    expect(headers).not.toHaveProperty('bcc')
    expect(envelope.to).toEqual(letter.to)
  }
})

test.each([
  ['450 at an addressee', { onRecipient: () => says(450, 'mailbox busy: desk@example.org') }, false, '450'],
  ['550 at an addressee', { onRecipient: () => says(550, 'no such user desk@example.org') }, true, '550'],
  ['452 at the end', { onData: () => says(452, 'no room for desk@example.org') }, false, '452'],
  ['554 at the end', { onData: () => says(554, 'spam, says desk@example.org') }, true, '554'],
])('%s: told by its code, without the words', async (_, hooks, isFinal, code) => {
  const { at, arrived } = await opened({}, hooks)
  const fault = await faultOf(sendMail(at, letter))
  expect([fault.isFinal, fault.message]).toEqual([isFinal, expect.stringContaining(`it said ${code}`)])
  expect(fault.message).not.toContain('example.org')
  expect(arrived).toEqual([])
})

test.each([
  [550, true],
  [450, false],
])('one of two addressees refused with %i: the other has it, and the rest is told', async (reply, isFinal) => {
  const onRecipient = (address: string) => (address.startsWith('editor') ? says(reply, 'not here') : null)
  const { at, arrived } = await opened({}, { onRecipient })
  expect(await sendMail(at, letter)).toEqual([{ address: 'editor@example.org', isFinal }])
  expect(arrived.map(({ envelope }) => envelope.to)).toEqual([['desk@example.org']])
})

test('a mail that some have already is handed over for the others, and names all', async () => {
  const { at, arrived } = await opened()
  expect(await sendMail(at, { ...letter, envelope: ['editor@example.org'] })).toEqual([])
  expect(arrived).toMatchObject([
    { envelope: { to: ['editor@example.org'] }, headers: { to: 'desk@example.org, editor@example.org' } },
  ])
})

test('all refused, one of them only for now: it is worth another try', async () => {
  for (const first of ['desk', 'editor']) {
    const onRecipient = (address: string) => says(address.startsWith(first) ? 451 : 550, 'no')
    const { at } = await opened({}, { onRecipient })
    expect(await faultOf(sendMail(at, letter))).toMatchObject({ isFinal: false })
  }
})

type OnAuth = NonNullable<SMTPServerOptions['onAuth']>

/** Takes the password above, or says with which reply it does not. */
const guarded = (reply: number | null, heard: (method: string) => void = () => undefined) => {
  const onAuth: OnAuth = ({ method, username, password }, _, done) => {
    heard(method)
    const isRight = username === CREDENTIALS.user && password === CREDENTIALS.password
    if (isRight && reply === null) done(null, { user: username })
    else done(says(reply ?? 535, 'bad credentials'))
  }
  return { authOptional: false, allowInsecureAuth: true, onAuth }
}

test('user and password are shown to the server', async () => {
  const { at, arrived } = await opened(guarded(null))
  await sendMail({ ...at, ...CREDENTIALS }, letter)
  expect(arrived).toMatchObject([{ user: 'rollcall' }])
})

test.each([
  [535, true],
  [454, false],
])('a sign-in that is answered with %i', async (reply, isFinal) => {
  const { at } = await opened(guarded(reply))
  const fault = await faultOf(sendMail({ ...at, ...CREDENTIALS }, letter))
  expect([fault.isFinal, fault.message]).toEqual([isFinal, expect.stringContaining(`EAUTH, it said ${reply}`)])
  expect(fault.message).not.toContain(CREDENTIALS.password)
})

test('a server that wants a sign-in refuses a mail without one', async () => {
  const { at } = await opened(guarded(null))
  expect(await faultOf(sendMail(at, letter))).toMatchObject({ isFinal: true })
})

/** As if somebody had put the certificate into the system's list. */
function trust(cert: string): void {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, cert])
  onTestFinished(() => setDefaultCACertificates(before))
}

test('always: mail goes over TLS to a server whose certificate is known and names it', async () => {
  const certificate = askCertificate()
  trust(certificate.cert)
  const { at, arrived } = await opened(certificate)
  await sendMail({ ...at, host: 'localhost', tls: 'always' }, letter)
  expect(arrived).toMatchObject([{ isSecure: true }])
})

test('always: a certificate that nobody knows, or that names another host, ends it before a word is said', async () => {
  const certificate = askCertificate()
  const { at, arrived } = await opened({ ...certificate, ...guarded(null) })
  const unknown = await faultOf(sendMail({ ...at, ...CREDENTIALS, host: 'localhost', tls: 'always' }, letter))
  trust(certificate.cert)
  const elsewhere = await faultOf(sendMail({ ...at, ...CREDENTIALS, tls: 'always' }, letter))
  expect([unknown.isFinal, elsewhere.isFinal]).toEqual([false, false])
  expect(arrived).toEqual([])
})

test('always: a server without TLS gets neither the mail nor the password', async () => {
  const heard: string[] = []
  const { at, arrived } = await opened(guarded(null, (method) => heard.push(method)))
  expect(await faultOf(sendMail({ ...at, ...CREDENTIALS, tls: 'always' }, letter))).toMatchObject({ isFinal: false })
  expect([heard, arrived]).toEqual([[], []])
})

test.each([
  ['offered', true],
  ['never', false],
] as const)('%s: where TLS is offered under an unknown name, it is taken: %s', async (tls, isSecure) => {
  const { at, arrived } = await opened(askCertificate())
  await sendMail({ ...at, tls }, letter)
  expect(arrived).toMatchObject([{ isSecure }])
})

/** Speaks no SMTP worth the name. */
async function oddServer(greet: (socket: Socket) => void): Promise<MailServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    greet(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, tls: 'offered' }
}

test('a server that says nothing costs a deadline, not more', async () => {
  const at = await oddServer(() => undefined)
  expect(await faultOf(createMail(100)(at, letter))).toMatchObject({ isFinal: false })
})

test('a server that keeps the line alive and never comes to the point costs the same', async () => {
  const at = await oddServer((socket) => {
    socket.write('220 welcome\r\n')
    const drip = setInterval(() => socket.write('250-wait\r\n'), 5)
    socket.on('close', () => clearInterval(drip))
  })
  expect(await faultOf(createMail(150)(at, letter))).toMatchObject({ isFinal: false })
})

/** A server that answers as a good one does, but for the commands that `odd` begins with. */
const scripted = (odd: Readonly<Record<string, string>>, hello = '250 odd') =>
  oddServer((socket) => {
    let isData = false
    const good = (line: string): string => (/^EHLO/.test(line) ? hello : line === 'DATA' ? '354 go on' : '250 fine')
    socket.setEncoding('latin1')
    socket.write('220 welcome\r\n')
    socket.on('data', (chunk: string) => {
      for (const line of chunk.split('\r\n').filter((one) => one !== '')) {
        if (isData && line !== '.') continue
        isData = false
        const reply = odd[line === '.' ? 'end' : (line.split(/[ :]/, 1)[0] ?? '')] ?? good(line)
        isData = reply.startsWith('354')
        if (reply === '') socket.destroy()
        else socket.write(`${reply}\r\n`)
      }
    })
  })

test.each([
  ['554 to the greeting', { EHLO: '554 not you', HELO: '554 not you' }, true],
  ['421 to the greeting', { EHLO: '421 later', HELO: '421 later' }, false],
  ['550 to the sender', { MAIL: '550 not from you' }, true],
  ['530 to the sender, TLS first', { MAIL: '530 Must issue a STARTTLS command first' }, true],
  ['451 to the sender', { MAIL: '451 later' }, false],
  ['450 to all, greylisting', { RCPT: '450 4.2.0 Greylisted, try again in 300 seconds' }, false],
  ['452 to all, over quota', { RCPT: '452 4.2.2 over quota' }, false],
  ['554 to all, no relaying', { RCPT: '554 5.7.1 Relay access denied' }, true],
  ['554 to DATA', { DATA: '554 no valid recipients' }, true],
  ['451 to DATA', { DATA: '451 later' }, false],
  ['552 at the end, too big', { end: '552 message too big' }, true],
  ['452 at the end, no room', { end: '452 no room' }, false],
  ['421 at the end, going down', { end: '421 shutting down' }, false],
  ['nothing more at the end', { end: '' }, false],
  ['nothing more to the sender', { MAIL: '' }, false],
])('a server that says %s is told by its code, without its words', async (_, odd, isFinal) => {
  const fault = await faultOf(sendMail(await scripted(odd), letter))
  expect(fault.isFinal).toBe(isFinal)
  expect(fault.message).not.toMatch(/example|later|Greylisted|Relay/)
})

test('a STARTTLS that is refused for now is no way into the clear', async () => {
  const at = await scripted({ STARTTLS: '454 TLS not available' }, '250-odd\r\n250 STARTTLS')
  expect(await faultOf(sendMail({ ...at, tls: 'always' }, letter))).toMatchObject({ isFinal: false })
})

test('a mail keeps within the lines of RFC 5322, whoever is named in it and however many read it', async () => {
  const raw: string[] = []
  const { at } = await opened({
    onData(stream, _, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        raw.push(Buffer.concat(chunks).toString('latin1'))
        done()
      })
    },
  })
  const to = Array.from({ length: 50 }, (__, index) => `${'d'.repeat(60)}${index}@${'e'.repeat(60)}.example.org`)
  for (const name of [
    'n'.repeat(2_000),
    '漢'.repeat(500),
    'שלום '.repeat(300),
    '=?utf-8?Q?x?= '.repeat(100),
    '👩🏽‍🚀'.repeat(200),
  ]) {
    await sendMail(at, { ...letter, to, subject: name.slice(0, 200), text: name, html: `<p>${name}</p>` })
  }
  expect(raw).toHaveLength(5)
  for (const mail of raw) {
    expect(mail).toMatch(/^[\t\r\n\x20-\x7E]*$/)
    expect(Math.max(...mail.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998)
  }
})

test('a server that wants nobody says so for good, a busy one for now', async () => {
  const closed = await oddServer((socket) => socket.end('554 no mail here\r\n'))
  const busy = await oddServer((socket) => socket.end('421 too many connections\r\n'))
  expect(await faultOf(sendMail(closed, letter))).toMatchObject({ isFinal: true })
  expect(await faultOf(sendMail(busy, letter))).toMatchObject({ isFinal: false })
})

test('a server that is not there, or breaks off, may be back later', async () => {
  const broken = await oddServer((socket) => socket.resetAndDestroy())
  expect(await faultOf(sendMail(broken, letter))).toMatchObject({ isFinal: false })
  const { port, stop } = await startMailServer()
  await stop()
  expect(await faultOf(sendMail({ ...broken, port }, letter))).toMatchObject({ isFinal: false })
})
