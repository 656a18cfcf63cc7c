/** A server that takes mail, as the configuration names it. Ports 465 speak TLS from the first byte. */
export type MailServer = {
  readonly host: string
  readonly port: number
  readonly user?: string
  readonly password?: string
  /**
   * `always` refuses a server without TLS, or with a certificate that does not name the host; `offered` takes TLS where
   * it is there, whatever the certificate; `never` does not even ask.
   */
  readonly tls: 'always' | 'offered' | 'never'
}

/** One mail, ready to be sent. Header values are single lines. */
export type Letter = {
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  /** `<…@…>`; the same on every try, so that a reader sees a repetition as one. */
  readonly messageId: string
  /** The message ids of the mails it follows, oldest first; mail programs make a thread of them. */
  readonly references: readonly string[]
}

/**
 * Hands a mail to a server.
 * @throws {MailFault} when it was not taken by all
 */
export type Mail = (server: MailServer, letter: Letter) => Promise<void>

/** The message is fit to be shown: no credentials, no addresses of people. */
export class MailFault extends Error {
  override readonly name = 'MailFault'
  /** Nothing will change by trying again. */
  readonly isFinal: boolean
  constructor(isFinal: boolean, message: string, options: ErrorOptions = {}) {
    super(message, options)
    this.isFinal = isFinal
  }
}
