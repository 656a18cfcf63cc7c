import { MailFault, type Letter, type Mail, type MailServer } from '../core/mail.ts'

/** Nobody waits longer for a mail server than for any other receiver. */
const DEADLINE = 20_000

/**
 * Hands mails to SMTP servers, a connection each. The server's address is not judged as those of other receivers are:
 * only the configuration names it, and the mail server of a house is in its private network as a rule.
 *
 * @param deadlineMs from the name's look-up to the last reply
 */
export const createMail =
  (deadlineMs = DEADLINE): Mail =>
  async (server, letter) => {
    // Brought when the first mail is sent: most never send one, and a start with it takes some 4 MB more.
    const { createTransport } = await import('nodemailer')
    const transport = createTransport(optionsOf(server, deadlineMs))
    try {
      const sending = { ...messageOf(letter), signal: AbortSignal.timeout(deadlineMs) }
      const { rejectedErrors = [] } = await transport.sendMail(sending)
      return rejectedErrors.map((fault) => ({ address: fault.recipient ?? '', isFinal: isFinal(sayingOf(fault)) }))
    } catch (fault) {
      throw faultOf(fault)
    } finally {
      transport.close()
    }
  }

/** With the usual deadline. */
export const sendMail = createMail()

const optionsOf = ({ host, port, user, password, tls }: MailServer, deadlineMs: number) => ({
  host,
  port,
  secure: port === 465 && tls !== 'never',
  requireTLS: tls === 'always',
  ignoreTLS: tls === 'never',
  // Who could show us a false certificate could as well hide that there is TLS: without `always` it is no protection.
  tls: { rejectUnauthorized: tls === 'always' },
  ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
  connectionTimeout: deadlineMs,
  greetingTimeout: deadlineMs,
  socketTimeout: deadlineMs,
  dnsTimeout: deadlineMs,
  // Nothing in a notice may make the sender read files or fetch addresses.
  disableFileAccess: true,
  disableUrlAccess: true,
})

const messageOf = ({ references, to, envelope = to, listId, ...letter }: Letter) => ({
  ...letter,
  to: [...to],
  envelope: { from: letter.from, to: [...envelope] },
  ...(references.length === 0 ? {} : { references: [...references], inReplyTo: references.at(-1) ?? '' }),
  headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', 'List-Id': `Rollcall <${listId}>` },
})

/** What went wrong, in nodemailer's word, and the server's reply, where there was one. */
type Saying = { readonly code: string; readonly reply: number | null }

function sayingOf(fault: unknown): Saying {
  const code = fault instanceof Error && 'code' in fault ? fault.code : null
  const reply = fault instanceof Error && 'responseCode' in fault ? fault.responseCode : null
  return { code: typeof code === 'string' ? code : 'no code', reply: typeof reply === 'number' ? reply : null }
}

/** Replies of 500 and above are final (RFC 5321, 4.2.1), all else may heal. */
const isFinal = ({ reply }: Saying): boolean => reply !== null && reply >= 500

/** The server's own words may name people, its code does not. */
function faultOf(cause: unknown): MailFault {
  const saying = sayingOf(cause)
  const said = saying.reply === null ? '' : `, it said ${saying.reply}`
  return new MailFault(isFinal(saying), `the mail server did not take it (${saying.code}${said})`, { cause })
}
