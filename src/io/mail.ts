import { createTransport } from 'nodemailer'
import { MailFault, type Letter, type Mail, type MailServer } from '../core/mail.ts'

/** Nobody waits longer for a mail server than for any other receiver. */
const DEADLINE = 20_000

/** Hands mails to SMTP servers, a connection each. */
export const sendMail: Mail = async (server, letter) => {
  const transport = createTransport(optionsOf(server))
  try {
    const { rejected } = await transport.sendMail(messageOf(letter))
    if (rejected.length > 0) throw new MailFault(true, `the mail server refused ${rejected.length} of the addressees`)
  } catch (fault) {
    throw fault instanceof MailFault ? fault : faultOf(fault)
  } finally {
    transport.close()
  }
}

const optionsOf = ({ host, port, user, password, tls }: MailServer) => ({
  host,
  port,
  secure: port === 465 && tls !== 'never',
  requireTLS: tls === 'always',
  ignoreTLS: tls === 'never',
  ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
  connectionTimeout: DEADLINE,
  greetingTimeout: DEADLINE,
  socketTimeout: DEADLINE,
  dnsTimeout: DEADLINE,
  // Nothing in a notice may make the sender read files or fetch addresses.
  disableFileAccess: true,
  disableUrlAccess: true,
})

const messageOf = ({ references, messageId, to, ...letter }: Letter) => ({
  ...letter,
  to: [...to],
  messageId,
  ...(references.length === 0 ? {} : { references: [...references], inReplyTo: references.at(-1) ?? '' }),
  headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
})

/** Replies of 500 and above are final, all else may heal. The server's own words may name people, its code does not. */
function faultOf(fault: unknown): MailFault {
  const { code, responseCode } = (typeof fault === 'object' && fault !== null ? fault : {}) as {
    readonly code?: string
    readonly responseCode?: number
  }
  const isFinal = (responseCode !== undefined && responseCode >= 500) || code === 'EAUTH'
  const said = responseCode === undefined ? '' : `, it said ${responseCode}`
  return new MailFault(isFinal, `the mail server did not take it (${code ?? 'no code'}${said})`, { cause: fault })
}
