import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import { readMail, type ReadMail } from './mail-reader.ts'

export type Arrived = ReadMail & {
  readonly envelope: { readonly from: string; readonly to: readonly string[] }
  readonly isSecure: boolean
  readonly user: string | null
}

export type MailBox = Awaited<ReturnType<typeof startMailServer>>

/** A refusal in SMTP's own words: `450 Try again later`. */
export const says = (reply: number, words: string): Error => Object.assign(new Error(words), { responseCode: reply })

type Hooks = {
  readonly onRecipient?: (address: string) => Error | null
  readonly onData?: () => Error | null
}

/** A real SMTP server on a port of its own. Nobody needs to sign in, and STARTTLS is not offered, unless told otherwise. */
export async function startMailServer(options: SMTPServerOptions = {}, { onRecipient, onData }: Hooks = {}) {
  const arrived: Arrived[] = []
  async function take(raw: Buffer, { envelope, secure, user }: SMTPServerSession): Promise<Error | null> {
    const refusal = onData?.() ?? null
    if (refusal !== null) return refusal
    const { mailFrom, rcptTo } = envelope
    arrived.push({
      ...(await readMail(raw)),
      envelope: { from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address) },
      isSecure: secure,
      user: typeof user === 'string' ? user : null,
    })
    return null
  }
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    hideSTARTTLS: options.key === undefined,
    onRcptTo: ({ address }, _, done) => done(onRecipient?.(address)),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => void take(Buffer.concat(chunks), session).then(done, done))
    },
    ...options,
  })
  // Clients that hang up in the middle of TLS are told of here, too; what became of their mail is what tests look at.
  server.on('error', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    arrived,
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}
